#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# XB_KERNEL forces the golden model's kernel, and each gives the same results and counts. A kernel that this processor
# cannot run says so, with status 3 (what it computes is in tests/unit/test_kernel.c); another name is refused.
. "$(dirname "$0")/common.sh"

# golden KERNEL: results and counts of the example.
golden() {
    XB_KERNEL=$1 "$xbgen" golden --arch examples/fmnist.json --input examples/fmnist_images.npy -n 5 --json \
        -o "$work/$1.npy" >"$work/$1.json" 2>"$work/$1.err"
}

# says KERNEL TEXT: that alone, on standard error.
says() { [ "$(cat "$work/$1.err")" = "$2" ]; }

declare -A needs=([avx2]=avx2 [avx512]=avx512_vpopcntdq)
try portable golden portable
for kernel in avx2 avx512; do
    golden $kernel
    case $? in
    0) cmp "$work/portable.npy" "$work/$kernel.npy" && cmp "$work/portable.json" "$work/$kernel.json" ;;
    3) ! grep -qw "${needs[$kernel]}" /proc/cpuinfo && says $kernel "xbgen: XB_KERNEL is $kernel, which this processor cannot run" ;;
    *) false ;;
    esac
    check $kernel $? || cat "$work/$kernel.err"
done
golden fast
[ $? -eq 2 ] && says fast "xbgen: XB_KERNEL takes portable, avx2 or avx512, not 'fast'"
check fast $? || cat "$work/fast.err"
end
