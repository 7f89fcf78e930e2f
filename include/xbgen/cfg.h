// SPDX-License-Identifier: Apache-2.0
// XbCfg: what the user asked for in cfg.json, validated field by field, defaults filled in.
#ifndef XBGEN_CFG_H
#define XBGEN_CFG_H

#include <stdbool.h>
#include <stdint.h>

#include "xbgen/arena.h"
#include "xbgen/diag.h"
#include "xbgen/net.h"

enum { XB_MOST_CELL_BITS = 4 };

typedef enum { XB_DIFFERENTIAL, XB_OFFSET, XB_TWOS_COMPLEMENT } XbEncoding;
typedef enum { XB_ROUND_TFLITE, XB_ROUND_DOUBLE, XB_ROUND_SINGLE } XbRounding;
typedef enum { XB_RANGE_FULL, XB_RANGE_WEIGHTS, XB_RANGE_EXPLICIT } XbRangeKind;

typedef enum { XB_IM2COL, XB_KERNEL_POSITION, XB_SUB_IMAGE } XbScheme;  // how windows lie on rows
typedef enum { XB_PACK_AUTO, XB_PACK_NO, XB_PACK_YES } XbPacking;     // kernel positions on one array

// Which part of a sub-image layer shares an array: one kernel of one channel and filter alone, or
// as many channels and filters as fit.
typedef enum { XB_PACKED, XB_SLICE, XB_POLICIES } XbPolicy;

typedef enum { XB_COPIES_GIVEN, XB_COPIES_PROPORTIONAL, XB_COPIES_OPTIMAL } XbDuplication;
typedef enum { XB_THROUGHPUT, XB_LATENCY_SERIAL, XB_LATENCY_PIPELINED } XbObjective;
typedef enum { XB_TIME_EXACT, XB_TIME_PUBLISHED } XbTimeModel;
typedef enum { XB_DUP, XB_SHARE, XB_KP, XB_LINE } XbAccess;  // what a step loads from the buffer
typedef enum { XB_OVERLAPPED, XB_SERIAL } XbTransfer;        // ... and whether arrays wait for it
typedef enum { XB_PIPELINE_LAYER, XB_PIPELINE_SERIAL } XbPipeline;  // all layers at once, or in turn

typedef struct XbAdcRange {
    XbRangeKind kind;
    int delta, lo;  // for XB_RANGE_EXPLICIT
    bool has_lo;    // likewise: lo is given
} XbAdcRange;

// Transfer curves of other tools (docs/numerics.md).
typedef enum { XB_NEUROSIM13, XB_NEUROSIM15, XB_MNSIM, XB_CROSSSIM } XbPresetKind;

typedef struct XbPreset {
    XbPresetKind kind;
    int bits;      // as the tool counts them
    int min, max;  // the sums that the tool's converter spans, min < max
} XbPreset;

// Thresholds of a layer's converters, from a file.
typedef struct XbCfgList {
    const char *path;  // resolved; NULL: none
    int lists;         // of a converter each; 0: one for all
    const int32_t *threshold;  // [1 or lists][2^bits - 1]; NULL until xb_cfg_lists has read them
} XbCfgList;

typedef struct XbCfgLayer {  // overrides of one layer: mapping.layers.<name> and adc.layers.<name>
    const char *name;
    bool in_mapping, in_adc;  // which of the two objects names it (for reports)
    bool has_scheme;
    XbScheme scheme;
    int sub_image;            // side asked for; 0: not given
    bool has_policy;
    XbPolicy policy;
    int reuse;                // 0: not given
    int duplication;          // 0: not given
    int split;                // blocks; -1: as many as the arrays need; 0: not given
    bool has_merge;
    XbMerge merge;
    int adc_bits;             // 0: not given; a preset gives them
    bool has_range;
    XbAdcRange range;
    bool has_preset;
    XbPreset preset;
    XbCfgList thresholds;
} XbCfgLayer;

