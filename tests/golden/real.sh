#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Networks as their users have them ($XB_SHARED/data/real, not part of the project): what every layer gives for 4 inputs,
# half noise, half waves, is what TensorFlow Lite's reference kernels give. Hashes in real.txt were recorded from those by
# tests/nightly/litert_layers.py --record; the number behind a hash is that of the values in the last layer. Small ones of
# our own (tests/nightly/litert_ends.py) have their ends and transposes.
. "$(dirname "$0")/common.sh"
list=tests/golden/real.txt

if ! command -v python3 >/dev/null; then
    skip "python3 is not there"
    end
fi

[ -d "$data/real" ] || skip "$data/real is not there"

# shown NETWORK: layers (of a concatenation the last one), shape and type of the input, as `xbgen net` shows them.
shown() {
    echo "{\"network\": \"$(realpath "$1")\", \"adc\": {\"bits\": 9}}" >"$work/cfg.json"
    "$xbgen" net --arch "$work/cfg.json" >"$work/net" 2>"$work/err" || return
    layers=($(awk '
        $2 ~ /^[A-Z]/ && $3 !~ /^(host|folded)$/ {
            if ($2 != "CONCATENATION" || $1 != last) n++
            name[n] = $3
            last = $1
        }
        END {for (i = 1; i <= n; i++) print name[i]}' "$work/net"))
    read -r shape type _ <<<"$(sed -n 's/^input of the chip: \([^,]*\),.*/\1/p' "$work/net")"
}

# played NAME HASH VALUES
played() {
    rm -rf "$work/y"
    python3 tests/golden/real.py images "$1" "$shape" "$type" 4 "$work/x.npy" &&
        "$xbgen" golden --arch "$work/cfg.json" --input "$work/x.npy" --layers "$work/y" >/dev/null &&
        [ "$(python3 tests/golden/real.py hash "$work/y" "${layers[@]}")" = "$2 $3" ]
}

shown tests/data/ends44.tflite
[ -z "${XB_UPDATE_GOLDEN:-}" ] || cp "$work/net" tests/golden/ends44.txt
diff -u tests/golden/ends44.txt "$work/net"
check "what net prints of ends44" $?

while read -r name hash values; do
    file=tests/data/$name.tflite
    [ -e "$file" ] || file=examples/$name.tflite
    [ -e "$file" ] || file=$data/real/$name.tflite
    [ -e "$file" ] || { [ ! -d "$data/real" ] || skip "$file is not there"; continue; }
    [ -z "${XB_QUICK:-}" ] || [ "$(stat -c %s "$file")" -lt 40000 ] || continue
    if shown "$file"; then
        played "$name" "$hash" "$values"
        check "$name: every layer as TensorFlow Lite has it" $?
    else
        check "$name is read: $(head -n 1 "$work/err")" 1
    fi
done <$list
for file in "$data"/real/*.tflite; do
    [ -e "$file" ] || continue
    grep -q "^$(basename "$file" .tflite) " $list
    check "${file##*/} stands in $list" $?
done
end
