# SPDX-License-Identifier: Apache-2.0
# Sourced: $verilator, the program behind the script of that name, which takes 0.1 s to start, as long as a small cell; a
# build starts it three times.
verilator=$(dirname "$(command -v verilator || echo .)")/verilator_bin
[ -x "$verilator" ] || verilator=verilator
