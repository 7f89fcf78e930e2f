// SPDX-License-Identifier: Apache-2.0
// Functions of one code in a network in JSON: which it is, and the constant beside the code.
#include "net/netjson.h"

enum { MOST_CODE = 1 << 16 };

bool xb_nj_function(XbNjLayer *x)
{
    const char *names[XB_FUNCTIONS + 1] = {NULL};
    XbNetLayer *l = x->l;
    for (int i = 0; i < XB_FUNCTIONS; i++)
        names[i] = xb_function_name((XbFunction)i);
    if (!xb_nj_needs(&x->o, "function", "what the layer computes, such as \"hard_swish\""))
        return false;
    int function = xb_json_choice(&x->o, "function", "net-value", names, 0);
    l->alpha = 0.2f;
    bool ok = xb_nj_float(&x->o, "alpha", &l->alpha) && function != XB_JSON_BAD;
    l->function = ok ? (XbFunction)function : XB_FN_QUANTIZE;
    if (!ok || xb_function_has_operand(l->function) || !xb_json_find(&x->o, "operand"))
        return ok;
    return xb_net_fault(&x->at, "operand", "net-value", "%s has no constant",
                        xb_function_name(l->function));
}

// Codes as files have them become codes.
static bool take_codes(XbNjLayer *x, const XbJsonObject *o, const int32_t *given, int64_t count)
{
    XbNetLayer *l = x->l;
    XbQuant q = l->in_q[1];
    int lo = -xb_quant_offset(q), hi = lo + (1 << q.bits) - 1;
    if (count != 1 && count != l->in.c)
        xb_json_report(o, "codes", "net-weights", "%lld codes; 1 or %d are needed",
                       (long long)count, l->in.c);
    uint8_t *to = xb_new(x->n->arena, uint8_t, count);
    for (int64_t i = 0; i < count; i++) {
        if (given[i] < lo || given[i] > hi) {
            xb_json_report(o, "codes", "net-weights", "element %lld is %d, outside %d..%d",
                           (long long)i, given[i], lo, hi);
            return false;
        }
        to[i] = (uint8_t)(given[i] - lo);
    }
    l->operand = to;
    l->operands = (int)count;
    return count == 1 || count == l->in.c;
}

static bool read_codes(XbNjLayer *x, const XbJsonObject *o)
{
    const XbJson *node = xb_json_find(o, "codes");
    if (!node || node->kind == XB_JSON_NUMBER) {
        int code = xb_json_int(o, "codes", "net-value", -MOST_CODE, MOST_CODE, 1);
        return code != XB_JSON_BAD && take_codes(x, o, &(int32_t){code}, 1);
    }
    int64_t shape[] = {-1};
    const void *codes;
    return xb_nj_array(x->n, o, "codes", 4, shape, 1, &codes) && take_codes(x, o, codes, shape[0]);
}

// One where nothing is said.
bool xb_nj_operand(XbNjLayer *x)
{
    static const char *const keys[] = {"codes", "scale", "zero_point", NULL};
    XbNetLayer *l = x->l;
    if (!xb_function_has_operand(l->function))
        return true;
    XbJsonObject o = xb_json_object(&x->o, "operand");
    bool is_given = xb_json_find(&x->o, "operand") != NULL;
    if (is_given)
        xb_json_known(&o, keys);
    if ((is_given && !o.node) || l->in_q[0].bits > XB_NJ_MAX_BITS)
        return false;
    XbNetPlace at = xb_nj_place(&o);
    XbQuant q = l->in_q[0];
    q.scale = 1.0f;
    bool ok = xb_nj_float(&o, "scale", &q.scale) && xb_net_check_scale(&at, "scale", "it", q.scale);
    int zero = xb_json_int(&o, "zero_point", "net-value", -MOST_CODE, MOST_CODE, 0);
    ok = zero != XB_JSON_BAD && xb_net_check_zero(&at, "zero_point", "it", zero, q) && ok;
    q.zero = xb_quant_offset(q) + (ok ? zero : 0);
    l->in_q[1] = q;
    return read_codes(x, &o) && ok;
}
