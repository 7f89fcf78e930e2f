#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `xbgen calibrate` beside results that an independent implementation found: every histogram, every search, both
# budgets; orderings between scopes, ranges and bits; what the written configuration gives when it is run.
. "$(dirname "$0")/common.sh"

if [ ! -e "$data/golden/calibrate/README.md" ]; then
    skip "$data/golden/calibrate is not there"
    end
fi
python3 tests/golden/calibrate.py "$xbgen" "$data" "$work" >"$work/cases" 2>&1
status=$?
while read -r verdict name; do
    case $verdict in
    ok) passed=$((passed + 1)) ;;
    FAIL) failed=$((failed + 1)) && echo "FAIL $name" ;;
    *) echo "$verdict $name" ;;
    esac
done <"$work/cases"
[ $status -eq 0 ] && [ $passed -gt 0 ]
check 'the comparison ran to its end' $?
end
