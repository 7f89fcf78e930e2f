# SPDX-License-Identifier: Apache-2.0
# planned.awk plan.json result.json: says where a run without stalls differs from the plan, in the
# counters of a layer, in the time between images, or in the cycles of the first one, which meets an
# empty chip and waits for none of those behind it; the exit status is 1 then. With -v settled=CYCLES
# these are the time between images in the long run, which the first few may exceed (tests/cycles).
function number(key) {
    if (!match($0, "\"" key "\": [0-9]+"))
        return -1
    return substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 4) + 0
}
function same(what, got, want) {
    if (got == want)
        return
    printf "%s is %d, planned are %d; ", what, got, want
    bad = 1
}
BEGIN {
    keys = split("stream_in stream_out words_in words_out reads conversions", key, " ")
    times = split("start end", time, " ")
}
FNR == NR && /^      "name"/ {
    planned++
}
FNR == NR && /^  "latency":/ {
    due = number("latency")
}
FNR == NR && /^  "interval":/ {
    pace = number("interval")
}
FNR == NR {
    for (k = 1; k <= times; k++)
        if (number(time[k]) >= 0)
            plan[planned, time[k]] = number(time[k])
    for (k = 1; k <= keys; k++)
        if (number(key[k]) >= 0)
            plan[planned, key[k]] = number(key[k])
    next
}
/^  "images":/ {
    images = number("images")
}
/^  "counters": false/ {  # words are known, by the probes
    keys = split("stream_out", key, " ")
}
/^  "interval":/ {
    interval = number("interval")
}
/^  "interval_settled":/ {
    settled = number("interval_settled")
}
/^  "latency":/ {
    latency = number("latency")
    same("latency", latency, due)
}
/^    {"name"/ {
    layer++
    split($0, part, "\"")
    for (k = 1; k <= times; k++)
        same(part[4] " " time[k], number(time[k]), plan[layer, time[k]])
    for (k = 1; k <= keys; k++)
        same(part[4] " " key[k], number(key[k]), images * plan[layer, key[k]])
}
END {
    if (settled > 0) {
        same("interval", settled, pace)
        interval = pace
    }
    # A short run may be inside as a whole before its first image comes out; what was stored leaves faster then.
    if (interval > pace || (images - 1) * pace >= latency)
        same("interval", interval, pace)
    if (layer != planned || planned == 0)
        same("layers", layer, planned)
    exit bad
}
