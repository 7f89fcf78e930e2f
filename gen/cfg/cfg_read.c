// SPDX-License-Identifier: Apache-2.0
// cfg.json -> XbCfg, one function per object. Rules between keys are in cfg_check.c; ranges and
// defaults are told to editors by xbgen-arch-1.schema.json, and a test keeps the two equal.
#include "base/json_in.h"
#include "cfg/cfg_adc.h"
#include "cfg/cfg_check.h"
#include "cfg/cfg_rram.h"
#include "cfg/cfg_words.h"
#include <string.h>

#include "xbgen/cfg.h"
#include "xbgen/file.h"

extern const char xb_schema_text[];  // xbgen-arch-1.schema.json, embedded by the Makefile

enum {
    MAX_NAME = 64,
    MAX_DUPLICATION = 1024,
    MAX_BANDWIDTH = 1 << 20,
    MAX_SIDE = 1024,
    MAX_BLOCKS = 65536,
    MAX_REUSE = 1 << 26  // pixels of the largest image
};

static const char name_letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                   "_.-";

static bool is_name(const char *text)
{
    size_t length = strspn(text, name_letters);
    return length >= 1 && length <= MAX_NAME && !text[length] && text[0] != '.' && text[0] != '-';
}

// The file's base name without .cfg.json or .json, with '_' for what a name may not hold.
static const char *name_of_file(XbArena *arena, const char *file)
{
    char *name = xb_arena_copy(arena, xb_path_name(file));
    static const char *const endings[] = {".json", ".cfg"};
    for (int i = 0; i < 2; i++) {
        size_t length = strlen(name), ending = strlen(endings[i]);
        if (length > ending && strcmp(name + length - ending, endings[i]) == 0)
            name[length - ending] = '\0';
    }
    if (strlen(name) > MAX_NAME)
        name[MAX_NAME] = '\0';
    for (char *c = name; *c; c++)
        if (!strchr(name_letters, *c) || (c == name && (*c == '.' || *c == '-')))
            *c = '_';
    return *name ? name : "design";
}

static const char *read_name(XbArena *arena, const XbJsonObject *root)
{
    const XbJson *node = xb_json_find(root, "name");
    if (!node)
        return name_of_file(arena, root->file);
    if (node->kind == XB_JSON_STRING && is_name(node->text))
        return node->text;
    xb_json_report(root, "name", "cfg-name",
                   "%s is not a name; 1..64 letters, digits, '_', '-' and '.' are allowed, "
                   "'-' and '.' not in front",
                   xb_json_shown(arena, node));
    return "";
}

static void read_network(XbArena *arena, const XbJsonObject *root, XbCfg *cfg)
{
    if (!xb_json_find(root, "network"))
        xb_json_report(root, "network", "cfg-network",
                       "the key is missing; it gives the path of a network, .tflite or JSON");
    const char *network = xb_json_string(root, "network", "cfg-network");
    cfg->network = network ? network : "";
    cfg->network_path = xb_path_beside(arena, cfg->file, cfg->network);
}

static void read_crossbar(const XbJsonObject *root, XbCfg *cfg)
{
    static const char *const keys[] = {"rows",     "cols",        "cell_bits",
                                       "encoding", "active_rows", NULL};
    XbJsonObject o = xb_json_object(root, "crossbar");
    xb_json_known(&o, keys);
    cfg->rows = xb_json_int(&o, "rows", "crossbar-rows", 8, 1024, 128);
    cfg->cols = xb_json_int(&o, "cols", "crossbar-cols", 8, 1024, 128);
    cfg->cell_bits = xb_json_int(&o, "cell_bits", "crossbar-cell-bits", 1, XB_MOST_CELL_BITS, 2);
    int encoding = xb_json_choice(&o, "encoding", "crossbar-encoding", xb_cfg_encodings, 0);
    cfg->encoding = encoding == XB_JSON_BAD ? XB_DIFFERENTIAL : (XbEncoding)encoding;
    cfg->active_rows = xb_json_int(&o, "active_rows", "crossbar-active-rows", 1, 1024, cfg->rows);
}

