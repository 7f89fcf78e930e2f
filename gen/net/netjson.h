// SPDX-License-Identifier: Apache-2.0
// What the parts of the JSON reader share: the document, one layer being read, getters. The keys
// are told to editors by xbgen-net-1.schema.json, and to people by docs/network.md.
#ifndef XBGEN_NET_NETJSON_H
#define XBGEN_NET_NETJSON_H

#include "base/json_in.h"
#include "net/net_build.h"

// What a name of an earlier layer stands for: a layer's number, or one of these.
enum { XB_NJ_INPUT = -1, XB_NJ_FAILED = -2, XB_NJ_UNKNOWN = -3 };

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
    int groups;  // 0: not given
    int rank;    // of the output
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
bool xb_nj_quant(XbNj *n, const XbJsonObject *o, const char *role, XbQuant *out);

// ---- netjson_weights.c ----

// The seed, where `weights` is an object.
bool xb_nj_seed(XbNjLayer *x);

// weights, bias and weight_scale of a layer whose input and out.c are known. Shapes are inferred in
// between, because a filter's depth says how many groups there are.
bool xb_nj_weights(XbNjLayer *x);

// ---- netjson_layer.c ----

// Reads element `index` of `layers`.
void xb_nj_layer(XbNj *n, int index);

// ---- netjson_graph.c ----

// Takes the layer's name and notes it; a default that is taken is a fault.
bool xb_nj_name(XbNjLayer *x, int index);

// What the layer reads: fills in its input[], in, in_q[]. False: not there, or not read itself.
bool xb_nj_from(XbNjLayer *x, int index);

// Every output but the last must be used.
void xb_nj_check_use(XbNj *n);

#endif
