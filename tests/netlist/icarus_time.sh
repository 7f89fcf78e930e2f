#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints seconds and cycles per second of Icarus on the small design, to be set beside Verilator's.
# Usage: icarus_time.sh [images [design]]
set -eu
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
images=${1:-4} name=${2:-small}
emit "$name" "$images" >"$work/$name.log"
compile "$name" "$work/$name.time.vvp"
start=$(date +%s%N)
cycles=$(simulate "$name" "$work/$name.time.vvp" 0 | sed -n 's/^cycles //p')
end=$(date +%s%N)
awk -v n="$images" -v c="$cycles" -v t=$((end - start)) \
    'BEGIN {printf "Icarus        %8.2f images/s  %8.2f s  %.0f cycles/s\n", n * 1e9 / t, t / 1e9, c * 1e9 / t}'
