#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts converter codes that `emit --level adc` wrote, which a simulation was compared with.

usage: codes.py VECTORS         all codes, then how many distinct ones each layer has; an error where that is 1
       codes.py VECTORS OTHER   those that differ in the first layer where any do, its inputs being alike; an error if none
"""
import array
import os
import sys


def layers(folder):
    names = [name for name in os.listdir(folder) if name.startswith("adc_")]
    return sorted(names, key=lambda name: int(name[4:-4]))


def codes(folder, name):
    with open(os.path.join(folder, name), "rb") as f:
        return array.array("H", f.read()[128:])


def distinct(folder):
    total, counts = 0, []
    for name in layers(folder):
        layer = codes(folder, name)
        total += len(layer)
        counts.append(len(set(layer)))
    print(total, *counts)
    return min(counts) > 1


def moved(folder, other):
    for name in layers(folder):
        pairs = zip(codes(folder, name), codes(other, name), strict=True)
        count = sum(a != b for a, b in pairs)
        if count:
            print(f"{count} codes of {name[:-4]}")
            return True
    return False


sys.exit(not (distinct if len(sys.argv) == 2 else moved)(*sys.argv[1:]))
