// SPDX-License-Identifier: Apache-2.0
// Memory-mapped .npy files: expected codes can be larger than memory, and a run reads each of them
// once.
#ifndef XB_COSIM_NPY_H
#define XB_COSIM_NPY_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace xb
{

// C order, little-endian, 'i' or 'u', versions 1 to 3. Everything else ends the program with a
// message.
class Npy
{
  public:
    static bool exists(const std::string &path);

    void open(const std::string &path);

    // Ends the program unless items have `item_size` bytes and the shape is [at least `images`,
    // ...] with `per_image` items in each.
    void expect(int item_size, long long images, long long per_image) const;

    const uint8_t *data() const { return data_; }

    // The items' first `bytes` will hardly be read again: their memory is given back.
    void release(size_t bytes);

    long long images() const { return shape_.empty() ? 1 : shape_[0]; }
    long long per_image() const;  // items
    int item_size() const { return item_size_; }
    const std::string &path() const { return path_; }
    bool is_open() const { return data_ != nullptr; }

  private:
    void parse(const char *header, size_t size);

    std::string path_;
    const uint8_t *data_ = nullptr;  // stays mapped until the program ends
    uintptr_t released_ = 0;         // everything below is
    int item_size_ = 0;
    std::vector<long long> shape_;
};

// Ends the program unless the file is there: `level` needs it.
void need(const std::string &path, const char *level);

// A whole file, mapped read-only.
struct Mapped {
    const uint8_t *data;
    size_t size;
};
Mapped map_file(const std::string &path);

}  // namespace xb

#endif
