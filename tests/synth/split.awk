# SPDX-License-Identifier: Apache-2.0
# Cuts the text of an elaborated design (write_rtlil) into a file for each module, under names that a shell can carry,
# and prints an index of them: module, cell, parameters, bytes, instances.
# Yosys numbers what has no name through the whole design; here each module begins anew, so that its text is the same
# whatever else changed, and need not be synthesized again.
# Usage: awk -v dir=FOLDER -v design=NAME -f split.awk design.il

# 32'0101 or 5
function plain(value) {
    sub(/^[0-9]+'s?/, "", value)
    return value
}

# $paramod$<hash>\xb_fifo becomes xb_fifo.<hash>; $paramod\xb_clamp\Bits=s32'0..01000 xb_clamp.Bits-1000.
function renamed(name,    part, n, i) {
    n = split(name, part, /[\\$]/)
    if (part[2] != "paramod") return part[2] == "xb_top" ? "xb_top." design : part[2]
    if (name ~ /^\$paramod\$/) return part[4] "." part[3]
    name = part[3]
    for (i = 4; i <= n; i++) {
        gsub(/s?[0-9]+'0*/, "", part[i])
        gsub(/[^A-Za-z0-9_-]/, "-", part[i])
        name = name "." part[i]
    }
    return name
}

function numbered(line,    text, id) {
    while (match(line, /[$][0-9]+/)) {
        id = substr(line, RSTART, RLENGTH)
        if (!(id in number)) number[id] = ++numbers
        text = text substr(line, 1, RSTART) number[id]
        line = substr(line, RSTART + RLENGTH)
    }
    return text line
}

/^attribute / {
    before = before $0 "\n"
    if ($2 == "\\blackbox") box = 1
    next
}

/^module / {
    name = cell = renamed($2)
    sub(/\..*/, "", cell)
    file = dir "/" name ".il"
    parameters = instances = ""
    bytes = numbers = 0
    split("", number)
    inside = 1
    $0 = "module \\" name
    printf "%s", before > file
    before = ""
}

/^  parameter / {
    value = $NF ~ /'/ ? plain($NF) "b" : $NF
    parameters = parameters (parameters == "" ? "" : ",") substr($(NF - 1), 2) "=" value
}

/^  cell [$]paramod/ || /^  cell \\/ {
    $2 = "\\" renamed($2)
    instances = instances " " substr($2, 2)
}

inside && !/^ *attribute \\src / {
    $0 = numbered($0)
    print > file
    bytes += length($0) + 1
}

/^end/ {
    close(file)
    if (!box) print name, cell, (parameters == "" ? "-" : parameters), bytes instances
    inside = box = 0
}
