# SPDX-License-Identifier: Apache-2.0
# What the scripts beside it share: the program, a folder that goes at the end, a count of cases. To be sourced; `end`
# comes last. Environment: XBGEN (program), XB_SHARED (folder of data/).
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 3
root=$PWD
xbgen=${XBGEN:-$root/build/xbgen}
data=${XB_SHARED:-$root/../shared}/data
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

# check NAME STATUS: 0 is as it should be. Returns the status.
check() {
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $1"
    fi
    return "$2"
}

# try NAME COMMAND...
try() {
    "${@:2}"
    check "$1" $?
}

skip() { # why
    echo "skipped: $1"
    skipped=$((skipped + 1))
}

end() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ $failed -eq 0 ]
    exit
}
