/*
 * Batches on their way through a pipeline: they are read, each worker handles every one of them (its share),
 * they are finished, and who reads gets them back, all in the same order.
 *
 * So each of them is at a position in one ring, and nothing is queued. Workers are not threads: a crew of
 * threads takes what there is to do next, one job at a time, and each station (the reading, a worker, the
 * finishing) is one thread's at a time. Whoever must wait within a job asks for another one meanwhile.
 *
 * Reading is a job like the others where it never waits for frames. Else it is for one thread outside of the
 * crew, which sleeps until half of the ring is free again, or (`eager`) one place.
 */
#ifndef SLUICE_RUN_CONVEYOR_H
#define SLUICE_RUN_CONVEYOR_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { CONVEYOR_SLOTS = 8 };

enum conveyor_kind { CONVEYOR_NOTHING, CONVEYOR_READ, CONVEYOR_WORK, CONVEYOR_FINISH };

struct conveyor_job { /* zero-initialised: none */
    enum conveyor_kind kind;
    unsigned worker; /* of CONVEYOR_WORK */
    bool partly;     /* ... up to what was asked for only: the worker is not done with the item then */
    void *item;      /* NULL for CONVEYOR_READ */
};

struct conveyor_worker {
    uint64_t position; /* that it has come to */
    bool taken;        /* a thread has its job */
    unsigned thread;   /* that had it last: its caches know it */
};

struct conveyor {
    pthread_mutex_t lock;
    pthread_cond_t jobs, back; /* what the crew and a reader outside of it sleep for */
    void *slots[CONVEYOR_SLOTS];
    uint64_t submitted, finished, got_back;
    uint64_t wanted; /* what must have been finished for the reader that sleeps; 0: it is awake */
    struct conveyor_worker *workers;
    unsigned worker_count, sleepers;
    bool crew_reads, eager;
    bool reading, finishing; /* a thread has the job */
    bool alone;              /* nothing may be on its way when the next one is read */
    bool closed, ended;
};

struct conveyor_config {
    unsigned workers;
    bool crew_reads, eager;
};

/* 0 or -ENOMEM. */
int conveyor_init(struct conveyor *conveyor, const struct conveyor_config *config);
void conveyor_fini(struct conveyor *conveyor);

/* For the thread that reads. At most CONVEYOR_SLOTS are submitted and not got back. */
void conveyor_submit(struct conveyor *conveyor, void *item);
/* The next one that has been finished. NULL: none is on its way, or (without `wait`) none is finished. */
void *conveyor_get_back(struct conveyor *conveyor, bool wait);
/* Likewise with waiting; all that are on their way are needed. Not for the crew, unless it has ended. */
void *conveyor_drain(struct conveyor *conveyor);
/* Of a crew that reads: the next job to read comes when nothing is on its way. */
void conveyor_read_alone(struct conveyor *conveyor);
/* There is nothing more to read: the crew ends when all is finished. */
void conveyor_close(struct conveyor *conveyor);
/* The crew ends at once; nothing is on its way. */
void conveyor_end(struct conveyor *conveyor);

/* Gives up *job and waits for the next. False: the crew is to end. */
bool conveyor_next(struct conveyor *conveyor, unsigned thread, struct conveyor_job *job);

/*
 * For who has the job of worker `self` and waits until `other` has come to a place in its item, or before
 * that: a job that helps with that, or another one. False: there is none. It is given up by conveyor_put.
 * Nothing behind that item is given: what waits for `self` would lie on top of it, for ever.
 */
bool conveyor_help(struct conveyor *conveyor, unsigned self, unsigned other, struct conveyor_job *job);
void conveyor_put(struct conveyor *conveyor, struct conveyor_job *job);

#endif
