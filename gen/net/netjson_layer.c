// SPDX-License-Identifier: Apache-2.0
// One layer of a network in JSON: its keys by operator, then what follows from its input.
#include "net/netjson.h"
#include <math.h>
#include <string.h>

// Keys that only networks of few bits have.
#define FEW_BIT_KEYS "thresholds", "gain_sign", "pool"
#define WEIGHT_KEYS                                                                                \
    "weight_bits", "weights", "weight_zero", "bias", "weight_scale", "output", "activation"

static const char *const CONV_KEYS[] = {"op",        "name",       "from",    "filters", "kernel",
                                        "stride",    "dilation",   "padding", "groups",  "dense",
                                        WEIGHT_KEYS, FEW_BIT_KEYS, "blocks",  NULL};
static const char *const DWCONV_KEYS[] = {"op",        "name",       "from",     "filters",
                                          "kernel",    "stride",     "dilation", "padding",
                                          WEIGHT_KEYS, FEW_BIT_KEYS, NULL};
static const char *const FC_KEYS[] = {"op",        "name",       "from",   "filters",
                                      WEIGHT_KEYS, FEW_BIT_KEYS, "blocks", NULL};
static const char *const POOL_KEYS[] = {"op",     "name",    "from",       "kernel",
                                        "stride", "padding", "activation", NULL};
static const char *const JOIN_KEYS[] = {"op", "name", "from", "output", "activation", NULL};
static const char *const MEAN_KEYS[] = {"op",        "name",   "from",       "over",
                                        "keep_dims", "output", "activation", NULL};
static const char *const TABLE_KEYS[] = {"op",      "name",   "from",       "function", "alpha",
                                         "operand", "output", "activation", NULL};
static const char *const PAD_KEYS[] = {"op", "name", "from", "padding", NULL};
static const char *const CONCAT_KEYS[] = {"op", "name", "from", "along", NULL};
static const char *const SLICE_KEYS[] = {"op", "name", "from", "begin", "shape", "step", NULL};
static const char *const RESHAPE_KEYS[] = {"op", "name", "from", "shape", NULL};

// ---- keys that several operators have ----

static bool read_activation(XbNjLayer *x)
{
    static const char *const any[] = {"none", "relu", "relu6", NULL};
    static const char *const own[] = {"relu", "relu6", NULL};
    bool is_relu = x->l->kind == XB_RELU;
    int act = xb_json_choice(&x->o, "activation", "net-value", is_relu ? own : any, 0);
    x->l->act = act == XB_JSON_BAD ? XB_ACT_NONE : (XbActivation)(act + is_relu);
    return act != XB_JSON_BAD;
}

static bool read_padding_word(XbNjLayer *x, const XbJson *node)
{
    const char *word = !node ? "valid" : node->kind == XB_JSON_STRING ? node->text : "";
    bool is_same = strcmp(word, "same") == 0;
    x->padding = is_same ? XB_PAD_SAME : XB_PAD_VALID;
    if (is_same || strcmp(word, "valid") == 0)
        return true;
    xb_json_report(&x->o, "padding", "net-value",
                   "%s is not \"same\", \"valid\" or [top, left, bottom, right]",
                   xb_json_shown(x->n->arena, node));
    return false;
}

// "same", "valid" or [top, left, bottom, right].
static bool read_padding(XbNjLayer *x)
{
    const XbJson *node = xb_json_find(&x->o, "padding");
    int pad[4], count;
    x->padding = XB_PAD_VALID;
    if (!node || node->kind != XB_JSON_ARRAY)
        return read_padding_word(x, node);
    if (!xb_nj_list(&x->o, "padding", 0, XB_NET_MAX_DIM - 1, 4, 4, pad, &count))
        return false;
    x->padding = XB_PAD_GIVEN;
    x->l->pad_t = pad[0];
    x->l->pad_l = pad[1];
    x->l->pad_b = pad[2];
    x->l->pad_r = pad[3];
    return true;
}

static bool read_window(XbNjLayer *x)
{
    XbNetLayer *l = x->l;
    bool ok = xb_nj_needs(&x->o, "kernel", "the window's size, n or [h, w]") &&
              xb_nj_pair(&x->o, "kernel", &l->kh, &l->kw);
    if (!xb_kind_has_weights(l->kind)) {
        l->stride_h = l->kh;
        l->stride_w = l->kw;
    }
    ok = xb_nj_pair(&x->o, "stride", &l->stride_h, &l->stride_w) && ok;
    return read_padding(x) && ok;
}

static bool read_weight_bits(XbNjLayer *x)
{
    int bits = xb_json_int(&x->o, "weight_bits", "net-value", 1, 8, 8);
    if (bits == XB_JSON_BAD)
        return false;
    x->l->weight_bits = bits;
    return true;
}

static bool read_weight_zero(XbNjLayer *x)
{
    int zero = xb_json_int(&x->o, "weight_zero", "net-value", -128, 127, 0);
    if (zero == XB_JSON_BAD)
        return false;
    x->l->weight_zero = zero;
    return true;
}

