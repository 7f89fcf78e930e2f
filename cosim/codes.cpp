// SPDX-License-Identifier: Apache-2.0
// Reads on demand: the golden model at the other end of the pipe waits meanwhile.
#include "codes.h"

#include "design.h"
#include "fail.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>
#include <utility>

namespace xb
{

// Images piled up beyond this, and beyond eight images, show that a layer has stopped converting.
static const size_t kMostBytes = size_t{1} << 28;

static long long codes_of(const XbDesignLayer &l)
{
    return l.arrays ? 1LL * l.windows * l.planes * l.groups * l.row_tiles * l.conversions : 0;
}

void Codes::open_files(const std::string &folder, long long images)
{
    layer_.resize(design.layers);
    for (int i = 0; i < design.layers; ++i) {
        const long long codes = codes_of(design.layer[i]);
        if (codes == 0)
            continue;
        const std::string path = folder + "/adc_" + std::to_string(i) + ".npy";
        need(path, "adc");
        layer_[i].bytes = 2 * static_cast<size_t>(codes);
        layer_[i].file.open(path);
        layer_[i].file.expect(2, images, codes);
    }
}

void Codes::open_pipe(int fd)
{
    fd_ = fd;
    layer_.resize(design.layers);
    size_t all = 0;
    for (int i = 0; i < design.layers; ++i) {
        layer_[i].bytes = 2 * static_cast<size_t>(codes_of(design.layer[i]));
        all += layer_[i].bytes;
    }
    most_ = std::max(kMostBytes, 8 * all);
}

void Codes::set_users(int layer, int users) { layer_[layer].users = users; }

static void read_all(int fd, uint8_t *to, size_t size)
{
    while (size > 0) {
        const ssize_t n = read(fd, to, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            fail(kEnvironment, "converter codes cannot be read: %s", std::strerror(errno));
        if (n == 0)
            fail(kEnvironment, "the converter codes end early; xbgen was stopped");
        to += n;
        size -= static_cast<size_t>(n);
    }
}

void Codes::read_image_of_layer()
{
    Layer &layer = layer_[next_layer_];
    if (layer.bytes > 0) {
        std::vector<uint8_t> codes(layer.bytes);
        read_all(fd_, codes.data(), layer.bytes);
        if (layer.forgotten)
            std::vector<uint8_t>().swap(codes);
        held_ += codes.size();
        layer.held.push_back(std::move(codes));
    }
    next_layer_ = (next_layer_ + 1) % design.layers;
}

const uint8_t *Codes::image(int index, long long image)
{
    Layer &layer = layer_[index];
    if (fd_ < 0)
        return layer.file.data() + static_cast<size_t>(image) * layer.bytes;
    while (layer.oldest + static_cast<long long>(layer.held.size()) <= image)
        read_image_of_layer();
    return layer.forgotten ? nullptr : layer.held[static_cast<size_t>(image - layer.oldest)].data();
}

void Codes::drop_oldest(Layer &layer)
{
    if (fd_ < 0) {
        layer.file.release(static_cast<size_t>(layer.oldest + 1) * layer.bytes);
    } else {
        held_ -= layer.held.front().size();
        layer.held.pop_front();
    }
    layer.left.pop_front();
    layer.oldest++;
}

void Codes::leave(int index, long long image)
{
    Layer &layer = layer_[index];
    const size_t at = static_cast<size_t>(image - layer.oldest);
    if (layer.left.size() <= at)
        layer.left.resize(at + 1);
    layer.left[at]++;
    while (!layer.left.empty() && layer.left.front() >= layer.users)
        drop_oldest(layer);
}

int Codes::laggard() const
{
    if (held_ <= most_)
        return -1;
    int worst = -1;
    for (int i = 0; i < design.layers; ++i)
        if (!layer_[i].forgotten &&
            (worst < 0 || layer_[i].held.size() > layer_[worst].held.size()))
            worst = i;
    return worst;
}

void Codes::forget(int index)
{
    Layer &layer = layer_[index];
    layer.forgotten = true;
    for (std::vector<uint8_t> &codes : layer.held) {
        held_ -= codes.size();
        std::vector<uint8_t>().swap(codes);
    }
}

}  // namespace xb
