/*
 * Rules read anew while a run goes on: a thread of its own reads the settings and compiles the rules; the run
 * takes the result between two batches, and gives back what it had, which the thread frees. A set that is
 * wrong is refused, and the one in use stays.
 *
 * Who may call what: reload_request, reload_outcome any thread; reload_take and reload_done the one that runs
 * the pipeline.
 */
#ifndef SLUICE_RUN_RELOAD_H
#define SLUICE_RUN_RELOAD_H

#include "run/rules.h"
#include "verdict/steering.h"

struct log;
struct matcher_rules;

struct reloaded;

struct reload_config {
    /* In the thread: the settings as they stand in the file now; NULL with *err. */
    struct settings *(*read)(void *ctx, struct err *err);
    /* In the thread: a set is read from here on; its rules are in use, or it was refused (NULL). */
    void (*begun)(void *ctx);
    void (*ended)(void *ctx, const struct reloaded *reloaded);
    rule_refused_fn refused; /* in the thread; may be NULL */
    void *ctx;               /* of begun and ended */
    void *read_ctx, *refused_ctx;
    const struct log *log;
    const struct loaded_rules *rules; /* in use at the start */
    unsigned workers;
};

struct reloaded {
    struct settings *settings; /* stay with the thread, but for the policy (live_policy.h), prepared here */
    struct steering steering;
    struct loaded_rules rules;       /* exchanged for those that were in use, before reload_done */
    struct matcher_rules **matchers; /* one for each worker; exchanged too */
};

enum reload_state { RELOAD_NEVER, RELOAD_RUNNING, RELOAD_DONE, RELOAD_REFUSED };

struct reload_outcome {
    enum reload_state state; /* of the last request */
    uint64_t requests, done, refused_sets;
    uint32_t rules, refused; /* of the last set that was read */
    double seconds;          /* it took */
    struct err err;          /* why it was refused */
    char text[4096];         /* the first rules that were refused, as told to people; cut to what fits */
};

struct reload;

/* Starts the thread. NULL when memory is short, or threads are. */
struct reload *reload_new(const struct reload_config *config);

/* Ends the thread, after the work at hand. Takes NULL. */
void reload_free(struct reload *reload);

/* Asks for it; asked again before it has begun it is one. */
void reload_request(struct reload *reload);

/* Cheap: NULL when there is nothing. */
struct reloaded *reload_take(struct reload *reload);
void reload_done(struct reload *reload, struct reloaded *reloaded);

void reload_outcome(struct reload *reload, struct reload_outcome *out);

#endif
