/*
 * Somebody who is told what a run finds, beside its output: reports. Each call comes in the worker's own
 * thread and names the worker; what the arguments point to is good during the call. Each may be NULL.
 */
#ifndef SLUICE_RUN_OBSERVER_H
#define SLUICE_RUN_OBSERVER_H

#include "inspect/sink.h"
#include "run/turn.h"

struct match_probe;

struct run_observer {
    /* Once for each worker, before the run: what is told of that worker's matching (match/probe.h). */
    const struct match_probe *(*probe)(void *ctx, unsigned worker);
    /* `place` orders the alerts of a run, whatever worker finds them; those of one place come in order. */
    void (*alert)(void *ctx, unsigned worker, const struct place *place, const struct alert_record *alert);
    void (*flow)(void *ctx, unsigned worker, const struct flow *flow); /* once, when it ends */
    void (*transaction)(void *ctx, unsigned worker, const struct transaction_record *record); /* once each */
    void (*packet_events)(void *ctx, unsigned worker, const struct view *view);
    bool profile; /* what each rule costs is counted (match/profile.h) */
    void *ctx;
};

#endif
