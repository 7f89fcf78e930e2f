// SPDX-License-Identifier: Apache-2.0
// Compares what the chip does with what the golden model says, as it happens: every word of every
// layer and every conversion, in order. Knows positions, so that a difference can be named.
#ifndef XB_COSIM_SCOREBOARD_H
#define XB_COSIM_SCOREBOARD_H

#include "codes.h"
#include "gaps.h"
#include "npy.h"
#include "options.h"
#include <cstdint>
#include <string>
#include <vector>

namespace xb
{

struct LayerProgress {
    long long words = 0;     // output words seen
    uint64_t last_word = 0;  // cycle
    uint64_t start = 0;      // ... in which it worked first
    uint64_t end = 0;        // ... of the first image's last word
    Gaps gaps;               // of the last words of images
};

class Scoreboard
{
  public:
    // Maps the expected codes of `images` images; ends the program if they do not fit the design.
    // `cycle` is the clock's counter.
    Scoreboard(const Options &options, long long images, const uint64_t *cycle);

    // Probes (see docs/rtl.md) and the chip's own output.
    void beat(int layer, int chunk, int words, const void *bits);  // 1024 bits of a beat
    void work(int layer);                                          // for the first time
    void codes(int array, int first, int count, const void *codes);
    void output(const uint8_t *bytes, int count);
    bool wants_codes() const { return options_.level == Level::kAdc; }

    // Any other difference: printed as a mismatch of its own.
    __attribute__((format(printf, 2, 3))) void fault(const char *format, ...);

    // True if every layer has given all words of the first `images` images.
    bool gave_all(long long images) const;

    // At the end of a run: words and conversions that have not come `waited` cycles after the last
    // result.
    void finish(uint64_t waited);

    long long mismatches() const { return mismatches_; }
    uint64_t first_cycle() const { return first_cycle_; }  // of the first mismatch
    const LayerProgress &progress(int layer) const { return state_[layer].progress; }
    long long output_bytes() const { return output_bytes_; }

    // The next word the layer should give: "image 1, pixel (3,4)", or "-" if it gave all.
    std::string next_word(int layer) const;

  private:
    struct LayerState {
        Npy expected;
        const uint8_t *next =
            nullptr;                 // expected codes of the word in progress; NULL: not compared
        std::vector<uint8_t> beat;   // in progress, as bits
        std::vector<uint8_t> codes;  // of a word, as bytes of layer_<n>.npy
        int chunk = 0, word = 0;     // of the beat; of the image
        LayerProgress progress;
    };
    struct ArrayState {                  // the conversion that must come next
        const uint8_t *codes = nullptr;  // of this array in the current read; NULL: not compared
        bool due = false;                // one must come
        bool begun = false;              // the current read has been looked up
        long long image = 0;
        int step = 0, plane = 0, group = 0, conversion = 0, steps = 0;
    };

    void open_layers();
    void open_codes();
    void word(int layer, LayerState &state, const uint8_t *codes);
    bool is_compared(int array, ArrayState &state);
    void end_read(int array, ArrayState &state);
    void locate_read(int array, ArrayState &state);
    void forget_laggards();
    bool detail();  // counts a mismatch; true while details are still printed
    void report_word(int layer, const uint8_t *got);
    void report_codes(int array, int first, int count, const uint8_t *got);

    Options options_;
    long long images_;
    const uint64_t *cycle_;
    long long mismatches_ = 0, printed_ = 0;
    uint64_t first_cycle_ = UINT64_MAX;
    std::vector<LayerState> state_;
    std::vector<ArrayState> array_;
    Codes codes_;
    Npy output_;
    long long output_bytes_ = 0;
};

// Bytes of a code in layer_<n>.npy.
int code_bytes(int layer);

// The scoreboard that the DPI probes report to.
void set_probe_target(Scoreboard *board);

}  // namespace xb

#endif
