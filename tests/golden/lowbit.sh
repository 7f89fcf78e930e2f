#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The accuracies of examples/lowbit/README.md are those that the golden model gives over the 10,000 test images, and they keep what the
# page promises: networks split and retrained lose at most 2 points and are better than unretrained by more than both intervals,
# 3-bit converters lose at most 2 points, 2-bit converters 4. By day one network of each kind is run.
. "$(dirname "$0")/common.sh"
page=examples/lowbit/README.md

# of CASE COLUMN: its text in the table, "89.35 % (8935), 88.73..89.94" .
of() { awk -F ' *[|] *' -v name="\`$1\`" -v column="$2" '$2 == name && $column ~ /%/ {print $column}' "$page" | tail -n 1; }
column() { [ "$1" = binary ] && echo 3 || echo 4; }

measured() { # family, case
    "$xbgen" golden --arch "examples/lowbit/$1/$2.cfg.json" --input "$work/$1.npy" --labels "$work/labels.npy" |
        sed -n 's:^accuracy\: \([0-9.]* %\) (\([0-9]*\)/10000), 95 % interval \([0-9.]*\) to \([0-9.]*\) %$:\1 (\2), \3..\4:p'
}

as_written() { # family, case
    local is due
    is=$(measured "$1" "$2") due=$(of "$2" "$(column "$1")")
    [ -n "$is" ] && [ "$is" = "$due" ] && return
    echo "$1 $2 is $is, $page has $due"
    return 1
}

# loses FAMILY CASE POINTS: at most so many hundredths of a percent, which are images.
loses() {
    awk -v from="$(of baseline "$(column "$1")")" -v to="$(of "$2" "$(column "$1")")" -v most="$3" '
        function images(text) { sub(/^[^(]*\(/, "", text); return text + 0 }
        BEGIN { exit !(images(to) > 0 && images(from) - images(to) <= most) }'
}

# The intervals do not meet.
beats() { # family, better, worse
    awk -v better="$(of "$2" "$(column "$1")")" -v worse="$(of "$3" "$(column "$1")")" '
        BEGIN { split(better, b, /, |[.][.]/); split(worse, w, /, |[.][.]/); exit !(w[3] > 0 && b[2] > w[3]) }'
}

for family in binary w2a2; do
    try "$family split and retrained loses at most 2 points" loses $family split 200
    try "$family split and retrained beats split as it is" beats $family split split_copied
done
try '3-bit converters lose at most 2 points' loses w2a2 adc3 200
try '2-bit converters lose at most 4 points' loses w2a2 adc2 400

if [ ! -e /usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz ]; then
    skip 'the test images are not there (Debian package dataset-fashion-mnist)'
elif [ -z "${XB_QUICK:-}" ]; then
    cases='binary/split w2a2/split w2a2/adc2'
    [ -z "${XB_NIGHTLY:-}" ] || cases=$(cd examples/lowbit && ls ./*/*.cfg.json | sed 's:^\./::; s:\.cfg\.json$::')
    for family in binary w2a2; do
        try "$family: images are exported" python3 examples/train/export_images.py \
            "examples/lowbit/$family/baseline.json" "$work/$family.npy" "$work/labels.npy"
    done
    for one in $cases; do try "$one is as accurate as written" as_written "${one%/*}" "${one#*/}"; done
fi
end
