// SPDX-License-Identifier: Apache-2.0
// Converter codes through a pipe, for a design of two layers: a layer that is read to its end holds
// one image, one that stands still is found and forgotten, and the other goes on. Codes come on
// standard input: in image i every byte of layer l is 16 * l + i.
#include "codes.h"
#include "design.h"
#include "fail.h"
#include <cstdio>

static XbDesignLayer layer_of(int arrays, int windows)
{
    XbDesignLayer l = {};
    l.arrays = arrays;
    l.windows = windows;
    l.planes = l.groups = l.row_tiles = l.conversions = 1;
    return l;
}

static const XbDesignLayer two[] = {layer_of(3, 4 << 20), layer_of(1, 16 << 20)};
const xb::Design xb::design = {0, 2, 4, 0, 0, 0, 0, 0, 0, 0, false, 0, 0, two, nullptr};

static int failures;

static void check(bool is_right, const char *what, long long image)
{
    if (is_right)
        return;
    std::printf("image %lld: %s\n", image, what);
    failures++;
}

static bool holds(const uint8_t *codes, int layer, long long image)
{
    const XbDesignLayer &l = two[layer];
    return codes && codes[0] == 16 * layer + image &&
           codes[2 * l.windows - 1] == 16 * layer + image;
}

// Three users of layer 0 leave every image; layer 1 stops after two.
static void run(xb::Codes &codes, long long images)
{
    long long forgotten = -1;
    for (long long i = 0; i < images; ++i) {
        check(holds(codes.image(0, i), 0, i), "layer 0 has other codes", i);
        if (i < 2) {
            check(holds(codes.image(1, i), 1, i), "layer 1 has other codes", i);
            codes.leave(1, i);
        }
        const int laggard = codes.laggard();
        if (laggard >= 0) {
            check(laggard == 1 && forgotten < 0, "the layer to blame is layer 1, once", i);
            forgotten = i;
            codes.forget(laggard);
            check(codes.laggard() < 0, "what is forgotten is held", i);
        }
        for (int user = 0; user < 3; ++user)
            codes.leave(0, i);
    }
    check(forgotten > 8 && forgotten < images - 1, "the layer was not forgotten in time",
          forgotten);
    check(!codes.image(1, 2) && !codes.image(1, images - 1), "a forgotten layer has codes", 2);
}

int main()
{
    try {
        xb::Codes codes;
        codes.open_pipe(0);
        codes.set_users(0, 3);
        codes.set_users(1, 1);
        run(codes, 14);
    } catch (const xb::Stop &) {
        return 1;
    }
    return failures != 0;
}
