// SPDX-License-Identifier: Apache-2.0
// Network files of any kind: looks at the contents and calls the reader for them.
#include <string.h>

#include "xbgen/net.h"

bool xb_net_read(XbArena *arena, XbDiags *d, const char *path, XbNet *out)
{
    XbBytes bytes;
    *out = (XbNet){.file = path};
    if (!xb_file_read(arena, d, path, &bytes))
        return false;
    if (bytes.size >= 8 && memcmp(bytes.data + 4, "TFL3", 4) == 0)
        return xb_tflite_read(arena, d, path, bytes, out);
    xb_report(d, XB_ERROR, "net-format", path, "", "is not a TensorFlow Lite file");
    return false;
}
