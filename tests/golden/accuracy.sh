#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The examples over all 10,000 Fashion-MNIST test images: their accuracy, and that the first 100 results, mapped on
# crossbars, are those that TensorFlow Lite gave. With XB_QUICK only the shipped images.
. "$(dirname "$0")/common.sh"

golden() { "$xbgen" golden --arch "examples/$example.json" "$@"; }

# Both headers have 128 bytes; the shapes may be written otherwise.
as_tflite() {
    golden --input examples/fmnist_images.npy -n 100 -o "$work/first.npy" "$@" >/dev/null &&
        cmp <(tail -c +129 "$work/first.npy") <(tail -c +129 "examples/${example}_logits_tflite.npy")
}

accuracy_is() { # images, labels, text
    golden --input "$1" --labels "$2" >"$work/out" 2>&1 && grep -qxF "accuracy: $3" "$work/out" && return
    tail -n 2 "$work/out"
    return 1
}

# of NAME SHIPPED ALL: the accuracy over the shipped images and over all, as golden prints it.
of() {
    local example=$1
    try "$1: the first 100 results are TensorFlow Lite's" as_tflite
    try "$1: those of the plain network too" as_tflite --naive
    try "$1: accuracy over the shipped images" accuracy_is examples/fmnist_images.npy examples/fmnist_labels.npy "$2"
    [ ! -e "$work/images.npy" ] || try "$1: accuracy over 10,000 images" accuracy_is "$work/images.npy" "$work/labels.npy" "$3"
}

images=/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz
if [ -n "${XB_QUICK:-}" ]; then
    : # the shipped images stand for the rest
elif [ -e "$images" ]; then
    # Both networks take the same codes.
    try 'images are exported' python3 examples/train/export_images.py examples/fmnist.tflite "$work/images.npy" "$work/labels.npy"
    try 'the shipped images are the first of them' \
        cmp <(tail -c +129 examples/fmnist_images.npy) <(tail -c +129 "$work/images.npy" | head -c "$(($(stat -c %s examples/fmnist_images.npy) - 128))")
else
    skip "$images is not there (Debian package dataset-fashion-mnist)"
fi
of fmnist '93.00 % (93/100), 95 % interval 86.25 to 96.57 %' '90.71 % (9071/10000), 95 % interval 90.13 to 91.26 %'
of fmnist_se '89.00 % (89/100), 95 % interval 81.37 to 93.75 %' '89.99 % (8999/10000), 95 % interval 89.39 to 90.56 %'
end
