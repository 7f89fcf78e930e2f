// SPDX-License-Identifier: Apache-2.0
// Network files of any kind: looks at the contents and calls the reader for them.
#include <string.h>

#include "xbgen/net.h"

const char *xb_kind_name(XbKind kind)
{
    static const char *const names[XB_KINDS] = {
        [XB_CONV] = "conv",       [XB_DWCONV] = "dwconv",   [XB_FC] = "fc",     [XB_ADD] = "add",
        [XB_AVGPOOL] = "avgpool", [XB_MAXPOOL] = "maxpool", [XB_MEAN] = "mean", [XB_PAD] = "pad",
        [XB_RESHAPE] = "reshape", [XB_RELU] = "relu",
    };
    return names[kind];
}

bool xb_kind_has_weights(XbKind kind)
{
    return kind == XB_CONV || kind == XB_DWCONV || kind == XB_FC;
}

void xb_net_draw(XbArena *arena, XbNet *net)
{
    (void)arena;  // no format read so far names seeds
    (void)net;
}

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
