# SPDX-License-Identifier: Apache-2.0
# equal.awk result.json model.json: says where a simulation without stalls and the cycle model, over as many images, differ
# in anything that both know; the exit status is 1 then.
function value(line, key) {
    if (!match(line, "\"" key "\": [0-9a-z]+"))
        return "-"
    return substr(line, RSTART + length(key) + 4, RLENGTH - length(key) - 4)
}
function same(what, got, want) {
    compared++
    if (got "" == want "")
        return
    printf "%s is %s, of the model %s; ", what, got, want
    bad = 1
}
FNR == 1 {
    file++
    layer = 0
}
/^  "(images|interval|latency)":/ {
    split($0, part, "\"")
    text[file, part[2]] = value($0, part[2])
}
/^    {"name"/ {
    line[file, ++layer] = $0
    layers[file] = layer
}
END {
    for (k = split("images interval latency", key, " "); k > 0; k--)
        same(key[k], text[1, key[k]], text[2, key[k]])
    same("the number of layers", layers[1], layers[2])
    keys = split("interval start end stream_in stream_out words_in words_out reads conversions busy blocked ring_words", key, " ")
    for (l = 1; l <= layers[1]; l++)
        for (k = 1; k <= keys; k++)
            if (value(line[1, l], key[k]) != "-")
                same("layer " l " " key[k], value(line[1, l], key[k]), value(line[2, l], key[k]))
    if (compared < 4 + 4 * layers[1])
        same("what was compared", compared, "more")
    exit bad
}
