#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Curves as `xbgen adc --table` prints them: those of other tools against recorded thresholds, those of threshold lists
# against their files, those of a step against the formula; text, CSV and JSON agree. With XB_QUICK every tenth tool's.
. "$(dirname "$0")/common.sh"
command -v python3 >/dev/null || { skip "python3 is not there"; end; }

# Thresholds that a table in JSON comes from, one layer and column a line: name, column, then the least sum of each code.
cat >"$work/starts.py" <<'PY'
import json, sys
for layer in json.load(sys.stdin)["layers"]:
    for curve in layer["curves"]:
        start, codes = [], curve["codes"]
        for at, after in zip(codes, codes[1:]):
            assert at["highest"] + 1 == after["lowest"]
            assert (layer["lo"] + at["code"]) * layer["delta"] == at["value"]
            start += [after["lowest"]] * (after["code"] - at["code"])
        start = [float("-inf")] * codes[0]["code"] + start
        assert codes[0]["lowest"] is None and codes[-1]["highest"] is None
        start += [float("inf")] * (2 ** layer["bits"] - 1 - len(start))
        print(layer["name"], curve["column"], *start)
PY

formulas() { # cfg.json: the thresholds of its layers by step, from the plan
    "$xbgen" plan --arch "$1" --json | python3 -c '
import json, sys
for l in json.load(sys.stdin)["layers"]:
    if l["adc_bits"]:
        print(l["name"], None, *[(l["lo"] + k) * l["delta"] - l["delta"] // 2 for k in range(1, 2 ** l["adc_bits"])])'
}
table() { "$xbgen" adc --arch "$1" --table --json 2>/dev/null | python3 "$work/starts.py"; }

for bits in 1 3 6 9; do
    echo "{\"network\": \"$root/tests/data/misc.tflite\", \"adc\": {\"bits\": $bits, \"range\": \"weights\"}}" >"$work/cfg.json"
    table "$work/cfg.json" >"$work/shown" && formulas "$work/cfg.json" | diff - "$work/shown" >"$work/diff"
    check "$bits bits by step" $?
done
grep -q . "$work/shown"
check "there are curves" $?

# The same codes in all three forms.
forms() {
    "$xbgen" adc --arch "$work/cfg.json" --table --layer conv1 --csv | sed 1d | awk -F, '{print $5, $6, $7, $8}' >"$work/csv"
    "$xbgen" adc --arch "$work/cfg.json" --table --layer conv1 | awk '$1 ~ /^[0-9]+$/ {gsub("-$", "", $2); print $1, $2, $3, $4}' |
        sed 's/ - / /g; s/  */ /g' >"$work/text"
    sed 's/  */ /g' "$work/csv" | diff - <(sed 's/ $//' "$work/text")
    "$xbgen" adc --arch "$work/cfg.json" --table --layer conv1 --json | python3 -c '
import json, sys
for c in json.load(sys.stdin)["layers"][0]["curves"][0]["codes"]:
    print(*["" if c[k] is None else c[k] for k in ("code", "lowest", "highest", "value")])' | diff - "$work/csv"
}
forms >"$work/diff"
check "text, CSV and JSON agree" $?

if [ -e "$data/golden/split/presets.json" ]; then
    python3 - "$data/golden/split/presets.json" "$work" "$root" <<'PY'
import json, sys
source, work, root = sys.argv[1:]
for n, c in enumerate(json.load(open(source))["curves"]):
    preset = {"name": c["preset"], "bits": c["bits"], "min": c["min"], "max": c["max"]}
    adc = {"bits": 4, "subtract": "analog" if c["min"] < 0 else "digital", "layers": {"fc1": {"preset": preset}}}
    json.dump({"network": root + "/tests/data/misc.tflite", "adc": adc}, open(f"{work}/preset{n}.json", "w"))
    bits = c["bits"] + (c["preset"] == "neurosim15")
    missing = [float("inf")] * (2 ** bits - 1 - len(c["thresholds"]))
    print("fc1", None, *c["thresholds"], *missing, file=open(f"{work}/preset{n}.want", "w"))
PY
    for want in "$work"/preset*${XB_QUICK:+0}.want; do
        cfg=${want%.want}.json
        table "$cfg" | grep '^fc1 ' | cmp -s - "$want"
        check "$(grep -o '"preset": .*}}' "$cfg")" $?
    done
else
    skip "golden/split/presets.json is not there"
fi

if [ -e "$data/golden/split/misc_thr_layer.cfg.json" ]; then
    for cfg in "$data"/golden/split/misc_thr_*.cfg.json; do
        python3 - "$cfg" >"$work/want" <<'PY'
import json, os, struct, sys
cfg = json.load(open(sys.argv[1]))
never, always = 2 ** 31 - 1, -2 ** 31
for name, layer in cfg["adc"]["layers"].items():
    raw = open(os.path.join(os.path.dirname(sys.argv[1]), layer["thresholds"]), "rb").read()
    head = eval(raw[10:10 + struct.unpack("<H", raw[8:10])[0]])
    values = struct.unpack(f"<{(len(raw) - 10 - struct.unpack('<H', raw[8:10])[0]) // 4}i", raw[10 + struct.unpack("<H", raw[8:10])[0]:])
    steps = head["shape"][-1]
    for i in range(len(values) // steps):
        t = [float("inf") if v == never else float("-inf") if v == always else v for v in values[i * steps:][:steps]]
        print(name, i if len(head["shape"]) == 2 else None, *t)
PY
        table "$cfg" >"$work/shown" && cmp -s "$work/want" "$work/shown"
        check "$(basename "$cfg")" $?
    done
else
    skip "golden/split/misc_thr_layer.cfg.json is not there"
fi

# Split layers: 2 blocks of 4 inputs of -1 and +1, whose references are ceil((T + sum of the weights) / 2).
python3 - "$work" >"$work/want" <<'PY'
import json, random, struct, sys
def save(name, kind, shape, values):
    head = str({"descr": kind, "fortran_order": False, "shape": shape}).ljust(117) + "\n"
    raw = struct.pack(f"<{len(values)}{'i' if kind == '<i4' else 'b'}", *values)
    open(f"{sys.argv[1]}/{name}", "wb").write(b"\x93NUMPY\x01\x00\x76\x00" + head.encode() + raw)
random.seed(1)
weights = [random.choice((-1, 1)) for _ in range(3 * 8)]
thresholds = [random.randint(-3, 3) for _ in range(2 * 3)]
save("w.npy", "|i1", (3, 8), weights)
save("t.npy", "<i4", (2, 3, 1), thresholds)
layer = {"op": "fc", "filters": 3, "weight_bits": 1, "weights": "w.npy", "blocks": {"merge": "majority", "thresholds": "t.npy"}}
json.dump({"input": {"shape": [8], "bits": 1}, "layers": [layer]}, open(sys.argv[1] + "/net.json", "w"))
cfg = {"network": "net.json", "crossbar": {"rows": 8, "cell_bits": 1}, "adc": {"subtract": "analog"}, "mapping": {"layers": {"fc1": {"split": 2}}}}
json.dump(cfg, open(sys.argv[1] + "/split.json", "w"))
for block in range(2):
    for c in range(3):
        row = weights[c * 8 + block * 4:][:4]
        print("fc1", block * 3 + c, -(-(thresholds[block * 3 + c] + sum(row)) // 2))
PY
table "$work/split.json" | diff "$work/want" - >"$work/diff"
check "a split layer has the network's thresholds" $?
[ "$("$xbgen" adc --arch examples/split/bnn.cfg.json | grep -c ' network  *0 ')" -eq 7 ]
check "without thresholds it has no curves" $?
end