static void read_dac(const XbJsonObject *root, XbCfg *cfg)
{
    static const char *const keys[] = {"bits", NULL};
    XbJsonObject o = xb_json_object(root, "dac");
    xb_json_known(&o, keys);
    cfg->dac_bits = xb_json_int(&o, "bits", "dac-bits", 1, 8, 1);
}

// "none", which is 1, or a number of copies; `fallback` when absent. `others`: what else is
// allowed.
static int read_copies(const XbJsonObject *o, int fallback, const char *others)
{
    const XbJson *node = xb_json_find(o, "duplication");
    if (!node || node->kind == XB_JSON_NUMBER)
        return xb_json_int(o, "duplication", "mapping-duplication", 1, MAX_DUPLICATION, fallback);
    if (node->kind == XB_JSON_STRING && strcmp(node->text, "none") == 0)
        return 1;
    xb_json_report(o, "duplication", "mapping-duplication",
                   "%s is not \"none\"%s or an integer 1..%d", xb_json_shown(o->d->arena, node),
                   others, MAX_DUPLICATION);
    return XB_JSON_BAD;
}

// One of the words, or copies.
static void read_duplication(const XbJsonObject *mapping, XbCfg *cfg)
{
    const XbJson *node = xb_json_find(mapping, "duplication");
    const char *text = node && node->kind == XB_JSON_STRING ? node->text : "";
    cfg->duplication = 1;
    for (int i = 0; xb_cfg_duplications[i]; i++)
        if (strcmp(text, xb_cfg_duplications[i]) == 0)
            cfg->how_copies = (XbDuplication)i;
    if (cfg->how_copies == XB_COPIES_GIVEN)
        cfg->duplication = read_copies(mapping, 1, ", \"proportional\", \"optimal\"");
}

static XbScheme read_scheme(const XbJsonObject *o)
{
    int scheme = xb_json_choice(o, "scheme", "mapping-scheme", xb_cfg_schemes, XB_IM2COL);
    return scheme == XB_JSON_BAD ? XB_IM2COL : (XbScheme)scheme;
}

static XbPolicy read_policy(const XbJsonObject *o)
{
    int policy = xb_json_choice(o, "policy", "mapping-policy", xb_cfg_policies, XB_PACKED);
    return policy == XB_JSON_BAD ? XB_PACKED : (XbPolicy)policy;
}

// Windows that an array serves in turn; 0 when absent.
static int read_reuse(const XbJsonObject *o)
{
    return xb_json_int(o, "reuse", "mapping-reuse", 1, MAX_REUSE, 0);
}

// "auto", which packs where a position fits an array, or true or false.
static XbPacking read_packing(const XbJsonObject *o)
{
    const XbJson *node = xb_json_find(o, "kp_packed");
    if (!node || (node->kind == XB_JSON_STRING && strcmp(node->text, "auto") == 0))
        return XB_PACK_AUTO;
    if (node->kind == XB_JSON_BOOL)
        return node->number != 0 ? XB_PACK_YES : XB_PACK_NO;
    xb_json_report(o, "kp_packed", "mapping-kp-packed", "%s is not \"auto\", true or false",
                   xb_json_shown(o->d->arena, node));
    return XB_PACK_AUTO;
}

