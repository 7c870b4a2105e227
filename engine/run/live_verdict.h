/*
 * What alerts of a live run do: which flows they put into the block map, and for how long.
 *
 * on_alert is called in the threads of the workers, the rest in the one that runs the pipeline.
 */
#ifndef SLUICE_RUN_LIVE_VERDICT_H
#define SLUICE_RUN_LIVE_VERDICT_H

#include "output/output.h"
#include "run/settings.h"

struct blocks;
struct log;

struct live_verdict {
    const struct live_settings *settings;
    const struct log *log;
    struct blocks *blocks;
    uint64_t blocked, failed, expired_ns;
};

/* The flow's packets are dropped from here on, when the alert is one that blocks; ctx: struct live_verdict.
 */
void live_verdict_alert(void *ctx, const struct alert_record *alert);

/* Once a second at most: what has expired goes; now: as of blocks_now(). */
void live_verdict_advance(struct live_verdict *verdict, uint64_t now_ns);

#endif
