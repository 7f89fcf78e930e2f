// SPDX-License-Identifier: Apache-2.0
// Takes a program image apart (docs/rtl.md, Program stream) and hands out the words for arrays.
#include "backdoor.h"

#include "design.h"
#include "fail.h"
#include <cstring>

namespace xb
{

static const uint32_t kLevels = 1, kReferences = 5;  // kinds of records that arrays get

// CRC-32 of IEEE 802.3, reflected, before the last inversion.
static uint32_t crc_of(const uint8_t *bytes, size_t size)
{
    uint32_t table[256], crc = UINT32_MAX;
    for (uint32_t i = 0; i < 256; ++i) {
        table[i] = i;
        for (int bit = 0; bit < 8; ++bit)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xEDB88320u : 0);
    }
    for (size_t i = 0; i < size; ++i)
        crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xFF];
    return crc;
}

static BackDoor *back_door;  // a DPI function has no argument to carry it

static void append(std::vector<uint8_t> &to, const uint32_t *words, size_t count)
{
    const uint8_t *bytes = reinterpret_cast<const uint8_t *>(words);
    to.insert(to.end(), bytes, bytes + 4 * count);
}

void BackDoor::open(const Mapped &image, const std::string &path)
{
    const size_t words = image.size / 4;
    image_.resize(words);
    std::memcpy(image_.data(), image.data, 4 * words);
    record_.assign(design.arrays, {});
    cursor_.assign(design.arrays, {});
    const bool right = words > 2 && ~crc_of(image.data, image.size - 4) == image_[words - 1];
    if (!right || !take_apart(image_))
        fail(kBadInput, "%s: not a whole program image (CRC or format)", path.c_str());
    end_rest();
    back_door = this;
}

// Magic, design hash, records, CRC; the chip itself looks at the first two.
bool BackDoor::take_apart(const std::vector<uint32_t> &image)
{
    const size_t end = image.size() - 1;
    append(rest_, image.data(), 2);
    for (size_t at = 2; at < end;) {
        if (end - at < 2)
            return false;
        const uint32_t kind = image[at] >> 28, unit = image[at] & 0xFFFFF;
        const Record record = {at + 2, kind, image[at + 1] >> 16, image[at + 1] & 0xFFFF};
        if (record.count == 0 || record.count > end - record.data)
            return false;
        at = record.data + record.count;
        if (kind != kLevels && kind != kReferences) {
            append(rest_, &image[record.data - 2], record.count + 2);
            continue;
        }
        if (unit >= static_cast<uint32_t>(design.arrays))
            return false;
        record_[unit].push_back(record);
        left_ += record.count;
    }
    return true;
}

void BackDoor::end_rest()
{
    const uint32_t crc = ~crc_of(rest_.data(), rest_.size());
    append(rest_, &crc, 1);
}

// {valid, last, kind, unit, address, data}
bool BackDoor::word(int unit, int units, uint32_t *bits)
{
    if (unit < 0 || unit + units > design.arrays)
        fail(kBadInput, "the RTL has arrays that xb_design.h has not: emit the design again");
    Cursor &at = cursor_[unit];
    if (at.unit < 0)
        at.unit = unit;
    while (at.unit < unit + units && at.record == record_[at.unit].size()) {
        ++at.unit;
        at.record = 0;
    }
    if (at.unit == unit + units)
        return false;
    const Record &record = record_[at.unit][at.record];
    const bool last = at.word + 1 == record.count;
    const uint32_t number = static_cast<uint32_t>(at.unit);
    bits[0] = image_[record.data + at.word];
    bits[1] = record.address | number << 16;
    bits[2] = number >> 16 | record.kind << 4 | static_cast<uint32_t>(last) << 8 | 1u << 9;
    at.record += last;
    at.word = last ? 0 : at.word + 1;
    --left_;
    return true;
}

}  // namespace xb

extern "C" int xb_cosim_program(int unit, int units, uint32_t *word)
{
    return xb::back_door && xb::back_door->word(unit, units, word);
}
