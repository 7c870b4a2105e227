/*
 * Frames in, merged records out: they are read and decoded, N workers inspect, their records are merged and
 * written. A crew of N threads does what there is to do (run/conveyor.h); the calling thread reads, or is one
 * of them. With one worker all of it happens in the calling thread, batch by batch.
 *
 * Batches are cut by the input alone, and time advances at their ends only: nothing depends on N.
 */
#ifndef SLUICE_RUN_PIPELINE_H
#define SLUICE_RUN_PIPELINE_H

#include <stdatomic.h>

#include "run/input.h"
#include "run/merge.h"
#include "run/sink.h"
#include "run/worker.h"
#include "run/writer.h"

struct cpu_list;

struct pipeline_config {
    struct input *input;
    struct decode_config decode;
    struct worker_config worker; /* turns, workers and index are the pipeline's */
    unsigned workers;
    /* Several workers: who has nothing else to do reads, instead of the calling thread alone. For an input
     * that never waits for frames (input_is_prompt), in a run that is never paused. */
    bool crew_reads;
    const struct cpu_list *cpus; /* that threads are bound to; NULL: the kernel's choice */
    void (*released)(void *ctx); /* frames have gone back, in the calling thread; may be NULL */
    void *released_ctx;
    struct writer *writer; /* NULL: nothing is written, or: */
    bool flush;            /* the writer, after each batch: somebody is watching */
    struct sink *sink;     /* of a live run; flushed after each batch */
    atomic_bool *stop;     /* set from outside: end after the batch at hand */
    /* Once `stop` is set, before each further batch, in the calling thread: whether the input may hold frames
     * that had come in by then. `frames`: how many the batch before had, `latest_ns`: the time of the last of
     * these (of any before, when it had none). NULL: it ends where it is. */
    bool (*more)(void *ctx, unsigned frames, uint64_t latest_ns);
    /* After each batch, in the thread that reads; may be NULL. */
    void (*progress)(void *ctx, uint64_t packets, uint64_t alerts);
    /* Records of no packet, in the thread that reads, before each batch is handed on: appended to `text`,
     * they stand behind the batch's own. May be NULL. */
    void (*notes)(void *ctx, struct buf *text);
    /* With several workers, in a thread of the pipeline, when the frames of a batch could be given back: for
     * an input that waits. May be NULL. */
    void (*done)(void *ctx);
    void *ctx;
    const struct log *log;
};

struct matcher_rules;
struct pipeline;

/* NULL when memory is short. */
struct pipeline *pipeline_new(const struct pipeline_config *config);
void pipeline_free(struct pipeline *pipeline);

/* Once. 0, or the first failure with *err: a capture, the writer, memory. */
int pipeline_run(struct pipeline *pipeline, struct err *err);

/*
 * From `progress` only: returns once nothing is in flight. Until it returns to the pipeline, whatever belongs
 * to workers may be read.
 */
void pipeline_pause(struct pipeline *pipeline);

/* From `progress` only: other rules, one for each worker (see inspector_renew); what was in use is there
 * then. */
void pipeline_renew(struct pipeline *pipeline, struct matcher_rules **rules);

/* Likewise: whether the workers of an inline run enforce what rules say (worker_enforce). */
void pipeline_enforce(struct pipeline *pipeline, bool enforce);

/* From `progress`, or after the run. */
void pipeline_decoded(const struct pipeline *pipeline, struct decode_counters *out);

/* After the run. */
uint64_t pipeline_clock(const struct pipeline *pipeline); /* the latest time of any packet, ns */
const struct merger *pipeline_merger(const struct pipeline *pipeline);
const struct decode_counters *pipeline_decode_counters(const struct pipeline *pipeline);
const struct inspector *pipeline_inspector(const struct pipeline *pipeline, unsigned worker);

#endif
