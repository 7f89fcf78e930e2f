# SPDX-License-Identifier: Apache-2.0
# What the runners of this folder share: two small networks, their designs, and how Icarus runs one. Sourced.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
xbgen=${XBGEN:-$root/build/xbgen}
work=${BUILD:-$root/build/netlist}

mkdir -p "$work" && cp "$here"/*.net "$work/" || exit 3

# emit NAME IMAGES: the design of that line of designs.txt, with vectors as text.
emit() {
    local keys v header
    keys=$(sed -n "s/^$1 \([a-z.]*\) {/{\"name\": \"$1\", \"network\": \"\1\", /p" "$here/designs.txt")
    [ -n "$keys" ] && echo "$keys" >"$work/$1.json" || return
    "$xbgen" emit --arch "$work/$1.json" -o "$work/$1.xb" -n "$2" --level output || return
    for v in input output; do
        header=$((10 + $(od -An -tu2 -j8 -N2 "$work/$1.xb/vectors/$v.npy")))
        od -An -v -tx1 -w1 -j "$header" "$work/$1.xb/vectors/$v.npy" >"$work/$1.$v.hex" || return
    done
}

# constant NAME OF: a number of the design's header.
constant() { sed -n "s/^#define $2  *\([0-9]*\).*/\1/p" "$work/$1.xb/xb_design.h"; }

# compile NAME OUT IMAGES STALL FILE...: the bench with these sources; cells that are not among them come from rtl/.
compile() {
    local name=$1 out=$2 images=$3 stall=$4 words p sets="" no_matter
    shift 4
    words=$(($(wc -c <"$work/$name.xb/mem/program.bin") / 4))
    for p in InBytes="$(constant "$name" XB_IN_BYTES)" OutBytes="$(constant "$name" XB_OUT_BYTES)" ProgWords=$words \
        ImageBytes="$(constant "$name" XB_IMAGE_BYTES)" ResultBytes="$(constant "$name" XB_RESULT_BYTES)" \
        Images="$images" Stall="$stall"; do
        sets="$sets -Ptb_design.$p"
    done
    no_matter='System task (\$error) cannot be synthesized in an always_ff process' # an assertion: nobody synthesizes it
    # shellcheck disable=SC2086
    iverilog -g2012 -DXB_ASSERT -s tb_design $sets -o "$out" -y "$work/$name.xb/rtl" -Y .sv "$here/tb_design.sv" "$@" 2>&1 |
        sed "/$no_matter/d" >&2
    return "${PIPESTATUS[0]}"
}

# simulate NAME COMPILED [RAM_SEED]: prints "cycles N" and PASS, or what is wrong; combinational loops make Icarus run
# for ever. The seed is that of the garbage in memories.
simulate() {
    timeout "${LIMIT:-240}" vvp -n "$2" +prog="$work/$1.xb/mem/program.mem" +input="$work/$1.input.hex" \
        +output="$work/$1.output.hex" +xb_ram_seed="${3:-1}"
}
