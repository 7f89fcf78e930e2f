// SPDX-License-Identifier: Apache-2.0
// Positions and comparisons; what is printed about a difference is in scoreboard_report.cpp.
#include "scoreboard.h"

#include "design.h"
#include "fail.h"
#include <algorithm>
#include <cinttypes>
#include <cstring>

namespace xb
{

static const XbDesignLayer &layer_of(int array) { return design.layer[design.array[array].layer]; }

Scoreboard::Scoreboard(const Options &options, long long images, const uint64_t *cycle)
    : options_(options), images_(images), cycle_(cycle), state_(design.layers),
      array_(design.arrays)
{
    const std::string path = options.vectors + "/output.npy";
    output_.open(path);
    const int bytes = code_bytes(design.layers - 1);
    output_.expect(bytes, images, design.result_bytes / bytes);
    if (options.level != Level::kOutput)
        open_layers();
    if (options.level == Level::kAdc)
        open_codes();
}

int code_bytes(int layer)
{
    const int bits = design.layer[layer].code_bits;
    return bits > 16 ? 4 : bits > 8 ? 2 : 1;
}

void Scoreboard::open_layers()
{
    for (int i = 0; i < design.layers; ++i) {
        const XbDesignLayer &layer = design.layer[i];
        const std::string path = options_.vectors + "/layer_" + std::to_string(i) + ".npy";
        need(path, "layer");
        state_[i].expected.open(path);
        state_[i].expected.expect(code_bytes(i), images_,
                                  static_cast<long long>(layer.words) * layer.channels);
        state_[i].next = state_[i].expected.data();
    }
}

void Scoreboard::open_codes()
{
    if (options_.codes_fd >= 0)
        codes_.open_pipe(options_.codes_fd);
    else
        codes_.open_files(options_.vectors, images_);
    std::vector<int> users(design.layers);
    for (int i = 0; i < design.arrays; ++i) {
        const XbDesignLayer &l = layer_of(i);
        array_[i].steps = (l.windows - design.array[i].copy + l.copies - 1) / l.copies;
        array_[i].due = array_[i].steps > 0 && images_ > 0;
        users[design.array[i].layer] += array_[i].due;
    }
    for (int i = 0; i < design.layers; ++i)
        codes_.set_users(i, users[i]);
}

// The codes of a word, each in bytes of its own.
static const uint8_t *unpack(int index, int word, const uint8_t *beat, std::vector<uint8_t> &codes)
{
    const XbDesignLayer &layer = design.layer[index];
    if (layer.code_bits == 8)
        return beat + static_cast<size_t>(word) * layer.channels;
    const int bytes = code_bytes(index);
    codes.assign(static_cast<size_t>(layer.channels) * bytes, 0);
    size_t at = static_cast<size_t>(word) * layer.channels * layer.code_bits;
    for (int i = 0; i < layer.channels; ++i)
        for (int bit = 0; bit < layer.code_bits; ++bit, ++at)
            if (beat[at / 8] >> at % 8 & 1)
                codes[static_cast<size_t>(i) * bytes + bit / 8] |= 1 << bit % 8;
    return codes.data();
}

// A beat comes in chunks of 1024 bits. It has at least one word, and none beyond its image.
void Scoreboard::beat(int index, int chunk, int words, const void *data)
{
    if (index < 0 || index >= design.layers)
        return fault("a stream probe reports layer %d, the design has %d", index, design.layers);
    const XbDesignLayer &layer = design.layer[index];
    LayerState &state = state_[index];
    if (chunk != state.chunk)
        return fault("layer %s: the probe gives chunk %d of a beat, chunk %d was due", layer.name,
                     chunk, state.chunk);
    const size_t bits = static_cast<size_t>(layer.beat_words) * layer.channels * layer.code_bits;
    const size_t bytes = (bits + 7) / 8;
    state.beat.resize(bytes);
    const size_t at = static_cast<size_t>(128) * chunk;
    std::memcpy(&state.beat[at], data, std::min<size_t>(128, bytes - at));
    if (static_cast<size_t>(128) * ++state.chunk < bytes)
        return;
    state.chunk = 0;
    const int most = std::min(layer.beat_words, layer.words - state.word);
    if (words < 1 || words > most)
        fault("layer %s: a beat of %d words, 1 to %d were due", layer.name, words, most);
    for (int i = 0; i < std::min(words, most); ++i)
        word(index, state, unpack(index, i, state.beat.data(), state.codes));
}

void Scoreboard::work(int index)
{
    if (index < 0 || index >= design.layers)
        return fault("a stream probe reports layer %d, the design has %d", index, design.layers);
    state_[index].progress.start = *cycle_;
}

void Scoreboard::word(int index, LayerState &state, const uint8_t *codes)
{
    const XbDesignLayer &layer = design.layer[index];
    LayerProgress &progress = state.progress;
    const size_t bytes = static_cast<size_t>(layer.channels) * code_bytes(index);
    if (progress.words >= images_ * layer.words)
        fault("layer %s gives a word after the last word of the last image", layer.name);
    else if (state.next && std::memcmp(codes, state.next, bytes) != 0)
        report_word(index, codes);
    progress.words++;
    progress.last_word = *cycle_;
    if (state.next)
        state.next += bytes;
    if (++state.word == layer.words) {
        state.word = 0;
        if (state.next)
            state.expected.release(static_cast<size_t>(state.next - state.expected.data()));
        if (progress.gaps.images == 0)
            progress.end = *cycle_;
        progress.gaps.image(*cycle_);
    }
}

// Where the codes of the array's current read lie. They are looked for no earlier than they are
// needed: they may have to be waited for.
void Scoreboard::locate_read(int index, ArrayState &state)
{
    const XbDesignArray &array = design.array[index];
    const XbDesignLayer &l = layer_of(index);
    const uint8_t *image = codes_.image(array.layer, state.image);
    long long at = 1LL * state.step * l.copies + array.copy;
    at = (at * l.planes + state.plane) * l.groups + state.group;
    at = (at * l.row_tiles + array.row_tile) * l.conversions + array.first_conversion;
    state.codes = image ? image + 2 * at : nullptr;
}

// A chip may be so wrong that one layer stands still while others go on: it is compared no more.
void Scoreboard::forget_laggards()
{
    for (int layer = codes_.laggard(); layer >= 0; layer = codes_.laggard()) {
        fault("layer %s falls behind without end: its conversions are not compared from here on",
              design.layer[layer].name);
        for (int i = 0; i < design.arrays; ++i)
            if (design.array[i].layer == layer)
                array_[i].codes = nullptr;
        codes_.forget(layer);
    }
}

// At the first conversion of a read: what it is to be.
bool Scoreboard::is_compared(int index, ArrayState &state)
{
    if (state.begun)
        return state.codes != nullptr;
    state.begun = true;
    if (state.due) {
        locate_read(index, state);
        forget_laggards();
    } else {
        fault("layer %s, array %d converts after the last window of the last image",
              layer_of(index).name, index);
    }
    return state.codes != nullptr;
}

void Scoreboard::codes(int index, int first, int count, const void *data)
{
    if (index < 0 || index >= design.arrays)
        return fault("a converter probe reports array %d, the design has %d", index, design.arrays);
    ArrayState &state = array_[index];
    const int conversions = design.array[index].conversions;
    if (first != state.conversion || count < 1 || count > 64 || first + count > conversions) {
        fault(
            "layer %s, array %d: the probe gives conversions %d to %d, conversion %d of %d was due",
            layer_of(index).name, index, first, first + count - 1, state.conversion, conversions);
        if (first < 0 || count < 1 || first + count > conversions)
            return;
    } else if (is_compared(index, state) &&
               std::memcmp(data, state.codes + 2 * first, 2 * static_cast<size_t>(count)) != 0) {
        report_codes(index, first, count, static_cast<const uint8_t *>(data));
    }
    state.conversion = first + count;
    if (state.conversion == conversions)
        end_read(index, state);
}

void Scoreboard::end_read(int index, ArrayState &state)
{
    const XbDesignLayer &l = layer_of(index);
    state.conversion = 0;
    state.begun = false;
    state.codes = nullptr;
    if (++state.group == l.groups) {
        state.group = 0;
        if (++state.plane == l.planes) {
            state.plane = 0;
            if (++state.step == state.steps) {
                state.step = 0;
                if (state.due)
                    codes_.leave(design.array[index].layer, state.image);
                state.due = state.due && state.image + 1 < images_;
                state.image++;
            }
        }
    }
}

bool Scoreboard::gave_all(long long images) const
{
    for (int i = 0; i < design.layers; ++i)
        if (state_[i].progress.words < images * design.layer[i].words)
            return false;
    return true;
}

void Scoreboard::finish(uint64_t waited)
{
    if (output_bytes_ != images_ * design.result_bytes)
        fault("the chip gave %lld of %lld output bytes", output_bytes_,
              images_ * design.result_bytes);
    for (int i = 0; i < design.layers; ++i)
        if (state_[i].progress.words < images_ * design.layer[i].words)
            fault("layer %s has given %lld of %lld words %" PRIu64 " cycles after the last result",
                  design.layer[i].name, state_[i].progress.words, images_ * design.layer[i].words,
                  waited);
    for (int i = 0; i < design.arrays; ++i)
        if (array_[i].due)
            fault("layer %s, array %d: conversions are missing from image %lld, step %d, plane %d, "
                  "group %d on",
                  layer_of(i).name, i, array_[i].image, array_[i].step, array_[i].plane,
                  array_[i].group);
}

static Scoreboard *probe_target;  // DPI functions have no argument to carry it

void set_probe_target(Scoreboard *board) { probe_target = board; }

}  // namespace xb

// The imports of docs/rtl.md, with svBitVecVal spelled out (32-bit words, least significant first),
// so that this file needs nothing of the simulator. Bytes are used as they lie: little-endian
// hosts.
extern "C" void xb_cosim_work(int layer)
{
    if (xb::probe_target)
        xb::probe_target->work(layer);
}

extern "C" void xb_cosim_beat(int layer, int chunk, int words, const uint32_t *data)
{
    if (xb::probe_target)
        xb::probe_target->beat(layer, chunk, words, data);
}

extern "C" void xb_cosim_codes(int array, int first, int count, const uint32_t *data)
{
    if (xb::probe_target)
        xb::probe_target->codes(array, first, count, data);
}

extern "C" int xb_cosim_wants_codes()
{
    return xb::probe_target && xb::probe_target->wants_codes();
}

extern "C" int xb_cosim_columns(int layer) { return xb::design.layer[layer].width; }
