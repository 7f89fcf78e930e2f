// SPDX-License-Identifier: Apache-2.0
// Goes through the program's own writer, which the reader must understand.
#include "json_net.h"

#include "xbgen/net.h"

bool json_net_write(XbArena *arena, XbDiags *d, const Graph *g, XbBytes tflite, Rng rng,
                    const char *folder)
{
    XbNet net;
    if (!xb_tflite_read(arena, d, "net.tflite", tflite, &net))
        return false;
    for (int i = 0; i < net.layers && i < g->ops; i++) {  // a final SOFTMAX is no layer
        XbNetLayer *l = &net.layer[i];
        if (!graph_has_weights(&g->op[i]))
            continue;
        l->weight_bits = g->op[i].weight_bits;
        l->has_seed = g->op[i].is_seeded;
        l->seed = rng_next(&rng);
    }
    return xb_net_write(arena, d, &net, folder);
}
