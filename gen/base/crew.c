// SPDX-License-Identifier: Apache-2.0
// Threads that take piece after piece until none is left.
#include "xbgen/crew.h"

#include <pthread.h>
#include <unistd.h>

enum { MAX_THREADS = 64 };

struct XbCrew {
    int64_t pieces, next;  // next: under the lock
    XbCrewWork *work;
    void *context;
    pthread_mutex_t lock;
};

int64_t xb_crew_next(XbCrew *crew)
{
    xb_crew_lock(crew);
    int64_t piece = crew->next < crew->pieces ? crew->next++ : -1;
    xb_crew_unlock(crew);
    return piece;
}

void xb_crew_lock(XbCrew *crew) { pthread_mutex_lock(&crew->lock); }

void xb_crew_unlock(XbCrew *crew) { pthread_mutex_unlock(&crew->lock); }

static void *begin(void *context)
{
    XbCrew *crew = context;
    crew->work(crew, crew->context);
    return NULL;
}

static int thread_count(int64_t pieces)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t most = cores < 1 ? 1 : cores > MAX_THREADS ? MAX_THREADS : cores;
    return (int)(pieces < most ? pieces : most);
}

void xb_crew_run(int64_t pieces, XbCrewWork *work, void *context)
{
    XbCrew crew = {.pieces = pieces, .work = work, .context = context};
    pthread_t thread[MAX_THREADS];
    int started = 0, wanted = thread_count(pieces);
    pthread_mutex_init(&crew.lock, NULL);
    while (started + 1 < wanted && pthread_create(&thread[started], NULL, begin, &crew) == 0)
        started++;
    work(&crew, context);  // this thread too; alone if no other could be started
    for (int i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    pthread_mutex_destroy(&crew.lock);
}
