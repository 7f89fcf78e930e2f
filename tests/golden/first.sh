#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# First use: options in one word, mistyped words, images as pixels and as real values, shapes without the channel, what
# `plan` and `emit` say.
. "$(dirname "$0")/common.sh"
arch=examples/fmnist.json images=examples/fmnist_images.npy

# says STATUS TEXT ARGUMENTS...: that status, and just that line on standard error.
says() {
    "$xbgen" "${@:3}" >"$work/out" 2>"$work/err"
    local status=$?
    [ $status -eq "$1" ] && [ "$(cat "$work/err")" = "$2" ] && return
    echo "exit status $status, says: $(cat "$work/err")"
    return 1
}

try "a mistyped verb" says 2 "xbgen: 'plna' is not understood; did you mean plan?" plna
try "a mistyped option in a verb's place" says 2 "xbgen: '--verison' is not understood; did you mean --version?" --verison
try "a word that is no verb" says 2 "xbgen: 'run' is neither a verb nor an option; try xbgen --help" run
try "an option before its verb" says 2 "xbgen: a verb comes before '--arch'; try xbgen --help" --arch x plan
try "a file without an option" says 2 "xbgen: plan: a.json stands alone; files are given as --arch CFG and the like; try xbgen plan --help" plan a.json
try "a mistyped option" says 2 "xbgen: golden: --imput is not understood; did you mean --input?" golden --imput x
try "an option with its value" says 2 "xbgen: plan: --jsn is not understood; did you mean --json?" plan --jsn=1
try "another verb's option" says 2 "xbgen: plan: --naive belongs to another verb; try xbgen plan --help" plan --naive
try "a flag with a value" says 2 "xbgen: --json takes no value" plan --json=1
try "a value that is empty" says 2 "xbgen: --arch has an empty value" plan --arch=
try "a number twice" says 2 "xbgen: golden: -n is given twice" golden --arch $arch --input $images -n 2 -n 3
try "a file twice" says 2 "xbgen: golden: --input is given twice" golden --arch $arch --input $images --input=$images
try "a factor twice" says 2 "xbgen: golden: --input-real is given twice" \
    golden --arch $arch --input $images --input-real --input-real=0.5
try "a flag twice" says 2 "xbgen: plan: --json is given twice" plan --json --arch $arch --json
try "a factor of 0" says 2 "xbgen: --input-real takes a factor other than 0, as 0.5 or 1/255, not '0'" \
    golden --arch $arch --input $images --input-real=0
try "a factor as a word of its own" says 2 "xbgen: a factor stands behind an equals sign: --input-real=1/255" \
    golden --arch $arch --input $images --input-real 1/255
try "a factor without images" says 2 "xbgen: --input-real needs --input X.npy" emit --arch $arch -o x --input-real
"$xbgen" plan --arch $arch >"$work/two" && "$xbgen" plan --arch=$arch >"$work/one" && cmp "$work/one" "$work/two"
check "an option in one word" $?

# The example's images as other programs have them: pixels, real values, without the channel.
python3 - "$work" $images <<'END'
import array, sys
folder, path = sys.argv[1:]
raw = open(path, "rb").read()
codes = raw[10 + int.from_bytes(raw[8:10], "little"):]
assert len(codes) == 100 * 784

def save(name, descr, shape, data):
    head = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    head += " " * (117 - len(head)) + "\n"
    open(f"{folder}/{name}.npy", "wb").write(b"\x93NUMPY\1\0" + len(head).to_bytes(2, "little") + head.encode() + data)

pixels = bytes(c ^ 0x80 for c in codes)
real = array.array("f", (p / 255 for p in pixels))
save("codes", "|i1", "(100, 28, 28)", codes)
save("pixels", "|u1", "(100, 28, 28, 1)", pixels)
save("flat", "|u1", "(100, 28, 28)", pixels)
save("real", "<f4", "(100, 28, 28, 1)", real.tobytes())
real[5] = float("nan")
save("nan", "<f4", "(100, 28, 28, 1)", real.tobytes())
save("wide", "<i4", "(100, 28, 28, 1)", 4 * codes)
save("from1", "|u1", "(3,)", b"\x09\x0a\x0a")
save("minus", "<i2", "(3,)", b"\0\0\xff\xff\x09\0")
save("side", "|i1", "(100, 28, 56)", 2 * codes)
open(f"{folder}/empty.npy", "w")
END
check "images are made" $?

# same NAME ARGUMENTS...: the results of the codes themselves.
"$xbgen" golden --arch $arch --input $images -n 10 -o "$work/due.npy" >/dev/null
same() {
    "$xbgen" golden --arch $arch --input "$work/$1.npy" "${@:2}" -n 10 -o "$work/is.npy" >/dev/null 2>"$work/err" &&
        cmp "$work/due.npy" "$work/is.npy"
}
try "codes without the channel" same codes
try "pixels times 1/255" same pixels --input-real=1/255
try "pixels without the channel" same flat --input-real=1/255
try "real values" same real --input-real
span="the network's input spans 0 to 1 (scale 0.00392156886, zero point -128)"
[ "$(cat "$work/err")" = "$work/real.npy: note: real values 0 to 1; $span: 0 of 7840 are clamped [input-real]" ]
check "their range is said" $?
try "pixels that nobody scaled" says 0 \
    "$work/pixels.npy: note: real values 0 to 255; $span: 259 of 784 are clamped [input-real]" \
    golden --arch $arch --input "$work/pixels.npy" --input-real -n 1
codes="this network takes codes, int8"
try "real values taken for codes" says 2 \
    "$work/real.npy: error: elements are float32; $codes; --input-real quantizes real values [input-type]" \
    golden --arch $arch --input "$work/real.npy"
