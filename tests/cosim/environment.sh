#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What goes wrong around the program: a full disk, a missing tool, an output folder that is a file or somebody else's, a
# build killed half-way. Exit status and message must say so, and nothing half-written may stay behind.
. "$(dirname "$0")/common.sh"
begin environment
dir="$work/x y" cfg="$dir/x.json" # all of it with white space in the path
mkdir -p "$dir"
echo "{\"network\": \"$root/tests/data/misc.tflite\", \"crossbar\": {\"rows\": 128, \"cols\": 128}}" >"$cfg"

# ends STATUS TEXT COMMAND...: with that status and that text in what it prints.
ends() {
    local want=$1 text=$2 status
    shift 2
    "$@" >"$dir/out" 2>&1
    status=$?
    [ $status -eq "$want" ] && grep -qE -- "$text" "$dir/out" && return
    echo "exit status $status, $want is due; says: $(head -n 2 "$dir/out" | tr '\n' ' '); "
    return 1
}

gone() { [ -z "$(find "$@" 2>/dev/null)" ] || { echo "left behind: $(find "$@" | head -n 3 | tr '\n' ' '); " && return 1; }; }

output_is_file() {
    echo mine >"$dir/file"
    ends 2 'this is not a folder' "$XBGEN" emit --arch "$cfg" -o "$dir/file" &&
        ends 2 'this is not a folder' "$XBGEN" cosim --arch "$cfg" -o "$dir/file" &&
        [ "$(cat "$dir/file")" = mine ] && gone "$dir" -name '*.tmp'
}

parent_is_file() {
    ends 3 'Not a directory|cannot be made' "$XBGEN" emit --arch "$cfg" -o "$dir/file/below" && [ "$(cat "$dir/file")" = mine ]
}

output_is_foreign() {
    mkdir "$dir/foreign" && echo mine >"$dir/foreign/Makefile"
    ends 2 'did not write' "$XBGEN" emit --arch "$cfg" -o "$dir/foreign" &&
        [ "$(ls "$dir/foreign")$(cat "$dir/foreign/Makefile")" = Makefilemine ]
}

# Root may write everywhere, unless it gives that up.
no_root() {
    if [ "$(id -u)" -eq 0 ]; then setpriv --bounding-set=-dac_override,-dac_read_search "$@"; else "$@"; fi
}

# A new folder in one that may not be written, and one that is there and may not be.
no_permission() {
    mkdir "$dir/locked" && chmod 555 "$dir/locked" &&
        ends 3 'locked/x: error: .*: Permission denied' no_root "$XBGEN" emit --arch "$cfg" -o "$dir/locked/x" &&
        ends 3 'locked: error: .*: Permission denied' no_root "$XBGEN" cosim --arch "$cfg" -o "$dir/locked" &&
        gone "$dir/locked" -mindepth 1 && rmdir "$dir/locked"
}

# Where a folder below refuses, nothing is replaced in the others.
locked_below() {
    "$XBGEN" emit --arch "$cfg" -o "$dir/below" >/dev/null && cp -a "$dir/below" "$dir/before" && chmod 555 "$dir/below/rtl" &&
        sed 's/128/64/' "$cfg" >"$dir/other.json" &&
        ends 3 'below/rtl/xb_top.sv: error: .*: Permission denied' no_root "$XBGEN" emit --arch "$dir/other.json" -o "$dir/below" &&
        chmod 755 "$dir/below/rtl" && must same diff -r "$dir/before" "$dir/below" && rm -r "$dir/before" "$dir/below"
}

# A PATH of some tools only.
path_of() {
    local tool
    rm -rf "$dir/path" && mkdir "$dir/path"
    for tool; do ln -s "$(command -v "$tool")" "$dir/path/$tool"; done
}

missing_tool() { # tool, those that are there
    path_of "${@:2}"
    ends 3 "$1: error: is not installed" env PATH="$dir/path" "$XBGEN" cosim --arch "$cfg" -o "$dir/none" && gone "$dir/none"
}

# What Icarus would take for a chip that stands still.
wrong_numbers() { # folder
    ends 2 'a number from 0 to 95 is needed' make -C "$1" icarus STALL=96 &&
        ends 2 'a number from 1 to [0-9]*, the images of vectors/, is needed' make -C "$1" icarus IMAGES=999
}

missing_in_make() {
    path_of make sh bash sed g++ env
    "$XBGEN" emit --arch "$cfg" -o "$dir/none" >/dev/null &&
        ends 2 'verilator is not installed, or not in PATH' env PATH="$dir/path" make -C "$dir/none" build &&
        ends 2 'iverilog is not installed, or not in PATH' env PATH="$dir/path" make -C "$dir/none" icarus-check &&
        gone "$dir/none/build" && wrong_numbers "$dir/none" && rm -rf "$dir/none"
}

