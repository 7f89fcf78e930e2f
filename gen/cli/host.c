// SPDX-License-Identifier: Apache-2.0
// QUANTIZE in front of the chip, done by the host: of real values as --input-real does, of codes by
// a table.
#include "cli/host.h"

#include "xbgen/function.h"

int xb_host_code(XbQuant from, XbQuant to, int code)
{
    XbFunctionOf f = {.function = XB_FN_QUANTIZE,
                      .in = from.scale,
                      .out = to.scale,
                      .in_zero = from.zero,
                      .out_zero = to.zero,
                      .how = XB_M_DOUBLE};
    int top = (1 << to.bits) - 1, steps = code - from.zero;
    xb_function_prepare(&f);
    if (xb_function_fault(&f, from.bits, to.bits))  // one step is more than all of the chip's
        return steps > 0 ? top : steps < 0 ? 0 : to.zero;
    int64_t at = xb_function_value(&f, code, 0);
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
    if (!xb_net_end_differs(end, chip) || images->factor != 0)
        return;
    if (array->kind == 'f' && !end->has_codes)
        images->factor = 1;
    bool is_files = array->item_size == 1 && array->kind == (end->quant.is_signed ? 'i' : 'u');
    if (is_files && end->has_codes)
        images->host = make_table(run->arena, end->quant, chip);
}
