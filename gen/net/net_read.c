// SPDX-License-Identifier: Apache-2.0
// Network files of any kind: looks at the contents and calls the reader for them.
#include <string.h>

#include "xbgen/net.h"

// The first byte that is no white space opens an object. The JSON reader refuses a byte-order mark
// in front by name.
static bool is_json(XbBytes bytes)
{
    size_t at = bytes.size >= 3 && memcmp(bytes.data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < bytes.size && memchr(" \t\r\n", bytes.data[at], 4))
        at++;
    return at < bytes.size && bytes.data[at] == '{';
}

bool xb_net_read(XbArena *arena, XbDiags *d, const char *path, XbNet *out)
{
    XbBytes bytes;
    *out = (XbNet){.file = path};
    if (!xb_file_read(arena, d, path, &bytes))
        return false;
    if (xb_file_is_tflite(bytes))
        return xb_tflite_read(arena, d, path, bytes, out);
    if (is_json(bytes))
        return xb_net_json_read(arena, d, path, bytes, out);
    xb_report(d, XB_ERROR, "net-format", path, "",
              !bytes.size ? "the file is empty"
                          : "the file is neither TensorFlow Lite nor a network in JSON");
    return false;
}