# A compiler that fails: status 3, what it said, and a second try with a good one.
broken_compiler() {
    mkdir -p "$dir/bin" && printf '#!/bin/sh\necho no compiler today >&2\nexit 1\n' >"$dir/bin/g++" && chmod +x "$dir/bin/g++"
    ends 3 'no compiler today' env PATH="$dir/bin:$PATH" "$XBGEN" cosim --arch "$cfg" -o "$dir/broken" && gone "$dir/broken/build/xb_sim"
}

# A parameter that a cell refuses, in an emitted folder and, put there by a verilator of ours, in the way of `cosim`.
refused_parameter() {
    local wrong='s/\.CodeOffset \(128\)/.CodeOffset (64)/'
    "$XBGEN" emit --arch "$cfg" -o "$dir/refused" >/dev/null && sed -E -i "$wrong" "$dir/refused/rtl/xb_top.sv" &&
        ends 2 'xb_axis_in: CodeOffset is 0 or ' make -C "$dir/refused" && gone "$dir/refused/build" -name 'xb_sim*' &&
        ends 2 'xb_axis_in: CodeOffset is 0 or ' make -C "$dir/refused" build-wave &&
        ends 2 'Error 3' make -C "$dir/refused" build &&
        printf '#!/bin/sh\n[ "$1" != -O3 ] || sed -E -i "%s" rtl/xb_top.sv\nexec %s "$@"\n' "$wrong" "$(command -v verilator)" >"$dir/bin/verilator" &&
        chmod +x "$dir/bin/verilator" && rm -f "$dir/bin/g++" || return
    ends 3 'xb_axis_in: CodeOffset is 0 or ' env PATH="$dir/bin:$PATH" "$XBGEN" cosim --arch "$cfg" -n 1 -o "$dir/wrong" &&
        gone "$dir/wrong/build" -name 'xb_sim*' && rm -f "$dir/bin/verilator"
}

# What the folder holds, but its time stamps.
sums() { (cd "$1" && find . -type f -exec cksum {} + | sort); }

# waits WHAT COMMAND...: in the background it says that it waits while somebody else has folder `busy`, and changes nothing;
# then it goes on.
waits() {
    local what=$1 before pid n=0
    mkfifo "$dir/gate" && before=$(sums "$dir/busy")
    flock "$dir/busy" cat "$dir/gate" >/dev/null &
    until ! flock -n "$dir/busy" true; do sleep 0.05; done
    "${@:2}" >"$dir/waits" 2>&1 &
    pid=$!
    until grep -q "waiting until another .* is done in" "$dir/waits" || [ $((n += 1)) -gt 400 ]; do sleep 0.05; done
    [ "$before" = "$(sums "$dir/busy")" ] || echo "$what changes a folder in use; "
    [ $n -le 400 ] && kill -0 $pid 2>/dev/null || echo "$what does not say that it waits; "
    echo >"$dir/gate"
    wait $pid || echo "$what: $(tail -n 1 "$dir/waits"); "
    rm "$dir/gate"
}

# A make that tells whether the folder it is called for is locked, in the place of the true one.
is_locked() {
    mkdir -p "$dir/bin" && printf '%s\n' '#!/bin/sh' 'flock -n -E 75 "$3" true' '[ $? -ne 75 ] || touch "$3/locked"' 'exit 1' >"$dir/bin/make" &&
        chmod +x "$dir/bin/make" && ends 3 'could not be built' env PATH="$dir/bin:$PATH" "$XBGEN" cosim --arch "$cfg" -o "$dir/$1" &&
        [ -e "$dir/$1/locked" ] && flock -n "$dir/$1" rm "$dir/$1/locked" "$dir/bin/make"
}

folder_in_use() {
    emit busy -n 2 && waits emit "$XBGEN" emit --arch "$cfg" -n 1 -o "$dir/busy" && [ "$(stat -c %s "$dir/busy/vectors/output.npy")" -lt 144 ] &&
        waits make make -s -C "$dir/busy" waves/states.stamp && is_locked busy && is_locked fresh && rm -rf "$dir/busy" "$dir/fresh"
}

# Turkish has a letter between H and J that is not I.
turkish() {
    emit turkish -n 1 && cp -r "$dir/turkish" "$dir/english" && make -s -C "$dir/english" waves/states.stamp &&
        must locale localedef -i tr_TR -f UTF-8 "$dir/tr_TR.UTF-8" && [ "$(echo I | LOCPATH=$dir LC_ALL=tr_TR.UTF-8 sed 's/[A-Z]//')" = I ] &&
        LOCPATH=$dir LC_ALL=tr_TR.UTF-8 make -s -C "$dir/turkish" waves/states.stamp && must states diff -r "$dir/turkish/waves" "$dir/english/waves" &&
        grep -q '^0 Idle$' "$dir/turkish/waves/xb_regs.states" && rm -rf "$dir/turkish" "$dir/english"
}

