#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `xbgen compare --measure` through the RTL: what it measures is what was planned, its designs are built once and go when
# nobody asked for them, and a simulation that tells something else is an error that names file, layer and figure.
. "$(dirname "$0")/common.sh"
begin compare
dir=$work/x
mkdir -p "$dir"
export OPT=-O0 UNITY=1 CXX=$root/tests/cosim/cxx # the designs are small

cat >"$dir/net.json" <<'NET'
{"name": "small", "input": {"shape": [5, 4, 2], "bits": 8, "signed": true, "scale": 0.05, "zero_point": 3}, "layers": [
 {"op": "conv", "filters": 4, "kernel": 3, "padding": "same", "weights": {"seed": 1}, "weight_scale": 0.002,
  "output": {"scale": 0.05, "zero_point": -2}},
 {"op": "fc", "filters": 3, "weights": {"seed": 2}, "weight_scale": 0.001, "output": {"scale": 0.1, "zero_point": 0}}]}
NET
cfg() { # name, keys
    echo "{\"network\": \"net.json\", \"crossbar\": {\"rows\": 32, \"cols\": 32, \"cell_bits\": 4}, \"adc\": {\"bits\": 10, \"per_array\": 4}, $2}" >"$dir/$1.json"
}
cfg one '"counters": true'
cfg two '"counters": false, "mapping": {"scheme": "kernel_position", "duplication": 2}'
both="--arch one.json --arch two.json"

compare() { (cd "$dir" && "$XBGEN" compare $both "$@"); }

# Status, and standard output and error in out and err.
measure() { # status, arguments
    compare --measure --layers "${@:2}" >"$dir/out" 2>"$dir/err"
    local status=$?
    [ $status -eq "$1" ] || { tail -n 3 "$dir/err" && echo "exit status $status; "; }
}

# Besides what is said of the measurement both tables are alike.
as_planned() {
    measure 0 --json -o kept
    compare --layers --json >"$dir/planned"
    python3 - "$dir/planned" "$dir/out" <<'PY'
import json, sys
planned, measured = (json.load(open(name))["configurations"] for name in sys.argv[1:])
for column, said in zip(measured, (["interval", "latency", "images_per_megacycle", "words_in", "words_out", "conversions"],
                                   ["interval", "latency", "images_per_megacycle", "words_out"])):
    if column["measured"] != said or column["images"] < 3:
        print(column["file"], "measures", column["measured"], "over", column["images"])
for was, now in zip(planned, measured):
    for key in ("images", "measured"):
        del was[key], now[key]
    if was != now:
        print(was, "was planned,", now, "measured")
PY
}

# The folders that -o names, and no design is built again.
stays() {
    [ "$(ls "$dir/kept" | tr '\n' ' ')" = '1-one 2-two ' ] || echo "the folders are $(ls "$dir/kept")"
    touch "$dir/before"
    measure 0 -o kept --input kept/1-one/vectors/input.npy -n 2
    [ -z "$(find "$dir/kept" -name xb_sim -newer "$dir/before")" ] || echo "a design was built again"
    grep -q '^one: simulated with 2 images, measured are ' "$dir/out" || echo "it says: $(tail -n 2 "$dir/out")"
}

# Without -o nothing stays. Designs are what they were, so a `make` that fetches what was built will do.
goes() {
    mkdir -p "$dir/bin"
    printf '#!/bin/sh\ncp -a "%s/kept/$(basename "$3")/build" "$3"\n' "$dir" >"$dir/bin/make"
    chmod +x "$dir/bin/make"
    PATH=$dir/bin:$PATH measure 0
    grep -q '^two: simulated with ' "$dir/out" || echo "it says: $(tail -n 2 "$dir/out")"
    [ ! -e "$dir/compare.xb" ] || echo "compare.xb is left behind"
}

# planted KEY MESSAGE: a simulation whose every KEY is one more than it counted.
planted() {
    local sim=$dir/kept/1-one/build/xb_sim
    [ -e "$sim.real" ] || mv "$sim" "$sim.real"
    cat >"$sim" <<SIM
#!/bin/sh
"\$0.real" "\$@" || exit
while [ "\$1" != --json ]; do shift; done
awk '{if (match(\$0, /"$1": [0-9]+/)) {n = substr(\$0, RSTART + length("$1") + 4, RLENGTH - length("$1") - 4) + 1
    \$0 = substr(\$0, 1, RSTART - 1) "\\"$1\\": " n substr(\$0, RSTART + RLENGTH)} print}' "\$2" >"\$2.new" && mv "\$2.new" "\$2"
SIM
    chmod +x "$sim"
    measure 1 -o kept
    grep -qE -- "$2" "$dir/err" || echo "it says: $(tail -n 3 "$dir/err"); "
}

check 'what is measured is what was planned' as_planned
check '-o keeps the designs, and builds them once' stays
check 'without -o nothing stays' goes
check 'another interval is found' planted interval '^xbgen: mismatch: one\.json: interval: measured are [0-9]+, planned [0-9]+$'
check 'other conversions are found' planted conversions '^xbgen: mismatch: one\.json, layer conv1: conversions: measured are '
check 'other words are found' planted words_out '^xbgen: mismatch: one\.json, layer fc1: words_out: measured are '
both="--arch one.json --arch two.json --arch $root/tests/bad/cfg/adc-bits.json"
check 'nothing is simulated when one cannot be planned' measure 2
end
