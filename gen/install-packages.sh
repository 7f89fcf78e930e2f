#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages that are missing: `demo`, what building and simulating needs; `check`, what the tests
# need besides; `nightly`, what those of the night need. Says nothing when all is there.
set -eu
packages="build-essential libcjson-dev zlib1g-dev verilator"
tests="libcmocka-dev libmd-dev libsimde-dev iverilog yosys python3 xz-utils dataset-fashion-mnist clang-format coinor-cbc gnuplot-nox locales"
case ${1:-} in
demo) ;;
check) packages="$packages $tests" ;;
nightly) packages="$packages $tests python3-venv perl liblz4-dev gtkwave xvfb" ;;
*)
    echo "usage: $0 demo|check|nightly" >&2
    exit 2
    ;;
esac

missing=
for package in $packages; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "error: install these packages as root:$missing" >&2
        exit 3
    }
    as_root=sudo
fi
echo "installing$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086
if ! { $as_root apt-get -q update && $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y install --no-install-recommends $missing; } >"$log" 2>&1; then
    cat "$log" >&2
    echo "error: cannot install$missing" >&2
    exit 3
fi
