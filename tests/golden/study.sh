#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The figures of publications on mapping, as `xbgen study` and `plan` print them for the networks of examples/networks:
# sub-images (one cell a weight and polarity), kernel position, pipelines with copies, windows of other shapes, energy of
# converters. With XB_QUICK one network.
. "$(dirname "$0")/common.sh"

study() { # network, side of the crossbar, other arguments
    echo "{\"network\": \"$root/examples/networks/$1.json\", \"crossbar\": {\"rows\": $2, \"cols\": $2}}" >"$work/cfg.json"
    "$xbgen" study --arch "$work/cfg.json" "${@:3}" >"$work/text" 2>/dev/null &&
        "$xbgen" study --arch "$work/cfg.json" --json "${@:3}" >"$work/json" 2>/dev/null
    check "$1 on $2x$2 is studied" $?
    of="$1 on $2x$2"
}
json() { grep -qF -- "$1" "$work/json"; check "$of: $1" $?; } # a part of a line of the JSON
text() { grep -qE -- "$1" "$work/text"; check "$of: $1" $?; } # a line of the text

# Every n-th 3x3 convolution as depthwise plus 1x1.
pair() { json "\"name\": \"$1\", \"windows\": $2, \"arrays\": $3, \"depthwise\": $4, \"pointwise\": $5"; }
total() { json "\"counting\": \"$1\", \"fewest\": $2, \"arrays\": $3, \"replaced\": $4"; }
study resnet20_main 128 --columns 2
pair conv1 16 768 48 256
pair conv2 16 4096 256 256
pair conv8 16 8192 256 128
pair conv9 4 4096 128 128
pair conv14 4 8192 128 64
pair conv15 1 4096 64 64
total slice false 82688 5872
total "slice, stride 1" false 70400 5584
total "packed, stride 1" false 7936 5584
total "one set, im2col" false 58 77
text '^slice  *largest  *82688  *5872  *-92\.90 %  *40512 0\.490$'
text '^slice, stride 1  *largest  *70400  *5584  *-92\.07 %  *40224 0\.571$'
[ "$(grep -c '"replaced": true' "$work/json")" -eq 9 ]
check "every second of 19 is replaced" $?
# A slower program takes the rest too long.
[ -z "${XB_QUICK:-}" ] || end
study resnet20_main 128 --columns 2 --every 3
[ "$(grep -c '"replaced": true' "$work/json")" -eq 6 ]
check "every third of 19 is replaced" $?
study resnet20_main 256 --columns 2
total slice false 68016 3435
total "slice, stride 1" false 59312 3243
total "packed, stride 1" false 3072 3243
total "packed, stride 1" true 3072 2795
text '^slice  *largest  *68016  *3435  *-94\.95 %  *33616 0\.494$'
text '^slice, stride 1  *largest  *59312  *3243  *-94\.53 %  *33424 0\.564$'
study vgg8 128 --columns 2
total packed false 80896 14640
total "one set, im2col" false 560 160
text '^slice  *largest  *[0-9]*  *14640  *-98\.61 %'
text '^one set, im2col  *-  *560  *160  *-71\.43 %'
study vgg8 256 --columns 2
total packed false 21248 6939
total packed true 21248 6043
text '^slice  *largest  *[0-9]*  *6939  *-99\.26 %'
text '^slice  *fewest  *[0-9]*  *6043  *-99\.36 %'

# Split layers are counted whole, whether cfg.json or the network settles their blocks.
"$xbgen" study --arch "$root/examples/split/bnn.cfg.json" >"$work/text"
check "examples/split is studied" $?
of="examples/split"
text '^packed  *largest  *80896  *14640  *-81\.90 %  *31744 0\.392$'
text '^im2col  *1720  *99\.5 %$'
text '^conv6  *1  *9  *4608  *1179648  *256\.00$'
{ # a list of thresholds, 0 each, for two blocks
    printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 16, 1), }"
    head -c 128 /dev/zero
} >"$work/t.npy"
echo '{"input": {"shape": [8, 8, 16], "bits": 1}, "layers": [{"op": "conv", "name": "a_layer_with_a_long_name", "filters": 16,
    "kernel": 3, "weight_bits": 1, "blocks": {"merge": "majority", "thresholds": "t.npy"}}]}' >"$work/net.json"
echo '{"network": "net.json", "crossbar": {"rows": 72, "cell_bits": 1}, "adc": {"subtract": "analog"}}' >"$work/cfg.json"
"$xbgen" study --arch "$work/cfg.json" >"$work/text"
check "a network of two blocks is studied" $?
of="two blocks"
text '^im2col  *2  *25\.0 %$'
awk '/^layer .* energy$/ {head = length($0)} /^a_layer/ {row = length($0)} END {exit !head || row != head}' "$work/text"
check "$of: a long name leaves columns in line" $?

