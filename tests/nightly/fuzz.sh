#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Long campaigns of the fuzz targets, other inputs every night. A finding is run again by naming its file to the target:
# build/asan/tests/fuzz/fuzz_tflite build/nightly/fuzz/fuzz_tflite/finding0.bin
cd "$(dirname "$0")/../.." || exit 3
export WORK=${WORK:-$PWD/build}/nightly XB_FUZZ_SECONDS=${XB_FUZZ_SECONDS:-150} XB_FUZZ_SEED=${XB_FUZZ_SEED:-$XB_NIGHTLY}
exec tests/fuzz/run.sh
