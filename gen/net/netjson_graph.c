// SPDX-License-Identifier: Apache-2.0
// Names of layers, and which layer reads which.
#include "net/netjson.h"
#include <string.h>

enum { MAX_NAME = 32 };

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char name_letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

// A name becomes part of names in the hardware and of files; these are taken there.
static bool is_taken(const char *name)
{
    static const char *const whole[] = {"input", "program", "regs", "axis_in", "axis_out"};
    static const char *const parts[] = {"_fork", "_gear"};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (strcmp(name, whole[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strstr(name, parts[i]))
            return true;
    return false;
}

static bool is_name(const char *name)
{
    size_t length = strlen(name);
    return length >= 1 && length <= MAX_NAME && strchr(letters, name[0]) &&
           strspn(name, name_letters) == length;
}

// The entry of this name among the first `count`, or -1.
static int entry_named(const XbNj *n, const char *name, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(n->name[i], name) == 0)
            return i;
    return -1;
}

static bool name_fault(const XbNjLayer *x, const char *text)
{
    xb_json_report(&x->o, "name", "net-name", "%s", text);
    return false;
}

// Parts of layers have names too, and are no entries of the list.
bool xb_nj_free_name(const XbNjLayer *x, const char *name)
{
    const XbNet *net = x->n->net;
    for (int i = 0; i < net->layers; i++)
        if (strcmp(net->layer[i].name, name) == 0)
            return name_fault(
                x, xb_arena_printf(x->n->arena, "\"%s\" is the name of a layer already", name));
    return true;
}

static bool check_name(const XbNjLayer *x, const char *name, int index)
{
    XbArena *arena = x->n->arena;
    int same = entry_named(x->n, name, index);
    if (!is_name(name))
        return name_fault(x, xb_arena_printf(arena,
                                             "a name has 1..%d letters, digits and '_', a letter "
                                             "in front",
                                             MAX_NAME));
    if (is_taken(name))
        return name_fault(
            x, xb_arena_printf(arena, "\"%s\" is a name of the hardware; take another", name));
    if (same >= 0)
        return name_fault(
            x, xb_arena_printf(arena, "\"%s\" is the name of $.layers[%d] already", name, same));
    return xb_nj_free_name(x, name);
}

bool xb_nj_name(XbNjLayer *x, int index)
{
    if (xb_json_find(&x->o, "name")) {
        const char *given = xb_json_string(&x->o, "name", "net-name");
        if (!given)
            return false;
        x->l->name = given;
    }
    x->n->name[index] = x->l->name;
    return check_name(x, x->l->name, index);
}

// ---- edges ----

// `text`: what there is besides layers, or "".
static const char *known_names(const XbNj *n, const char *text, int count)
{
    int first = count > 6 ? count - 6 : 0;
    if (first > 0)
        text = xb_arena_printf(n->arena, "%s%s...", text, *text ? ", " : "");
    for (int i = first; i < count; i++)
        text = xb_arena_printf(n->arena, "%s%s\"%s\"", text, *text ? ", " : "", n->name[i]);
    return text;
}

static int source_named(XbNjLayer *x, const XbJson *node, int index)
{
    XbNj *n = x->n;
    int entry = node->kind == XB_JSON_STRING ? entry_named(n, node->text, index) : -1;
    if (entry >= 0) {
        n->used[entry] = true;
        return n->layer[entry];
    }
    if (node->kind == XB_JSON_STRING && strcmp(node->text, "input") == 0)
        return XB_NJ_INPUT;
    xb_json_report(&x->o, "from", "net-graph", "%s is no layer before this one; there are %s",
                   xb_json_shown(n->arena, node), known_names(n, "\"input\"", index));
    return XB_NJ_UNKNOWN;
}

static int source_before(XbNj *n, int index)
{
    if (index == 0)
        return XB_NJ_INPUT;
    n->used[index - 1] = true;
    return n->layer[index - 1];
}

static void connect(XbNjLayer *x, int i, int source)
{
    const XbNet *net = x->n->net;
    XbNetLayer *l = x->l;
    bool is_input = source == XB_NJ_INPUT;
    l->input[i] = source;
    l->in_q[i] = is_input ? net->input_q : net->layer[source].out_q;
    if (i == 0) {
        l->in = is_input ? net->input : net->layer[source].out;
        x->rank = is_input ? net->input_rank : x->n->rank[source];
    }
}

static bool check_count(XbNjLayer *x, int count)
{
    if (count == x->l->inputs)
        return true;
    xb_json_report(&x->o, "from", "net-graph",
                   "%s reads %d tensor%s: a list of %d name%s is needed, and %d %s given",
                   xb_kind_name(x->l->kind), x->l->inputs, x->l->inputs > 1 ? "s" : "",
                   x->l->inputs, x->l->inputs > 1 ? "s" : "", count, count == 1 ? "is" : "are");
    return false;
}

// The first name, and how many there are: a single name stands for a list of one.
static const XbJson *open_from(const XbNjLayer *x, int *count)
{
    const XbJson *node = xb_json_find(&x->o, "from");
    *count = 1;
    if (!node || node->kind != XB_JSON_ARRAY)
        return node;
    *count = xb_json_count(node);
    return node->first;
}

static XbShape shape_of(const XbNet *net, int source)
{
    return source == XB_NJ_INPUT ? net->input : net->layer[source].out;
}

// The first input of a MUL is the one that has pixels.
static bool check_factors(XbNjLayer *x, const int *source, XbShape second)
{
    XbNetLayer *l = x->l;
    bool is_turned = xb_shape_pixels(l->in) < xb_shape_pixels(second);
    if (!xb_net_check_factors(&x->at, l->in, second, &l->is_gated))
        return false;
    for (int i = 0; is_turned && i < 2; i++)
        connect(x, i, source[1 - i]);
    return true;
}

static bool check_pair(XbNjLayer *x, const int *source)
{
    XbNetLayer *l = x->l;
    XbShape second = shape_of(x->n->net, source[1]);
    if (l->kind == XB_CONCAT)
        return xb_net_check_joined(&x->at, l->along, l->in, second, &l->out);
    if (l->kind == XB_MUL)
        return check_factors(x, source, second);
    return xb_net_check_addends(&x->at, l->in, second);
}

bool xb_nj_from(XbNjLayer *x, int index)
{
    int count, source[2] = {XB_NJ_UNKNOWN, XB_NJ_UNKNOWN};
    const XbJson *name = open_from(x, &count);
    if (!check_count(x, count))
        return false;
    bool ok = true;
    for (int i = 0; i < count; i++) {
        source[i] = name ? source_named(x, name, index) : source_before(x->n, index);
        ok = ok && source[i] > XB_NJ_FAILED;
        if (ok)
            connect(x, i, source[i]);
        name = name ? name->next : NULL;
    }
    return ok && (count < 2 || check_pair(x, source));
}

void xb_nj_outputs(XbNj *n)
{
    const XbJson *list = xb_json_find(&n->root, "outputs");
    if (!list)
        return;
    int count = list->kind == XB_JSON_ARRAY ? xb_json_count(list) : 0;
    if (count < 2 || count > XB_NET_MAX_OUTPUTS) {
        xb_json_report(&n->root, "outputs", "net-value", "a list of 2 to %d names is needed",
                       XB_NET_MAX_OUTPUTS);
        return;
    }
    n->net->output = xb_new(n->arena, XbNetOutput, count);
    for (const XbJson *name = list->first; name; name = name->next) {
        int entry = name->kind == XB_JSON_STRING ? entry_named(n, name->text, n->entries) : -1;
        if (entry < 0)
            xb_json_report(&n->root, "outputs", "net-graph", "%s is no layer; there are %s",
                           xb_json_shown(n->arena, name), known_names(n, "", n->entries));
        else
            n->used[entry] = true;
        n->net->output[n->net->outputs++].layer = entry < 0 ? 0 : n->layer[entry];
    }
}

void xb_nj_check_use(XbNj *n)
{
    int last = n->net->outputs ? n->entries : n->entries - 1;
    for (int i = 0; i < last; i++) {
        XbJsonObject o = xb_json_item(&n->root, "layers", i);
        XbNetPlace at = xb_nj_place(&o);
        if (!n->used[i])
            xb_net_fault(&at, NULL, "net-graph", "its output is not used");
    }
}
