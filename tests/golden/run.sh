#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Emits small designs and compares the generated files with those committed beside their cfg.json, byte for byte;
# emits again elsewhere, in another locale and umask, and wants the same bytes. XB_UPDATE_GOLDEN=1 rewrites the
# committed files: review the difference.
. "$(dirname "$0")/common.sh"

for cfg in tests/golden/*/cfg.json; do
    folder=$(dirname "$cfg") name=$(basename "$(dirname "$cfg")")
    "$xbgen" emit --arch "$cfg" -o "$work/$name" >/dev/null || { check "$name is emitted" 1; continue; }
    (umask 077 && cd / && LC_ALL=C.UTF-8 TZ=Asia/Tokyo "$xbgen" emit --arch "$root/$cfg" -o "$work/other" >/dev/null)
    diff -r "$work/$name" "$work/other" >"$work/diff"
    check "$name: emitted twice, the same bytes" $?
    rm -rf "$work/other"
    for file in plan.json xb_design.h xb.f rtl/xb_top.sv; do
        expected=$folder/$(basename "$file")
        [ -z "${XB_UPDATE_GOLDEN:-}" ] || cp "$work/$name/$file" "$expected"
        diff -u "$expected" "$work/$name/$file"
        check "$name: $file" $?
    done
done
# What the README shows of the example is what the program prints.
"$xbgen" plan --arch examples/fmnist.json | sed -n '1p; /^one image/p; /^13 arrays/p; /^input/,/^pipeline/p' >"$work/plan"
[ "$(grep -cxFf <(sort -u "$work/plan" | grep .) README.md)" -eq 10 ]
check "README.md: the plan of the example" $?
end
