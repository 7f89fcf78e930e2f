# SPDX-License-Identifier: Apache-2.0
# pairs.awk pairs.txt: says which two values of two columns no design has though they can be together, and what else is
# wrong with the list; the exit status is 1 then. What cannot be together is ignored by xbgen: layers that are no
# sub-images have no reuse, sub-images are loaded whole.
function levels(column, words) { level[++columns] = words; name[columns] = column }
function wrong(what) { print what "; "; bad = 1 }
function is_patched(mapping) { return mapping == "slice" || mapping == "packed" }

# Values stand in the order of the columns: mapping before reuse before access.
function apart(column1, value1, column2, value2) {
    if (column1 == "mapping" && column2 == "reuse") return value2 != "-" && !is_patched(value1)
    if (column1 == "mapping" && column2 == "access") return value2 != "dup" && is_patched(value1)
    return column1 == "reuse" && column2 == "access" && value1 != "-" && value2 != "dup"
}

BEGIN {
    levels("mapping", "im2col kp kp1 slice packed")
    levels("reuse", "- some all")
    levels("copies", "none proportional optimal")
    levels("bits", "64 512 unlimited")
    levels("access", "dup share kp line")
    levels("transfer", "serial overlapped")
    levels("mode", "layer serial")
    levels("adc", "lossless lossy")
}

/^#/ || NF == 0 { next }

{
    lines++
    resnet8 += $1 == "resnet8"
    by_day += $1 == "resnet8" && $12 == "day"
    sliced[$1] += $3 == "slice"
    if ($4 != "-") $4 = $4 < 1024 ? "some" : "all"  # no map has more windows
    split($3 " " $4 " " $5 " " $7 " " $8 " " $9 " " $10 " " $11, value, " ")
    for (i = 1; i <= columns; i++) {
        if (NF != 12 || !index(" " level[i] " ", " " value[i] " ")) wrong("line " FNR ": " name[i] " is " value[i])
        for (k = i + 1; k <= columns; k++) {
            if (apart(name[i], value[i], name[k], value[k])) wrong("line " FNR ": " value[i] " has no " name[k])
            seen[i, value[i], k, value[k]] = 1
        }
    }
}

END {
    for (i = 1; i <= columns; i++)
        for (k = i + 1; k <= columns; k++) {
            n = split(level[i], one, " ")
            m = split(level[k], other, " ")
            for (a = 1; a <= n; a++)
                for (b = 1; b <= m; b++) {
                    if (apart(name[i], one[a], name[k], other[b])) continue
                    pairs++
                    if (!seen[i, one[a], k, other[b]]) wrong("no design has " name[i] " " one[a] " and " name[k] " " other[b])
                }
        }
    if (lines == 0 || resnet8 > 12 || by_day != 3) wrong("resnet8 is in " resnet8 + 0 " lines, " by_day + 0 " by day")
    if (!sliced["fmnist"] || !sliced["cut"]) wrong("slice is missing on fmnist or cut")
    if (!bad) print lines, pairs
    exit bad
}
