/*
 * Batches on their way through a pipeline: one thread submits them, each worker handles every one of them
 * (its share), one thread finishes them, and the first gets them back, all in the same order.
 *
 * So each of them is at a position in one ring, and nothing is queued. Who sleeps is not woken for each
 * batch: the thread that submits sleeps until half of the ring is free again, and the one that finishes until
 * a half can be finished, unless it is `eager` or the other one waits for less. The batches that are left
 * keep the workers busy meanwhile. With as many workers as processors every waking takes a processor from a
 * worker.
 */
#ifndef SLUICE_RUN_CONVEYOR_H
#define SLUICE_RUN_CONVEYOR_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { CONVEYOR_SLOTS = 8 };

struct conveyor_end {  /* a thread that takes part */
    uint64_t position; /* that it has come to */
    uint64_t wanted;   /* the position of the one before it until which it sleeps; 0: it is awake */
    bool handed;       /* of a worker: it has the one at `position` */
};

struct conveyor {
    pthread_mutex_t lock;
    pthread_cond_t submission, work, finish; /* what workers, the finisher and the submitter sleep for */
    void *slots[CONVEYOR_SLOTS];
    uint64_t submitted;
    struct conveyor_end *workers, finisher, submitter; /* the latter's: what it has got back */
    unsigned worker_count;
    bool eager, ended;
};

/* 0 or -ENOMEM. */
int conveyor_init(struct conveyor *conveyor, unsigned workers, bool eager);
void conveyor_fini(struct conveyor *conveyor);

/* At most CONVEYOR_SLOTS are submitted and not got back. */
void conveyor_submit(struct conveyor *conveyor, void *item);
/* The next one that has been finished. NULL: none is on its way, or (without `wait`) none is finished. */
void *conveyor_get_back(struct conveyor *conveyor, bool wait);
/* Likewise with waiting; all that are on their way are needed. */
void *conveyor_drain(struct conveyor *conveyor);
/* The workers and the one that finishes are to end; nothing is on its way. */
void conveyor_end(struct conveyor *conveyor);

/* Waits for the worker's next one; it is done with the one before then. NULL at the end. */
void *conveyor_next(struct conveyor *conveyor, unsigned worker);

/* Waits for the next one that all workers are done with; NULL at the end. */
void *conveyor_take(struct conveyor *conveyor);
/* What was taken can be got back. */
void conveyor_finish(struct conveyor *conveyor);

#endif