static void read_mapping(const XbJsonObject *mapping, XbCfg *cfg)
{
    static const char *const keys[] = {"scheme",      "kp_packed", "policy",          "reuse",
                                       "duplication", "objective", "bandwidth_aware", "time_model",
                                       "layers",      NULL};
    xb_json_known(mapping, keys);
    cfg->scheme = read_scheme(mapping);
    cfg->kp_packed = read_packing(mapping);
    cfg->policy = read_policy(mapping);
    cfg->reuse = read_reuse(mapping);
    cfg->has_duplication = xb_json_find(mapping, "duplication") != NULL;
    read_duplication(mapping, cfg);
    int objective = xb_json_choice(mapping, "objective", "mapping-objective", xb_cfg_objectives, 0);
    cfg->objective = objective == XB_JSON_BAD ? XB_THROUGHPUT : (XbObjective)objective;
    cfg->bandwidth_blind =
        !xb_json_bool(mapping, "bandwidth_aware", "mapping-bandwidth-aware", true);
    int model = xb_json_choice(mapping, "time_model", "mapping-time-model", xb_cfg_time_models, 0);
    cfg->time_model = model == XB_JSON_BAD ? XB_TIME_EXACT : (XbTimeModel)model;
}

// "auto", which is -1, or a number of blocks.
static int read_split(const XbJsonObject *o)
{
    const XbJson *node = xb_json_find(o, "split");
    if (!node)
        return 0;
    if (node->kind == XB_JSON_STRING && strcmp(node->text, "auto") == 0)
        return -1;
    if (node->kind == XB_JSON_NUMBER)
        return xb_json_int(o, "split", "mapping-split", 1, MAX_BLOCKS, 0);
    xb_json_report(o, "split", "mapping-split", "%s is not \"auto\" or an integer 1..%d",
                   xb_json_shown(o->d->arena, node), MAX_BLOCKS);
    return 0;
}

static void read_mapping_layer(const XbJsonObject *layers, XbCfgLayer *layer)
{
    static const char *const keys[] = {"scheme",      "sub_image", "policy", "reuse",
                                       "duplication", "split",     "merge",  NULL};
    static const char *const merges[] = {"majority", "sum", "avg", NULL};
    XbJsonObject o = xb_json_object(layers, layer->name);
    xb_json_known(&o, keys);
    layer->has_scheme = xb_json_find(&o, "scheme") != NULL;
    layer->scheme = read_scheme(&o);
    layer->in_mapping = true;
    layer->sub_image = xb_json_int(&o, "sub_image", "mapping-sub-image", 1, MAX_SIDE, 0);
    layer->has_policy = xb_json_find(&o, "policy") != NULL;
    layer->policy = read_policy(&o);
    layer->reuse = read_reuse(&o);
    layer->duplication = read_copies(&o, 0, "");
    layer->split = read_split(&o);
    layer->has_merge = xb_json_find(&o, "merge") != NULL;
    int merge = xb_json_choice(&o, "merge", "mapping-merge", merges, 0);
    layer->merge = merge == XB_JSON_BAD ? XB_MAJORITY : (XbMerge)merge;
}

static const XbJson *first_member(const XbJsonObject *o) { return o->node ? o->node->first : NULL; }

// The entry of the layer, made when it is the first to name it.
static XbCfgLayer *layer_named(XbCfgLayer *layer, int *layers, const char *name)
{
    for (int i = 0; i < *layers; i++)
        if (strcmp(layer[i].name, name) == 0)
            return &layer[i];
    layer[*layers].name = name;
    return &layer[(*layers)++];
}

// The overrides of both `layers` objects, one entry a layer.
static void read_layers(XbArena *arena, const XbJsonObject *mapping, const XbJsonObject *adc,
                        XbCfg *cfg)
{
    XbJsonObject in_mapping = xb_json_object(mapping, "layers");
    XbJsonObject in_adc = xb_json_object(adc, "layers");
    int most = xb_json_count(in_mapping.node) + xb_json_count(in_adc.node);
    XbCfgLayer *layer = xb_new(arena, XbCfgLayer, most);
    for (const XbJson *m = first_member(&in_mapping); m; m = m->next)
        read_mapping_layer(&in_mapping, layer_named(layer, &cfg->layers, m->key));
    for (const XbJson *m = first_member(&in_adc); m; m = m->next)
        xb_cfg_read_adc_layer(arena, &in_adc, cfg, layer_named(layer, &cfg->layers, m->key));
    cfg->layer = layer;
}

