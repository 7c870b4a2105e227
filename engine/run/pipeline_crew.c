/*
 * The threads of a pipeline with several workers: each does one job of the conveyor after the other. A worker
 * that must wait for another one is not given up, as it is in the middle of a packet: its thread does other
 * jobs on top, first of all those of the worker it waits for, up to the place it waits for.
 *
 * Nobody waits for ever: whatever lies on top of a waiting worker has lower places to handle than that, so
 * that the worker with the lowest place of all is on top, and waits for none; if no thread has it, one of the
 * others has no worker at all, and takes it. Jobs of other kinds wait for no worker: to read is due when a
 * batch is free, and takes one.
 */
#include "run/pipeline_private.h"

#include <signal.h>

#include "base/log.h"
#include "run/cpus.h"

enum { DEPTH_MOST = 8 }; /* jobs on top of one another: each has a stack to itself of some KB */

/* What is finished can be read anew, and is so before anybody is told. */
static void finish_batch(struct pipeline *p, struct conveyor_job *job)
{
    struct batch *batch = job->item;
    bool lent = batch->frames.count > 0;
    pipeline_write(p, batch);
    conveyor_put(&p->conveyor, job);
    if (lent && p->config.done)
        p->config.done(p->config.ctx);
}

/* `sequence`: up to which, of a part of a share. Whether there was anything to do. */
static bool do_job(struct pipeline *p, struct conveyor_job *job, uint64_t sequence)
{
    struct crew_worker *w = &p->workers[job->worker];
    bool did = true;
    switch (job->kind) {
    case CONVEYOR_READ:
        if (!pipeline_read_next(p))
            conveyor_close(&p->conveyor);
        break;
    case CONVEYOR_WORK:
        if (job->partly)
            did = worker_until(w->worker, job->item, sequence);
        else
            worker_batch(w->worker, job->item);
        break;
    case CONVEYOR_FINISH:
        finish_batch(p, job);
        break;
    case CONVEYOR_NOTHING:
        break;
    }
    return did;
}

/* While a worker waits until another has come to `place`: what helps it, or the next job of another kind. */
bool crew_pass_time(void *ctx, unsigned slot, const struct place *place)
{
    const struct crew_worker *w = ctx;
    struct pipeline *p = w->pipeline;
    struct conveyor_job job = {0};
    if (w->depth == DEPTH_MOST || !conveyor_help(&p->conveyor, (unsigned)(w - p->workers), slot, &job))
        return false;
    if (job.kind == CONVEYOR_WORK)
        p->workers[job.worker].depth = w->depth + 1;
    bool did = do_job(p, &job, place->sequence);
    if (job.kind == CONVEYOR_WORK)
        p->workers[job.worker].depth = 0;
    conveyor_put(&p->conveyor, &job);
    return did;
}

/* From a job on, or none. */
static void do_jobs(struct crew_thread *t, struct conveyor_job *job)
{
    struct pipeline *p = t->pipeline;
    do
        do_job(p, job, 0);
    while (conveyor_next(&p->conveyor, t->index, job));
}

static void *crew_main(void *ctx)
{
    struct conveyor_job none = {0};
    do_jobs(ctx, &none);
    return NULL;
}

/* Signals are for the thread that called us. */
static int create_thread(pthread_t *thread, void *(*main)(void *), void *ctx)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(thread, NULL, main, ctx);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -result;
}

void crew_bind(const struct pipeline *p, pthread_t thread, unsigned index)
{
    int result = p->config.cpus ? cpus_bind(p->config.cpus, thread, index) : 0;
    if (result)
        log_warning(p->config.log, "a thread cannot be bound to its CPU: %s", strerror(-result));
}

int crew_start(struct pipeline *p)
{
    for (; p->released_count < p->batch_count; p->released_count++)
        p->released[p->released_count] = p->batches[p->released_count];
    /* The job to read, kept until there is nobody missing: a crew that ends with batches on their way would
     * leave workers that wait for one another. */
    if (p->conveyor.crew_reads)
        conveyor_next(&p->conveyor, 0, &p->first);
    for (; p->started < p->config.workers - p->conveyor.crew_reads; p->started++) {
        struct crew_thread *t = &p->crew[p->started];
        int result = create_thread(&t->thread, crew_main, t);
        if (result)
            return result;
        crew_bind(p, t->thread, p->started + 1);
    }
    return 0;
}

void crew_work(struct pipeline *p)
{
    do_jobs(&p->crew[p->started], &p->first);
}

void crew_join(struct pipeline *p)
{
    conveyor_end(&p->conveyor);
    for (unsigned i = 0; i < p->started; i++)
        pthread_join(p->crew[i].thread, NULL);
}
