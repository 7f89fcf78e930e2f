// SPDX-License-Identifier: Apache-2.0
// What a run measured: the chip's own counters, times, and how they are printed.
#ifndef XB_COSIM_RESULTS_H
#define XB_COSIM_RESULTS_H

#include "chip.h"
#include "options.h"
#include "scoreboard.h"
#include <cstdint>
#include <vector>

namespace xb
{

struct LayerCounters {
    uint64_t busy, starved, blocked, reads, conversions, saturated, stream_in, stream_out, ring_words, loads;
};

struct Results {
    long long images = 0;
    uint64_t cycles = 0;
    double seconds = 0;
    bool hang = false;
    uint64_t waited = 0;                // cycles from the last result to the end of all work
    std::vector<LayerCounters> layers;  // empty: the registers did not answer, or have no counters
};

// Reads all counters that the chip has through AXI4-Lite. False: no answer.
bool read_counters(Chip &chip, Results *results);

// Compares what must hold whatever the stalls: whole images and, where the chip has counters, words
// out, cycles of work, array reads, conversions. The scoreboard sees words and conversions itself.
void check_counters(Chip &chip, const Results &results, Scoreboard &board);

// The cycle worth looking at: the first mismatch, or where the last word moved before a hang.
uint64_t focus_of(const Scoreboard &board);

void print_hang(const Results &results, const Scoreboard &board, const Chip &chip);
void write_json(const Options &options, const Results &results, const Scoreboard &board,
                const Chip &chip);

// Says how to look at a wave.
void announce_wave(const std::string &save_file);

// A copy of the GTKWave save file `path`, beside it as mismatch.gtkw, that opens at `cycle`.
void write_save_file(const std::string &path, uint64_t cycle);

}  // namespace xb

#endif
