# SPDX-License-Identifier: Apache-2.0
# The part of environment.sh that runs in a name space of its own, on a small disk: nothing of it stays mounted.
# $0 program, $1 cfg.json, $2 work folder, $3 size, $4 function
set -u
disk=$2/disk
mkdir -p "$disk" && mount -t tmpfs -o "size=$3" none "$disk" || exit 1

ends() { # status text command...
    local want=$1 text=$2 status
    shift 2
    "$@" >"$out" 2>&1
    status=$?
    [ $status -eq "$want" ] && grep -qE -- "$text" "$out" && return
    echo "exit status $status, $want is due; says: $(head -n 2 "$out" | tr '\n' ' '); "
    return 1
}

empty() { [ -z "$(ls -A "$disk")" ] || { echo "left behind: $(ls -A "$disk")" && return 1; }; }

too_small_for_folder() {
    ends 3 'No space left' "$xbgen" emit --arch "$cfg" -o "$disk/x" && empty &&
        ends 3 'No space left' "$xbgen" cosim --arch "$cfg" -o "$disk/x" && empty && update_keeps_the_old && golden_leaves_nothing
}

# An old folder stays as it was when a new one finds no room.
update_keeps_the_old() {
    mount -o remount,size=1200k "$disk" && "$xbgen" emit --arch "$cfg" -o "$disk/x" >/dev/null && head -c 2m /dev/zero >"$disk/filler" 2>/dev/null
    local before after
    before=$(cd "$disk/x" && find . -type f -exec cksum {} + | sort)
    ends 3 'No space left' "$xbgen" emit --arch "$cfg" --level adc -n 50 --seed 3 -o "$disk/x" || return
    after=$(cd "$disk/x" && find . -type f -exec cksum {} + | sort)
    [ "$before" = "$after" ] || { echo "the old folder has changed" && return 1; }
}

golden_leaves_nothing() {
    ends 3 'No space left' "$xbgen" golden --arch "$cfg" --input "$disk/x/vectors/input.npy" -o "$disk/y.npy" &&
        rm -rf "$disk/x" "$disk/filler" && empty
}

too_small_for_build() {
    ends 3 'No space left|could not be built' "$xbgen" cosim --arch "$cfg" -o "$disk/x" &&
        [ ! -e "$disk/x/build/xb_sim" ] || { echo "a simulation was built" && return 1; }
}

xbgen=$0 cfg=$1 out=$2/disk.out
"$4"
