#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The networks of examples/networks: make.py writes them as they are, each plans in less than a second, and arrays and
# windows of an image are those of the publications that use them (128 x 128 cells, four columns a weight). Then the
# tables of crossbar allocation on these networks: a converter a column, the published time model.
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
# allocated NETWORK ARRAYS BITS ACCESS OBJECTIVE: the choices under this budget, into $work/choices.
allocated() {
    local bits=$3
    [ "$bits" = unlimited ] && bits='"unlimited"'
    echo "{\"network\": \"$root/examples/networks/$1.json\", \"crossbar\": {\"encoding\": \"offset\"}, \"adc\": {\"per_array\": 128},
        \"mapping\": {\"duplication\": \"optimal\", \"objective\": \"$5\", \"time_model\": \"published\"},
        \"tiles\": {\"count\": $2, \"arrays_per_tile\": 1}, \"buffer\": {\"bits_per_cycle\": $bits, \"access\": \"$4\"}}" >"$work/cfg.json"
    "$xbgen" plan --arch "$work/cfg.json" >"$work/plan"
}

# A column of the choices, and the copies of one of them.
figure() { awk -v name="$1" -v column="$2" '$1 == name {print $column}' "$work/plan"; }

# table NETWORK ARRAYS BITS ACCESS NONE PROPORTIONAL OPTIMAL SPEED-UP BLIND/OPTIMAL ARRAYS-USED COPIES; - is any.
table() {
    allocated "$1" "$2" "$3" "$4" throughput
    local found="" i due=("${@:5}")
    local got=("$(figure none 4)" "$(figure proportional 4)" "$(figure optimal 4)" "$(figure optimal 5)"
        "$(awk -v b="$(figure bandwidth_blind 4)" -v o="$(figure optimal 4)" 'BEGIN {printf "%.2f", b / o}')"
        "$(figure optimal 2)" "$(figure optimal: 2)")
    for i in "${!due[@]}"; do
        [ "${due[i]}" = - ] || [ "${due[i]}" = "${got[i]}" ] || found="$found ${got[i]} for ${due[i]}"
    done
    [ -z "$found" ]
    check "$1, $2 arrays, $3 bits a cycle, $4:$found" $?
}

seven=7,7,7,7 two=2,2,2,2
table resnet8_main 40 unlimited dup 8192 2736 2736 2.99 1.00 37 3,3,3,1,1,1,1,1
table resnet8_main 108 unlimited dup 8192 688 592 13.84 1.00 107 14,14,14,4,4,1,1,1
table resnet20_main 174 unlimited dup 8192 2048 1368 5.99 1.00 169 6,6,6,6,6,6,6,2,2,2,2,2,2,1,1,1,1,1,1,1
table vgg8 3970 unlimited dup 8192 1024 824 9.94 1.00 3968 10,10,3,3,1,1,1,1
table resnet18_main 5640 unlimited dup 100352 1568 896 112.00 1.00 5616 112,28,28,28,28,$seven,$two,1,1,1,1,1
table resnet8_main 108 512 dup 8192 - 2560 3.20 - 42 -
table vgg8 6352 512 dup 20480 - 20480 1.00 - 3176 1,1,1,1,1,1,1,1
table resnet18_main 5640 2048 dup 100352 - 10339 9.71 - - -
table resnet8_main 108 512 share 8192 - 1140 7.19 1.04 - -
table vgg8 6352 512 share 20480 - 6400 3.20 1.38 - -
table resnet18_main 5640 2048 share 100352 - 4071 24.65 1.29 - -
table resnet8_main 108 512 kp 8192 - 1024 8.00 1.01 67 -
table vgg8 6352 512 kp 8192 - 5904 1.39 1.41 - -
table resnet18_main 5640 2048 kp 100352 - 4048 24.79 1.30 - -
table resnet8 40 unlimited dup - - 2736 - 1.00 - -
table resnet8 108 unlimited dup - - 632 - 1.00 - -

# serial NETWORK ARRAYS BITS NONE PROPORTIONAL OPTIMAL: sums of the layers' times; the interval beside it, or -.
serial() {
    allocated "$1" "$2" "$3" dup latency_serial
    [ "$(figure none 6) $(figure proportional 6) $(figure optimal 6)" = "$4 $5 $6" ] && { [ "$7" = - ] || [ "$7" = "$(figure optimal 4)" ]; }
    check "$1, $2 arrays, $3 bits a cycle: layer by layer" $? || cat "$work/plan"
}
serial resnet8_main 40 unlimited 29704 13336 11624 -
serial resnet8_main 108 unlimited 29704 4064 3624 -
serial resnet8_main 40 512 29832 13464 11752 2736

# alone ARRAYS LATENCY STARTS: one image through VGG-8 with the optimal copies, pools included, the time of steps alone.
alone() {
    allocated vgg8 "$1" unlimited dup throughput
    "$xbgen" plan --arch "$work/cfg.json" --json | sed -n 's/^    "optimal": .*"start": \[\(.*\)\]}.*/\1/p' >"$work/starts"
    [ "$(figure optimal 8)" = "$2" ] && { [ "$3" = - ] || [ "$(tr -d ' ' <"$work/starts")" = "$3" ]; }
    check "vgg8, $1 arrays: one image in $2 cycles" $? || cat "$work/plan" "$work/starts"
}
alone 3176 8928 0,272,1072,1608,3200,4264,8912,8920
alone 3970 1184 -
alone 12704 256 -

# words NETWORK KINDS ACCESS CODES: what layers of these kinds load for an image.
words() {
    local found
    echo "{\"network\": \"$root/examples/networks/$1.json\", \"buffer\": {\"access\": \"$3\"}}" >"$work/cfg.json"
    found=$("$xbgen" plan --arch "$work/cfg.json" --json |
        awk -F '[:,]' -v kinds="\"($2)\"" '/"kind"/ {has = $2 ~ kinds} /"words_in"/ {if (has) n += $2} END {print n + 0}')
    [ "$found" = "$4" ]
    check "$1, $3: $found words are loaded, $4 are due" $?
}
words resnet34 'conv|fc' dup 25979136
words resnet34 'conv|fc' kp 9545712
words resnet34 'conv|fc' line 3174144
words resnet8 conv dup 494592
words resnet8 conv kp 201792
words resnet8 conv line 78848

# The exact model, as fast as any plan: every number of copies is a candidate.
for network in resnet34 vgg16; do
    for objective in throughput latency_serial latency_pipelined; do
        allocated "$network" 65536 512 kp $objective
        sed -i 's/published/exact/' "$work/cfg.json"
        seconds=$({ time "$xbgen" plan --arch "$work/cfg.json" >"$work/plan"; } 2>&1)
        awk '{exit !($1 + $2 < 1)}' <<<"$seconds" && [ "$(figure optimal 2)" -le 65536 ]
        check "$network with optimal copies for $objective takes $seconds s" $?
    done
done

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
