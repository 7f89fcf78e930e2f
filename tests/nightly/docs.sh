#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What README.md, docs/ and the other documents tell their readers to type works, and prints what they show. docs.sh [quick] [FILE...]:
# `quick` leaves out the blocks that take minutes, FILEs are documents, otherwise all.
#
# Blocks marked ```sh are commands. Those of a document run one after the other in one shell, in a copy of the checkout with
# what is built in it, from the root, those of examples/ from the document's folder; `xbgen` is the program built. A block
# without a mark is what the last command block of its section prints, standard output and error, all of it: `...` stands for lines
# left out, a line with two spaces behind one that ends with a comma or colon belongs to that. It is compared as text; only times
# and speeds (8.86 images/s, (3 s)) are masked. Everything else bears its language, drawings ```text.
# Comments above a command block, each in a line of its own:
#   <!-- not run: why -->         never; at most one block in ten
#   <!-- nightly: why -->         not with `quick`
#   <!-- first: command -->       what the prose takes for granted, before it
#   <!-- ends with: 2 -->         one of its commands ends with that status; all others end well
#   <!-- needs: path or program -->   what is not everywhere; without it the block is skipped
set -u
cd "$(dirname "$0")/../.." || exit 3
root=$PWD quick=
if [ "${1:-}" = quick ]; then quick=quick && shift; fi
export XB_SHARED=${XB_SHARED:-$root/../shared}
unset MAKEFLAGS MAKELEVEL MFLAGS BUILD_DIR XBGEN
export XB_RUNTIME=${XB_RUNTIME:-$root/build/runtime}
work=$(mktemp -d) || exit 3
child=
trap '[ -z "$child" ] || kill "$child"; exit 3' INT TERM # timeout passes it on to all that it began
[ -n "${KEEP:-}" ] || trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0 later=0
reasons=()

ok() { passed=$((passed + 1)) && echo "ok: $*"; }
fail() { failed=$((failed + 1)) && echo "FAILED: $*"; }

documents() {
    if [ $# -gt 0 ]; then printf '%s\n' "$@" && return; fi
    find README.md CHANGELOG.md docs examples rtl_templates -name '*.md' | LC_ALL=C sort
}

# A copy of the checkout in folder $1, as old as it is, so that nothing is built anew.
copy() {
    mkdir -p "$1" && tar -cf - --exclude=./build --exclude=./.git --exclude='*.xb' . | tar -xf - -C "$1" && mkdir "$1/build" &&
        cp -a build/xbgen build/libxbgen.a build/gen "$1/build/"
}

# there WORD...: all of these paths or programs.
there() {
    local one
    for one; do
        one=${one/#..\/shared/$XB_SHARED}
        [ -e "$one" ] || command -v "$one" >/dev/null || { echo "$one" && return 1; }
    done
}

# field KIND LINE FILE: what the block says about that.
field() { sed -n "s/^$1|$2|//p" "$3"; }

# The blocks of a document that are to run, as a script that writes N.out, and in N.ends each status other than 0.
script() { # folder
    local line mark text
    echo "trap 'echo \$? >>\"\$xb_block.ends\"' ERR"
    # shellcheck disable=SC2094
    while IFS='|' read -r line mark text; do
        case $mark in night) [ "$quick" = quick ] && continue ;; run) ;; *) continue ;; esac
        # shellcheck disable=SC2046
        there $(field needs "$line" "$1/blocks") >"$1/$line.missing" || continue
        echo : >>"$1/$line.sh" # or the trap would see the last status twice, in the block and of the block
        cat <<EOF
xb_block=$1/$line
. $1/$line.first >$1/$line.log 2>&1
. $1/$line.sh >$1/$line.out 2>&1
EOF
    done <"$1/blocks"
    echo "true"
}

play() { # document, folder
    local from=$work/checkout
    case $1 in examples/*) from=$work/checkout/$(dirname "$1") ;; esac
    rm -rf "$work/checkout" && copy "$work/checkout" || return
    (cd "$from" && PATH=$work/bin:$work/checkout/build:$PATH exec timeout 3000 stdbuf -oL bash "$2/script") </dev/null >"$2/log" 2>&1 &
    child=$!
    wait $child
    child=
}

# Where the shown and the printed output differ.
shows() { # block
    [ ! -e "$1.shown" ] || awk -f tests/nightly/output.awk "$1.shown" "$1.out" || {
        diff -u --label shown --label printed "$1.shown" "$1.out" | head -n 60
        return 1
    }
}

judge() { # document, folder, line
    local block=$2/$3 due is
    if [ -s "$block.missing" ]; then
        skipped=$((skipped + 1))
        echo "skipped: $1:$3: $(cat "$block.missing") is not there"
        return
    fi
    due=$(field 'ends' "$3" "$2/blocks")
    is=$(paste -sd' ' "$block.ends" 2>/dev/null)
    if [ ! -e "$block.out" ]; then
        fail "$1:$3: it did not come to this: $(tail -n 3 "$2/log")"
    elif [ "$is" != "$due" ]; then
        fail "$1:$3: ends with status ${is:-0}, not ${due:-0}: $(tail -qn 20 "$block.log" "$block.out")"
    elif shows "$block"; then
        ok "$1:$3"
    else
        fail "$1:$3: prints something else than the document shows"
    fi
}

# One document: its blocks run, then each is judged.
document() {
    local dir=$work/$1.d line mark text
    mkdir -p "$dir" && awk -v to="$dir" -f tests/nightly/blocks.awk "$1" >"$dir/blocks" || exit 3
    script "$dir" >"$dir/script"
    ! grep -q '^xb_block' "$dir/script" || play "$1" "$dir"
    while IFS='|' read -r line mark text; do
        case $mark in
        fault) fail "$1:$line: $text" ;;
        not) reasons+=("$1:$line: $text") ;;
        night) if [ "$quick" = quick ]; then later=$((later + 1)); else judge "$1" "$dir" "$line"; fi ;;
        run) judge "$1" "$dir" "$line" ;;
        esac
    done <"$dir/blocks"
}

mkdir -p "$work/bin" && cp tests/nightly/gtkwave "$work/bin/" || exit 3
while read -r file; do document "$file"; done < <(documents "$@")
all=$((passed + failed + skipped + later + ${#reasons[@]}))
echo "$all command blocks, ${#reasons[@]} not run${quick:+, $later left to the night}"
[ ${#reasons[@]} -eq 0 ] || printf 'not run: %s\n' "${reasons[@]}"
[ $# -gt 0 ] || [ $((10 * ${#reasons[@]})) -le $all ] || fail "more than 10 % of the blocks are not run"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