# Of the built folder `layer`: would Verilator run again?
verilates() { make -n -C "$dir/layer" build OPT=-O1 UNITY=1 "CXX=$root/tests/cosim/cxx" "$@" 2>&1 | grep -q 'VERILATE build/plain'; }

# A tool that calls itself by another version.
other() { # tool, text
    printf '#!/bin/sh\n[ "$*" != --version ] || { echo "%s"; exit; }\nexec %s "$@"\n' "$2" "$(command -v "$1")" >"$dir/bin/other" && chmod +x "$dir/bin/other"
}

other_tools() {
    (cd "$dir/layer" && ! verilates) || echo "built again by the same tools; "
    (cd "$dir/bin" && other verilator 'Verilator 5.007 2023-03-01' && PATH=$PWD:$PATH verilates VERILATOR=other) || echo "not built again by another Verilator; "
    (cd "$dir/bin" && other g++ 'g++ (of tomorrow) 99' && PATH=$PWD:$PATH verilates CXX=other) || echo "not built again by another compiler; "
    rm -f "$dir/bin/other"
}

# The save file's marker, in ns, 10 a cycle, against the run of the built folder without stalls.
wave_opens_at_image() {
    local at
    at=$(sed -n 's/^\*-[0-9.]* \([0-9]*\) .*/\1/p' "$dir/layer/waves/xb.gtkw")
    must marker awk -F '[ ,:]+' -v at="$at" '$2 == "\"first_image_cycle\"" {seen = at - 10 * $3} END {print at, seen; exit !(seen >= -30 && seen <= 30)}' "$dir/layer.json"
}

output_is_full() {
    ends 3 'cannot be written' bash -c '"$0" plan --arch "$1" >/dev/full' "$XBGEN" "$cfg" &&
        ends 3 'cannot be written' "$XBGEN" golden --arch "$cfg" --input "$dir/layer/vectors/input.npy" -o /dev/full &&
        ends 3 'cannot be written' bash -c 'cd "$0" && build/xb_sim >/dev/full' "$dir/layer" &&
        ends 3 '/dev/full' bash -c 'cd "$0" && build/xb_sim --json /dev/full' "$dir/layer"
}

# On a file system of SIZE, in a name space of its own: runs the rest there, in $disk.
on_disk() { # size function
    unshare -rm bash -c '. tests/cosim/environment_disk.sh' "$XBGEN" "$cfg" "$dir" "$@"
}

# kill -9 of everything once FILE is made, or made again.
killed_at() { # file, a pattern below the folder
    local pid n=0
    touch "$dir/mark"
    setsid make -s -C "$dir/layer" build -j2 OPT=-O1 >"$dir/killed.log" 2>&1 &
    pid=$!
    until kill -0 -- -$pid 2>/dev/null && [ -n "$(find "$dir/layer/build" -path "$dir/layer/$1" -newer "$dir/mark" 2>/dev/null)" ]; do
        kill -0 $pid 2>/dev/null && [ $((n += 1)) -lt 6000 ] || { echo "the build ended before $1 was there; " && return 1; }
        sleep 0.02
    done
    kill -9 -- -$pid
    wait $pid 2>/dev/null
    [ ! -e "$dir/layer/build/xb_sim" ] || { echo "a simulation is there after $1; " && return 1; }
}

killed_builds() {
    local at
    for at in build/plain build/plain-pins.cpp build/plain/batch_slow.cpp 'build/plain/*.o'; do
        killed_at "$at" || return
    done
    build layer -O1 && play layer layer 2
}

# Whole or not at all, whenever it was killed; what is left of it goes with the next.
killed_emit() {
    local pid i
    for i in 0 1 2 3 4; do
        "$XBGEN" emit --arch "$cfg" -n 20 --level adc -o "$dir/emitted" >/dev/null 2>&1 &
        pid=$!
        sleep 0.0$((2 * i))
        kill -9 $pid 2>/dev/null
        wait $pid 2>/dev/null
        [ ! -e "$dir/emitted" ] || [ -e "$dir/emitted/vectors/adc_9.npy" ] || { echo "a part of the folder is there; " && return 1; }
    done 2>/dev/null
    "$XBGEN" emit --arch "$cfg" -n 20 --level adc -o "$dir/emitted" >/dev/null && must same diff -r --exclude=build "$dir/emitted/rtl" "$dir/layer/rtl" &&
        gone "$dir" -maxdepth 1 -name 'emitted.*.tmp'
}

