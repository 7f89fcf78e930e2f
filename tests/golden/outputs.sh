#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No file that is read, and none that another option writes, is overwritten: it is named, and nothing is changed.
. "$(dirname "$0")/common.sh"

mkdir "$work/in" && cd "$work/in" || exit 3
cp "$root/examples/fmnist.tflite" net.tflite && cp "$root"/examples/fmnist_{images,labels}.npy .
sed 's/"fmnist.tflite"/"net.tflite"/' "$root/examples/fmnist.json" >cfg.json
echo '{"network": "net/net.json"}' >named.json
"$xbgen" net --arch cfg.json -o net >/dev/null
ln fmnist_images.npy hard.npy
mkdir layers && cp fmnist_images.npy layers/conv1.npy
cp -r . "$work/before"

# refused LINE VERB ARGUMENTS...
refused() {
    "$xbgen" "${@:2}" >"$work/out" 2>"$work/err"
    local status=$?
    [ $status -eq 2 ] && [ ! -s "$work/out" ] && [ "$(cat "$work/err")" = "$1; name another [output-file]" ] &&
        diff -r . "$work/before" && return
    echo "exit status $status, says: $(cat "$work/err")"
    return 1
}

golden=(golden --arch cfg.json --input fmnist_images.npy)
calibrate=(calibrate --arch cfg.json --input fmnist_images.npy)
sweep=(sweep --arch cfg.json --set adc.bits=4)
try 'the configuration' refused 'cfg.json: -o: error: --arch reads this file' "${sweep[@]}" -o cfg.json
try '... of calibrate' refused 'cfg.json: -o: error: --arch reads this file' "${calibrate[@]}" -o cfg.json
try 'the images' refused './fmnist_images.npy: -o: error: --input reads this file' "${golden[@]}" -o ./fmnist_images.npy
try '... by another name' refused 'hard.npy: -o: error: --input reads this file' "${calibrate[@]}" -o hard.npy
try 'the labels' refused 'fmnist_labels.npy: -o: error: --labels reads this file' \
    "${golden[@]}" --labels fmnist_labels.npy -o fmnist_labels.npy
try 'the network' refused 'net.tflite: -o: error: cfg.json names this file' "${golden[@]}" -o net.tflite
try '... of a sweep' refused 'net.tflite: --plot: error: --set names this file' \
    sweep --arch named.json --set network=net.tflite --plot net.tflite
weights=$(basename "$(find net -name '*.npy' | sort | head -n 1)")
try 'its weights' refused "net/$weights: -o: error: net/net.json names this file" \
    golden --arch named.json --input fmnist_images.npy -o "net/$weights"
try 'the table and its picture' refused "$PWD/t: --plot: error: -o writes this file" "${sweep[@]}" -o t --plot "$PWD/t"
try 'configuration and report' refused './/c: --report: error: -o writes this file' "${calibrate[@]}" -o c --report .//c
try 'results and those of a layer' refused 'new/x/conv1.npy: --layers: error: -o writes this file' \
    "${golden[@]}" --layers new/x -o new//x/./conv1.npy
try 'a file and a folder' refused 'layers: --layers: error: -o writes this file' "${golden[@]}" --layers layers -o ./layers
try 'images and results of a layer' refused 'layers/conv1.npy: --layers: error: --input reads this file' \
    golden --arch cfg.json --input layers/conv1.npy --layers layers
try 'report and counts of a layer' refused 'new/fc1.npy: --histograms: error: --report writes this file' \
    "${calibrate[@]}" -o c --report new/fc1.npy --histograms new

"$xbgen" "${golden[@]}" -o layers/y.npy --layers layers >/dev/null && [ -s layers/y.npy ] && ! cmp -s layers/conv1.npy hard.npy
check 'results beside those of the layers' $?
"$xbgen" "${sweep[@]}" -o t >/dev/null && "$xbgen" "${sweep[@]}" -o t >/dev/null
check 'results of a former run are replaced' $?
cd "$root" && end
