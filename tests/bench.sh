#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How fast things are, beside what they should reach and beside the first release: ResNet-8 (the example where it is
# not at hand) on 128x128 crossbars, 2 bit cells, 16 converters an array; the kernels of the golden model; and Icarus
# beside Verilator on a small design; copies under a budget beside CBC, a solver of integer programs; large networks, up
# to an image through the RTL of 3,176 arrays. Old and new work in turns and the best of each counts, so that a busy
# machine slows both. Prints figures; no figure makes it fail.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
xbgen=${XBGEN:-$root/build/xbgen}
data=${XB_SHARED:-$root/../shared}/data
work=${WORK:-$root/build}/bench
base=v0.1.0 rounds=3
rm -rf "$work" && mkdir -p "$work"
finish() {
    [ ! -e "$work/$base" ] || git -C "$root" worktree remove --force "$work/$base"
    rm -rf "$work"
}
trap finish EXIT

now() { date +%s%N; }
seconds() { awk -v t=$(($(now) - $1)) 'BEGIN {printf "%.2f", t / 1e9}'; }
figure() { printf '%-48s %12s %12s %7s  %s\n' "$@"; } # name, new, old, ratio, goal

# The first release, built from its tag in a folder of its own that goes at the end.
has_base() {
    git -C "$root" rev-parse -q --verify "$base^{commit}" >/dev/null 2>&1 || return 1
    git -C "$root" worktree add -f --detach "$work/$base" "$base" >"$work/log" 2>&1 && make -s -j2 -C "$work/$base" all >"$work/log"
}

# better HIGH|LOW A B: the better of two figures; A may be empty.
better() { awk -v how="$1" -v a="$2" -v b="$3" 'BEGIN {print a == "" || (how == "high") == (b + 0 > a + 0) ? b : a}'; }

# race NAME UNIT high|low GOAL ROUNDS FUNCTION...: FUNCTION VERSION prints a figure. The ratio is above 1 where new is better.
race() {
    local name=$1 unit=$2 how=$3 goal=$4 count=$5 version i ratio=
    declare -A best=([new]= [old]=)
    for ((i = 0; i < count; i++)); do
        for version in $versions; do
            best[$version]=$(better "$how" "${best[$version]}" "$("${@:6}" $version)")
        done
    done
    [ -z "${best[old]}" ] || ratio=$(awk -v how="$how" -v n="${best[new]}" -v o="${best[old]}" \
        'BEGIN {printf "%.2f", how == "high" ? n / o : o / n}')
    figure "$name" "${best[new]} $unit" "${best[old]:+${best[old]} $unit}" "$ratio" "$goal"
}

# cfg FILE BITS [KEYS]
cfg() {
    echo "{\"network\": \"$network\", \"crossbar\": {\"rows\": 128, \"cols\": 128, \"cell_bits\": 2}, \"dac\": {\"bits\": 1},
        \"adc\": {\"bits\": $2, \"per_array\": 16}${3:-}}" >"$1"
}

# repeated FROM TO HEIGHT WIDTH CHANNELS COPIES: an array of images, several times over.
repeated() {
    local size=$(($(stat -c %s "$1") - 128)) i text
    text="{'descr': '|i1', 'fortran_order': False, 'shape': ($((size / ($3 * $4 * $5) * $6)), $3, $4, $5), }"
    printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "$text" >"$2"
    for ((i = 0; i < $6; i++)); do tail -c +129 "$1"; done >>"$2"
}

if [ -e "$data/golden/adc/resnet8_x.npy" ]; then
    network=$data/mlperf_tiny/pretrainedResnet_quant.tflite name=ResNet-8
    repeated "$data/golden/adc/resnet8_x.npy" "$work/x.npy" 32 32 3 20
else
    network=$root/examples/fmnist.tflite name='Fashion-MNIST example'
    repeated examples/fmnist_images.npy "$work/x.npy" 28 28 1 4
fi
variation='"frac_bits": 8, "variation": 0.1'
cfg "$work/nine.json" 9
cfg "$work/six.json" 6
cfg "$work/varied.json" 6 ", \"rram\": {$variation}"
cfg "$work/noisy.json" 6 ", \"rram\": {$variation, \"read_noise\": 0.05}"
declare -A program=([new]=$xbgen [old]=$work/$base/build/xbgen)
echo "$name, $(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg)"
if has_base; then
    versions='new old' title=$base
else
    versions=new title=
    echo "skipped: the comparison with $base; the tag is not there, or does not build"
fi
figure '' new "$title" ratio goal

emit() { # version: seconds
    local start
    start=$(now)
    "${program[$1]}" emit --arch "$work/nine.json" --input "$work/x.npy" -n 20 -o "$work/$1/design" >"$work/log"
    seconds "$start"
}

