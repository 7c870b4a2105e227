/*
 * What a run says of itself, as JSON for the control socket. To be called from the pipeline's progress, in
 * its thread: the workers are halted for as long as it takes.
 */
#ifndef SLUICE_RUN_LIVE_ANSWER_H
#define SLUICE_RUN_LIVE_ANSWER_H

#include <jansson.h>

#include "run/live/live_stats.h"

enum { LIVE_FLOWS_MOST = 1000 };

/* {"group": {"name": N, ...}, ...}: what a stats record has, but for the XDP program. */
json_t *live_answer_stats(const struct live_stats_sources *from);

/* The `most` open flows with the most bytes, the largest first. */
json_t *live_answer_flows(const struct live_stats_sources *from, unsigned most);

#endif
