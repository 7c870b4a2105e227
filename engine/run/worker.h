/*
 * One worker: an inspector, and what it finds made into records of the batch at hand.
 *
 * A worker belongs to one thread at a time. The workers of a run share the ruleset, the shared state and the
 * turn slots.
 */
#ifndef SLUICE_RUN_WORKER_H
#define SLUICE_RUN_WORKER_H

#include "run/batch.h"

struct host_marks;
struct run_observer;

struct worker_config {
    struct inspect_config inspect; /* sink, wait_turn, wait_hosts and their ctx are the worker's */
    struct output_options output;
    const struct output_ops *form;       /* NULL: matches are only counted */
    struct file_store *tls_store;        /* of all workers; NULL: no chain of certificates is stored */
    const struct run_observer *observer; /* borrowed; NULL */
    struct turn_slot *turns;             /* of all workers, as */
    struct turn_pastime pastime;         /* while the worker waits for another */
    const struct host_marks *marks;
    unsigned workers, index;
    bool enforce; /* inline: what is dropped is not sent on, what is rejected is answered, bytes are replaced
                   */
    /* Each alert, in the worker's thread, before it is told: what is done about it, and (appended to `text`)
     * the records that say so. May be NULL. */
    struct judgement (*judge)(void *ctx, const struct alert_record *alert, struct buf *text);
    void *ctx;
    /* Each alert of a reject rule with the frame that its packet came in, likewise; may be NULL. */
    void (*rejected)(void *ctx, const struct packet *packet, enum reject_to to, const struct frame *frame);
    void *reject_ctx;
};

struct matcher_rules;
struct worker;

/* NULL when memory is short. */
struct worker *worker_new(const struct worker_config *config);
void worker_free(struct worker *worker);

/* Handles the packets of the batch that are this worker's; what it finds is in batch->outputs[index] then. */
void worker_batch(struct worker *worker, struct batch *batch);

/* Some of them, from the front, of a batch that is still being read: while they are in the cache. */
void worker_piece(struct worker *worker, struct batch *batch);

/* ... up to `sequence`, of a batch that is complete. Whether there were any. */
bool worker_until(struct worker *worker, struct batch *batch, uint64_t sequence);

/* Between batches: other rules, see inspector_renew. */
void worker_renew(struct worker *worker, struct matcher_rules *rules);

/* Between batches: worker_config.enforce, from here on. */
void worker_enforce(struct worker *worker, bool enforce);

const struct inspector *worker_inspector(const struct worker *worker);

#endif
