#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Who may include what (docs/architecture.md, Layers): the public headers each folder of gen/ may name, whose
# private headers it may borrow, and that plan, model and emit touch no file.
cd "$(dirname "$0")/../.." || exit 3
passed=0 failed=0
check() { # name, lines that should not be
    if [ -z "$2" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'FAIL %s\n%s\n' "$1" "$2"; fi
}
allow() { # files, public headers, private headers (how they begin)
    check "$1" "$(grep -nE '^#include "' $1 | grep -vE "\"xbgen/(${2// /|})\.h\"|\"(${3// /|})")"
}
allow "gen/base/*.c" "arena crew diag digest file npy" "base/"
allow "gen/num/*.c" "function num philox" "num/"
allow "gen/cfg/*.[ch]" "arena diag file npy cfg" "cfg/ base/json_in.h"
allow "gen/net/*.[ch]" "arena diag file npy num philox net" "net/ base/json_in.h base/text.h"
allow "gen/plan/*.[ch]" "arena diag digest num philox cfg net plan" "plan/ base/text.h"
allow "gen/study/*.[ch]" "arena diag cfg net plan study" "study/ base/text.h"
allow "gen/model/[!n]*.h gen/model/model_[!n]*.c" "arena crew num philox plan model" "model/"
allow "gen/model/model_naive*.c gen/model/naive_parts.h" "arena num cfg net naive" "model/naive_parts.h"
allow "gen/emit/*.[ch]" "arena diag file plan emit gtkw" "emit/ base/text.h"
allow "gen/calib/*.[ch]" "arena crew plan model calib" "calib/"
for f in gen/plan gen/study gen/model gen/emit; do
    check "$f: no files" "$(grep -nE '\<(fopen|fread|fwrite|open|xb_file_[a-z]+|xb_npy_[a-z]+) ?\(' $f/*.[ch])"
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