static void read_tiles(const XbJsonObject *root, XbCfg *cfg)
{
    static const char *const keys[] = {"count", "arrays_per_tile", NULL};
    XbJsonObject o = xb_json_object(root, "tiles");
    xb_json_known(&o, keys);
    cfg->tile_count = xb_json_int(&o, "count", "tiles-count", 1, 65536, 0);
    cfg->arrays_per_tile = xb_json_int(&o, "arrays_per_tile", "tiles-arrays-per-tile", 1, 1024, 8);
}

static void read_pipeline(const XbJsonObject *root, XbCfg *cfg)
{
    static const char *const keys[] = {"mode", "depth", NULL};
    XbJsonObject o = xb_json_object(root, "pipeline");
    xb_json_known(&o, keys);
    cfg->pipeline = (XbPipeline)xb_json_choice(&o, "mode", "pipeline-mode", xb_cfg_pipelines,
                                               XB_PIPELINE_LAYER);
    cfg->pipeline_depth = xb_json_int(&o, "depth", "pipeline-depth", 0, 16, 2);
}

// "unlimited", which is 0, or a number of bits.
static int read_bandwidth(const XbJsonObject *o)
{
    static const char *const key = "bits_per_cycle";
    const XbJson *node = xb_json_find(o, key);
    if (!node || (node->kind == XB_JSON_STRING && strcmp(node->text, "unlimited") == 0))
        return 0;
    if (node->kind == XB_JSON_NUMBER && node->number != 0)
        return xb_json_int(o, key, "buffer-bits-per-cycle", 1, MAX_BANDWIDTH, 0);
    if (node->kind == XB_JSON_NUMBER)
        xb_json_report(o, key, "buffer-zero",
                       "0 is outside 1..%d; without any bandwidth no layer gets its input",
                       MAX_BANDWIDTH);
    else
        xb_json_report(o, key, "buffer-bits-per-cycle",
                       "%s is not \"unlimited\" or an integer 1..%d",
                       xb_json_shown(o->d->arena, node), MAX_BANDWIDTH);
    return XB_JSON_BAD;
}

static void read_buffer(const XbJsonObject *root, XbCfg *cfg)
{
    static const char *const keys[] = {"bits_per_cycle", "access", "transfer", NULL};
    XbJsonObject o = xb_json_object(root, "buffer");
    xb_json_known(&o, keys);
    cfg->bits_per_cycle = read_bandwidth(&o);
    cfg->has_access = xb_json_find(&o, "access") != NULL;
    int access = xb_json_choice(&o, "access", "buffer-access", xb_cfg_accesses, XB_DUP);
    cfg->access = access == XB_JSON_BAD ? XB_DUP : (XbAccess)access;
    int transfer = xb_json_choice(&o, "transfer", "buffer-transfer", xb_cfg_transfers, 0);
    cfg->transfer = transfer == XB_JSON_BAD ? XB_OVERLAPPED : (XbTransfer)transfer;
}

static void read_rounding(const XbJsonObject *root, XbCfg *cfg)
{
    int rounding = xb_json_choice(root, "rounding", "cfg-rounding", xb_cfg_roundings, 0);
    cfg->rounding = rounding == XB_JSON_BAD ? XB_ROUND_TFLITE : (XbRounding)rounding;
}

static bool is_identifier(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    size_t length = strspn(text, letters);
    return length >= 1 && length <= MAX_NAME && !text[length] && (*text < '0' || *text > '9');
}

static const char *read_module(const XbJsonObject *o)
{
    const char *module = xb_json_string(o, "module", "macro-module");
    if (!module || is_identifier(module))
        return module;
    xb_json_report(
        o, "module", "macro-module",
        "\"%s\" is not a module's name: 1..%d letters, digits and '_', no digit in front", module,
        MAX_NAME);
    return NULL;
}

