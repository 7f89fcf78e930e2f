// SPDX-License-Identifier: Apache-2.0
// QUANTIZE in front of the chip, done by the host: of real values as --input-real does, of codes by
// a table.
#include "cli/host.h"

#include <string.h>

#include "xbgen/num.h"

enum {
    FAR = 22
};  // a step that is 2^22 steps of the chip leaves its range, and could leave 32 bits

int xb_host_code(XbQuant from, XbQuant to, int code)
{
    XbMultiplier m = xb_multiplier((double)from.scale / (double)to.scale);
    int top = (1 << to.bits) - 1, steps = code - from.zero;
    if (m.e > FAR)
        return steps > 0 ? top : steps < 0 ? 0 : to.zero;
    int64_t at = to.zero + (int64_t)xb_scale(steps, m, XB_M_DOUBLE);
    return at > top ? top : at < 0 ? 0 : (int)at;
}

static const uint8_t *make_table(XbArena *arena, XbQuant from, XbQuant to)
{
    uint8_t *table = xb_new(arena, uint8_t, 256);
    for (int bits = 0; bits < 256; bits++)
        table[bits] = (uint8_t)xb_host_code(from, to, (uint8_t)(bits + xb_quant_offset(from)));
    return table;
}

void xb_host_take(XbRun *run, XbImages *images)
{
    const XbNetEnd *end = &run->plan.file_input;
    const XbNpy *array = &images->file.array;
    XbQuant chip = run->plan.input_q;
    if (!end->is_hosts || images->factor != 0)
        return;
    if (array->kind == 'f' && strcmp(end->type, "FLOAT32") == 0)
        images->factor = 1;
    bool is_files = array->item_size == 1 && array->kind == (end->quant.is_signed ? 'i' : 'u');
    if (is_files && end->has_codes && end->quant.is_signed != chip.is_signed)
        images->host = make_table(run->arena, end->quant, chip);
}