# Kernel position: words, arrays, the port model, pipelines.
study resnet34 128 --columns 1
json '"windows": 41308,'
json '"main_windows": 40279,'
json '"words": {"im2col": 25979136, "per_kernel": 8367360, "columns": 8894208, "rows": 9545712, "lines": 3174144}'
json '"arrays": {"im2col": 1349, "unpacked": 1424, "packed": 1349'
text '^im2col  *1349  *98\.5 %$'
text '^kernel position, unpacked  *1424  *93\.4 %$'
study resnet34 128 --columns 4
json '"arrays": {"im2col": 5332, "unpacked": 5490, "packed": 5332'
text '^im2col  *5332  *99\.7 %$'
text '^kernel position, unpacked  *5490  *96\.9 %$'
study resnet34_main 128
text '^ *8  *192  *1412014  *692302  *2\.040 .* 77\.2 % '
text '^ *16  *96  *2811483  *1384603  *2\.031 .* 77\.1 %  *1\.785$'
text '^ *32  *48  *5610422  *2756662  *2\.035 .* 77\.0 % '
text '^ *64  *24  *11208299  *5513323  *2\.033 .* 77\.0 % '
text '^ *16  *80 .* 2\.007 '
text '^ *16  *144 .* 2\.006  *69\.2 % '
text '^ *32  *72 .* 2\.014  *69\.1 % '
text '^ *224  *12544  *3\.2  *1\.000 '
text '^ *56  *3136  *12\.8  *1\.007 '
text '^ *28  *784  *51\.4  *1\.068 '
text '^ *14  *196  *205\.5  *1\.500  *1\.335$'
text '^ *7  *49  *822\.0  *4\.291 '
study vgg16 128
text '^ *16  *96 .* 2\.017 '
for net in "vgg8 3176 3208 3176" "resnet20_main 87 226 87" "resnet8 30 85 30"; do
    read -r name im2col unpacked packed <<<"$net"
    study "$name" 128 --columns 4
    json "\"arrays\": {\"im2col\": $im2col, \"unpacked\": $unpacked, \"packed\": $packed,"
done

# One array for all windows.
study vgg13 512 --columns 1
window() { json "\"name\": \"$1\", \"im2col\": $2, \"sdk\": $3,"; json "\"vw_sdk\": $4, \"vw_sdk_window\""; }
window conv1 49284 12321 6216
window conv2 98568 24642 24642
window conv3 24200 6050 6050
window conv4 36300 36300 12100
window conv5 8748 8748 5832
window conv6 14580 14580 10206

# Energy of converters: 128 rows of 1-bit cells need 8 bits.
energy() { # bits: what layers of 128 rows take less
    echo "{\"network\": \"$root/examples/networks/resnet20_main.json\", \"crossbar\": {\"cell_bits\": 1}, \"adc\": {\"bits\": $1}}" >"$work/cfg.json"
    "$xbgen" study --arch "$work/cfg.json" >"$work/text" && "$xbgen" study --arch "$work/cfg.json" --json >"$work/json"
    of="$1 bits"
    text "^conv2  *$1  *8  *[0-9]*  *[0-9]*  *$2\$"
    json "{\"name\": \"conv2\", \"bits\": $1, \"lossless_bits\": 8, \"converters\": "
    "$xbgen" plan --arch "$work/cfg.json" --json | python3 -c '
import json, sys
plan, text = json.load(sys.stdin), open(sys.argv[1]).read()
layers = [l for l in plan["layers"] if l["adc_bits"]]
def less(count):
    return sum(count(l) << l["lossless_bits"] for l in layers) / sum(count(l) << l["adc_bits"] for l in layers)
image, always = less(lambda l: l["conversions"]), less(lambda l: l["arrays"] * plan["adc"]["per_array"])
assert f"lossless over these: {image:.2f} for an image, {always:.2f} for converters that always run\n" in text
for share in 0.58, 0.688, 0.75:
    assert f"{100 * share:5.1f} %        {1 / (1 - share + share / image):14.2f} " in text' "$work/text"
    check "$of: sums of the layers" $?
}
energy 3 32.00
energy 1 128.00
text '^ 58\.0 %  *[0-9.]*  *2\.28 '
text '^ 65\.0 %  *[0-9.]*  *2\.70 '
text '^ 68\.8 %  *[0-9.]*  *3\.00 '
text '^ 70\.0 %  *[0-9.]*  *3\.11 '
text '^ 75\.0 %  *[0-9.]*  *3\.66 '
text '^3\.0 times at  *[0-9.]* %  *68\.8 %  *67\.2 %$'

# Sides and overlaps that `plan` prints, with weights of one cell a polarity.
sides() { # side of the crossbar, the line of conv1 by slice
    sed 's/"op": "conv",/&"weight_bits": 5,/' examples/networks/resnet20_main.json >"$work/net.json"
    echo "{\"network\": \"net.json\", \"crossbar\": {\"rows\": $1, \"cols\": $1, \"cell_bits\": 4},
        \"mapping\": {\"scheme\": \"subimage\", \"policy\": \"slice\"}}" >"$work/cfg.json"
    "$xbgen" plan --arch "$work/cfg.json" >"$work/text" 2>"$work/err"
    of="plan on $1x$1"
    text "$2"
    text "^all windows at once: [0-9]* arrays packed, $3 by slice\$"
    grep -q '\[plan-arrays\]$' "$work/err"
    check "$of: a warning of the arrays" $?
}
sides 128 '^conv2  *slice  *10x10  *8  *64  *56\.25 %  *16  *256  *4096  *16  *4096$' 82688
sides 256 '^conv2  *slice  *13x13  *11  *121  *39\.67 %  *9  *256  *2304  *9  *2304$' 68016
end
