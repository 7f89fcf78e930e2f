#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# VGG-8 on 3,176 arrays: an image through its RTL, built tile by tile, programmed by the back door.
. "$(dirname "$0")/../cosim/common.sh"
begin vgg8
dir=$work/vgg8 cfg=examples/networks/vgg8.cfg.json
mkdir -p "$dir"

image() {
    emit layer -n 1 && build layer && play layer layer 1 --backdoor && planned && plain
}

check 'an image of VGG-8, in the cycles of the plan' image
end
