/*
 * Whether our XDP program is still on the interfaces of a live run: others may take its place, and an
 * interface may go. Each change is told once. One thread, the one that runs the pipeline.
 */
#ifndef SLUICE_RUN_LIVE_WATCH_H
#define SLUICE_RUN_LIVE_WATCH_H

#include "run/live/live_source.h"

struct live_watch {
    uint64_t looked_ns;
    uint32_t programs[INTERFACES_MOST]; /* ids of what runs first on each; 0: not known yet */
    bool gone[INTERFACES_MOST];
};

/* Once a second at most; now: CLOCK_MONOTONIC. */
void live_watch_look(struct live_watch *watch, const struct live_source *source, uint64_t now_ns);

/* No frame will ever come. */
bool live_watch_all_gone(const struct live_watch *watch, const struct live_source *source);

#endif
