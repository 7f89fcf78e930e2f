#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The example over all 10,000 Fashion-MNIST test images: its accuracy, and that the first 100 results, mapped on
# crossbars, are those that TensorFlow Lite gave. With XB_QUICK only the shipped images.
set -u
cd "$(dirname "$0")/../.." || exit 3
xbgen=${XBGEN:-$PWD/build/xbgen}
work=${WORK:-build}/accuracy
passed=0 failed=0 skipped=0
mkdir -p "$work" || exit 3

check() { # name, command...
    if "${@:2}"; then
        echo "ok: $1 ($SECONDS s)"
        passed=$((passed + 1))
    else
        echo "FAILED: $1 ($SECONDS s)"
        failed=$((failed + 1))
    fi
}

golden() { "$xbgen" golden --arch examples/fmnist.json "$@"; }

# Both headers have 128 bytes; the shapes may be written otherwise.
as_tflite() {
    golden --input examples/fmnist_images.npy -n 100 -o "$work/first.npy" "$@" >/dev/null &&
        cmp <(tail -c +129 "$work/first.npy") <(tail -c +129 examples/fmnist_logits_tflite.npy)
}

accuracy_is() { # images, labels, text
    golden --input "$1" --labels "$2" >"$work/out" 2>&1 && grep -qxF "accuracy: $3" "$work/out" && return
    tail -n 2 "$work/out"
    return 1
}

check 'the first 100 results are TensorFlow Lite'"'"'s' as_tflite
check 'those of the plain network too' as_tflite --naive
check 'accuracy over the shipped images is 93.00 %' \
    accuracy_is examples/fmnist_images.npy examples/fmnist_labels.npy '93.00 % (93/100)'
images=/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz
if [ -n "${XB_QUICK:-}" ]; then
    : # the shipped images stand for the rest
elif [ -e "$images" ]; then
    check 'images are exported' python3 examples/train/export_images.py examples/fmnist.tflite "$work/images.npy" "$work/labels.npy"
    check 'the shipped images are the first of them' \
        cmp <(tail -c +129 examples/fmnist_images.npy) <(tail -c +129 "$work/images.npy" | head -c "$(($(stat -c %s examples/fmnist_images.npy) - 128))")
    check 'accuracy over 10,000 images is 90.71 %' accuracy_is "$work/images.npy" "$work/labels.npy" '90.71 % (9071/10000)'
else
    echo "skipped: $images is not there (Debian package dataset-fashion-mnist)"
    skipped=1
fi
rm -rf "$work"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
