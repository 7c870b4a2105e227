/*
 * A live run: the XDP program on an interface (span mode), its frames through the pipeline of a replay, and
 * verdicts back into the block map. One thread does all of it; stop and rotate are set from outside.
 */
#ifndef SLUICE_RUN_LIVE_H
#define SLUICE_RUN_LIVE_H

#include <stdatomic.h>

#include "capture/capture.h"
#include "run/live/live_event.h"
#include "run/rules.h"
#include "run/settings/settings.h"

struct log;

struct live_config {
    struct settings *settings;
    const struct log *log;
    rule_refused_fn refused; /* may be NULL; also called by the thread that reads rules anew */
    /* The settings as they stand in the file now, for a reload; in that thread. NULL with *err. */
    struct settings *(*read)(void *ctx, struct err *err);
    void (*event)(void *ctx, enum live_event event); /* any thread */
    void *ctx;
    atomic_bool *stop;   /* ends the run after the batch at hand */
    atomic_bool *rotate; /* the EVE file has been moved away */
    atomic_bool *reload; /* rules, variables, thresholds, policy and steering are to be read anew */
};

struct live_summary {
    uint64_t frames, alerts, blocks;
    struct capture_counters capture;
    uint32_t rules, refused;
};

/* What differs from a replay's defaults; before the settings are read. */
void live_defaults(struct settings *settings);

/* Whether the settings could run, rules included, without touching the interface. 0 or a negative errno. */
int live_check(const struct live_config *config, struct live_summary *summary, struct err *err);

/* Until stopped. 0 or a negative errno with *err; what was attached is detached either way. */
int live_run(const struct live_config *config, struct live_summary *summary, struct err *err);

#endif
