/*
 * What an inline run adds to a pipeline: packets that rules drop are not sent on, and rejected ones are
 * answered. Answers wait until the frames before them have been sent on.
 *
 * live_inline_reject is called in the threads of the workers, the rest in the one that runs the pipeline.
 */
#ifndef SLUICE_RUN_LIVE_INLINE_H
#define SLUICE_RUN_LIVE_INLINE_H

#include <pthread.h>

#include "base/buf.h"
#include "run/pipeline.h"

enum { INLINE_ANSWERS = 64, INLINE_PORTS = 16 };

struct inline_reply {
    struct buf frame;
    unsigned ifindex;
};

struct live_inline {
    unsigned ifindexes[INLINE_PORTS]; /* by a frame's port; ports 2n and 2n+1 are peers */
    int socket;                       /* for packets of all kinds; -1: closed */
    pthread_mutex_t lock;             /* of what follows */
    struct inline_reply waiting[INLINE_ANSWERS];
    unsigned count;
    uint64_t answered, lost; /* lost: too many at a time, or refused by the interface */
};

/* 0 or a negative errno with *err. live_inline_fini undoes it, and also what is only zeroed. */
int live_inline_init(struct live_inline *in, struct err *err);
void live_inline_fini(struct live_inline *in);

/* Has the pipeline of this run enforce what rules say; with `dry_run` it only inspects, until
 * pipeline_enforce. */
void live_inline_configure(struct live_inline *in, bool dry_run, struct pipeline_config *config);

#endif
