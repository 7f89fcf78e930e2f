// SPDX-License-Identifier: Apache-2.0
// Reads a network in JSON, format xbgen-net-1. A refused layer does not stop the reading, so that
// one run reports all faults.
#include "net/netjson.h"

extern const char xb_net_schema_text[];  // xbgen-net-1.schema.json, embedded by the Makefile

// The rank of a tensor of this shape: what it is by default, or what `o` gives.
static int read_rank(const XbJsonObject *o, XbShape shape, int fallback)
{
    int rank = xb_json_int(o, "rank", "net-value", 2, 4, fallback);
    int least = shape.h > 1 ? 4 : shape.w > 1 ? 3 : 2;
    if (rank == XB_JSON_BAD || rank >= least)
        return rank;
    xb_json_report(o, "rank", "net-shape", "a tensor of %d x %d x %d has %d dimensions or more",
                   shape.h, shape.w, shape.c, least);
    return XB_JSON_BAD;
}

static bool read_input_shape(XbNj *n, const XbJsonObject *o)
{
    int rank;
    XbNetPlace at = xb_nj_place(o);
    if (!xb_nj_shape(o, "[H, W, C], [W, C] or [C]", &n->net->input, &rank))
        return false;
    n->net->input_rank = read_rank(o, n->net->input, rank);
    return n->net->input_rank != XB_JSON_BAD &&
           xb_net_check_shape(&at, "it", n->net->input.h, n->net->input.w, n->net->input.c);
}

static bool read_input(XbNj *n)
{
    static const char *const keys[] = {"shape", "rank",       "bits", "signed",
                                       "scale", "zero_point", NULL};
    if (!xb_nj_needs(&n->root, "input", "the tensor that goes in"))
        return false;
    XbJsonObject o = xb_json_object(&n->root, "input");
    if (!o.node)
        return false;
    xb_json_known(&o, keys);
    bool ok = read_input_shape(n, &o);
    return xb_nj_quant(&o, "it", true, &n->net->input_q) && ok;
}

// The number of layers, or 0.
static int count_layers(const XbNj *n)
{
    const XbJson *list = xb_json_find(&n->root, "layers");
    if (!xb_nj_needs(&n->root, "layers", "a list of layers"))
        return 0;
    int count = list->kind == XB_JSON_ARRAY ? xb_json_count(list) : 0;
    if (count >= 1 && count <= XB_NET_MAX_LAYERS)
        return count;
    xb_json_report(&n->root, "layers", "net-value", "a list of 1 to %d layers is needed",
                   XB_NET_MAX_LAYERS);
    return 0;
}

static void read_layers(XbNj *n)
{
    int count = count_layers(n);
    n->name = xb_new(n->arena, const char *, count);
    n->layer = xb_new(n->arena, int, count);
    n->used = xb_new(n->arena, bool, count);
    n->rank = xb_new(n->arena, int, XB_NJ_PARTS *count);
    n->build = xb_net_start(n->arena, n->net, XB_NJ_PARTS * count + 2 * XB_NET_MAX_OUTPUTS);
    for (; n->entries < count; n->entries++)
        xb_nj_layer(n, n->entries);
}

static void read_output(XbNj *n)
{
    static const char *const keys[] = {"rank", NULL};
    const XbNet *net = n->net;
    XbJsonObject o = xb_json_object(&n->root, "output");
    xb_json_known(&o, keys);
    n->net->output_rank = read_rank(&o, net->layer[net->layers - 1].out, n->rank[net->layers - 1]);
}

// One result of all, which has no rank of its own.
static void read_outputs(XbNj *n)
{
    XbNetPlace at = xb_nj_place(&n->root);
    if (xb_json_find(&n->root, "output"))
        xb_json_report(&n->root, "output", "net-value", "it is for one output; there are %d",
                       n->net->outputs);
    else
        xb_net_frame(&n->build, &at);
}

static void read_document(XbNj *n)
{
    static const char *const keys[] = {"$schema", "name",   "input", "layers",
                                       "outputs", "output", NULL};
    int errors = n->d->errors;
    xb_json_known(&n->root, keys);
    xb_json_string(&n->root, "name", "net-value");
    n->net->input_q = (XbQuant){1.0f, 128, 8, true};
    if (!read_input(n) && !n->net->input.c)
        return;
    read_layers(n);
    if (n->d->errors == errors)
        xb_nj_outputs(n);
    if (n->d->errors == errors)
        xb_nj_check_use(n);
    if (n->d->errors > errors)
        return;
    if (n->net->outputs)
        read_outputs(n);
    else
        read_output(n);
}

// The key that no configuration does without, and no network has.
static bool is_configuration(const XbNj *n)
{
    return xb_json_find(&n->root, "network") && !xb_json_find(&n->root, "layers");
}

bool xb_net_json_read(XbArena *arena, XbDiags *d, const char *file, XbBytes bytes, XbNet *out)
{
    int errors = d->errors;
    *out = (XbNet){.file = xb_arena_copy(arena, file)};
    const XbJson *document =
        xb_json_parse(arena, d, out->file, (const char *)bytes.data, bytes.size);
    if (!document)
        return false;
    XbNj n = {.arena = arena, .d = d, .file = out->file, .net = out};
    n.root = xb_json_root(d, out->file, document);
    if (n.root.node && is_configuration(&n))
        xb_report(d, XB_ERROR, "cfg-network", out->file, "",
                  "this is a configuration, not a network; name the network that it names");
    else if (n.root.node)
        read_document(&n);
    return d->errors == errors;
}

const char *xb_net_schema(void) { return xb_net_schema_text; }
