/*
 * What a run says of itself, as JSON for the control socket. To be called from the pipeline's progress, in
 * its thread: the workers are halted for as long as it takes.
 */
#ifndef SLUICE_RUN_LIVE_ANSWER_H
#define SLUICE_RUN_LIVE_ANSWER_H

#include <jansson.h>

#include "run/live_verdict.h"
#include "run/pipeline.h"

struct shared_state;

struct live_answer {
    struct pipeline *pipeline;
    struct shared_state *shared;
    struct input *input;
    const struct sink *sink;
    struct live_verdict *verdict;
    unsigned workers;
    uint32_t rules, refused;
};

enum { LIVE_FLOWS_MOST = 1000 };

/* {"group": {"name": N, ...}, ...}: what a stats record has, of capture and verdicts too. */
json_t *live_answer_stats(const struct live_answer *a);

/* The `most` open flows with the most bytes, the largest first. */
json_t *live_answer_flows(const struct live_answer *a, unsigned most);

#endif
