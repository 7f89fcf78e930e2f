// SPDX-License-Identifier: Apache-2.0
// The emitted chip behind a small interface: play a program and images, read registers. Hides the
// pins and the verilated class, which takes long to compile.
#ifndef XB_COSIM_CHIP_H
#define XB_COSIM_CHIP_H

#include "design.h"
#include "options.h"
#include "scoreboard.h"
#include <cstdint>
#include <memory>
#include <string>

namespace xb
{

class Chip
{
  public:
    static long long image_beats()
    {
        return (design.image_bytes + design.in_bytes - 1) / design.in_bytes;
    }

    explicit Chip(const Options &options);
    ~Chip();

    void attach(Scoreboard *board);  // who hears of outputs and probes

    void reset();
    void tick();
    void play_program(const uint8_t *bytes, size_t size);  // the bytes must stay
    void play_images(const uint8_t *bytes, long long images);
    bool program_sent() const;
    long long images_begun() const;  // images of which the chip has taken a beat

    // False: no answer within 20000 cycles. `response` is 0 or 2 (SLVERR).
    bool read(uint32_t address, uint32_t *value, int *response);
    bool write(uint32_t address, uint32_t value, int *response);
    bool read64(uint32_t address, uint64_t *value);

    // A cycle as the first image counts them: its first input beat was taken in cycle 1.
    uint64_t image_cycle(uint64_t cycle) const { return cycle - first_input + 1; }

    // What every array holds, as text (docs/debugging.md). The chip cannot go on after it.
    void write_cells(const std::string &path);

    bool stopped() const;  // an assertion in the RTL stopped the simulation
    void close_wave();
    const uint64_t *cycle() const;

    // When things happened; UINT64_MAX: not yet.
    uint64_t first_input = UINT64_MAX;   // cycle of the first input beat
    uint64_t last_output = UINT64_MAX;   // cycle of the latest output beat
    uint64_t first_result = UINT64_MAX;  // cycle of the last output beat of image 0
    long long input_beats = 0;           // taken so far
    long long results_before = 0;        // whole images given when the latest program began
    Gaps results;                        // whole images given

  private:
    struct Pins;
    void take_result(Pins &pins);
    void begin_program(Pins &pins);
    bool wait_register();
    std::unique_ptr<Pins> pins_;
};

}  // namespace xb

#endif