static bool read_filters(XbNjLayer *x)
{
    if (!xb_nj_needs(&x->o, "filters", "the number of output channels"))
        return false;
    int filters = xb_json_int(&x->o, "filters", "net-value", 1, XB_NET_MAX_DIM, 0);
    x->l->out.c = filters < 1 ? 1 : filters;
    return filters >= 1;
}

static bool read_weighted(XbNjLayer *x)
{
    bool ok = read_filters(x);
    ok = xb_nj_post(x) && ok;
    ok = read_weight_bits(x) && ok;
    ok = read_weight_zero(x) && ok;
    ok = xb_nj_seed(x) && ok;
    return read_activation(x) && ok;
}

// ---- operators ----

static bool read_conv(XbNjLayer *x)
{
    bool ok = read_window(x);
    ok = xb_nj_pair(&x->o, "dilation", &x->l->dil_h, &x->l->dil_w) && ok;
    x->groups = xb_json_int(&x->o, "groups", "net-value", 1, XB_NET_MAX_DIM, 0);
    ok = x->groups != XB_JSON_BAD && ok;
    x->l->is_dense = xb_json_bool(&x->o, "dense", "net-value", false);
    return read_weighted(x) && ok;
}

static bool read_pool(XbNjLayer *x)
{
    bool ok = read_window(x);
    return read_activation(x) && ok;
}

// [top, bottom, left, right].
static bool read_pad(XbNjLayer *x)
{
    int pad[4], count;
    if (!xb_nj_needs(&x->o, "padding", "[top, bottom, left, right]") ||
        !xb_nj_list(&x->o, "padding", 0, XB_NET_MAX_DIM - 1, 4, 4, pad, &count))
        return false;
    x->l->pad_t = pad[0];
    x->l->pad_b = pad[1];
    x->l->pad_l = pad[2];
    x->l->pad_r = pad[3];
    return true;
}

static bool read_reshape(XbNjLayer *x)
{
    return xb_nj_shape(&x->o, "the new shape, [H, W, C], [W, C] or [C]", &x->l->out, &x->rank);
}

static bool read_mean(XbNjLayer *x)
{
    int over = xb_json_choice(&x->o, "over", "net-value", xb_over_names, XB_OVER_IMAGE);
    x->l->keeps_dims = xb_json_bool(&x->o, "keep_dims", "net-value", false);
    x->l->over = over == XB_JSON_BAD ? XB_OVER_IMAGE : (XbOver)over;
    return read_activation(x) && over != XB_JSON_BAD;
}

// Three numbers, of rows, columns and channels; without the key all are `lo`.
static bool read_triple(XbNjLayer *x, const char *key, int lo, int *out)
{
    int count;
    out[0] = out[1] = out[2] = lo;
    return xb_nj_list(&x->o, key, lo, XB_NET_MAX_DIM - 1 + lo, 3, 3, out, &count);
}

// The output has the rank of the input.
static bool read_slice(XbNjLayer *x)
{
    int rank;
    bool ok = read_triple(x, "begin", 0, x->l->begin);
    ok = read_triple(x, "step", 1, x->l->step) && ok;
    return xb_nj_shape(&x->o, "what is taken, [H, W, C], [W, C] or [C]", &x->l->out, &rank) && ok;
}

// What the constant is needs the input to be known.
static bool read_table(XbNjLayer *x)
{
    bool ok = xb_nj_function(x);
    return read_activation(x) && ok;
}

// All else that it has follows from its inputs.
static bool read_concat(XbNjLayer *x)
{
    int along = xb_json_choice(&x->o, "along", "net-value", xb_along_names, XB_ALONG_CHANNELS);
    x->l->along = along == XB_JSON_BAD ? XB_ALONG_CHANNELS : (XbAlong)along;
    return along != XB_JSON_BAD;
}

typedef struct OpRule {
    XbKind kind;
    const char *const *keys;
    bool (*read)(XbNjLayer *x);
} OpRule;

static const OpRule RULES[] = {
    {XB_CONV, CONV_KEYS, read_conv},          {XB_DWCONV, DWCONV_KEYS, read_conv},
    {XB_FC, FC_KEYS, read_weighted},          {XB_ADD, JOIN_KEYS, read_activation},
    {XB_AVGPOOL, POOL_KEYS, read_pool},       {XB_MAXPOOL, POOL_KEYS, read_pool},
    {XB_MEAN, MEAN_KEYS, read_mean},          {XB_PAD, PAD_KEYS, read_pad},
    {XB_RESHAPE, RESHAPE_KEYS, read_reshape}, {XB_RELU, JOIN_KEYS, read_activation},
    {XB_TABLE, TABLE_KEYS, read_table},       {XB_CONCAT, CONCAT_KEYS, read_concat},
    {XB_MUL, JOIN_KEYS, read_activation},     {XB_BOX, SLICE_KEYS, read_slice},
};

enum { OPS = sizeof RULES / sizeof RULES[0] };

