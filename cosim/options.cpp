// SPDX-License-Identifier: Apache-2.0
// Command line of the simulation, both ways: arguments to options, options to the command that
// repeats a run.
#include "options.h"

#include "fail.h"
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <getopt.h>
#include <type_traits>
#include <vector>

namespace xb
{

static const char kUsage[] =
    "usage: %s [options]\n"
    "Runs images through the emitted chip and compares what comes out with the golden model.\n"
    "\n"
    "  --level LEVEL     output, layer (default: every word of every layer too) or adc (every "
    "conversion)\n"
    "  --images N        the first N images (default: all)\n"
    "  --vectors DIR     folder of input.npy, output.npy, layer_<n>.npy, adc_<n>.npy (default: "
    "vectors)\n"
    "  --codes-fd N      converter codes of level adc come from this open descriptor instead of\n"
    "                    adc_<n>.npy: image by image, layer by layer, as they lie in these files\n"
    "  --program FILE    program image (default: mem/program.bin)\n"
    "  --backdoor        the arrays' part of the program goes to all tiles at once, past the stream,\n"
    "                    in far fewer cycles; a --reprogram goes through the stream all the same\n"
    "  --cells FILE      writes what every array holds at the end, as text\n"
    "  --input FILE      images from another file; expected codes in --vectors must belong to "
    "them\n"
    "  --stall P         each stream end hesitates in P percent of the cycles, 0..95 (default 0)\n"
    "  --seed S          seed of the hesitation (default 1)\n"
    "  --ram-seed S      seed of what memories give where nothing was written (default 1); no\n"
    "                    result depends on it\n"
    "  --wave FILE       write an FST wave (program built with waves: build/xb_sim_wave)\n"
    "  --wave-from C     first cycle of the wave (default 0)\n"
    "  --wave-to C       last cycle of the wave (default: the end)\n"
    "  --gtkw FILE       GTKWave save file; a copy that opens at the first mismatch, or at "
    "--wave-from,\n"
    "                    is written beside it as mismatch.gtkw\n"
    "  --timeout C       cycles without any output that count as a hang (default: from the plan)\n"
    "  --reprogram N     offers the program again when half of image N (1 is the first) has gone "
    "in\n"
    "  --json FILE       results as JSON\n"
    "  --quiet           print mismatches and the last line only\n"
    "\n"
    "Exit status: 0 equal, 1 mismatch or hang, 2 bad input or usage, 3 environment.\n";

const char *level_name(Level level)
{
    return level == Level::kOutput ? "output" : level == Level::kLayer ? "layer" : "adc";
}

static uint64_t number(const char *option, const char *text, uint64_t lo, uint64_t hi)
{
    char *end;
    errno = 0;
    const unsigned long long n = std::strtoull(text, &end, 0);
    if (errno || end == text || *end || *text == '-' || n < lo || n > hi)
        fail(kBadInput, "--%s %s: a number from %llu to %llu is needed", option, text,
             static_cast<unsigned long long>(lo), static_cast<unsigned long long>(hi));
    return n;
}

static Level parse_level(const char *text)
{
    for (const Level level : {Level::kOutput, Level::kLayer, Level::kAdc})
        if (std::strcmp(text, level_name(level)) == 0)
            return level;
    fail(kBadInput, "--level %s: output, layer or adc is needed", text);
}

struct Choice {
    const char *name;
    int has_value;
    void (*take)(Options &o, const char *name, const char *value);
};

template <std::string Options::*member>
static void text(Options &o, const char *, const char *value)
{
    o.*member = value;
}

template <auto member, uint64_t lo, uint64_t hi>
static void count(Options &o, const char *name, const char *value)
{
    o.*member = static_cast<std::decay_t<decltype(o.*member)>>(number(name, value, lo, hi));
}

static const Choice kChoices[] = {
    {"level", 1, [](Options &o, const char *, const char *value) { o.level = parse_level(value); }},
    {"images", 1, count<&Options::images, 1, 1 << 30>},
    {"vectors", 1, text<&Options::vectors>},
    {"codes-fd", 1, count<&Options::codes_fd, 0, 1 << 20>},
    {"program", 1, text<&Options::program>},
    {"backdoor", 0, [](Options &o, const char *, const char *) { o.back_door = true; }},
    {"cells", 1, text<&Options::cells>},
    {"input", 1, text<&Options::input>},
    {"stall", 1, count<&Options::stall, 0, 95>},
    {"seed", 1, count<&Options::seed, 0, UINT64_MAX>},
    {"ram-seed", 1, count<&Options::ram_seed, 0, INT32_MAX>},
    {"wave", 1, text<&Options::wave>},
    {"wave-from", 1, count<&Options::wave_from, 0, UINT64_MAX>},
    {"wave-to", 1, count<&Options::wave_to, 0, UINT64_MAX>},
    {"gtkw", 1, text<&Options::save_file>},
    {"timeout", 1, count<&Options::timeout, 1, UINT64_MAX>},
    {"reprogram", 1, count<&Options::reprogram, 1, 1 << 30>},
    {"json", 1, text<&Options::json>},
    {"quiet", 0, [](Options &o, const char *, const char *) { o.quiet = true; }},
};

static const int kHelp = 'h';

static std::vector<option> getopt_table()
{
    std::vector<option> table;
    for (const Choice &choice : kChoices)
        table.push_back({choice.name, choice.has_value, nullptr, 0});
    table.push_back({"help", 0, nullptr, kHelp});
    table.push_back({nullptr, 0, nullptr, 0});
    return table;
}

Options parse_options(int argc, char **argv)
{
    Options o;
    int c, at = 0;
    const std::vector<option> table = getopt_table();
    while ((c = getopt_long(argc, argv, "", table.data(), &at)) != -1) {
        if (c == kHelp) {
            std::printf(kUsage, argv[0]);
            std::exit(kEqual);
        }
        if (c == '?')
            fail(kBadInput, "%s --help lists the options", argv[0]);
        kChoices[at].take(o, kChoices[at].name, optarg);
    }
    if (optind < argc)
        fail(kBadInput, "%s: arguments without an option are not understood", argv[optind]);
    if (o.wave_from > o.wave_to)
        fail(kBadInput, "--wave-from is after --wave-to");
    return o;
}

static void add(std::string &to, const char *name, const std::string &value)
{
    if (value.empty())
        return;
    to += to.empty() ? "" : " ";
    to += std::string("--") + name + ' ' + value;
}

// The emitted folder, if vectors and program are the ones in it: "" is the current one, "." none.
static std::string folder_of(const Options &o)
{
    const std::string tail = Options().vectors;
    if (o.vectors == tail && o.program == Options().program)
        return "";
    const size_t head = o.vectors.size() - std::min(o.vectors.size(), tail.size() + 1);
    const std::string folder = o.vectors.substr(0, head);
    const bool fits =
        o.vectors == folder + '/' + tail && o.program == folder + '/' + Options().program;
    return fits ? folder : ".";
}

std::string rerun_command(const Options &o, uint64_t from, uint64_t to)
{
    const std::string folder = folder_of(o);
    std::string text = "make ";
    if (!folder.empty() && folder != ".")
        text += "-C " + folder + ' ';
    // The codes of a pipe are gone; a wave shows the converters at any level.
    text += std::string("wave LEVEL=") + level_name(o.codes_fd >= 0 ? Level::kLayer : o.level);
    if (o.images)
        text += " IMAGES=" + std::to_string(o.images);
    text += " STALL=" + std::to_string(o.stall) + " SEED=" + std::to_string(o.seed);
    text += " FROM=" + std::to_string(from) + " TO=" + std::to_string(to);
    std::string other;
    add(other, "vectors", folder == "." && o.vectors != Options().vectors ? o.vectors : "");
    add(other, "program", folder == "." && o.program != Options().program ? o.program : "");
    add(other, "input", o.input);
    add(other, "reprogram", o.reprogram ? std::to_string(o.reprogram) : "");
    add(other, "ram-seed", o.ram_seed != 1 ? std::to_string(o.ram_seed) : "");
    add(other, "timeout", o.timeout ? std::to_string(o.timeout) : "");
    if (o.back_door)
        other += other.empty() ? "--backdoor" : " --backdoor";
    return other.empty() ? text : text + " ARGS=\"" + other + "\"";
}

}  // namespace xb
