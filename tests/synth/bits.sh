#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `xbgen plan` says that each layer stores, and the chip around them, against what Yosys makes of three designs, in
# nightly runs also of one without counters, one whose layers work in turn, one of sub-images and three of few bits:
# bits of memories exactly, flip-flops within 5 %.
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
within=5 # per cent

# json NAME KEYS [NETWORK]: a design of stored.json, whose streams are wide enough for memories, or of another.
json() {
    echo "{\"name\": \"$1\", \"network\": \"$here/${3:-stored}.json\", $2}" >"$work/$1.json"
    designs+=("$1")
}

# recorded NAME: a design of few bits whose results are recorded.
recorded() {
    if [ ! -f "$data/golden/split/$1.cfg.json" ]; then
        skip "$1: $data/golden/split/$1.cfg.json is not there"
        return
    fi
    sed "s:\"network\" *\: *\":&$data/golden/split/:" "$data/golden/split/$1.cfg.json" >"$work/$1.json"
    designs+=("$1")
}

# Instances of the top and their modules.
instances() { sed -n 's/^ *cell \\\(xb_[^ ]*\) \\u_\(.*\)/\2 \1/p' "$work/il/xb_top.$1.il"; }

# planned NAME: "layer memory registers", and the same of `chip_wide`.
planned() {
    "$xbgen" plan --json --arch "$work/$1.json" | awk -F '[":, ]+' '
        $2 == "layers" { inside = 1 }
        !inside && $2 == "chip_wide" { gsub(/[{}]/, ""); print "chip_wide", $4, $6 }
        inside && $2 == "name" { name = $3 }
        inside && $2 == "memory_bits" { memory = $3 }
        inside && $2 == "register_bits" { print name, memory, $3 }'
}

# made NAME: the same of the netlist; whatever is no layer is around them.
made() {
    instances "$1" | while read -r name module; do
        read -r _ flops memory _ <"$work/rows/$module"
        echo "$name $memory $flops"
    done
}

compare() { # name
    awk -v within=$within '
        NR == FNR { memory[$1] = $2; registers[$1] = $3; next }
        !($1 in memory) { $1 = "chip_wide" }
        { got_memory[$1] += $2; got_registers[$1] += $3 }
        END {
            for (name in memory) {
                off = registers[name] - got_registers[name]
                if (off < 0) off = -off
                is_right = memory[name] == got_memory[name] && 100 * off <= within * got_registers[name]
                printf "%s %s %d %d %d %d\n", is_right ? "ok" : "FAIL", name, memory[name], got_memory[name], registers[name], got_registers[name]
            }
        }' <(planned "$1") <(made "$1") >"$work/$1.bits"
    passed=$((passed + $(grep -c '^ok' "$work/$1.bits")))
    while read -r _ name memory got_memory registers got_registers; do
        fail "$1, $name: memory bits $memory, in Yosys $got_memory; registers $registers, in Yosys $got_registers"
    done < <(grep '^FAIL' "$work/$1.bits")
}

example
json stored '"crossbar": {"rows": 64, "cols": 64}, "adc": {"bits": 8, "per_array": 16}, "pipeline": {"depth": 4}, "buffer": {"access": "kp", "bits_per_cycle": 128}, "mapping": {"layers": {"conv1": {"duplication": 2}}}'
json stored_offset '"crossbar": {"rows": 64, "cols": 64, "encoding": "offset"}, "adc": {"bits": 8, "per_array": 64, "latency": 3}, "buffer": {"access": "share"}, "mapping": {"layers": {"conv1": {"duplication": 2}}}, "rounding": "single", "rram": {"frac_bits": 4, "variation": 0.05, "read_noise": 0.02}'
if [ -n "${XB_NIGHTLY:-}" ]; then
    json stored_bare '"counters": false, "crossbar": {"rows": 64, "cols": 64}, "adc": {"bits": 8, "per_array": 16}, "pipeline": {"depth": 2}, "buffer": {"access": "kp"}'
    json stored_serial '"crossbar": {"rows": 64, "cols": 64}, "adc": {"bits": 8, "per_array": 64}, "pipeline": {"mode": "serial"}, "buffer": {"bits_per_cycle": 128}'
    json patched '"crossbar": {"rows": 48, "cols": 48, "cell_bits": 4, "encoding": "offset"}, "adc": {"bits": 8, "per_array": 8}, "buffer": {"bits_per_cycle": 64}, "mapping": {"scheme": "subimage", "reuse": 16}' patched
    for name in bnn.lossless majority4.ideal avg.ideal; do recorded $name; done
fi
units "${designs[@]}"
# All but small ones are only estimated where all is to be done in minutes. Of a weight layer that finds 0.5 % more flip-flops
# than a synthesis (8,951 instead of 8,900), of a pool 3 %. Closer, it finds as many of additions, tables and joins, and of a
# pool 2 % more; that takes twice the time, which is much for large ones.
for design in "${designs[@]}"; do instances "$design"; done | awk -v nightly="${XB_NIGHTLY:-}" '
    NR == FNR { bytes[$2] = $1; next }
    function what(size) { return nightly != "" || size < 50000 ? "storage" : size < 250000 ? "closer" : "estimate" }
    !seen[$2]++ { print $2, what(bytes[$2]) }' "$work/units" - |
    xargs -r -P "$jobs" -L 1 bash "$here/one.sh" "$work" "${XB_LIMIT:-1800}"
for design in "${designs[@]}"; do compare "$design"; done
end