build() { # from_clean|again, version: seconds
    local start
    [ "$1" = again ] || rm -rf "$work/$2/design/build" "$work/$2/runtime"
    start=$(now)
    XB_RUNTIME=$work/$2/runtime bash -c 'TIMEFORMAT="%U %S"; time make -s -C "$1" build >"$2"' - "$work/$2/design" "$work/log" \
        2>"$work/$2/$1"
    seconds "$start"
    tail -n 1 "$work/$2/$1" >>"$work/$2/cpu"
}

# The least processor time of builds from clean, which other work on the machine changes less.
build_cpu() { awk '{t = $1 + $2} t > 1 && (!least || t < least) {least = t} END {printf "%.2f", least}' "$work/$1/cpu"; }

simulate() { # version: images a second
    (cd "$work/$1/design" && build/xb_sim --json result.json --quiet) >"$work/log"
    awk -F '[ ,:]+' '/"images_per_second"/ {printf "%.2f", $3}' "$work/$1/design/result.json"
}

golden() { # cfg, version: images a second
    local start count
    start=$(now)
    count=$("${program[$2]}" golden --arch "$work/$1.json" --input "$work/x.npy" | sed -n 's/^golden: \([0-9]*\) images.*/\1/p')
    awk -v n="${count:-0}" -v t=$(($(now) - start)) 'BEGIN {printf "%.1f", n * 1e9 / t}'
}

# once NAME UNIT GOAL FUNCTION...: a figure of this version alone.
once() { figure "$1" "$("${@:4}") $2" '' '' "$3"; }

# The best of as many as in a race.
resnet20() {
    local network=$root/examples/networks/resnet20_main.json best='' i
    cfg "$work/resnet20.json" 6
    for ((i = 0; i < rounds; i++)); do best=$(better high "$best" "$(golden resnet20 new)"); done
    echo "$best"
}

# Processor milliseconds that an image takes: of 41 images less one. Other work on the machine changes them less.
image_cpu() { # kernel, cfg
    local count TIMEFORMAT=%U
    for count in 1 41; do
        { time XB_KERNEL=$1 "$xbgen" golden --arch "$work/$2.json" --input "$work/x.npy" -n $count >"$work/log"; } 2>&1
    done | awk '{t[NR] = $1} END {printf "%.2f", (t[2] - t[1]) / 40 * 1e3}'
}

# beside NAME GOAL A B: images of configurations A and B, in turns, and how many times as long those of A take; by each
# kernel that runs here.
beside() {
    local kernel i a b
    for kernel in avx512 avx2 portable; do
        XB_KERNEL=$kernel "$xbgen" golden --arch "$work/six.json" --input "$work/x.npy" -n 1 >"$work/log" 2>&1 || continue
        a='' b=''
        for ((i = 0; i < rounds; i++)); do
            a=$(better low "$a" "$(image_cpu $kernel "$3")")
            b=$(better low "$b" "$(image_cpu $kernel "$4")")
        done
        figure "$1, $kernel" "$a ms" "$b ms" "$(awk -v a="$a" -v b="$b" 'BEGIN {printf "%.2f", a / b}')" "$2"
    done
}

mkdir -p "$work/new" "$work/old"
race 'golden model, 9-bit converters, lossless' /s high '>= 50 images/s, ratio 1' $rounds golden nine
race 'golden model, 6-bit converters, lossy' /s high '>= 300 images/s, ratio 1' $rounds golden six
[ "$name" != ResNet-8 ] || once 'golden model, ResNet-20, 6-bit converters' /s '>= 75 images/s' resnet20
beside 'imperfect cells, beside ideal ones' '< 3' varied six
beside 'read noise, beside none' '< 2' noisy varied
race 'emit, with the vectors of 20 images' s low '< 1 s' $rounds emit
race 'Verilator and compiler, from clean' s low '<= 120 s, ratio 0.83' 2 build from_clean
race 'the same, processor time' s low '' 1 build_cpu
race 'the same build, nothing changed' s low '<= 3 s' 1 build again
race 'RTL simulation, level layer, no waves' /s high '>= 1 image/s, ratio 1.5' 2 simulate

[ -x build/tests/bench/kernel ] && build/tests/bench/kernel

