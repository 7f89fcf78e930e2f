// SPDX-License-Identifier: Apache-2.0
// What the parts of the JSON reader share: the document, one layer being read, getters. The keys
// are told to editors by xbgen-net-1.schema.json, and to people by docs/network.md.
#ifndef XBGEN_NET_NETJSON_H
#define XBGEN_NET_NETJSON_H

#include "base/json_in.h"
#include "net/net_build.h"

#include "xbgen/npy.h"

// What a name of an earlier layer stands for: a layer's number, or one of these.
enum { XB_NJ_INPUT = -1, XB_NJ_FAILED = -2, XB_NJ_UNKNOWN = -3 };

enum {
    XB_NJ_MAX_BITS = 8,  // of codes that a file speaks of
    XB_NJ_PARTS = 3      // layers of the network that one in the file can be
};

typedef struct XbNj {
    XbArena *arena;
    XbDiags *d;
    const char *file;
    XbJsonObject root;
    XbNet *net;
    XbNetBuild build;
    int entries;        // of the list `layers` so far, refused ones too
    const char **name;  // per entry
    int *layer;         // per entry: number in the network, or XB_NJ_FAILED
    bool *used;         // per entry
    int *rank;          // per layer of the network, batch included
} XbNj;

typedef struct XbNjLayer {
    XbNj *n;
    XbJsonObject o;
    XbNetPlace at;
    XbNetLayer *l;  // being filled in
    XbPadding padding;
    int groups;                                        // 0: not given
    int rank;                                          // of the output
    int pool_h, pool_w, pool_stride_h, pool_stride_w;  // before the thresholds; pool_h 0: none
} XbNjLayer;

// ---- netjson_value.c: getters. Each reports a value that will not do, [net-value], and gives
// false. ----

// n or [h, w], each 1..2^16. An absent key leaves *h and *w.
bool xb_nj_pair(const XbJsonObject *o, const char *key, int *h, int *w);

// A list of least..most integers, each lo..hi. *count 0: the key is absent.
bool xb_nj_list(const XbJsonObject *o, const char *key, int lo, int hi, int least, int most,
                int *out, int *count);

// `shape`, which must be there: [H, W, C], [W, C] or [C]. *rank counts the batch too.
bool xb_nj_shape(const XbJsonObject *o, const char *what, XbShape *out, int *rank);

// A number, rounded to float32. An absent key leaves *out.
bool xb_nj_float(const XbJsonObject *o, const char *key, float *out);

// The key must be there.
bool xb_nj_needs(const XbJsonObject *o, const char *key, const char *what);

// The place of the object itself, for rules that are not about JSON.
XbNetPlace xb_nj_place(const XbJsonObject *o);

// scale, zero_point, bits and signed of `input` or `output`; scale 1 and zero point 0 when absent.
bool xb_nj_quant(const XbJsonObject *o, const char *role, bool is_signed, XbQuant *out);

// ---- netjson_file.c: each reports what will not do at the key, and gives false ----
typedef struct XbNjFile {  // an array named by a key; its memory goes when it has been copied
    XbArena arena;
    XbNpy array;
} XbNjFile;

// The file that the key, which is there, names.
bool xb_nj_open(XbNj *n, const XbJsonObject *o, const char *key, bool is_float, XbNjFile *out);

// The array must be of signed integers of `size` bytes and have this shape, in which -1 is
// anything.
bool xb_nj_expect(const XbJsonObject *o, const char *key, const XbNpy *a, int size,
                  const int64_t *shape, int rank);

void *xb_nj_copy(XbArena *arena, const XbNpy *a);

// All three; `shape` becomes the array's. An absent key gives NULL.
bool xb_nj_array(XbNj *n, const XbJsonObject *o, const char *key, int size, int64_t *shape,
                 int rank, const void **out);

// ---- netjson_post.c: what follows the sums of a layer with weights ----
// Which it is, and the keys that do not go with it; `pool`.
bool xb_nj_post(XbNjLayer *x);

// `output` of such a layer, in which `bits` may be those of sums.
bool xb_nj_post_output(XbNjLayer *x);

// thresholds and gain_sign, or those of `blocks`, of a layer whose weights are there.
bool xb_nj_thresholds(XbNjLayer *x);

// Makes parts of the layer just accepted: its pool, and the merge of its blocks.
bool xb_nj_parts(XbNjLayer *x, const char *name);

// ---- netjson_weights.c ----

// The seed, where `weights` is an object.
bool xb_nj_seed(XbNjLayer *x);

// weights, bias and weight_scale of a layer whose input and out.c are known. Shapes are inferred in
// between, because a filter's depth says how many groups there are.
bool xb_nj_weights(XbNjLayer *x);

// ---- netjson_table.c: functions of one code ----

// function and alpha; an operand that the function has no use for is a fault.
bool xb_nj_function(XbNjLayer *x);

// The operand of a layer whose input is known.
bool xb_nj_operand(XbNjLayer *x);

// ---- netjson_layer.c ----

// Reads element `index` of `layers`.
void xb_nj_layer(XbNj *n, int index);

// ---- netjson_graph.c ----

// Takes the layer's name and notes it; a default that is taken is a fault.
bool xb_nj_name(XbNjLayer *x, int index);

// False, and reported, if a layer so far has the name.
bool xb_nj_free_name(const XbNjLayer *x, const char *name);

// What the layer reads: fills in its input[], in, in_q[]. False: not there, or not read itself.
bool xb_nj_from(XbNjLayer *x, int index);

// The layers that the key `outputs` names: fills in net->outputs and their numbers.
void xb_nj_outputs(XbNj *n);

// Every output but the last, or those that are results, must be used.
void xb_nj_check_use(XbNj *n);

#endif
