#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Random networks, other ones every night, each on two random mappings: the hardware of both gives the same results.
exec "$(dirname "$0")/../cosim/property.sh" --pairs --count 12 --first $((12 * XB_NIGHTLY))
