#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The cycle model on 4,000 random designs, other ones every night: planned interval and latency hold.
exec "$(dirname "$0")/../cosim/cycles.sh" --count "${COUNT:-4000}" --first $((4000 * XB_NIGHTLY))
