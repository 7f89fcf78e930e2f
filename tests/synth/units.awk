# SPDX-License-Identifier: Apache-2.0
# Of the indices of all designs, the distinct modules: bytes when flattened, module, cell, parameters. Leaves the
# modules that each one consists of in DIR/closure.
# Usage: awk -v dir=DIR -f units.awk index... | sort -n
function flattened(module,    i) {
    if (!(module in total)) {
        total[module] = bytes[module]
        for (i = 1; i <= instances[module]; i++) total[module] += flattened(instance[module, i])
    }
    return total[module]
}

function list(module, top,    i) {
    if ((top, module) in listed || !(module in cell)) return
    listed[top, module] = 1
    print module > (dir "/closure/" top)
    for (i = 1; i <= instances[module]; i++) list(instance[module, i], top)
}

$1 in cell { next }

{
    cell[$1] = $2
    parameters[$1] = $3
    bytes[$1] = $4
    instances[$1] = NF - 4
    for (i = 5; i <= NF; i++) instance[$1, i - 4] = $i
}

END {
    for (module in cell) {
        list(module, module)
        close(dir "/closure/" module)
        printf "%.0f %s %s %s\n", flattened(module), module, cell[module], parameters[module]
    }
}