static const OpRule *find_rule(const XbJsonObject *o)
{
    const char *names[OPS + 1] = {NULL};
    for (int i = 0; i < OPS; i++)
        names[i] = xb_kind_name(RULES[i].kind);
    if (!o->node || !xb_nj_needs(o, "op", "the operator, such as \"conv\""))
        return NULL;
    int op = xb_json_choice(o, "op", "net-op", names, 0);
    return op == XB_JSON_BAD ? NULL : &RULES[op];
}

// ---- what follows from the input ----

static int rank_of_mean(const XbNjLayer *x)
{
    if (x->l->keeps_dims || (x->l->over == XB_OVER_HEIGHT && x->rank < 4))
        return x->rank;
    return x->l->over != XB_OVER_IMAGE && x->rank == 4 ? 3 : 2;
}

// There is a dimension along which tensors are joined.
static int rank_of_joined(const XbNjLayer *x)
{
    static const int least[XB_ALONGS] = {2, 4, 3};
    int needed = least[x->l->along];
    return x->rank > needed ? x->rank : needed;
}

static int rank_of(const XbNjLayer *x)
{
    if (x->l->is_dense)
        return x->rank;
    switch (x->l->kind) {
    case XB_FC:
        return 2;
    case XB_MEAN:
        return rank_of_mean(x);
    case XB_CONCAT:
        return rank_of_joined(x);
    case XB_ADD:
    case XB_RELU:
    case XB_TABLE:
    case XB_MUL:
    case XB_PAD:
    case XB_RESHAPE:
    case XB_BOX:
        return x->rank;
    default:
        return 4;
    }
}

// Where nothing is said, codes keep their spread: a sum of two gets a larger scale, a product one
// that half of all codes times the other input has, LOGISTIC and TANH what TensorFlow Lite gives
// them, all else that of its input.
static XbQuant default_quant(const XbNetLayer *l)
{
    XbQuant q = l->in_q[0];
    double a = (double)l->in_q[0].scale, b = (double)l->in_q[1].scale;
    if (l->kind == XB_ADD)
        q.scale = (float)sqrt(a * a + b * b);
    if (l->kind == XB_MUL)
        q.scale = ldexpf(l->in_q[0].scale * l->in_q[1].scale, q.bits - 1);
    if (l->kind == XB_TABLE && (l->function == XB_FN_LOGISTIC || l->function == XB_FN_TANH)) {
        bool is_tanh = l->function == XB_FN_TANH;
        q.bits = 8;
        q.scale = is_tanh ? 1.0f / 128.0f : 1.0f / 256.0f;
        q.zero = is_tanh ? 128 : 0;
    }
    return q;
}

static bool read_output(XbNjLayer *x)
{
    XbNetLayer *l = x->l;
    l->out_q = default_quant(l);
    if (xb_kind_has_weights(l->kind))
        return xb_nj_post_output(x);
    XbJsonObject o = xb_json_object(&x->o, "output");
    static const char *const keys[] = {"bits", "signed", "scale", "zero_point", NULL};
    if (!xb_json_find(&x->o, "output"))
        return true;
    xb_json_known(&o, keys);
    return o.node && xb_nj_quant(&o, "it", x->n->net->input_q.is_signed, &l->out_q);
}

static bool finish(XbNjLayer *x)
{
    XbNetLayer *l = x->l;
    x->rank = rank_of(x);
    if (xb_kind_has_weights(l->kind))
        return xb_nj_weights(x) && xb_net_check_layer(&x->at, l);
    if (l->kind == XB_TABLE && !xb_nj_operand(x))
        return false;
    return xb_net_infer(&x->at, l, l->kind == XB_PAD ? XB_PAD_GIVEN : x->padding) &&
           xb_net_check_layer(&x->at, l);
}

// Keys first, so that their faults are reported whatever the layer's input.
static bool read(XbNjLayer *x, const OpRule *rule, int index)
{
    XbNj *n = x->n;
    int errors = n->d->errors;
    xb_json_known(&x->o, rule->keys);
    bool ok = xb_nj_name(x, index) && n->d->errors == errors;
    ok = rule->read(x) && ok;
    int rank = x->rank;
    bool has_input = xb_nj_from(x, index);
    if (rule->kind == XB_RESHAPE)
        x->rank = rank;
    ok = (has_input || xb_json_find(&x->o, "output")) && read_output(x) && ok;
    return ok && has_input && finish(x);
}

void xb_nj_layer(XbNj *n, int index)
{
    XbNjLayer x = {.n = n, .o = xb_json_item(&n->root, "layers", index), .padding = XB_PAD_VALID};
    n->name[index] = "";
    n->layer[index] = XB_NJ_FAILED;
    x.at = xb_nj_place(&x.o);
    const OpRule *rule = find_rule(&x.o);
    if (!rule)
        return;
    x.l = xb_net_open(&n->build, rule->kind, index);
    if (!read(&x, rule, index))
        return;
    n->rank[n->net->layers] = x.rank;
    xb_net_accept(&n->build, x.l);
    if (xb_nj_parts(&x, x.l->name))
        n->layer[index] = n->net->layers - 1;
}