# xb_top.sv edited, and files of the user's in rtl/, in vectors/ and at the top: --force replaces the first alone.
edited_folder() {
    emit edited -n 2 && echo '// mine' >>"$dir/edited/rtl/xb_top.sv" && cp "$dir/edited/rtl/xb_top.sv" "$dir/edited_top.sv"
    echo mine | tee "$dir/edited/rtl/mine.sv" "$dir/edited/vectors/mine.npy" >"$dir/edited/mine"
    sed 's/128/64/' "$cfg" >"$dir/other.json"
    find "$dir/edited" -type f -exec cksum {} + | sort >"$dir/before"
    ends 2 '^.*/edited/rtl/xb_top.sv: error: .*\[output-edited\]' "$XBGEN" emit --arch "$cfg" -n 3 -o "$dir/edited" &&
        ends 2 'edited/rtl/xb_top.sv: error: .*\[output-edited\]' "$XBGEN" cosim --arch "$dir/other.json" -o "$dir/edited" &&
        [ "$(grep -c . "$dir/out")" -eq 1 ] && cmp "$dir/before" <(find "$dir/edited" -type f -exec cksum {} + | sort) &&
        "$XBGEN" emit --arch "$dir/other.json" -o "$dir/edited" --force >/dev/null && ! cmp -s "$dir/edited/rtl/xb_top.sv" "$dir/edited_top.sv" &&
        [ "$(cat "$dir"/edited/{mine,rtl/mine.sv,vectors/mine.npy} | sort -u)" = mine ] &&
        emit edited -n 2 && rm "$dir"/edited/{mine,rtl/mine.sv,vectors/mine.npy} && must as_new diff -r "$dir/edited" "$dir/new"
}

# What a former level left is not part of this one.
codes_are_removed() {
    emit new -n 2 && emit edited --level adc -n 2 && [ -e "$dir/edited/vectors/adc_1.npy" ] && emit edited -n 2 &&
        gone "$dir/edited" -name 'adc_*'
}

says_the_size() {
    ends 0 '^xbgen: vectors of level adc take 551\.[0-9] kB$' "$XBGEN" emit --arch "$cfg" -n 2 --level adc -o "$dir/size" &&
        [ "$(du -bc "$dir"/size/vectors/*.npy | awk 'END {print int($1 / 1e4)}')" -eq 55 ] && rm -r "$dir/size"
}

# Of a process that is no more and of this one.
stale_folders() {
    local dead alive=$$
    sh -c : & dead=$!
    wait $dead
    emit stale -n 2 && mkdir -p "$dir"/stale{.,/stage-}{$dead,$alive}.tmp/rtl
    emit stale -n 2 && gone "$dir/stale.$dead.tmp" "$dir/stale/stage-$dead.tmp" && [ -d "$dir/stale.$alive.tmp/rtl" ] &&
        [ -d "$dir/stale/stage-$alive.tmp/rtl" ] && mkdir -p "$dir"/stale_net.{$dead,$alive}.tmp &&
        must net "$XBGEN" net --arch "$cfg" -o "$dir/stale_net/" && gone "$dir/stale_net.$dead.tmp" &&
        [ -d "$dir/stale_net.$alive.tmp" ] && rm -r "$dir"/stale*
}

check 'the output folder is a file' output_is_file
check 'a file stands where its parent should' parent_is_file
check 'the output folder holds other files' output_is_foreign
check 'folders without write permission' no_permission
check 'a folder below without write permission' locked_below
check 'folders in use' folder_in_use
check 'names of states in a Turkish locale' turkish
check 'codes of a former level are removed' codes_are_removed
check 'files of the user and edited files in the folder' edited_folder
check 'emit --level adc says the size of the vectors' says_the_size
check 'temporary folders of a dead and of a living process' stale_folders
check 'no verilator' missing_tool verilator make g++ sh
check 'no compiler' missing_tool 'g[+][+]' make verilator sh
check 'no make' missing_tool make verilator g++ sh
check 'no tools in the emitted folder' missing_in_make
check 'a compiler that fails' broken_compiler
check 'a cell that refuses a parameter' refused_parameter
emit layer -n 2 || exit 3
check 'builds killed with SIGKILL in four places, then finished' killed_builds
check 'another Verilator or compiler builds again' other_tools
check 'the save file opens at the first image' wave_opens_at_image
check 'emit killed with SIGKILL' killed_emit
check 'output goes to a full device' output_is_full
if unshare -rm true 2>/dev/null && unshare -rm mount -t tmpfs -o size=64k none /mnt 2>/dev/null; then
    check 'a disk too small for the folder' on_disk 400k too_small_for_folder
    check 'a disk that fills up while building' on_disk 3500k too_small_for_build
else
    skipped 'a full disk: no file system of a given size can be mounted here'
fi
end
