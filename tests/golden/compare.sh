#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `xbgen compare`: tables against those committed in compare/ (XB_UPDATE_GOLDEN=1 rewrites them: review the difference), and
# every figure against plan.json or, where it is kept there, against results computed independently.
. "$(dirname "$0")/common.sh"

# cfg NAME KEYS: a cfg.json of the example.
cfg() { echo "{\"network\": \"fmnist.tflite\"${2:+, $2}}" >"$work/$1.json"; }

cp examples/fmnist.tflite "$work/"
cfg im2col
cfg kp '"mapping": {"scheme": "kernel_position", "duplication": 2}'
cfg wide '"crossbar": {"rows": 256, "cols": 256}, "adc": {"bits": 10}'
three=(--arch im2col.json --arch kp.json --arch wide.json)
resnet=$root/examples/networks/resnet8

# as FILE ARGUMENTS...: what compare prints. Notes of copies and the like go to standard error.
as() {
    local expected=$root/tests/golden/compare/$1
    (cd "$work" && "$xbgen" compare "${@:2}" >out 2>err)
    check "$1: status" $?
    [ -z "${XB_UPDATE_GOLDEN:-}" ] || cp "$work/out" "$expected"
    diff -u "$expected" "$work/out"
    check "$1" $?
}

as three.txt "${three[@]}"
as three.csv "${three[@]}" --csv --layers
as three.json "${three[@]}" --json
as two.txt --arch im2col.json --arch wide.json --layers
as networks.txt --arch "$resnet.cfg.json" --arch "${resnet}_main.cfg.json" --arch im2col.json

# figures CFG...: those of the plans, added up here.
figures() {
    local arch=() one
    for one; do
        arch+=(--arch "$one")
        "$xbgen" plan --arch "$one" --json 2>/dev/null
    done >"$work/plans"
    "$xbgen" compare "${arch[@]}" --json --layers >"$work/figures" 2>/dev/null && python3 - "$work/plans" "$work/figures" <<'PY'
import json, math, sys
text, plans, decoder = open(sys.argv[1]).read().lstrip(), [], json.JSONDecoder()
while text:
    plan, end = decoder.raw_decode(text)
    plans.append(plan)
    text = text[end:].lstrip()
columns = json.load(open(sys.argv[2]))["configurations"]
bad = len(columns) != len(plans) or not plans
def same(what, got, want):
    global bad
    if got is None or not math.isclose(got, want, rel_tol=0, abs_tol=0.0051 if "util" in what else 0.00051 if "mega" in what else 0):
        print(what, "is", got, "due is", want)
        bad = True
for column, plan in zip(columns, plans):
    where, cells = column["file"] + " ", 0
    for figure in ("arrays", "interval", "latency", "memory_bits"):
        same(where + figure, column[figure], plan[figure])
    for figure in ("words_in", "words_out", "ring_bits", "conversions"):
        same(where + figure, column[figure], sum(l[figure] for l in plan["layers"]))
    maps = [l for l in plan["layers"] if l["arrays"]]
    same(where + "converters", column["converters"], plan["adc"]["per_array"] * plan["arrays"])
    same(where + "adc_energy", column["adc_energy"], sum(l["conversions"] * 2 ** l["adc_bits"] for l in maps))
    same(where + "ring_replicas", column["ring_replicas"], sum(l["ring_replicas"] for l in plan["layers"] if l["ring_words"]))
    same(where + "images_per_megacycle", column["images_per_megacycle"], 1e6 / plan["interval"])
    size = plan["crossbar"]["rows"] * plan["crossbar"]["cols"]
    for mine, layer in zip(column["layers"], plan["layers"]):
        if not layer["arrays"]:
            continue
        here = layer["rows"] * layer["columns"] // layer["units"] * layer["duplication"]
        same(where + mine["name"] + " utilization", mine["utilization"], 100 * here / (layer["arrays"] * size))
        cells += here
    same(where + "utilization", column["utilization"], 100 * cells / (plan["arrays"] * size))
sys.exit(bad)
PY
}

try 'the figures are those of the plans' figures "$work"/{im2col,kp,wide}.json "$root"/examples/networks/*.cfg.json

# words FILE NET: loads and stores of the network's layers, windows fetched whole.
words() {
    "$xbgen" compare --arch "$1" --arch "$1" --csv >"$work/words" && awk -F, -v net="$2" '
        FNR == 1 {for (c = 1; c <= NF; c++) at[$c] = c}
        FNR != NR && ($1 == "words_in" || $1 == "words_out") {got[$1] = $3}
        FNR == NR && $at["net"] == net && $at["scheme"] == "im2col" && $at["R"] == 128 && $at["d"] == 1 && $at["bw"] == "unlimited" &&
            !seen[$at["H"], $at["Ci"], $at["Co"], $at["K"], $at["stride"], $at["kind"]]++ {
            load += $at["count"] * $at["load_dup"]
            store += $at["count"] * $at["store"]
        }
        END {
            if (load && got["words_in"] == load && got["words_out"] == store) exit 0
            print "words are " got["words_in"] ", " got["words_out"] ", due are " load ", " store
            exit 1
        }' "$layers" "$work/words"
}

layers=$data/golden/mapping/layers.csv
if [ -e "$layers" ]; then
    try 'ResNet-8: words as computed independently' words "$resnet.cfg.json" ResNet-8
    try 'ResNet-34: words as computed independently' words "$root/examples/networks/resnet34.cfg.json" ResNet-34
else
    skip "$layers is not there"
fi

# The same network in another format, with layers of other names, in another file of the same name.
other() {
    mkdir "$work/other" && "$xbgen" net --arch "$work/im2col.json" -o "$work/other/net" >"$work/out" &&
        sed -i 's/"conv\([0-9]\)"/"other\1"/g' "$work/other/net/net.json" &&
        echo '{"network": "net/net.json", "mapping": {"duplication": 2}}' >"$work/other/im2col.json" &&
        (cd "$work" && "$xbgen" compare --arch im2col.json --arch other/im2col.json --layers) >"$work/out" 2>"$work/err" &&
        grep -qx '  *im2col.json  *other/im2col.json' "$work/out" && grep -qx 'conv2  *2\*  *4' "$work/out" &&
        grep -qx 'conv2  *12544  *6272\*' "$work/out" && ! grep -q differ "$work/out"
}
try 'the same network in another file' other

# What the README shows is what the program prints.
"$xbgen" compare --arch examples/fmnist.json --arch examples/fmnist_kp.json >"$work/out"
[ "$(grep -cxFf "$work/out" README.md)" -ge "$(wc -l <"$work/out")" ] && [ "$(grep -vcxFf README.md "$work/out")" -eq 0 ]
check "README.md: the comparison of the example" $?

# One fault among several files: nothing is printed but reports.
(cd "$work" && "$xbgen" compare --arch im2col.json --arch none.json >out 2>err)
[ $? -eq 2 ] && [ ! -s "$work/out" ] && [ "$(cat "$work/err")" = "none.json: error: cannot be read: No such file or directory [file-read]" ]
check "a file that cannot be planned stops all" $?
for wrong in "--arch im2col.json" "--arch im2col.json --arch kp.json --json --csv" "--arch im2col.json --arch kp.json -n 3"; do
    # shellcheck disable=SC2086
    (cd "$work" && "$xbgen" compare $wrong >out 2>err)
    [ $? -eq 2 ] && [ ! -s "$work/out" ] && [ "$(wc -l <"$work/err")" -eq 1 ]
    check "compare $wrong" $?
done
end