# The same least value by both, and how many times as long the solver of the integer program takes.
allocate() { # network, arrays, bits a cycle or 0, throughput|serial
    local value seconds program=$work/program.lp found from
    read -r value seconds < <(build/tests/bench/allocation "examples/networks/$1.json" "${@:2}" "$program")
    from=$(now)
    found=$(cbc "$program" ratio 0 allow 0 sec 300 solve quit | sed -n 's/^Objective value: *\([0-9]*\)\.0*$/\1/p')
    from=$(($(now) - from))
    [ "$found" = "$value" ] || value="$value, but $found"
    figure "copies, $1, $2 arrays, $3 bits, $4" "$value" "$(awk -v s="$seconds" 'BEGIN {printf "%.3f ms", 1e3 * s}')" \
        "$(awk -v s="$seconds" -v c="$from" 'BEGIN {printf "%.0f", c / 1e9 / s}')" 'the optimum; ratio 100 to CBC'
}

if command -v cbc >/dev/null && [ -x build/tests/bench/allocation ]; then
    for objective in throughput serial; do
        for bits in 0 512; do
            allocate resnet34 10664 $bits $objective
            allocate vgg16 67608 $bits $objective
        done
    done
else
    echo "skipped: copies beside CBC, which is not there"
fi

timed() { # command: its seconds
    local start
    start=$(now)
    if "$@" >"$work/log"; then seconds "$start"; else echo failed; fi
}

plan_optimal() { # network, arrays
    local network=$root/examples/networks/$1.json
    cfg "$work/$1.json" 9 ", \"tiles\": {\"count\": $(($2 / 8)), \"arrays_per_tile\": 8}, \"mapping\": {\"duplication\": \"optimal\"}"
    timed "$xbgen" plan --arch "$work/$1.json"
}

emit_vgg8() { timed "$xbgen" emit --arch examples/networks/vgg8.cfg.json -n 1 -o "$work/vgg8"; }
build_vgg8() { timed make -s -j2 -C "$work/vgg8" build "XB_RUNTIME=$work/new/runtime"; }
image_vgg8() { timed env -C "$work/vgg8" build/xb_sim --backdoor --quiet; }

# Calibration: all of it, what is left of it with one image (an upper bound of the search), and an evaluated image of a
# budget as a multiple of one of the golden model in the same configuration.
calibrate() { "$xbgen" calibrate --arch "$work/six.json" --input "$work/many.npy" -o "$work/calibrated.json" "$@"; }

spend() {
    local start spent evaluations golden images=24
    start=$(now)
    evaluations=$(calibrate -n $images --budget 1% | sed -n 's/.*taken, \([0-9]*\) evaluations$/\1/p')
    spent=$(($(now) - start))
    start=$(now)
    "$xbgen" golden --arch "$work/calibrated.json" --input "$work/many.npy" >"$work/log"
    golden=$(($(now) - start))
    awk -v s=$spent -v n="$((${evaluations:-1} * images))" -v g=$golden 'BEGIN {printf "%.2f", s / n / (g / 500)}'
}

[ "$name" != ResNet-8 ] || repeated "$data/golden/adc/resnet8_x.npy" "$work/many.npy" 32 32 3 25
[ "$name" = ResNet-8 ] || repeated examples/fmnist_images.npy "$work/many.npy" 28 28 1 5
once 'calibration, 500 images, 6 bits' s '< 60 s' timed calibrate
once 'the same of one image, the search with it' s '< 2 s' timed calibrate -n 1
once 'an evaluated image of a budget, to the golden model' '' '<= 1.1' spend

once 'plan, ResNet-34, 10664 arrays, optimal copies' s '< 1 s' plan_optimal resnet34 10664
once 'plan, VGG-16, 67608 arrays, optimal copies' s '< 1 s' plan_optimal vgg16 67608
once 'emit, VGG-8, 3176 arrays' s '< 10 s' emit_vgg8
once 'Verilator and compiler of it' s '' build_vgg8
once 'an image through its RTL' s '< 300 s with the two above' image_vgg8

# The small design of tests/netlist in both simulators.
if [ -x tests/netlist/icarus_time.sh ] && command -v iverilog >/dev/null; then
    icarus=$(BUILD=$work/netlist tests/netlist/icarus_time.sh 20 | sed -n 's/.* \([0-9]*\) cycles\/s.*/\1/p')
    XB_RUNTIME=$work/new/runtime make -s -C "$work/netlist/small.xb" build >"$work/log"
    (cd "$work/netlist/small.xb" && build/xb_sim --level output --json result.json --quiet) >"$work/log"
    verilator=$(awk -F '[ ,:]+' '/"cycles"/ {c = $3} /"seconds"/ {printf "%.0f", c / $3}' "$work/netlist/small.xb/result.json")
    echo "small design: Icarus $icarus cycles/s, Verilator $verilator cycles/s," \
        "$(awk -v v="$verilator" -v i="$icarus" 'BEGIN {printf "%.0f", v / i}') times as many"
fi
