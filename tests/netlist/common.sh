# SPDX-License-Identifier: Apache-2.0
# What the runners of this folder share: two small networks, their designs, and how Icarus runs one. Sourced.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
xbgen=${XBGEN:-$root/build/xbgen}
work=${BUILD:-$root/build/netlist}

mkdir -p "$work" && cp "$here"/*.net "$work/" || exit 3

# emit NAME IMAGES: the design of that line of designs.txt.
emit() {
    local keys
    keys=$(sed -n "s/^$1 \([a-z.]*\) {/{\"name\": \"$1\", \"network\": \"\1\", /p" "$here/designs.txt")
    [ -n "$keys" ] && echo "$keys" >"$work/$1.json" || return
    "$xbgen" emit --arch "$work/$1.json" -o "$work/$1.xb" -n "$2" --level output >/dev/null
}

# compile NAME OUT FILE...: the bench with these sources; cells that are not among them come from rtl/.
compile() {
    local name=$1 out=$2 no_matter
    shift 2
    no_matter='System task (\$error) cannot be synthesized in an always_ff process' # an assertion: nobody synthesizes it
    iverilog -g2012 -DXB_ASSERT -s tb_xb -o "$out" -I "$work/$name.xb" -y "$work/$name.xb/rtl" -Y .sv "$work/$name.xb/sim/tb_xb.sv" "$@" 2>&1 |
        sed "/$no_matter/d" >&2
    return "${PIPESTATUS[0]}"
}

# simulate NAME COMPILED STALL [RAM_SEED]: prints "cycles N" and PASS, or what is wrong; combinational loops make Icarus run
# for ever. The seed is that of the garbage in memories.
simulate() {
    timeout "${LIMIT:-240}" vvp -n "$2" +folder="$work/$1.xb" +stall="$3" +xb_ram_seed="${4:-1}"
}
