#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `xbgen calibrate` beside results that an independent implementation found: every histogram, every search, both
# budgets; orderings between scopes, ranges and bits; what the written configuration gives when it is run. With XB_QUICK
# the example alone, with two budgets.
. "$(dirname "$0")/common.sh"

images=examples/fmnist_images.npy
calibrate() { "$xbgen" calibrate --arch examples/fmnist.json --input $images -n 6 "$@"; }

# The example, without the records: the written file serves all verbs, wherever it stands.
mkdir -p "$work/in/here"
calibrate -o "$work/in/here/f.json" --bits 6 --report "$work/report" --histograms "$work/first" >/dev/null
check 'the example is calibrated' $?
calibrate -o "$work/again.json" --bits 6 --json >"$work/json"
try 'report and --json are the same' cmp "$work/report" "$work/json"
(cd "$work/in" && XB_BATCH=1 "$xbgen" calibrate --arch here/f.json --input "$root/$images" -n 6 -o g.json --histograms "$work/second" >/dev/null)
check 'what was calibrated is calibrated again, elsewhere, image by image' $?
try 'its ranges are those of before' cmp <(grep -v '"network"' "$work/in/here/f.json") <(grep -v '"network"' "$work/in/g.json")
try 'its histograms too' diff -r "$work/first" "$work/second"
for kernel in portable avx2; do
    XB_KERNEL=$kernel calibrate -o "$work/k.json" --bits 6 --histograms "$work/$kernel" >/dev/null 2>&1
    case $? in
    0) try "the same histograms by kernel $kernel" diff -r "$work/first" "$work/$kernel" ;;
    3) skip "the histograms of kernel $kernel, which cannot run here" ;;
    *) check "histograms by kernel $kernel" 1 ;;
    esac
done
(cd / && "$xbgen" golden --arch "$work/in/g.json" --input "$root/$images" -n 6) >"$work/golden"
try 'the golden model takes the result' grep -q '^golden: 6 images' "$work/golden"
"$xbgen" emit --arch "$work/in/g.json" --input $images -n 1 -o "$work/f.xb" >/dev/null
check 'so does emit' $?
try 'the network is as seen from the file written' [ -e "$work/in/$(sed -n 's/^ *"network": "\(.*\)",*$/\1/p' "$work/in/g.json")" ]
# Other tools' curves and lists give way to ranges; imperfect cells do not enter, but steps count in their units.
cat >"$work/imperfect.json" <<END
{"network": "$root/examples/fmnist.tflite", "adc": {"preset": {"name": "mnsim", "bits": 6, "min": 0, "max": 99},
    "layers": {"fc1": {"preset": {"name": "mnsim", "bits": 6, "min": 0, "max": 50}}}},
    "rram": {"frac_bits": 4, "variation": 0.5, "stuck_on": 0.1, "read_noise": 1}}
END
steps() { sed -n 's/^ *"\([a-z0-9]*\)":.*"delta": \([0-9]*\),.*/\1 \2/p' "$1" | awk -v n="$2" '{print $1, $2 * n}' | sort; }
"$xbgen" calibrate --arch "$work/imperfect.json" --input $images -n 6 -o "$work/i.json" --histograms "$work/third" >/dev/null
check 'imperfect cells are calibrated' $?
try 'the histograms are those of ideal cells' diff -r "$work/first" "$work/third"
[ "$(steps "$work/i.json" 1)" = "$(steps "$work/in/g.json" 16)" ] && ! grep -q preset "$work/i.json"
check 'steps are 16 times those of ideal cells, no preset is left' $?
"$xbgen" golden --arch "$work/i.json" --input $images -n 6 >/dev/null
check 'the golden model takes them' $?
# Shares are exact, and rounded down.
shares='0%:0 16.66%:0 16.67%:1 33.33%:1 33.3333333%:1 33.3333334%:2 99.9999999%:5 100%:6'
[ -z "${XB_QUICK:-}" ] || shares='33.3333334%:2 100%:6'
for share in $shares; do
    calibrate -o "$work/b.json" --budget "${share%:*}" >"$work/out"
    grep -qx "budget: ${share#*:} of 6 images may change their class" "$work/out"
    check "--budget ${share%:*} of 6 images" $?
done
[ "$(grep -c '"bits": 1,' "$work/b.json")" -eq 6 ]
check 'with all of it every layer has 1 bit' $?
! "$xbgen" calibrate --arch examples/fmnist.json --input $images -n 101 -o "$work/none.json" --report "$work/none" >/dev/null 2>&1 && [ ! -e "$work/none.json" ] && [ ! -e "$work/none" ]
check 'nothing is written after a fault' $?

[ -z "${XB_QUICK:-}" ] || end
if [ ! -e "$data/golden/calibrate/README.md" ]; then
    skip "$data/golden/calibrate is not there"
    end
fi
# Blocks of split layers have the network's thresholds.
split=$data/golden/split
sed "s:\"network\"\: \":&$split/:" "$split/majority3.ideal.cfg.json" >"$work/split.json"
"$xbgen" calibrate --arch "$work/split.json" --input "$split/majority3.x.npy" --bits 3 -o "$work/s.json" >/dev/null
check 'a network of split layers is calibrated' $?
try 'its other layers alone have ranges' [ "$(grep -o '^ *"[a-z0-9]*": {"bits": 3' "$work/s.json" | tr -d ' \n')" = '"conv1":{"bits":3"fc1":{"bits":3' ]
python3 tests/golden/calibrate.py "$xbgen" "$data" "$work" >"$work/cases" 2>&1
status=$?
while read -r verdict name; do
    case $verdict in
    ok) passed=$((passed + 1)) ;;
    FAIL) failed=$((failed + 1)) && echo "FAIL $name" ;;
    *) echo "$verdict $name" ;;
    esac
done <"$work/cases"
[ $status -eq 0 ] && [ $passed -gt 0 ]
check 'the comparison ran to its end' $?
end
