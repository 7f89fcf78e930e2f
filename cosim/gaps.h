// SPDX-License-Identifier: Apache-2.0
// The most cycles between successive images. The first image meets an empty chip and may leave a
// little early, so the gap behind it counts only while there is no other.
#ifndef XB_COSIM_GAPS_H
#define XB_COSIM_GAPS_H

#include <algorithm>
#include <cstdint>

namespace xb
{

struct Gaps {
    long long images = 0;
    uint64_t latest = 0;  // cycle
    uint64_t worst = 0;   // 0: no gap yet

    void image(uint64_t cycle)
    {
        if (images > 0)
            worst = std::max(images == 2 ? uint64_t{0} : worst, cycle - latest);
        latest = cycle;
        images++;
    }
};

}  // namespace xb

#endif
