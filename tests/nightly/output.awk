# SPDX-License-Identifier: Apache-2.0
# Compares what a document shows of an output (first file) with the output (second file), as tests/nightly/docs.sh states it.
# Status 1 if they differ.
function masked(line) {
    gsub(/[0-9]+(\.[0-9]+)? images\/s/, "(speed) images/s", line)
    gsub(/\([0-9]+(\.[0-9]+)? s\)/, "((time) s)", line)
    sub(/[ \t\r]+$/, "", line)
    return line
}
# The lines from..to of what is shown begin at line `at` of what was printed.
function same(from, to, at,    i) {
    for (i = from; i <= to; i++)
        if (at + i - from > printed || due[i] != is[at + i - from]) return 0
    return 1
}
NR == FNR && /^  / && last ~ /[,:]$/ { # folded
    due[shown] = due[shown] " " masked(substr($0, 3))
    last = $0
    next
}
NR == FNR {
    due[++shown] = masked($0)
    last = $0
    next
}
{ is[++printed] = masked($0) }
END {
    at = 1
    free = 0 # "..." came: lines may be left out here
    for (from = 1; from <= shown; from = to + 1) {
        if (due[from] == "...") {
            free = 1
            to = from
            continue
        }
        for (to = from; to < shown && due[to + 1] != "...";) to++
        if (free && to == shown) at = at > printed - (to - from) ? at : printed - (to - from)
        else if (free) while (at <= printed && !same(from, to, at)) at++
        if (!same(from, to, at)) exit 1
        at += to - from + 1
        free = 0
    }
    exit !(free || at == printed + 1)
}
