// SPDX-License-Identifier: Apache-2.0
// What the user asked of one simulation run.
#ifndef XB_COSIM_OPTIONS_H
#define XB_COSIM_OPTIONS_H

#include <cstdint>
#include <string>

namespace xb
{

enum class Level { kOutput, kLayer, kAdc };

struct Options {
    Level level = Level::kLayer;
    long long images = 0;  // 0: all
    std::string vectors = "vectors";
    std::string program = "mem/program.bin";
    int codes_fd = -1;  // expected converter codes come from here; -1: from <vectors>/adc_<n>.npy
    std::string input;  // empty: <vectors>/input.npy
    int stall = 0;      // percent
    uint64_t seed = 1;
    int ram_seed = 1;  // of what a memory holds where nothing was written
    std::string wave;  // empty: none
    uint64_t wave_from = 0, wave_to = UINT64_MAX;
    std::string save_file;    // GTKWave save file to move to the first mismatch
    uint64_t timeout = 0;     // 0: from the plan
    long long reprogram = 0;  // image amid which the program comes again, from 1; 0: never
    bool back_door = false;   // the program of the arrays does not go through the stream
    std::string cells;        // file for what the arrays hold at the end; empty: none
    std::string json;
    bool quiet = false;
};

const char *level_name(Level level);

// Ends the program after --help, and with status 2 on anything it does not understand.
Options parse_options(int argc, char **argv);

// The `make` command that repeats this run with a wave from cycle `from` to `to`.
std::string rerun_command(const Options &options, uint64_t from, uint64_t to);

}  // namespace xb

#endif
