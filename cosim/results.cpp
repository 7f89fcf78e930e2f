// SPDX-License-Identifier: Apache-2.0
// Counters, the hang report, results as JSON and the moved GTKWave save file.
#include "results.h"

#include "design.h"
#include "fail.h"
#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstring>
#include <string>

namespace xb
{

static bool read_layer(Chip &chip, int layer, LayerCounters *c)
{
    const struct {
        int number;
        uint64_t *value;
    } all[] = {
        {XB_COUNTER_BUSY, &c->busy},
        {XB_COUNTER_STARVED, &c->starved},
        {XB_COUNTER_BLOCKED, &c->blocked},
        {XB_COUNTER_READS, &c->reads},
        {XB_COUNTER_CONVERSIONS, &c->conversions},
        {XB_COUNTER_SATURATED, &c->saturated},
        {XB_COUNTER_WORDS_IN, &c->stream_in},
        {XB_COUNTER_WORDS_OUT, &c->stream_out},
        {XB_COUNTER_RING_WORDS, &c->ring_words},
        {XB_COUNTER_LOADS, &c->loads},
    };
    for (const auto &one : all)
        if (!chip.read64(static_cast<uint32_t>(XB_REG_COUNTER(layer, one.number)), one.value))
            return false;
    return true;
}

bool read_counters(Chip &chip, Results *results)
{
    std::vector<LayerCounters> layers(design.counters ? design.layers : 0);
    for (int i = 0; i < static_cast<int>(layers.size()); ++i)
        if (!read_layer(chip, i, &layers[i]))
            return false;
    results->layers = layers;
    return true;
}

static void check(Scoreboard &board, const char *who, const char *what, uint64_t got,
                  long long want)
{
    if (got != static_cast<uint64_t>(want))
        board.fault("%s: counter %s is %" PRIu64 ", %lld are due", who, what, got, want);
}

void check_counters(Chip &chip, const Results &results, Scoreboard &board)
{
    uint64_t in = 0, out = 0;
    if (!chip.read64(XB_REG_IMAGES_IN, &in) || !chip.read64(XB_REG_IMAGES_OUT, &out))
        return board.fault("the image counters do not answer");
    const long long images = results.images - chip.results_before;  // those since the program began
    check(board, "chip", "images in", in, images);
    check(board, "chip", "images out", out, images);
    for (int i = 0; i < static_cast<int>(results.layers.size()); ++i) {
        const XbDesignLayer &l = design.layer[i];
        const LayerCounters &c = results.layers[i];
        check(board, l.name, "words out", c.stream_out, images * l.words);
        if (c.busy > static_cast<uint64_t>(images * l.interval))
            board.fault("%s: worked %" PRIu64 " cycles, more than the %lld of %lld images", l.name,
                        c.busy, images * l.interval, images);
        if (l.arrays == 0)
            continue;
        const long long reads = images * l.windows * l.planes * l.groups * l.row_tiles;
        check(board, l.name, "array reads", c.reads, reads * l.col_tiles);
        check(board, l.name, "conversions", c.conversions, reads * l.conversions);
    }
}

uint64_t focus_of(const Scoreboard &board)
{
    uint64_t latest = 0;
    for (int i = 0; i < design.layers; ++i)
        latest = std::max(latest, board.progress(i).last_word);
    return std::min(board.first_cycle(), latest);
}

void print_hang(const Results &results, const Scoreboard &board, const Chip &chip)
{
    std::printf("hang: no output since cycle %lld, now cycle %" PRIu64
                "; %lld of %lld images done\n",
                chip.last_output == UINT64_MAX ? -1LL : static_cast<long long>(chip.last_output),
                *chip.cycle(), chip.results.images, results.images);
    std::printf("  %-12s %12s %23s %14s  %s\n", "layer", "words in", "words out", "last at cycle",
                "waits for");
    for (int i = 0; i < design.layers; ++i) {
        const LayerProgress &p = board.progress(i);
        const std::string in =
            results.layers.empty() ? "?" : std::to_string(results.layers[i].stream_in);
        std::printf("  %-12s %12s %12lld/%-10lld %14" PRIu64 "  %s\n", design.layer[i].name,
                    in.c_str(), p.words, results.images * design.layer[i].words, p.last_word,
                    board.next_word(i).c_str());
    }
}

// Only layers with arrays have a buffer, whose port they load from and store to, code by code.
static void json_counters(FILE *f, const LayerCounters &c, const XbDesignLayer &l)
{
    std::fprintf(f,
                 ", \"stream_in\": %" PRIu64 ", \"stream_out\": %" PRIu64 ", \"words_in\": %" PRIu64
                 ", \"words_out\": %" PRIu64 ", \"reads\": %" PRIu64 ", \"conversions\": %" PRIu64
                 ", \"saturated\": %" PRIu64 ", \"busy\": %" PRIu64 ", \"starved\": %" PRIu64
                 ", \"blocked\": %" PRIu64 ", \"ring_words\": %" PRIu64,
                 c.stream_in, c.stream_out, c.loads * l.in_channels,
                 l.arrays ? c.stream_out * l.channels : 0, c.reads, c.conversions, c.saturated,
                 c.busy, c.starved, c.blocked, c.ring_words);
}

// Without counters: what the probe of the layer's output has seen.
static void json_layer(FILE *f, const LayerCounters *c, const LayerProgress &p, const Chip &chip,
                       int i)
{
    const XbDesignLayer &l = design.layer[i];
    std::fprintf(f,
                 "    {\"name\": \"%s\", \"kind\": \"%s\", \"arrays\": %d, \"duplication\": %d, "
                 "\"steps\": %d, \"interval_planned\": %lld, \"interval\": ",
                 l.name, l.kind, l.arrays, std::max(l.copies, 1), l.steps, l.interval);
    std::fprintf(f, p.gaps.worst ? "%" PRIu64 : "null", p.gaps.worst);
    if (p.gaps.images > 0)
        std::fprintf(f, ", \"start\": %" PRIu64 ", \"end\": %" PRIu64, chip.image_cycle(p.start),
                     chip.image_cycle(p.end));
    if (c)
        json_counters(f, *c, l);
    else
        std::fprintf(f, ", \"stream_out\": %lld", p.words);
    std::fprintf(f, "}");
}

static void json_layers(FILE *f, const Results &r, const Scoreboard &board, const Chip &chip)
{
    const int layers = design.counters ? static_cast<int>(r.layers.size()) : design.layers;
    std::fprintf(f, "  \"layers\": [");
    for (int i = 0; i < layers; ++i) {
        std::fprintf(f, i ? ",\n" : "\n");
        json_layer(f, design.counters ? &r.layers[i] : nullptr, board.progress(i), chip, i);
    }
    std::fprintf(f, "%s]\n", layers == 0 ? "" : "\n  ");
}

static void json_first(FILE *f, bool differs, uint64_t cycle)
{
    std::fprintf(f, "  \"first_mismatch_cycle\": ");
    std::fprintf(f, differs ? "%" PRIu64 ",\n" : "null,\n", cycle);
}

static void json_times(FILE *f, const Chip &chip)
{
    const bool steady = chip.results.images > 1;
    std::fprintf(f, "  \"first_image_cycle\": ");
    std::fprintf(f, chip.results.images ? "%" PRIu64 ",\n" : "null,\n", chip.first_input);
    std::fprintf(f, "  \"interval\": ");
    std::fprintf(f, steady ? "%" PRIu64 : "null", chip.results.worst);
    std::fprintf(f, ",\n  \"interval_average\": ");
    std::fprintf(f, steady ? "%.3f" : "null",
                 steady ? static_cast<double>(chip.results.latest - chip.first_result) /
                              static_cast<double>(chip.results.images - 1)
                        : 0.0);
    std::fprintf(f, ",\n  \"latency\": ");
    std::fprintf(f, chip.results.images ? "%" PRIu64 : "null", chip.image_cycle(chip.first_result));
    std::fprintf(f, ",\n  \"interval_planned\": %lld,\n  \"latency_planned\": %lld,\n",
                 design.interval, design.latency);
}

void write_json(const Options &o, const Results &r, const Scoreboard &board, const Chip &chip)
{
    FILE *f = std::fopen(o.json.c_str(), "w");
    if (!f)
        fail(kEnvironment, "%s: %s", o.json.c_str(), std::strerror(errno));
    std::fprintf(
        f,
        "{\n  \"images\": %lld,\n  \"images_done\": %lld,\n  \"mismatches\": %lld,\n"
        "  \"hang\": %s,\n  \"level\": \"%s\",\n  \"seed\": %" PRIu64 ",\n  \"stall\": %d,\n"
        "  \"arrays\": %d,\n  \"cycles\": %" PRIu64 ",\n  \"seconds\": %.3f,\n"
        "  \"images_per_second\": %.3f,\n  \"counters\": %s,\n"
        "  \"images_counted\": %lld,\n",
        r.images, chip.results.images, board.mismatches(), r.hang ? "true" : "false",
        level_name(o.level), o.seed, o.stall, design.arrays, r.cycles, r.seconds,
        static_cast<double>(chip.results.images) / r.seconds, design.counters ? "true" : "false",
        chip.results.images - (design.counters ? chip.results_before : 0));
    json_first(f, r.hang || board.mismatches() != 0, focus_of(board));
    json_times(f, chip);
    json_layers(f, r, board, chip);
    std::fprintf(f, "}\n");
    const bool bad = std::ferror(f) != 0;
    if (std::fclose(f) != 0 || bad)
        fail(kEnvironment, "%s: cannot be written whole", o.json.c_str());
}

// Times of the save file are in ns, ten a cycle.
static std::string moved_line(const std::string &line, uint64_t cycle)
{
    if (line.compare(0, 11, "[timestart]") == 0)
        return "[timestart] " + std::to_string(cycle > 14 ? (cycle - 14) * 10 : 0);
    if (line.empty() || line[0] != '*')
        return line;
    std::string text = "*-6.000000 " + std::to_string(cycle * 10 + 5);
    for (int i = 0; i < 26; ++i)
        text += " -1";
    return text;
}

void announce_wave(const std::string &save_file)
{
    std::printf("wave written; open it with: gtkwave %s\n", save_file.c_str());
}

void write_save_file(const std::string &path, uint64_t cycle)
{
    const Mapped file = map_file(path);
    const std::string text(reinterpret_cast<const char *>(file.data), file.size);
    const size_t slash = path.rfind('/');
    const std::string to =
        (slash == std::string::npos ? "" : path.substr(0, slash + 1)) + "mismatch.gtkw";
    FILE *f = std::fopen(to.c_str(), "w");
    if (!f)
        fail(kEnvironment, "%s: %s", to.c_str(), std::strerror(errno));
    for (size_t at = 0, end; at < text.size(); at = end + 1) {
        end = std::min(text.find('\n', at), text.size());
        std::fprintf(f, "%s\n", moved_line(text.substr(at, end - at), cycle).c_str());
    }
    if (std::fclose(f) != 0)
        fail(kEnvironment, "%s: cannot be written whole", to.c_str());
    announce_wave(to);
}

}  // namespace xb
