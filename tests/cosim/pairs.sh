#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The designs of pairs.txt through the RTL: every two values of mapping, reuse, copies, bandwidth, access, transfer, mode and
# converters that can be together are together in one of them. Words, reads, conversions, interval, latency, start and end
# of every layer as planned, every conversion of an image under stalls; with lossless converters the plain network's results.
# By night a third of those that are not played by day, in three nights all.
#   pairs.sh [N...]   the designs of these numbers only, from 1
. "$(dirname "$0")/common.sh"
begin pairs
list=tests/cosim/pairs.txt
only=" $* "
resnet=$data/mlperf_tiny/pretrainedResnet_quant.tflite images=$data/golden/adc/resnet8_x.npy

cut='{"input": {"shape": [32, 32, 3]}, "layers": [
  {"op": "conv", "filters": 16, "kernel": 3, "padding": "same", "weights": {"seed": 1}, "activation": "relu"},
  {"op": "conv", "filters": 16, "kernel": 3, "padding": "same", "weights": {"seed": 2}, "activation": "relu"}]}'

# NAME, which ends in the rows: "rows", "cols" ... and converters of so many bits, one for two columns.
hardware() { # name, bits
    local rows=${1//[a-z]/} columns cell=4 dac=2 encoding=differential convert=
    columns=$rows
    case $1 in
    odd*) columns=84 dac=1 ;;
    diff*) cell=2 dac=1 ;;
    offset*) encoding=offset ;;
    twos*) encoding=twos_complement cell=1 ;;
    analog*) convert=', "subtract": "analog", "range": "weights"' ;;
    esac
    echo "\"crossbar\": {\"rows\": $rows, \"cols\": $columns, \"cell_bits\": $cell, \"encoding\": \"$encoding\"}, \"dac\": {\"bits\": $dac},"
    echo "\"adc\": {\"bits\": $2, \"per_array\": $((columns / 2))$convert},"
}

rounding() { # crossbar
    case $1 in analog*) echo double ;; twos*) echo single ;; *) echo tflite ;; esac
}

# Beside chosen copies every second convolution alone has a reuse of its own.
reused() { # network, reuse, copies
    local layer sep=""
    [ "$3" != none ] || { echo ", \"reuse\": $2" && return; }
    printf ', "duplication": "%s", "objective": "latency_serial", "layers": {' "$3"
    for layer in conv2 conv4 conv6 conv8; do
        case $1$layer in fmnistconv[68] | cutconv[468]) continue ;; esac
        printf '%s"%s": {"reuse": %d}' "$sep" $layer "$2" && sep=", "
    done
    echo "}"
}

mapping() { # network, mapping, reuse, copies
    case $2 in
    im2col) echo '"scheme": "im2col"' ;;
    kp) echo '"scheme": "kernel_position", "kp_packed": true' ;;
    kp1) echo '"scheme": "kernel_position", "kp_packed": false' ;;
    *) echo "\"scheme\": \"subimage\", \"policy\": \"$2\"" ;;
    esac
    if [ "$3" = - ]; then echo ", \"duplication\": \"$4\""; else reused "$1" "$3" "$4"; fi
}

# The arrays of a slice see few rows, so fewer bits are lossless.
configure() { # the columns of a line
    local network=$resnet bits=14 width=$7 tiles=""
    [ "$1" != fmnist ] || network=$root/examples/fmnist.tflite
    [ "$1" != cut ] || network=cut.json
    [ "${11}" = lossless ] || { [ "$3" = slice ] && bits=4; } || bits=6
    [ "$7" != unlimited ] || width='"unlimited"'
    [ "$6" = - ] || tiles=", \"tiles\": {\"count\": $6, \"arrays_per_tile\": 1}"
    mkdir -p "$dir" && echo "$cut" >"$dir/cut.json"
    echo "{\"network\": \"$network\", $(hardware "$2" $bits) \"mapping\": {$(mapping "$1" "$3" "$4" "$5")}$tiles,
        \"buffer\": {\"bits_per_cycle\": $width, \"access\": \"$8\", \"transfer\": \"$9\"}, \"pipeline\": {\"mode\": \"${10}\"},
        \"rounding\": \"$(rounding "$2")\"}" >"$cfg"
}