try "integers of another width" says 2 "$work/wide.npy: error: elements are int32; $codes [input-type]" \
    golden --arch $arch --input "$work/wide.npy"
try "... as real values" says 2 \
    "$work/wide.npy: error: elements are int32; --input-real takes float32 or uint8 [input-type]" \
    golden --arch $arch --input "$work/wide.npy" --input-real
try "what is no number" says 2 "$work/nan.npy: error: element 5 is not a number [input-range]" \
    golden --arch $arch --input "$work/nan.npy" --input-real
try "images of another width" says 2 \
    "$work/side.npy: error: shape is [100,28,56]; this network takes [N,28,28,1] [input-shape]" \
    golden --arch $arch --input "$work/side.npy"
try "an empty file of images" says 2 \
    "$work/empty.npy: error: the file is empty; a NumPy .npy file is needed [npy-magic]" \
    golden --arch $arch --input "$work/empty.npy"
none_of="the output has classes 0..9"
try "labels counted from 1" says 2 \
    "$work/from1.npy: error: label 10 of image 1: $none_of; 2 of 3 labels are none of them [labels-range]" \
    golden --arch $arch --input $images --labels "$work/from1.npy" -n 3
try "a label below 0" says 2 \
    "$work/minus.npy: error: label -1 of image 1: $none_of; 1 of 2 labels are none of them [labels-range]" \
    golden --arch $arch --input $images --labels "$work/minus.npy" -n 2 --trials 2
try "labels of images that are not run" says 0 "" golden --arch $arch --input $images --labels "$work/from1.npy" -n 1
"$xbgen" sweep --arch $arch --set adc.bits=8,9 --input $images --labels "$work/minus.npy" -n 2 >"$work/out" 2>"$work/err"
[ $? -eq 2 ] && [ "$(grep -c ',labels-range$' "$work/out")" = 2 ] && grep -q ' label -1 of image 1: .*\[labels-range\]$' "$work/err"
check "... in a sweep" $?

# A file whose first operator, QUANTIZE, is the host's: both sides' values, against TensorFlow Lite's reference kernel.
echo "{\"network\": \"$root/tests/data/quantize.tflite\"}" >"$work/ends.json"
ends() { # the file of images
    "$xbgen" golden --arch "$work/ends.json" --input "$1" -o "$work/is.npy" >/dev/null && cmp tests/data/quantize_y.npy "$work/is.npy"
}
try "codes of the file's own input" ends tests/data/quantize_x.npy
try "codes of the chip" ends tests/data/quantize_y.npy
"$xbgen" plan --arch "$work/ends.json" | grep -qxF "host, in front: QUANTIZE of UINT8; --input takes either side's values" &&
    "$xbgen" plan --arch "$work/ends.json" --json | grep -qxF '  "host": {"front": ["QUANTIZE"], "behind": []},'
check "plan says whose values are taken" $?

"$xbgen" sweep --arch $arch --set adc.bits=8,9 --input "$work/pixels.npy" --input-real=1/255 --labels examples/fmnist_labels.npy -n 2 \
    >/dev/null 2>"$work/err" && [ "$(grep -c 'note: real values 0 to 1; ' "$work/err")" = 1 ]
check "a sweep says once which real values came" $?

# What plan and emit say, and what the design carries.
"$xbgen" emit --arch $arch --input "$work/pixels.npy" --input-real=1/255 -n 2 -o "$work/a b" >"$work/out" 2>"$work/err"
[ "$(cat "$work/out")" = "emit: $work/a b, with vectors of 2 images; simulate them: make -C '$work/a b'; more: make -C '$work/a b' help" ]
check "emit says what it wrote and what comes next" $?
"$xbgen" emit --arch $arch --input $images -n 2 -o "$work/codes" >/dev/null && diff -r "$work/codes" "$work/a b"
check "the folder is the same from pixels and from codes" $?
cmp LICENSE "$work/codes/LICENSE" &&
    [ -z "$(find "$work/codes" -type f ! -name '*.npy' ! -name '*.bin' ! -name '*.mem' ! -name '*.json' ! -name LICENSE -exec grep -L SPDX-License-Identifier {} +)" ]
check "the folder carries the licence" $?
for line in 'IN_SCALE *0\.00392156886f' 'IN_ZERO_POINT *-128' 'OUT_SCALE *0\.129150644f' 'OUT_ZERO_POINT *8'; do
    grep -qE "^#define XB_$line\$" "$work/codes/xb_design.h"
    check "xb_design.h: $line" $?
done
grep -qxF '  "input": {"shape": [28, 28, 1], "bits": 8, "signed": true, "scale": 0.00392156886, "zero_point": -128},' "$work/codes/plan.json" &&
    grep -qxF '  "output": {"shape": [1, 1, 10], "bits": 8, "signed": true, "scale": 0.129150644, "zero_point": 8},' "$work/codes/plan.json"
check "plan.json: both ends" $?
sed 's/"network": "/&'"${root//\//\\/}"'\/examples\//; s/"digital"/"analog", "layers": {"fc1": {"range": "weights"}}/' $arch >"$work/other.json"
"$xbgen" plan --arch "$work/other.json" >"$work/out"
for line in 'input 28x28x1, int8, scale 0.00392156886, zero point -128: real values 0 to 1' \
    'cells: differential, 128 rows active at once, DAC 1 bit' \
    'converters: 16 an array, a conversion in 1 cycle, latency 1, analog subtraction, range full (fc1 weights)' \
    'pipeline: layer, depth 2; rounding tflite'; do
    grep -qxF "$line" "$work/out"
    check "plan: $line" $?
done
end