typedef struct XbCfgRram {  // imperfect cells, in levels where nothing else is said
    bool is_given;          // cfg.json has the object
    uint64_t seed;
    int frac_bits;          // F: a cell resolves 2^-F of a level
    double off_level;       // conductance of level 0
    double variation;       // sigma of the logarithm of a cell's conductance
    double stuck_on, stuck_off;  // shares of the cells
    double nu, time, t0;    // drift by (time / t0)^-nu
    double attenuation;     // share that the cell farthest from driver and converter loses
    double read_noise;      // sigma, per row that could be on
    bool programmed_bias;   // ... for what the programmed cells represent
} XbCfgRram;

typedef struct XbCfg {
    const char *file;           // cfg.json as the user typed it
    const char *name;           // default: the file's base name without .cfg.json or .json
    const char *network;        // as written
    const char *network_path;   // resolved: relative to the cfg file
    int rows, cols;             // 8..1024
    int cell_bits;              // 1..XB_MOST_CELL_BITS
    XbEncoding encoding;
    int active_rows;            // 1..rows, default rows
    int dac_bits;               // 1..8
    int adc_bits;               // 1..14; a preset gives them
    int adc_per_array;          // a divisor of cols
    int adc_interval;           // 1..64
    int adc_latency;            // 1..64
    bool has_adc_range;
    XbAdcRange adc_range;
    bool has_preset;            // of all layers without thresholds or a preset of their own
    XbPreset preset;
    bool adc_analog;            // subtract: "analog"
    XbScheme scheme;            // of every layer that has it
    XbPacking kp_packed;
    XbPolicy policy;            // of every sub-image layer
    int reuse;                  // windows of a sub-image layer that an array serves in turn; 0: not given
    bool has_duplication;       // cfg.json says something about copies
    XbDuplication how_copies;   // of layers without a number of their own
    int duplication;            // ... with XB_COPIES_GIVEN; "none" is 1
    XbObjective objective;      // of XB_COPIES_OPTIMAL
    bool bandwidth_blind;       // likewise: as if the buffers had no limit
    XbTimeModel time_model;     // by which copies are chosen
    int tile_count;             // 0: as many as needed
    int arrays_per_tile;
    XbPipeline pipeline;        // which layers work at the same time
    int pipeline_depth;         // 0..16
    int bits_per_cycle;         // of a layer's buffer port; 0: unlimited
    bool has_access;
    XbAccess access;            // of every layer that has a choice
    XbTransfer transfer;
    XbRounding rounding;
    XbCfgRram rram;
    bool counters;              // of every layer, to be read by the host
    const char *macro_path;     // a user's own analog macro, resolved; NULL: ours
    const char *macro_module;   // likewise; both or none, once everything was right
    bool macro_saturation;      // whether its saturated_o is judged
    int layers;
    const XbCfgLayer *layer;
} XbCfg;

// Parses and checks cfg.json text; `file` is its path as typed. Reports every fault it finds with its
// JSON path. Returns false if there was an error. Layer names and everything that needs the network are
// checked by xb_plan_build.
bool xb_cfg_parse(XbArena *arena, XbDiags *d, const char *file, const char *text, size_t size,
                  XbCfg *out);

// Reads and parses a file.
bool xb_cfg_read(XbArena *arena, XbDiags *d, const char *path, XbCfg *out);

// Reads the threshold lists that layers name and checks them against the layers' bits. Reports [file-read] and
// [adc-thresholds...] at the key, and what is wrong in the file itself. Returns false if there was an error.
bool xb_cfg_lists(XbArena *arena, XbDiags *d, XbCfg *cfg);

// The words of cfg.json: "differential", "offset" ...; "im2col" ...; "tflite" ...
const char *xb_encoding_name(XbEncoding encoding);
const char *xb_scheme_name(XbScheme scheme);
const char *xb_policy_name(XbPolicy policy);
const char *xb_rounding_name(XbRounding rounding);
const char *xb_duplication_name(XbDuplication duplication);
const char *xb_objective_name(XbObjective objective);
const char *xb_time_model_name(XbTimeModel model);
const char *xb_access_name(XbAccess access);
const char *xb_transfer_name(XbTransfer transfer);
const char *xb_pipeline_name(XbPipeline pipeline);
const char *xb_preset_name(XbPresetKind preset);

// Bits of a preset's codes: one more than the tool says where it has 2^bits + 1 codes.
int xb_preset_bits(const XbPreset *preset);

// The JSON Schema (draft 07) of cfg.json, as text.
const char *xb_cfg_schema(void);

#endif
