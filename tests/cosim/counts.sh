# SPDX-License-Identifier: Apache-2.0
# What occurred in a case that `play` found equal. To be sourced after common.sh.

summed() { grep -o "\"$1\": [0-9]*" "$dir/$2.json" | awk '{n += $2} END {print n + 0}'; } # counter, folder

# occurs FOLDER WHAT: FOLDER.counts says what did. An error where the hardware counts other conversions than were compared, where
# a layer has one code alone, where WHAT has `clips` and nothing clips, or `whole` and something does.
occurs() {
    local codes conversions count
    codes=$(python3 tests/cosim/codes.py "$dir/$1/vectors") || { echo "a layer has one code: $codes; " && return 1; }
    conversions=$(summed conversions "$1") count=$(summed saturated "$1")
    [ "$conversions" = "${codes%% *}" ] || { echo "$conversions conversions, ${codes%% *} compared; " && return 1; }
    case $2 in
    *clips*) [ "$count" -gt 0 ] || { echo 'nothing clips; ' && return 1; } ;;
    *whole*) [ "$count" -eq 0 ] || { echo "$count conversions clip; " && return 1; } ;;
    esac
    echo "$conversions conversions, $count clip, codes of a layer: ${codes#* }" >"$dir/$1.counts"
}

# moved FOLDER OTHER WHY: codes that WHY made others than those of the same design in OTHER; an error where there are none.
moved() {
    local count
    count=$(python3 tests/cosim/codes.py "$dir/$1/vectors" "$dir/$2/vectors") || { echo "$3 changed no conversion; " && return 1; }
    echo "$(cat "$dir/$1.counts"); $3 changed $count" >"$dir/$1.counts"
}
