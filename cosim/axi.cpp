// SPDX-License-Identifier: Apache-2.0
// Stream ends and register master; the parts that do not run every cycle.
#include "axi.h"

#include <algorithm>
#include <cstring>

namespace xb
{

Stall::Stall(int percent, uint64_t seed, int id)
{
    // splitmix64: neighbouring seeds and ids must not give neighbouring sequences
    uint64_t z = (seed * 64 + static_cast<uint64_t>(id) + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    state_ = (z ^ (z >> 31)) | 1;
    threshold_ = static_cast<uint32_t>((static_cast<uint64_t>(percent) << 32) / 100);
}

static void set_keep(std::vector<uint8_t> &keep, size_t lanes)
{
    std::fill(keep.begin(), keep.end(), uint8_t{0});
    for (size_t i = 0; i < lanes; ++i)
        keep[i / 8] = static_cast<uint8_t>(keep[i / 8] | 1 << i % 8);
}

StreamSource::StreamSource(int width, Stall stall)
    : data(static_cast<size_t>(width)), keep((static_cast<size_t>(width) + 7) / 8),
      width_(static_cast<size_t>(width)), stall_(stall)
{
}

void StreamSource::play(const uint8_t *bytes, size_t frame_bytes, long long frames)
{
    bytes_ = bytes;
    frame_bytes_ = frame_bytes;
    offset_ = 0;
    left_ = frames;
}

bool StreamSource::next(bool fired)
{
    if (left_ == 0 || stall_.now()) {
        valid = false;
        return fired;
    }
    load();
    return valid = true;
}

void StreamSource::load()
{
    const size_t n = std::min(width_, frame_bytes_ - offset_);
    std::memset(data.data(), 0xA5, width_);
    std::memcpy(data.data(), bytes_ + offset_, n);
    set_keep(keep, n);
    offset_ += n;
    last = offset_ == frame_bytes_;
    if (last) {
        bytes_ += frame_bytes_;
        offset_ = 0;
        --left_;
    }
}

StreamMonitor::StreamMonitor(int width, size_t frame_bytes)
    : width_(static_cast<size_t>(width)), frame_bytes_(frame_bytes), keep_bytes_((width_ + 7) / 8),
      full_(keep_bytes_), tail_(keep_bytes_), held_data_(width_), held_keep_(keep_bytes_)
{
    set_keep(full_, width_);
    set_keep(tail_, (frame_bytes - 1) % width_ + 1);
}

int StreamMonitor::accept(const void *keep, bool last)
{
    const size_t left = frame_bytes_ - offset_;
    const size_t n = std::min(width_, left);
    const bool end = n == left;
    if (last != end) {
        fault_ = end ? "tlast is missing on the last beat of a frame"
                     : "tlast comes before the last beat of a frame";
        return 0;
    }
    if (std::memcmp(keep, end ? tail_.data() : full_.data(), keep_bytes_) != 0) {
        fault_ = "tkeep does not mark exactly the bytes of the frame";
        return 0;
    }
    offset_ = end ? 0 : offset_ + n;
    return static_cast<int>(n);
}

void StreamMonitor::hold(const void *data, const void *keep, bool last)
{
    std::memcpy(held_data_.data(), data, width_);
    std::memcpy(held_keep_.data(), keep, keep_bytes_);
    held_last_ = last;
    holding_ = true;
}

bool StreamMonitor::held_still(bool valid, const void *data, const void *keep, bool last)
{
    holding_ = false;
    if (valid && last == held_last_ && std::memcmp(data, held_data_.data(), width_) == 0 &&
        std::memcmp(keep, held_keep_.data(), keep_bytes_) == 0)
        return true;
    fault_ = valid ? "a beat changed while it waited for tready"
                   : "tvalid fell before the beat was taken";
    return false;
}

void LiteMaster::start_read(uint32_t at)
{
    address = at;
    busy = arvalid = true;
    writing_ = false;
    rready = false;
}

void LiteMaster::start_write(uint32_t at, uint32_t data)
{
    address = at;
    wdata = data;
    busy = awvalid = wvalid = writing_ = true;
    bready = false;
}

void LiteMaster::step(const Pins &pins)
{
    const bool read_done = rready && pins.rvalid;
    const bool write_done = bready && pins.bvalid;
    if (read_done) {
        value = pins.rdata;
        response = pins.rresp;
    }
    if (write_done)
        response = pins.bresp;
    arvalid = arvalid && !pins.arready;
    awvalid = awvalid && !pins.awready;
    wvalid = wvalid && !pins.wready;
    busy = !read_done && !write_done;
    const bool ready = busy && !stall_.now();
    rready = ready && !writing_;
    bready = ready && writing_;
}

}  // namespace xb
