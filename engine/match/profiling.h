/*
 * How a matcher counts what rules cost, shared by the files of this folder only: around each evaluation, when
 * m->profile is there.
 */
#ifndef SLUICE_MATCH_PROFILING_H
#define SLUICE_MATCH_PROFILING_H

#include "match/profile.h"
#include "match/profile_clock.h"
#include "match/worker.h"

struct profile_start { /* what had been counted before */
    uint64_t ticks, waiting, bytes;
};

struct profile_start profile_begin(const struct matcher *m);
void profile_end(struct matcher *m, uint32_t rule, const struct view *view, enum rule_outcome outcome,
                 const struct profile_start *start);

/* The matcher has to wait before the first touch of state across flows. No rule is charged with that. */
static inline void wait_turn(struct matcher *m)
{
    if (!m->waited && m->config.wait_turn) {
        uint64_t from = m->profile ? profile_ticks() : 0;
        m->config.wait_turn(m->config.ctx);
        m->waiting_ticks += m->profile ? profile_ticks() - from : 0;
    }
    m->waited = true;
}

#endif
