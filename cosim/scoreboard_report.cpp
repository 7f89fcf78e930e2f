// SPDX-License-Identifier: Apache-2.0
// Names a difference: image, layer, pixel and channel, or window, plane, array and conversion.
#include "design.h"
#include "scoreboard.h"
#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace xb
{

enum { kDetails = 10 };  // mismatches printed in full

bool Scoreboard::detail()
{
    first_cycle_ = std::min(first_cycle_, *cycle_);
    mismatches_++;
    if (++printed_ <= kDetails) {
        std::printf("mismatch %lld: ", mismatches_);
        return true;
    }
    if (printed_ == kDetails + 1)
        std::printf("more mismatches are counted, not printed\n");
    return false;
}

void Scoreboard::fault(const char *format, ...)
{
    if (!detail())
        return;
    va_list args;
    va_start(args, format);
    std::vprintf(format, args);
    va_end(args);
    std::printf(", cycle %llu\n", static_cast<unsigned long long>(*cycle_));
}

static void print_values(int expected, int got, int digits, uint64_t cycle)
{
    const unsigned mask = digits == 8 ? ~0U : digits == 2 ? 0xFF : 0xFFFF;
    std::printf("expected %d (0x%0*x), got %d (0x%0*x), cycle %llu\n", expected, digits,
                static_cast<unsigned>(expected) & mask, got, digits,
                static_cast<unsigned>(got) & mask, static_cast<unsigned long long>(cycle));
}

static std::string pixel(const XbDesignLayer &layer, long long word)
{
    const int width = std::max(layer.width, 1);
    return "(" + std::to_string(word / width) + "," + std::to_string(word % width) + ")";
}

std::string Scoreboard::next_word(int index) const
{
    const XbDesignLayer &layer = design.layer[index];
    const long long words = state_[index].progress.words;
    if (words >= images_ * layer.words)
        return "-";
    return "image " + std::to_string(words / layer.words) + ", pixel " +
           pixel(layer, words % layer.words);
}

// Item i of an array whose items have 1, 2 or 4 bytes; those of 4 are sums, with a sign.
static int item(const uint8_t *items, int i, int bytes)
{
    uint32_t value = 0;
    for (int b = 0; b < bytes; ++b)
        value |= static_cast<uint32_t>(items[bytes * i + b]) << 8 * b;
    return static_cast<int>(value);
}

void Scoreboard::report_word(int index, const uint8_t *got)
{
    const XbDesignLayer &layer = design.layer[index];
    const LayerState &state = state_[index];
    const int bytes = code_bytes(index);
    for (int i = 0; i < layer.channels; ++i) {
        const int is = item(got, i, bytes), due = item(state.next, i, bytes);
        if (is == due || !detail())
            continue;
        std::printf("layer %d %s, image %lld, pixel %s, channel %d: ", index, layer.name,
                    state.progress.words / layer.words, pixel(layer, state.word).c_str(), i);
        print_values(due, is, 2 * bytes, *cycle_);
    }
}

void Scoreboard::output(const uint8_t *bytes, int count)
{
    const uint8_t *expected = output_.data() + output_bytes_;
    const XbDesignLayer &last = design.layer[design.layers - 1];
    if (output_bytes_ >= images_ * design.result_bytes)
        return fault("the chip gives a beat after the last result");
    const int each = code_bytes(design.layers - 1);
    for (int i = 0; i < count / each; ++i) {
        const int due = item(expected, i, each), is = item(bytes, i, each);
        if (is == due || !detail())
            continue;
        const long long at = (output_bytes_ + 1LL * i * each) % design.result_bytes / each;
        const bool is_signed = design.code_offset != 0;
        std::printf(
            "output, image %lld, pixel %s, channel %lld: ", output_bytes_ / design.result_bytes,
            pixel(last, at / last.channels).c_str(), at % last.channels);
        print_values(is_signed ? static_cast<int8_t>(due) : due,
                     is_signed ? static_cast<int8_t>(is) : is, 2 * each, *cycle_);
    }
    output_bytes_ += count;
}

// Which PE of its chip tile an array is: arrays fill tiles in order.
static int pe_of(int array, bool of_layer)
{
    int first = array;
    while (first > 0 && design.array[first - 1].tile == design.array[array].tile &&
           (!of_layer || design.array[first - 1].layer == design.array[array].layer))
        first--;
    return array - first;
}

// The instance: a tile that two layers share is one instance in each.
static void print_instance(int index)
{
    const XbDesignArray &array = design.array[index];
    std::printf(", in u_%s.u_arrays.g_tile[%d].u_tile.g_pe[%d].u_pe",
                design.layer[array.layer].name, array.tile, pe_of(index, true));
}

// What a conversion stands for: its channel, and which of the channel's bit lines (or pairs) it is.
// Columns of a layer run channel by channel, slice by slice, plus before minus.
static void print_column(const XbDesignLayer &layer, int conversion)
{
    if (layer.conversions % layer.channels != 0)
        return;
    const int each = layer.conversions / layer.channels;
    std::printf(" of channel %d", conversion / each);
    const int line = conversion % each;
    std::printf(", slice %d", line / design.polarities);
    if (design.polarities == 2)
        std::printf(" %s", line % 2 ? "minus" : "plus");
}

void Scoreboard::report_codes(int index, int first, int count, const uint8_t *got)
{
    const XbDesignArray &array = design.array[index];
    const XbDesignLayer &layer = design.layer[array.layer];
    const ArrayState &state = array_[index];
    for (int i = 0; i < count; ++i) {
        uint16_t e, g;
        std::memcpy(&e, state.codes + 2 * (first + i), 2);
        std::memcpy(&g, got + 2 * i, 2);
        if (e == g || !detail())
            continue;
        const int n = first + i;
        std::printf(
            "layer %d %s, image %lld, window %s, plane %d, group %d, tile %d, PE %d, array %d "
            "(copy %d, row tile %d, column tile %d), conversion %d of %d",
            array.layer, layer.name, state.image,
            pixel(layer, 1LL * state.step * layer.copies + array.copy).c_str(), state.plane,
            state.group, array.tile, pe_of(index, false), index, array.copy, array.row_tile,
            array.col_tile, n, array.conversions);
        print_column(layer, array.first_conversion + n);
        std::printf(", converter %d, slot %d", n % design.per_array, n / design.per_array);
        print_instance(index);
        std::printf(": ");
        print_values(e, g, 3, *cycle_);
    }
}

}  // namespace xb
