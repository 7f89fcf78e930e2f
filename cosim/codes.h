// SPDX-License-Identifier: Apache-2.0
// The converter codes that are expected, per layer and image: from files, or from a pipe of which
// only the images that the chip works on are held.
#ifndef XB_COSIM_CODES_H
#define XB_COSIM_CODES_H

#include "npy.h"
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace xb
{

class Codes
{
  public:
    // adc_<n>.npy in `folder`; ends the program if they do not fit the design.
    void open_files(const std::string &folder, long long images);

    // Descriptor `fd`: image after image, layer after layer, the codes as they lie in these files.
    void open_pipe(int fd);

    // The codes of a layer for an image that no user of the layer has left yet. Reads the pipe up
    // to them; ends the program if it ends before.
    const uint8_t *image(int layer, long long image);

    // A layer's codes of an image are dropped when all its users, in order of images, have left it.
    void set_users(int layer, int users);
    void leave(int layer, long long image);

    // The layer to blame when the pipe's images pile up, because one falls behind for ever; -1:
    // none. forget() drops what is held for it, now and later.
    int laggard() const;
    void forget(int layer);

  private:
    struct Layer {
        size_t bytes = 0;  // of an image; 0: no weights
        int users = 0;
        Npy file;
        long long oldest = 0;                   // image that is held first
        std::deque<std::vector<uint8_t>> held;  // of the pipe
        std::deque<int> left;                   // users that have left it; from `oldest` on
        bool forgotten = false;
    };

    void drop_oldest(Layer &layer);
    void read_image_of_layer();

    std::vector<Layer> layer_;
    int fd_ = -1;
    int next_layer_ = 0;          // what the pipe gives next
    size_t held_ = 0, most_ = 0;  // bytes
};

}  // namespace xb

#endif
