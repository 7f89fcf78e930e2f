// SPDX-License-Identifier: Apache-2.0
// Keeps others out of an emitted folder while one works in it: emit, cosim, or make.
#ifndef XBGEN_CLI_LOCK_H
#define XBGEN_CLI_LOCK_H

// Waits, and says so, until no other xbgen or make works in the folder `path`; from then on they
// wait for us, and for all that we start, until it is released. Returns what to release, or -1 if
// there is no such folder.
int xb_lock_take(const char *path);

// Lets others in. `lock` -1: there is none.
void xb_lock_release(int lock);

#endif
