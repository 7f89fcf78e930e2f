// SPDX-License-Identifier: Apache-2.0
// The back door for the program of the arrays (docs/rtl.md, Simulation probes): a program image
// taken apart into the words that each array gets from the bus, which its tile asks for, and the
// rest, which still goes through the stream.
#ifndef XB_COSIM_BACKDOOR_H
#define XB_COSIM_BACKDOOR_H

#include "npy.h"
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace xb
{

class BackDoor
{
  public:
    // The DPI function asks this door from now on, which must stay. Ends the program if the image
    // is not whole and right: the chip will not see all of it.
    void open(const Mapped &image, const std::string &path);

    // The next word of the program bus for the arrays from `unit` on, as docs/rtl.md has it, in
    // three words of 32 bits. False: they have all of theirs.
    bool word(int unit, int units, uint32_t *bits);

    bool all_taken() const { return left_ == 0; }

    // A program image without the records of arrays.
    Mapped rest() const { return {rest_.data(), rest_.size()}; }

  private:
    struct Record {
        size_t data;  // its first word, in words of the image
        uint32_t kind, address, count;
    };
    struct Cursor {  // of a tile: what it gets next
        int unit = -1;
        size_t record = 0, word = 0;
    };

    bool take_apart(const std::vector<uint32_t> &image);
    void end_rest();

    std::vector<uint32_t> image_;
    std::vector<std::vector<Record>> record_;  // [array]
    std::vector<Cursor> cursor_;               // [first array of a tile]
    std::vector<uint8_t> rest_;
    size_t left_ = 0;  // words that nobody has asked for yet
};

}  // namespace xb

#endif
