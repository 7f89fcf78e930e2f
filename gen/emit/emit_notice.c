// SPDX-License-Identifier: Apache-2.0
// NOTICE: of which files of the folder LICENSE is the licence. It lies on top, and would else be
// taken for that of a user's macro and of all that is made from a network.
#include "emit/parts.h"

XbBytes xb_emit_notice(XbArena *arena, const XbMacro *macro)
{
    XbText t = {.arena = arena};
    xb_text_add(&t,
                "LICENSE is the licence of what xbgen brings: of all files here but these.\n\n");
    if (macro && macro->module)
        xb_text_add(&t,
                    "rtl/%s.sv: the user's own macro, copied as it is; its licence is its author's "
                    "to say\n",
                    macro->module);
    xb_text_add(&t,
                "mem/, vectors/, plan.json: made from a network and images; they are whose those "
                "are\n\nSPDX-License-Identifier: Apache-2.0 (of this file)\n");
    return xb_emit_bytes(&t);
}
