// SPDX-License-Identifier: Apache-2.0
// Independent pieces of work, shared out among all cores.
#ifndef XBGEN_CREW_H
#define XBGEN_CREW_H

#include <stdint.h>

typedef struct XbCrew XbCrew;

// What each thread does until xb_crew_next gives it nothing more.
typedef void XbCrewWork(XbCrew *crew, void *context);

// Runs `work` on as many threads as there are cores, but no more than there are pieces; returns when all are
// done. Where the system gives no thread, this one works alone.
void xb_crew_run(int64_t pieces, XbCrewWork *work, void *context);

// The next piece nobody works on, 0 .. pieces - 1; -1: none is left.
int64_t xb_crew_next(XbCrew *crew);

// One thread at a time between the two.
void xb_crew_lock(XbCrew *crew);
void xb_crew_unlock(XbCrew *crew);

#endif
