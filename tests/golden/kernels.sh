#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# XB_KERNEL forces the golden model's kernel, and each gives the same results and counts. A kernel that this processor
# cannot run says so, with status 3, and is skipped by name; another name is refused.
set -u
cd "$(dirname "$0")/../.." || exit 3
xbgen=${XBGEN:-$PWD/build/xbgen}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

failed() { failed=$((failed + 1)) && echo "FAIL $1"; }

# golden KERNEL: results and counts of the example.
golden() {
    XB_KERNEL=$1 "$xbgen" golden --arch examples/fmnist.json --input examples/fmnist_images.npy -n 5 --json \
        -o "$work/$1.npy" >"$work/$1.json" 2>"$work/$1.err"
}

golden portable || failed portable
for kernel in avx2 avx512; do
    golden $kernel
    case $? in
    0) cmp "$work/portable.npy" "$work/$kernel.npy" && cmp "$work/portable.json" "$work/$kernel.json" &&
        passed=$((passed + 1)) || failed $kernel ;;
    3) grep -qx "xbgen: XB_KERNEL is $kernel, which this processor cannot run" "$work/$kernel.err" &&
        skipped=$((skipped + 1)) && echo "skipped: this processor has no $kernel" || failed $kernel ;;
    *) failed "$kernel: $(cat "$work/$kernel.err")" ;;
    esac
done
golden fast
if [ $? -eq 2 ] && [ "$(cat "$work/fast.err")" = "xbgen: XB_KERNEL takes portable, avx2 or avx512, not 'fast'" ]; then
    passed=$((passed + 1))
else
    failed "fast: $(cat "$work/fast.err")"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
