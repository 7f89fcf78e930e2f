#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The calls between the .c files of a folder have no cycle of any length. A file depends on another if its object
# wants a symbol that the other's defines. Of the files that form cycles, every symbol that ties them is shown.
set -u
cd "$(dirname "$0")/../.." || exit 3
passed=0 failed=0
check() { # name, lines that should not be
    if [ -z "$2" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'FAIL %s\n%s\n' "$1" "$2"; fi
}

# tied OBJECT...: "a.o -> b.o: symbols" for every two objects that can be reached from each other.
tied() {
    nm -A -P "$@" | awk '
    { object = $1; sub(/:$/, "", object); sub(/.*\//, "", object) }
    $3 == "U" { wanted[++n] = object SUBSEP $2; next }
    $3 ~ /^[A-TV-Z]$/ { home[$2] = object }
    END {
        for (i = 1; i <= n; i++) {
            split(wanted[i], w, SUBSEP)
            if (!(w[2] in home) || home[w[2]] == w[1]) continue
            edge[w[1], home[w[2]]] = edge[w[1], home[w[2]]] " " w[2]
            reach[w[1], home[w[2]]] = node[w[1]] = node[home[w[2]]] = 1
        }
        for (k in node) for (i in node) if ((i, k) in reach) for (j in node) if ((k, j) in reach) reach[i, j] = 1
        for (e in edge) {
            split(e, w, SUBSEP)
            if ((w[2], w[1]) in reach) print "  " w[1] " -> " w[2] ":" edge[e]
        }
    }' | sort
}

work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT

# What this test is good for: a ring of three with a tail is found, and only the ring is shown.
for name in a:b b:c c:a d:a; do
    echo "int ${name%:*}(void); int ${name#*:}(void); int ${name%:*}(void) { return ${name#*:}(); }" |
        ${CC:-cc} -x c -c -o "$work/${name%:*}.o" -
done
diff <(tied "$work"/[a-d].o) <(printf '  a.o -> b.o: b\n  b.o -> c.o: c\n  c.o -> a.o: a\n') >"$work/diff"
check "a ring of three is found" "$(cat "$work/diff")"

while read -r folder; do
    objects=() missing=
    for source in "$folder"/*.c; do
        object=build/${source%.c}.o
        objects+=("$object")
        [ -e "$object" ] || missing+="  $object is not built"$'\n'
    done
    check "$folder: built" "$missing"
    [ -n "$missing" ] || check "$folder: cycles" "$(tied "${objects[@]}")"
done < <(find gen -name '*.c' -printf '%h\n' | sort -u)
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
