# SPDX-License-Identifier: Apache-2.0
# What the runners of this folder share: elaborated designs, cut into modules. Sourced. Environment: XBGEN (program),
# XB_SHARED (folder of data/), XB_JOBS (Yosys at a time), XB_LIMIT (seconds a design or a row).
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
xbgen=${XBGEN:-$root/build/xbgen}
data=${XB_SHARED:-$root/../shared}/data
work=$(realpath -m "${BUILD:-$root/build/synth}/$(basename "$0" .sh)") # runners may run side by side
jobs=${XB_JOBS:-$(nproc)}
passed=0 failed=0 skipped=0
designs=() # names; NAME.json lies in $work

fail() {
    failed=$((failed + 1))
    echo "FAIL $*"
}

skip() {
    skipped=$((skipped + 1))
    echo "skipped: $*"
}

# Cells are read when their parameters are known, but for the black boxes: they keep their names. From their own folder:
# Yosys names cells after files, and which modules are small enough for `make check` must not depend on where they lie.
elaborate() ( # name
    cd "$work/$1.xb/rtl" || return
    cat >"$work/$1.ys" <<END
read_verilog -sv $(grep -l '^(\* blackbox \*)' ./*.sv | tr '\n' ' ')
read_verilog -sv -defer $(grep -L '^(\* blackbox \*)' ./*.sv | tr '\n' ' ')
hierarchy -check -top xb_top
write_rtlil $work/$1.il
END
    timeout "${XB_LIMIT:-1800}" yosys -q -w 'Replacing memory' "$work/$1.ys"
)

# prepare NAME: its RTL and, where a source has changed, its modules in one file.
prepare() {
    local sum
    "$xbgen" emit --arch "$work/$1.json" -o "$work/$1.xb" -n 1 --level output --force >/dev/null || return
    sum=$(cat "$work/$1.xb"/rtl/*.sv "$here/common.sh" "$here/split.awk" | sha1sum)
    [ "$sum" != "$(cat "$work/$1.sum" 2>/dev/null)" ] || return 0
    rm -f "$work/$1.sum"
    elaborate "$1" && echo "$sum" >"$work/$1.sum"
}

# One design after the other: they have modules in common.
cut_up() { # name
    [ -f "$work/$1.sum" ] || return
    [ -f "$work/$1.il" ] || [ -f "$work/$1.index" ] || return
    [ ! -f "$work/$1.il" ] || awk -v dir="$work/il" -v design="$1" -f "$here/split.awk" "$work/$1.il" >"$work/$1.index" || return
    rm -f "$work/$1.il"
    cp "$work/$1.xb"/rtl/*.sv "$work/rtl/"
}

# units DESIGN...: elaborates them and leaves $work/units, their distinct modules, small ones first (units.awk).
units() {
    local design indices=()
    # shellcheck disable=SC2016
    printf '%s\n' "$@" | xargs -P "$jobs" -I{} bash -c 'prepare {} >"$work/{}.log" 2>&1'
    for design; do
        if cut_up "$design"; then
            indices+=("$work/$design.index")
        else
            fail "$design is not elaborated"
            tail -n 5 "$work/$design.log"
        fi
    done
    grep -l '^(\* blackbox \*)' "$work"/rtl/*.sv >"$work/boxes"
    awk -v dir="$work" -f "$here/units.awk" /dev/null "${indices[@]}" | sort -n >"$work/units"
}

# The example stands in its cfg.json beside its network.
example() {
    sed "s:\"fmnist.tflite\":\"$root/examples/fmnist.tflite\":" "$root/examples/fmnist.json" >"$work/fmnist.json"
    designs+=(fmnist)
}

end() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ $failed -eq 0 ]
    exit
}

export -f elaborate prepare
export here work xbgen
mkdir -p "$work"/{il,closure,log,rows,kept,parts} && rm -rf "$work/rtl" && mkdir "$work/rtl" || exit 3
if ! command -v yosys >/dev/null; then
    skip "Yosys is not there"
    end
fi