// The file is read by whoever builds the hardware.
static void read_macro(XbArena *arena, const XbJsonObject *root, XbCfg *cfg)
{
    static const char *const keys[] = {"file", "module", "saturation", NULL};
    XbJsonObject o = xb_json_object(root, "macro");
    xb_json_known(&o, keys);
    cfg->macro_saturation = xb_json_bool(&o, "saturation", "macro-saturation", true);
    if (!o.node)
        return;
    if (!xb_json_find(&o, "file"))
        xb_json_report(&o, "file", "macro-file",
                       "the key is missing; it gives the path of a Verilog file");
    if (!xb_json_find(&o, "module"))
        xb_json_report(&o, "module", "macro-module",
                       "the key is missing; it names the module in the file");
    const char *file = xb_json_string(&o, "file", "macro-file");
    cfg->macro_path = file ? xb_path_beside(arena, cfg->file, file) : NULL;
    cfg->macro_module = read_module(&o);
}

static void read_document(XbArena *arena, const XbJsonObject *root, XbCfg *cfg)
{
    static const char *const keys[] = {"$schema", "name",     "network",  "crossbar", "dac",
                                       "adc",     "mapping",  "tiles",    "pipeline", "buffer",
                                       "rram",    "counters", "rounding", "macro",    NULL};
    xb_json_known(root, keys);
    cfg->name = read_name(arena, root);
    read_network(arena, root, cfg);
    read_crossbar(root, cfg);
    read_dac(root, cfg);
    XbJsonObject adc = xb_json_object(root, "adc"), mapping = xb_json_object(root, "mapping");
    xb_cfg_read_adc(&adc, cfg);
    read_mapping(&mapping, cfg);
    read_layers(arena, &mapping, &adc, cfg);
    read_tiles(root, cfg);
    read_pipeline(root, cfg);
    read_buffer(root, cfg);
    cfg->rram = xb_cfg_read_rram(root);
    cfg->counters = xb_json_bool(root, "counters", "cfg-counters", true);
    read_rounding(root, cfg);
    read_macro(arena, root, cfg);
}

// Whoever begins has a network, and gives that.
static bool is_network(const XbJsonObject *root)
{
    return xb_json_find(root, "layers") && !xb_json_find(root, "network");
}

static bool fail_network(XbDiags *d, const char *path, const char *what)
{
    xb_report(d, XB_ERROR, "cfg-network", path, "",
              "this is a %s, not a configuration; write one that names it, at least {\"network\": "
              "\"%s\"}",
              what, xb_path_name(path));
    return false;
}

bool xb_cfg_parse(XbArena *arena, XbDiags *d, const char *file, const char *text, size_t size,
                  XbCfg *out)
{
    int errors = d->errors;
    *out = (XbCfg){.file = xb_arena_copy(arena, file)};
    const XbJson *document = xb_json_parse(arena, d, out->file, text, size);
    if (!document)
        return false;
    XbJsonObject root = xb_json_root(d, out->file, document);
    if (!root.node)
        return false;
    if (is_network(&root))
        return fail_network(d, out->file, "network in JSON");
    read_document(arena, &root, out);
    xb_cfg_check(arena, d, out);
    return d->errors == errors;
}

bool xb_cfg_read(XbArena *arena, XbDiags *d, const char *path, XbCfg *out)
{
    XbBytes bytes;
    *out = (XbCfg){.file = path};
    if (!xb_file_read(arena, d, path, &bytes))
        return false;
    if (xb_file_is_tflite(bytes))
        return fail_network(d, path, "TensorFlow Lite file");
    return xb_cfg_parse(arena, d, path, (const char *)bytes.data, bytes.size, out);
}

const char *xb_cfg_schema(void) { return xb_schema_text; }
