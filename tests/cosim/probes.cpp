// SPDX-License-Identifier: Apache-2.0
// The scoreboard behind the stream probes, on codes of any width: beats of any number of words in
// chunks of 1024 bits are compared code by code; a wrong bit, a beat without words and one beyond
// its image are each reported.
#include "design.h"
#include "fail.h"
#include "scoreboard.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace xb;

static const XbDesignLayer &layer = design.layer[0];
static const int images = 3;
static uint64_t cycle;

static std::vector<uint16_t> draw_codes(size_t count)
{
    std::vector<uint16_t> codes(count);
    for (auto &code : codes)
        code = static_cast<uint16_t>(std::rand() & ((1 << layer.code_bits) - 1));
    return codes;
}

static void write_npy(const std::string &path, const char *type, long long per_image,
                      const void *data, size_t bytes)
{
    char text[119];
    std::snprintf(text, sizeof text,
                  "{'descr': '%s', 'fortran_order': False, 'shape': (%d, %lld), }", type, images,
                  per_image);
    std::FILE *file = std::fopen(path.c_str(), "wb");
    std::fprintf(file, "\x93NUMPY\x01%c%c%c%-117s\n", 0, 118, 0, text);
    std::fwrite(data, 1, bytes, file);
    std::fclose(file);
}

static void write_vectors(const std::string &folder, const std::vector<uint16_t> &codes)
{
    const char *type = layer.code_bits > 8 ? "<u2" : "|u1";
    const int each = layer.code_bits > 8 ? 2 : 1;
    const std::vector<uint8_t> results(static_cast<size_t>(images) * design.result_bytes);
    write_npy(folder + "/output.npy", type, design.result_bytes / each, results.data(),
              results.size());
    std::vector<uint8_t> bytes;
    for (uint16_t code : codes) {
        bytes.push_back(static_cast<uint8_t>(code));
        if (layer.code_bits > 8)
            bytes.push_back(static_cast<uint8_t>(code >> 8));
    }
    write_npy(folder + "/layer_0.npy", type, static_cast<long long>(layer.words) * layer.channels,
              bytes.data(), bytes.size());
}

// A beat of `count` words from word `first` on, as the probe shows it; what lies beyond is 1.
static void show(Scoreboard &board, const std::vector<uint16_t> &codes, int first, int count)
{
    const int beat_bits = layer.beat_words * layer.channels * layer.code_bits,
              chunks = (beat_bits + 1023) / 1024;
    std::vector<uint8_t> bits(static_cast<size_t>(chunks) * 128, 0xFF);
    for (int at = 0; at < count * layer.channels * layer.code_bits && at < beat_bits; ++at) {
        const int code = codes[static_cast<size_t>(first) * layer.channels + at / layer.code_bits];
        if (!(code >> at % layer.code_bits & 1))
            bits[at / 8] &= static_cast<uint8_t>(~(1 << at % 8));
    }
    for (int i = 0; i < chunks; ++i)
        board.beat(0, i, count, bits.data() + 128 * i);
    cycle++;
}

static long long play(const std::string &folder, const std::vector<uint16_t> &codes)
{
    Options options;
    options.vectors = folder;
    Scoreboard board(options, images, &cycle);
    for (int word = 0; word < images * layer.words;) {
        const int left = layer.words - word % layer.words;
        const int count = 1 + std::rand() % std::min(left, layer.beat_words);
        show(board, codes, word, count);
        word += count;
    }
    return board.next_word(0) == "-" ? board.mismatches() : -1;
}

// Faults that a beat of `count` words in place of the first one gives.
static long long wrong_count(const std::string &folder, const std::vector<uint16_t> &codes,
                             int count)
{
    Options options;
    options.vectors = folder;
    Scoreboard board(options, images, &cycle);
    show(board, codes, 0, count);
    return board.mismatches();
}

int main(int, char **argv)
try {
    std::vector<uint16_t> codes =
        draw_codes(static_cast<size_t>(images) * layer.words * layer.channels);
    write_vectors(argv[1], codes);
    if (play(argv[1], codes) != 0)
        return std::puts("equal codes differ"), 1;
    for (int k = 0; k < 20; ++k) {
        auto spoilt = codes;
        spoilt[static_cast<size_t>(std::rand()) % spoilt.size()] ^=
            1 << std::rand() % layer.code_bits;
        if (play(argv[1], spoilt) != 1)
            return std::puts("a wrong bit is not one mismatch"), 1;
    }
    if (wrong_count(argv[1], codes, 0) != 1 ||
        wrong_count(argv[1], codes, layer.beat_words + 1) != 1)
        return std::puts("a wrong number of words is no mismatch"), 1;
    return 0;
} catch (const Stop &stop) {
    return stop.status;
}
