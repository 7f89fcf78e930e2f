#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `make install`: what lies where, and that program, manual page and completion know it.
. "$(dirname "$0")/common.sh"
make -s install BUILD_DIR="$(dirname "$xbgen")" DESTDIR="$work/root" PREFIX=/opt/x >"$work/log" 2>&1
check "it is installed" $? || cat "$work/log"
to=$work/root/opt/x program=$work/root/opt/x/bin/xbgen

for file in share/doc/xbgen/{README.md,LICENSE,docs/config.md,docs/debugging.png,examples/fmnist.tflite,examples/train/README.md}; do
    cmp "$to/$file" "${file#share/doc/xbgen/}"
    check "$file" $?
done
"$program" --print-schema | cmp - "$to/share/xbgen/xbgen-arch-1.schema.json" &&
    "$program" --print-net-schema | cmp - "$to/share/xbgen/xbgen-net-1.schema.json"
check "schemas" $?

broken=""
for file in "$to"/share/doc/xbgen/examples/*.json; do
    named=$(sed -n 's/.*"$schema": "\([^"]*\)".*/\1/p' "$file")
    [ -z "$named" ] || [ -f "${file%/*}/$named" ] || broken+=" $file"
done
[ -z "$broken" ]
check "schemas of the examples" $? || echo "$broken"

# Links of the documents lead to documents that are there.
links() { # file
    grep -oE '\]\([^)#:]+' "$1" | sed 's/^](//' | while read -r link; do
        [ -e "$(dirname "$1")/$link" ] || echo "$1: $link"
    done
}
find "$to/share/doc" -name '*.md' | while read -r file; do links "$file"; done >"$work/broken"
[ ! -s "$work/broken" ]
check "links of the installed documents" $? || cat "$work/broken"

# The program, moved as a whole, names its own documents; the repository's names those of the repository.
mv "$to" "$work/moved" && to=$work/moved program=$work/moved/bin/xbgen
"$program" --help | grep -qxF "Documentation: $to/share/doc/xbgen/docs" &&
    "$program" cosim --help | grep -qxF "Documentation: $to/share/doc/xbgen/docs" &&
    "$xbgen" --help | grep -qxF "Documentation: docs"
check "help names the documents" $?
due=$(cd "$(dirname "$xbgen")/.." && pwd -P)/docs
[ -e "$due/config.md" ] || due=docs # it was built elsewhere
(cd "$work" && "$xbgen" --help) | grep -qxF "Documentation: $due"
check "... from any folder" $?
mkdir -p "$work/other/bin" "$work/other/docs" && cp "$xbgen" "$work/other/bin" && "$work/other/bin/xbgen" --help | grep -qxF "Documentation: docs"
check "docs of others are none of its own" $?
printf 'module empty;\nendmodule\n' >"$work/empty.sv"
echo "{\"network\": \"$to/share/doc/xbgen/examples/fmnist.tflite\", \"macro\": {\"file\": \"empty.sv\", \"module\": \"empty\"}}" >"$work/macro.json"
"$program" plan --arch "$work/macro.json" 2>&1 | grep -qF "which every macro has ($to/share/doc/xbgen/docs/rtl.md)"
check "so do reports" $?
(cd / && "$program" plan --arch "$to/share/doc/xbgen/examples/fmnist.json") | grep -q '^13 arrays'
check "the example is there" $?

# Every verb and option is in the manual page and completed.
page=$to/share/man/man1/xbgen.1
for verb in $("$program" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
    "$program" "$verb" --help | sed -n 's/^  \(-[-a-z]*\).*/\1/p' | sort >"$work/due"
    sed -n "/^\.SS $verb\$/,/^\.S/s/^\.B \([^ ]*\).*/\1/p" "$page" | sed 's/\\-/-/g; s/\[.*//' | sort | diff "$work/due" -
    check "manual page: $verb" $?
    bash -c '. "$1"; COMP_WORDS=(xbgen "$2" -) COMP_CWORD=2; _xbgen; printf "%s\n" "${COMPREPLY[@]}"' - \
        "$to/share/bash-completion/completions/xbgen" "$verb" | grep -vx -e --help | sort | diff "$work/due" -
    check "completion: $verb" $?
done

# So is what stands in the place of a verb.
"$program" --help | sed -n 's/^  xbgen \(--[-a-z]*\).*/\1/p' | sort >"$work/due"
[ -s "$work/due" ] && sed -n '/^\.SH OPTIONS$/,/^\.SH EXIT/s/^\.B \([^ ]*\).*/\1/p' "$page" | sed 's/\\-/-/g' | sort | diff "$work/due" -
check "manual page: without a verb" $?
complete() { # words: what bash would offer for the last
    bash -c '. "$1"; shift; COMP_WORDS=(xbgen "$@") COMP_CWORD=$#; _xbgen; echo "${COMPREPLY[@]}"' - \
        "$to/share/bash-completion/completions/xbgen" "$@"
}
complete -- | tr ' ' '\n' | sort | diff "$work/due" -
check "completion: without a verb" $?
[ "$(complete co)" = "cosim compare" ] && [ "$(complete emit --level '')" = "output layer adc" ] && [ -z "$(complete plan --arch '')" ]
check "completion of verbs and words" $?
end
