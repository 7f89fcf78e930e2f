# SPDX-License-Identifier: Apache-2.0
# place.awk xb_design.h LOG: for every reported mismatch the file of expected values it was compared with, the number
# of the element in it and the expected value, computed from the place that the report names.
function value(name) {
    return match($0, name " -?[0-9]+") ? substr($0, RSTART + length(name) + 1, RLENGTH - length(name) - 1) + 0 : -1
}
function pixel(name, width,    yx) {
    match($0, name " \\([0-9]+,[0-9]+\\)")
    split(substr($0, RSTART + length(name) + 2, RLENGTH - length(name) - 3), yx, ",")
    return yx[1] * width + yx[2]
}
BEGIN { layers = arrays = 0 }
FNR == NR && /^    \{"/ {
    split($0, part, /", |, /)
    for (i = 3; i <= 18; i++)
        table[layers, i] = part[i] + 0
    layers++
}
FNR == NR && /^    \{[0-9]/ {
    split(substr($0, 6), part, ", ")
    first[arrays++] = part[6] + 0
}
FNR == NR || !/^mismatch/ { next }
{
    l = / layer / ? value("layer") : layers - 1
    words = table[l, 3]; channels = table[l, 4]; width = table[l, 6]
}
/ conversion / {
    at = value("image") * table[l, 13] + pixel("window", width)
    at = (at * table[l, 15] + value("plane")) * table[l, 16] + value("group")
    at = (at * table[l, 11] + value("row tile")) * table[l, 18] + first[value(" array")] + value("conversion")
    print "adc_" l ".npy", at, value("expected")
    next
}
/ output, / { print "output.npy", (value("image") * words + pixel("pixel", width)) * channels + value("channel"), value("expected") }
/ layer / { print "layer_" l ".npy", (value("image") * words + pixel("pixel", width)) * channels + value("channel"), value("expected") }
