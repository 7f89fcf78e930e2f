// SPDX-License-Identifier: Apache-2.0
// Any bytes as a .tflite file: no crash, a refusal says why, and of a network that is accepted
// every weight, bias, scale and layer number can be used, by plan, emitter and golden model too.
// The last bytes of the file draw the architecture: the reader has no need of them.
#include "fuzz.h"
#include <string.h>

#include "xbgen/net.h"
#include "xbgen/num.h"

static void walk_weights(const XbNetLayer *l)
{
    volatile int sum = 0;
    for (int64_t i = 0; i < xb_net_weights(l); i++)
        sum = l->weights[i];
    for (int c = 0; c < l->out.c; c++) {
        sum = l->bias ? l->bias[c] : 0;
        FUZZ_CHECK(l->weight_scale[c] > 0.0f);
        xb_multiplier(
            xb_real_multiplier(l->in_q[0].scale, l->weight_scale[c], l->out_q.scale, true));
    }
    (void)sum;
}

// What input `n` has to be: the second one of a gated product is a pixel, that of a concatenation
// has the channels, in turn the pixels, that the first one has not.
static XbShape wanted(const XbNetLayer *l, int n)
{
    if (n == 1 && l->is_gated)
        return (XbShape){1, 1, l->in.c};
    if (n == 1 && l->along == XB_ALONG_HEIGHT)
        return (XbShape){l->out.h - l->in.h, l->in.w, l->in.c};
    if (n == 1 && l->along == XB_ALONG_WIDTH)
        return (XbShape){1, (int)(xb_shape_pixels(l->out) - xb_shape_pixels(l->in)), l->in.c};
    if (n == 1 && l->kind == XB_CONCAT)
        return (XbShape){l->in.h, l->in.w, l->out.c - l->in.c};
    return l->in;
}

static void walk_layer(const XbNet *net, int index)
{
    const XbNetLayer *l = &net->layer[index];
    for (int n = 0; n < l->inputs; n++) {
        FUZZ_CHECK(l->input[n] >= -1 && l->input[n] < index);
        XbShape from = l->input[n] < 0 ? net->input : net->layer[l->input[n]].out;
        XbShape to = wanted(l, n);
        FUZZ_CHECK(xb_shape_pixels(from) == xb_shape_pixels(to) && from.c == to.c);
        FUZZ_CHECK(l->is_frame || (from.h == to.h && from.w == to.w));
        FUZZ_CHECK(l->in_q[n].zero >= 0 && l->in_q[n].zero <= 255);
    }
    FUZZ_CHECK(l->name && l->op_name && l->out.h > 0 && l->out.w > 0 && l->out.c > 0);
    if (xb_kind_has_weights(l->kind))
        walk_weights(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbNet net;
    uint8_t *bytes = fuzz_copy(data, size);
    bool is_good = xb_tflite_read(&arena, &d, "fuzz.tflite", (XbBytes){bytes, size}, &net);
    free(bytes);  // nothing in the network may point into the file
    FUZZ_CHECK(is_good == (d.errors == 0));
    fuzz_reached[FUZZ_ACCEPTED] += is_good;
    FUZZ_CHECK(!is_good || net.layers > 0);
    for (int i = 0; is_good && i < net.layers; i++)
        walk_layer(&net, i);
    for (int i = 0; is_good && i < net.notes; i++)
        FUZZ_CHECK(net.note[i].op_name && net.note[i].text);
    FUZZ_CHECK(!is_good || strlen(xb_net_text(&arena, &net)) > 0);
    if (is_good)
        fuzz_through(&net, data + size - FUZZ_DRAWS);
    xb_arena_free(&arena);
    return 0;
}