# What is special in the steps of a design and whether it has copies; scheme and access of its second convolution.
facts() {
    "$XBGEN" plan --arch "$cfg" --json | awk '
        function list(    text) { text = $0; gsub(/[^0-9,]/, "", text); split(text, at, ",") }
        /^      "name"/ { conv = /conv/ && !/dwconv/; second = /"conv2"/; outputs = 0 }
        !conv { next }
        /"in":/ { list(); channels = at[3] }
        /^      "out":/ { list(); height = at[1]; width = at[2] }
        /"duplication"/ { copies = $2 + 0; if (copies > 1) print "copies" }
        /"windows"/ && !outputs { if (($2 + 0) % copies) print "partial" }
        /"sub_image": [{]/ {
            match($0, /"outputs": [0-9]+/)
            outputs = substr($0, RSTART + 11, RLENGTH - 11) + 0
            split($0, side, /[][,]/)
            if (height % outputs) print "edge"
        }
        /"used_rows"/ { across = outputs ? int((width + outputs - 1) / outputs) : width; if (across % copies) print "straddles" }
        /"used_rows"/ && outputs { if (channels % int($2 / (side[2] * side[2]))) print "unpacked" }
        second && /"scheme"/ { gsub(/[",]/, ""); scheme = $2 }
        second && /"access"/ { gsub(/[",]/, ""); print scheme, $2 }' | sort -u
}

# As few images as show the pace of a full chip (planned.awk); of ResNet-8 20 where these take no longer.
images_of() { # network
    "$XBGEN" plan --arch "$cfg" --json | awk -v network="$1" '/^  "interval"/ { i = $2 + 0 } /^  "latency"/ { l = $2 + 0 }
        END { n = int(l / i) + 2; print (network == "resnet8" && 20 * i < 100000 ? 20 : n > 20 ? 20 : n) }'
}

# The results are the plain network's, and those of ResNet-8 the recorded ones.
same_as_plain() { # network, crossbar, images
    plain || return
    [ "$1" != resnet8 ] || must record cmp <(tail -c +129 "$dir/layer/vectors/output.npy") \
        <(tail -c +129 "$data/golden/adc/resnet8_plain_$(rounding "$2").npy" | head -c $((10 * $3)))
}

# Short runs are compiled fast, long ones to be fast.
simulate() { # network, crossbar, lossless or lossy
    local input=() level=-O0 n
    [ "$1" != resnet8 ] || { input=(--input "$images") && level=-O1; }
    [ "$1" != fmnist ] || input=(--input examples/fmnist_images.npy)
    n=$(images_of "$1")
    must "$3" "is_$3" && emit layer --level layer -n "$n" "${input[@]}" && { [ "$3" = lossy ] || same_as_plain "$1" "$2" "$n"; } &&
        build layer $level && play layer layer "$n" && planned && emit adc --level adc -n 2 "${input[@]}" &&
        play adc adc 2 --stall 30 --seed 7
}

# Its second convolution is mapped as its line says, and where copies are chosen a layer has some.
is_listed() { # number, the columns of a line
    local scheme=$4 copies=^
    case $4 in kp*) scheme=kernel_position ;; slice | packed) scheme=subimage ;; esac
    [ "$6" = none ] || copies='^copies$'
    grep -qx "$scheme $9" "$dir/facts" && grep -q "$copies" "$dir/facts" && return
    echo "design $1 is not as listed: $(tr '\n' ',' <"$dir/facts"); "
}

is_due() { [ -n "${XB_NIGHTLY:-}" ] && [ $(($1 % 3)) -eq $((XB_NIGHTLY % 3)) ]; }

is_chosen() { # number, day or night
    case $only in "  ") [ "$2" = day ] || is_due "$1" ;; *) [[ $only == *" $1 "* ]] ;; esac
}

# All are planned, whichever are simulated.
design() { # number, the columns of a line
    local dir=$work/$1 cfg=$work/$1/design.json
    configure "${@:2}"
    if [ "$2" = resnet8 ] && ! has golden/adc/resnet8_x.npy mlperf_tiny/pretrainedResnet_quant.tflite; then return; fi
    facts >"$dir/facts" && is_listed "$@" >"$dir/unlike"
    is_chosen "$1" "${13}" || return
    check "design $1: ${*:2:11}" simulate "$2" "$3" "${12}"
    [ -n "${KEEP:-}" ] || rm -rf "$dir/layer" "$dir/adc"
}

covers() { awk -f tests/cosim/pairs.awk $list >"$work/covered" || cat "$work/covered"; }

# Steps that straddle rows and last steps that are not full; maps that are no multiple of a sub-image's outputs, channels
# that are none of those that share an array.
has_edges() {
    local fact
    cat "$work"/*/unlike
    for fact in partial straddles edge unpacked; do
        grep -qx $fact "$work"/*/facts || echo "no design has $fact; "
    done
}

plans_like() { # file of a plan, what is set with what
    local dir=$work/apart cfg=$work/apart/design.json
    configure fmnist diff128 "${@:2}" && "$XBGEN" plan --arch "$cfg" --json >"$dir/plan" && cmp "$1" "$dir/plan"
}

# What cannot be together is ignored: no access but the own one of sub-images, no reuse of others.
apart_is_ignored() {
    local dir=$work/whole cfg=$work/whole/design.json access
    configure fmnist diff128 packed 16 none - 512 dup serial layer lossless && "$XBGEN" plan --arch "$cfg" --json >"$dir/plan"
    for access in share kp line; do
        plans_like "$dir/plan" packed 16 none - 512 $access serial layer lossless
    done
    configure fmnist diff128 im2col - none - 512 dup serial layer lossless && "$XBGEN" plan --arch "$cfg" --json >"$dir/plan"
    plans_like "$dir/plan" im2col 16 none - 512 dup serial layer lossless
}

number=0
while read -r -a line; do
    case ${line[0]:-#} in "#"*) continue ;; esac
    later design $((++number)) "${line[@]}"
done <$list
wait
check "$list has all pairs" covers
check 'the designs are as listed, and have steps and maps with ends of all kinds' has_edges
check 'what is missing in the list is ignored' apart_is_ignored
end
