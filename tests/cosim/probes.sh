#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The scoreboard on streams of codes of 1 to 16 bits (probes.cpp), with the header of a design whose first layer is
# given other codes, words and beats.
. "$(dirname "$0")/common.sh"
begin probes

# probes BITS CHANNELS WORDS BEAT_WORDS
probes() {
    local cfg=$root/tests/data/clamp.json dir=$work/probes$1
    mkdir -p "$dir"
    emit layer --input tests/data/clamp_x.npy &&
        must header sed -i "s/^    {\"conv1\", \"conv\", [0-9]*, [0-9]*, [0-9]*, [0-9]*, [0-9]*,\(.*\), 8, \([0-9]*\)},/    {\"conv1\", \"conv\", $3, $2, 1, $3, $4,\1, $1, \2},/" \
            "$dir/layer/xb_design.h" && must changed grep -q ", $1, [0-9]*},\$" "$dir/layer/xb_design.h" &&
        must compile g++ -std=c++17 -Wall -Wextra -I "$dir/layer" -I "$dir/layer/sim" -o "$dir/probes" tests/cosim/probes.cpp \
            "$dir"/layer/sim/{design,scoreboard,scoreboard_report,npy,codes}.cpp && must run "$dir/probes" "$dir"
}

later check "1 bits" probes 1 7 9 4
later check "5 bits" probes 5 100 5 3
later check "8 bits" probes 8 100 5 2
later check "12 bits" probes 12 100 5 2
later check "16 bits" probes 16 3 4 4
end
