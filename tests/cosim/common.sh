# SPDX-License-Identifier: Apache-2.0
# What the scripts beside it share: folders, a count of cases, two jobs at a time, and one case from cfg.json to an
# equal simulation. To be sourced; `begin NAME` comes first, `end` last.
# Environment: XBGEN (program), XB_SHARED (folder of data/), WORK (for what is built), XB_RUNTIME (compiled Verilator
# runtime), JOBS (at a time), KEEP (leaves the folders).
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 3
root=$PWD
export XBGEN=${XBGEN:-$root/build/xbgen}
export XB_RUNTIME=${XB_RUNTIME:-$root/build/runtime}
data=${XB_SHARED:-$root/../shared}/data
JOBS=${JOBS:-2}
# shellcheck source=../verilator.sh
. tests/verilator.sh

begin() {
    work=${WORK:-$root/build/cosim}/$1
    rm -rf "$work" && mkdir -p "$work" || exit 3
    lines=$work/lines
    : >"$lines"
}

# One line per case; the first word counts. A line of several jobs at once is written whole.
say() { echo "$* ($SECONDS s)" | tee -a "$lines"; }
ok() { say "ok: $*"; }
failed() { say "FAILED: $*"; }
skipped() { say "skipped: $*"; }

end() {
    wait
    local f
    f=$(grep -c '^FAILED' "$lines")
    [ "$f" -ne 0 ] || [ -n "${KEEP:-}" ] || rm -rf "$work"/*/
    echo "$(grep -c '^ok' "$lines") passed, $f failed, $(grep -c '^skipped' "$lines") skipped"
    [ "$f" -eq 0 ]
    exit
}

# In the background, JOBS at a time.
later() {
    while [ "$(jobs -rp | wc -l)" -ge "$JOBS" ]; do wait -n; done
    "$@" &
}

# check NAME COMMAND...: it ends well and prints nothing; what it prints says why not.
check() {
    local why
    why=$("${@:2}" && echo done)
    [ "$why" = done ] && ok "$1" || failed "$1: $why"
}

# has FILE...: in the data folder; a missing one is a skipped case.
has() {
    local file
    for file; do
        [ -e "$data/$file" ] && continue
        skipped "$file is not there"
        return 1
    done
}

# must STEP COMMAND...: quietly; the end of what it printed is shown if it fails.
must() {
    local log=$dir/$1.log
    "${@:2}" >"$log" 2>&1 && return
    printf '%s: exit status %d: %s; ' "$1" $? "$(tail -n 3 "$log" | tr '\n' ' ')"
    return 1
}

emit() { # folder, options...
    must "emit_$1" "$XBGEN" emit --arch "$cfg" -o "$dir/$1" "${@:2}"
}

# OPT and UNITY: a small design runs so short that optimizing it takes longer.
build() {
    must "build_$1" make -s -C "$dir/$1" build -j1 "VERILATOR=$verilator" ${2:+"OPT=$2" UNITY=1 "CXX=$root/tests/cosim/cxx"}
}

# play FOLDER LEVEL IMAGES [options]: equal, at that level, over that many images. The simulation is the one of
# folder `layer`: a design hash says that they are the same hardware.
play() {
    must "play_$1" "$dir/layer/build/xb_sim" --level "$2" --program "$dir/$1/mem/program.bin" \
        --vectors "$dir/$1/vectors" --json "$dir/$1.json" "${@:4}" &&
        must "said_$1" grep -q "^cosim: $3 images, 0 mismatches, level $2, " "$dir/play_$1.log"
}

# The plain network gives for the images of folder `layer` what the golden model gave.
plain() {
    must naive "$XBGEN" golden --naive --arch "$cfg" --input "$dir/layer/vectors/input.npy" -o "$dir/naive.npy" &&
        must as_naive same_elements "$dir/naive.npy" "$dir/layer/vectors/output.npy"
}

# The design of folder `layer` was as fast as planned.
planned() { must planned awk -f tests/cosim/planned.awk "$dir/layer/plan.json" "$dir/layer.json"; }

# change FILE TEXT REPLACEMENT: in exactly one line, or the test is out of date.
change() {
    [ "$(grep -cF -- "$2" "$1")" = 1 ] || { echo "$1 has not one line with $2; " && return 1; }
    awk -v from="$2" -v to="$3" 'i = index($0, from) {$0 = substr($0, 1, i - 1) to substr($0, i + length(from))} {print}' \
        "$1" >"$1.new" && mv "$1.new" "$1"
}

# found NAME FOLDER CELL TEXT REPLACEMENT PATTERN: with such a fault in the design of that folder in $work, the first mismatch
# is such a line.
found() {
    local dir=$work/$2 why
    cp -a "$dir/layer" "$dir/$1"
    why=$(change "$dir/$1/rtl/$3" "$4" "$5" && build "$1" -O0 &&
        { "$dir/$1/build/xb_sim" --level adc --program "$dir/$1/mem/program.bin" --vectors "$dir/$1/vectors" >"$dir/$1.log" 2>&1
          [ $? -eq 1 ] || echo 'it is not found; '; } && must first grep -q "^mismatch 1: $6" "$dir/$1.log" && echo done)
    [ "$why" = done ] && ok "$1 is found" || failed "$1: $why"
}

# mistimed NAME CELL TEXT REPLACEMENT WHAT: with such a fault in $dir/layer results are right, but not the time of that.
mistimed() {
    local copy=$dir/$1
    cp -a "$dir/layer" "$copy"
    change "$copy/rtl/$2" "$3" "$4" && build "$1" -O0 || return
    must "run_$1" "$copy/build/xb_sim" --quiet --program "$copy/mem/program.bin" --vectors "$copy/vectors" --json "$dir/$1.json" ||
        return
    ! awk -f tests/cosim/planned.awk "$copy/plan.json" "$dir/$1.json" >"$dir/$1.why" && grep -q "$5 is " "$dir/$1.why" && return
    echo "it is not found: $(head -n 1 "$dir/$1.why"); "
    return 1
}

# codes FOLDER IMAGES: the converter codes in its vectors as --codes-fd takes them.
codes() {
    local i f size
    for ((i = 0; i < $2; i++)); do
        for f in $(ls "$1"/vectors/adc_*.npy | sort -V); do
            size=$((($(stat -c %s "$f") - 128) / $2))
            tail -c +$((129 + i * size)) "$f" | head -c $size
        done
    done
}

# The elements of two arrays; shapes may be written otherwise. Both headers have 128 bytes.
same_elements() { cmp <(tail -c +129 "$1") <(tail -c +129 "$2"); }

# Both kinds of designs must be what their names say.
is_lossless() {
    "$XBGEN" plan --arch "$cfg" --json | grep -q '"lossless": false' && echo "a converter loses" && return 1
    return 0
}
is_lossy() { "$XBGEN" plan --arch "$cfg" --json | grep -q '"lossless": false'; }
