#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The networks of examples/networks: make.py writes them as they are, each plans in less than a second, and arrays and
# windows of an image are those of the publications that use them (128 x 128 cells, four columns a weight).
. "$(dirname "$0")/common.sh"
TIMEFORMAT="%U %S"

planned() { # name, arrays, windows an image
    local cfg=examples/networks/$1.cfg.json seconds
    seconds=$({ time "$xbgen" plan --arch "$cfg" --json >"$work/$1"; } 2>&1)
    awk '{exit !($1 + $2 < 1)}' <<<"$seconds"
    check "$1 takes $seconds s" $?
    # One copy of each: steps of weight layers are their windows.
    awk -F '[:,]' -v arrays="$2" -v windows="$3" '/^  "arrays"/ {a = $2 + 0} /"kind"/ {has = /"(conv|fc)"/}
        /"steps"/ {if (has) w += $2} END {print a, w; exit !(a == arrays && w == windows)}' "$work/$1" >"$work/figures"
    check "$1: $2 arrays and $3 windows are due" $? || cat "$work/figures"
}

planned resnet8 30 4033
planned resnet8_main 27 3713
planned resnet18 2864 30234
planned resnet18_main 2820 29205
planned resnet20_main 87 9089
planned resnet34 5332 41308
planned resnet34_main 5288 40279
planned vgg8 3176 2690
planned vgg13 32508 133675
planned vgg16 33804 137791
[ "$(ls examples/networks/*.cfg.json | wc -l)" -eq 10 ]
check "ten networks" $?
if command -v python3 >/dev/null; then
    mkdir "$work/made" && python3 examples/networks/make.py "$work/made" &&
        for file in "$work"/made/*; do cmp "$file" "examples/networks/${file##*/}" || break; done
    check "make.py writes what is there" $?
else
    skip "python3 is not there"
fi
end
