#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `xbgen sweep`: every row is what `plan` and `golden` say of that configuration, rows stand in order, and a run repeats to
# the byte. A combination that is not possible has the code of its first error. The picture has what the table has.
. "$(dirname "$0")/common.sh"
example=examples/fmnist
images=(--input ${example}_images.npy --labels ${example}_labels.npy)
[ -z "${XB_QUICK:-}" ] || images+=(-n 4)

sweep() { "$xbgen" sweep --arch $example.json "$@"; }

# lines FILE TEXT...: the file is these lines.
lines() {
    printf '%s\n' "${@:2}" >"$work/due"
    diff -u "$work/due" "$1"
}

cut_out() { cut -d, -f "$2" "$work/$1" >"$work/cut"; }

# ---- which combinations ----
sweep --set adc.bits=4..8:2,9 --set 'mapping.layers."conv1".scheme=im2col,kernel_position' >"$work/order" 2>"$work/err"
check 'lists and ranges: status' $?
cut_out order 1,2
try 'lists and ranges, the last key changes first' lines "$work/cut" 'adc.bits,"mapping.layers.""conv1"".scheme"' \
    4,im2col 4,kernel_position 6,im2col 6,kernel_position 8,im2col 8,kernel_position 9,im2col 9,kernel_position
sweep --set counters=true,false --set adc.layers.conv1.range.lo=-1..0 --set adc.layers.conv1.range.delta=2 \
    --set dac.bits=1,1.5 --set name=a,'"7"' >"$work/kinds"
check 'truth values, negative numbers, words in quotes, objects that are made: status' $?
try 'what cannot be has its code' [ "$(awk -F, 'NR > 1 {print $4, $NF}' "$work/kinds" | sort | uniq -c | tr -s ' ' | tr '\n' ';')" = " 8 1 ; 8 1.5 dac-bits;" ]
sweep --set ' adc . "bits" = 4,	5 , 6..7 ,8 ' --set 'name= a b ,"c"' >"$work/blanks"
check 'blanks around keys and values: status' $?
sweep --set 'adc."bits"=4,5,6..7,8' --set 'name=a b,c' | diff - <(sed 's/^"adc . ""bits"""/"adc.""bits"""/' "$work/blanks")
check 'blanks around keys and values are none of theirs' $?
sweep --set adc.bits=14..15 --set adc.subtract=digital,analog --set crossbar.encoding=offset,differential >"$work/codes"
check 'rules between keys: status' $?
cut_out codes 1,2,3,17
try 'rules between keys: the code of the first error' lines "$work/cut" adc.bits,adc.subtract,crossbar.encoding,code \
    14,digital,offset, 14,digital,differential, 14,analog,offset,analog-encoding 14,analog,differential, \
    15,digital,offset,adc-bits 15,digital,differential,adc-bits 15,analog,offset,adc-bits 15,analog,differential,adc-bits

# ---- what a row says ----
# row FILE ADC ROWS: against the configuration written out.
row() {
    local cfg=$work/one.json plan=$work/plan golden=$work/golden
    echo "{\"network\": \"$root/$example.tflite\", \"crossbar\": {\"rows\": $3}, \"adc\": {\"bits\": $2, \"per_array\": 16}}" >"$cfg"
    "$xbgen" plan --arch "$cfg" --json >"$plan" && "$xbgen" golden --arch "$cfg" "${images[@]}" >"$golden" &&
        python3 - "$1" "$2" "$3" "$plan" "$golden" <<'PY'
import csv, json, sys
name, adc, rows, plan, golden = sys.argv[1:]
plan = json.load(open(plan))
row, = [r for r in csv.DictReader(open(name)) if r["adc.bits"] == adc and r["crossbar.rows"] == rows]
due = {key: str(plan[key]) for key in ("arrays", "interval", "latency", "memory_bits")}
maps = [l for l in plan["layers"] if l["arrays"]]
due["converters"] = str(plan["arrays"] * plan["adc"]["per_array"])
due["adc_energy"] = str(sum(l["conversions"] * 2 ** l["adc_bits"] for l in maps))
due["conversions"] = str(sum(l["conversions"] for l in plan["layers"]))
due["accuracy"] = next(line.split()[1] for line in open(golden) if line.startswith("accuracy"))
due["code"] = ""
for key, value in due.items():
    if row[key] != value:
        sys.exit(f"{key} is {row[key]}, due is {value}")
PY
}

both=(--set adc.bits=6,9 --set crossbar.rows=64,128,256 "${images[@]}")
sweep "${both[@]}" --plot "$work/f.svg" >"$work/both" 2>"$work/err"
status=$?
if command -v gnuplot >/dev/null; then
    [ $status -eq 0 ]
    check 'the table of figures and accuracy: status' $?
    # Six points in each of three panels, and one a line in the legend.
    python3 -c 'import sys, xml.dom.minidom as x; x.parse(sys.argv[1])' "$work/f.svg" &&
        [ "$(grep -o "<use xlink:href='#gpPt[0-9]*' transform='translate" "$work/f.svg" | wc -l)" -eq $((3 * 6 + 3)) ] && grep -q 'crossbar.rows 256' "$work/f.svg" &&
        [ -z "$(find "$work" -name 'f.svg.*')" ]
    check 'the picture' $?
else
    skip 'gnuplot is not installed (Debian package gnuplot-nox)'
fi
sweep "${both[@]}" -o "$work/again" >"$work/out" && [ ! -s "$work/out" ] && cmp "$work/again" "$work/both"
check 'once more, into a file: the same bytes' $?
for one in '6 64' '6 128' '9 128' '9 256'; do
    # shellcheck disable=SC2086
    try "the row of $one" row "$work/both" $one
done

# ---- what goes wrong ----
PATH=$work sweep --set adc.bits=6 --plot "$work/none.svg" >"$work/out" 2>"$work/err"
[ $? -eq 3 ] && grep -q '^gnuplot: error: is not installed.*\[tool\]$' "$work/err" && [ ! -s "$work/out" ]
check 'without gnuplot: status 3 before anything is planned' $?
printf '#!/bin/sh\nexit 1\n' >"$work/gnuplot" && chmod +x "$work/gnuplot"
PATH=$work:$PATH sweep --set adc.bits=6 --plot "$work/none.svg" >"$work/out" 2>"$work/err"
[ $? -eq 3 ] && grep -q '^gnuplot: error: cannot draw .*\[tool\]$' "$work/err" && [ -s "$work/out" ] && [ -z "$(find "$work" -name 'none*')" ]
check 'a gnuplot that fails: status 3, the table is printed, nothing is left behind' $?
sweep --set adc.bits=6 -o "$work/no/table" 2>"$work/err"
[ $? -eq 3 ] && grep -q '\[file-write\]$' "$work/err"
check 'a table that cannot be written: status 3' $?
for wrong in "" "--set adc.bits=6 -n 3" "--set adc.bits=6 --input ${example}_images.npy"; do
    # shellcheck disable=SC2086
    sweep $wrong >"$work/out" 2>"$work/err"
    [ $? -eq 2 ] && [ ! -s "$work/out" ] && [ "$(wc -l <"$work/err")" -eq 1 ]
    check "sweep $wrong" $?
done
end
