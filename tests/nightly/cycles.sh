#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The cycle model on 2,000 random designs, other ones every night: planned interval and latency hold.
exec "$(dirname "$0")/../cosim/cycles.sh" --count "${COUNT:-2000}" --first $((2000 * XB_NIGHTLY))
