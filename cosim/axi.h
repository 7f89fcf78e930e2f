// SPDX-License-Identifier: Apache-2.0
// AXI4-Stream ends and an AXI4-Lite master as plain state machines: they know no model and no pins,
// so chip.cpp can copy pins to and from them and a test can drive them alone.
#ifndef XB_COSIM_AXI_H
#define XB_COSIM_AXI_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace xb
{

// Random hesitation of one stream end: the same seed and id give the same run.
class Stall
{
  public:
    Stall(int percent, uint64_t seed, int id);

    bool now()  // stall in this cycle?
    {
        if (threshold_ == 0)
            return false;
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return static_cast<uint32_t>(state_ >> 32) < threshold_;
    }

  private:
    uint64_t state_;
    uint32_t threshold_;
};

// Sends frames back to back. After each rising edge call step(); then, if it returns true, copy the
// public members to the pins.
class StreamSource
{
  public:
    StreamSource(int width, Stall stall);

    void play(const uint8_t *bytes, size_t frame_bytes, long long frames);

    // fired: tvalid and tready met on the edge. True when the pins change.
    bool step(bool fired)
    {
        if (valid && !fired)
            return false;
        if (!valid && left_ == 0)
            return false;
        return next(fired);
    }

    bool idle() const { return !valid && left_ == 0; }

    bool valid = false;
    bool last = false;
    std::vector<uint8_t> data;  // one beat; lanes without a byte hold rubbish
    std::vector<uint8_t> keep;  // one bit a lane

  private:
    bool next(bool fired);
    void load();

    const uint8_t *bytes_ = nullptr;
    size_t width_, frame_bytes_ = 0, offset_ = 0;  // offset_: in the frame
    long long left_ = 0;                           // frames not yet sent whole
    Stall stall_;
};

// Checks what a stream end gives: framing, tkeep, and that an offered beat stays as it is.
class StreamMonitor
{
  public:
    StreamMonitor(int width, size_t frame_bytes);

    // A beat that was accepted. Returns its bytes (by position, whatever tkeep says); 0: fault()
    // tells.
    int accept(const void *keep, bool last);

    // A beat that was offered and not taken in this cycle; compared with the next cycle's.
    void hold(const void *data, const void *keep, bool last);

    // Called with what is offered now, if a beat was held in the cycle before. False: it changed.
    bool held_still(bool valid, const void *data, const void *keep, bool last);

    bool holding() const { return holding_; }
    bool frame_ended() const { return offset_ == 0; }
    const char *fault() const { return fault_; }

  private:
    size_t width_, frame_bytes_, keep_bytes_, offset_ = 0;
    std::vector<uint8_t> full_, tail_;  // expected tkeep of inner and of last beats
    std::vector<uint8_t> held_data_, held_keep_;
    bool held_last_ = false, holding_ = false;
    const char *fault_ = nullptr;
};

// One transfer at a time, read or write; address and data of a write may be taken in any order.
class LiteMaster
{
  public:
    explicit LiteMaster(Stall stall) : stall_(stall) {}

    void start_read(uint32_t address);
    void start_write(uint32_t address, uint32_t value);

    struct Pins {  // what the chip drives, sampled before the rising edge
        bool arready, rvalid, awready, wready, bvalid;
        uint32_t rdata;
        int rresp, bresp;
    };
    void step(const Pins &pins);  // after the edge

    bool busy = false;
    bool arvalid = false, rready = false, awvalid = false, wvalid = false, bready = false;
    uint32_t address = 0, wdata = 0;
    uint32_t value = 0;  // of the last read
    int response = 0;    // of the last transfer: 0 OKAY, 2 SLVERR

  private:
    Stall stall_;
    bool writing_ = false;
};

}  // namespace xb

#endif
