#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The cycle model on 20,000 random designs: planned interval and latency hold.
exec "$(dirname "$0")/../cosim/cycles.sh" --count "${COUNT:-20000}" --first 100001
