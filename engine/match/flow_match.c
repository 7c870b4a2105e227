#include "match/flow_match.h"
#include "flow/flow.h"

#include <stdlib.h>

#include "base/grow.h"
#include "match/worker.h"

/* With nobody to be told of matches Hyperscan frees a stream without its database, which may be gone. */
static void close_stream(struct stream_scan *scan)
{
    if (scan->stream)
        hs_close_stream(scan->stream, NULL, NULL, NULL);
    scan->stream = NULL;
    scan->database = NULL;
}

static void close_scan(struct stream_scan *scan)
{
    close_stream(scan);
    scan->renewed = false;
    scan->position = scan->named_to = 0;
    scan->pending_count = 0;
}

/* Another ruleset: rules that are not there any more wait for nothing. */
static void renew_scan(const struct matcher *m, struct stream_scan *scan)
{
    uint32_t kept = 0;
    close_stream(scan);
    scan->renewed = scan->position > 0;
    for (uint32_t i = 0; i < scan->pending_count; i++)
        if (lineage_rule(&m->ruleset->lineage, scan->pending[i].id) != RULE_NONE)
            scan->pending[kept++] = scan->pending[i];
    scan->pending_count = kept;
}

/* Keeps the stream for another flow. */
static void retire_scan(struct matcher *m, struct stream_scan *scan)
{
    if (scan->stream) {
        struct idle_streams *idle = &m->rules.idle[scan->database->id];
        if (idle->count < IDLE_STREAMS && hs_reset_stream(scan->stream, 0, NULL, NULL, NULL) == HS_SUCCESS) {
            idle->list[idle->count++] = scan->stream;
            scan->stream = NULL;
        }
    }
    close_scan(scan);
}

struct flow_match *flow_match_get(struct matcher *m, struct flow *flow)
{
    struct flow_match *match = flow->match_state;
    if (!match) {
        match = pool_get(&m->flow_matches);
        if (!match) {
            m->counters.no_memory++;
            return NULL;
        }
        *match = (struct flow_match){0};
        match->generation = m->ruleset->lineage.generation;
        flow->match_state = match;
    }
    if (match->generation != m->ruleset->lineage.generation) {
        for (int d = 0; d < DIRECTIONS; d++)
            renew_scan(m, &match->scans[d]);
        match->generation = m->ruleset->lineage.generation;
    }
    return match;
}

void flow_match_put(struct matcher *m, struct flow_match *match)
{
    if (!match)
        return;
    bool present = match->generation == m->ruleset->lineage.generation;
    for (int d = 0; d < DIRECTIONS; d++) {
        if (present)
            retire_scan(m, &match->scans[d]);
        else
            close_scan(&match->scans[d]);
        free(match->scans[d].pending);
    }
    flow_state_fini(&match->memory);
    pool_put(&m->flow_matches, match);
}

/* What was scanned is scanned again with what follows it: as after other rules have come. */
static void rest_scan(struct matcher *m, struct stream_scan *scan)
{
    uint64_t position = scan->position;
    uint32_t pending = scan->pending_count;
    retire_scan(m, scan);
    scan->renewed = position > 0;
    scan->position = position;
    scan->pending_count = pending;
}

void flow_match_rest(struct matcher *m, struct flow *flow, bool over)
{
    struct flow_match *match = flow->match_state;
    if (!match || match->generation != m->ruleset->lineage.generation)
        return;
    bool waits = flow_memory_holds(&match->memory);
    for (int d = 0; d < DIRECTIONS; d++) {
        if (over)
            retire_scan(m, &match->scans[d]);
        else
            rest_scan(m, &match->scans[d]);
        waits |= match->scans[d].pending_count > 0;
    }
    if (waits)
        return;
    flow_match_put(m, match);
    flow->match_state = NULL;
}

void stream_scan_reset(struct matcher *m, struct stream_scan *scan)
{
    retire_scan(m, scan);
}

bool stream_scan_open(struct matcher *m, struct stream_scan *scan, const struct database *database)
{
    if (scan->stream && scan->database == database)
        return true;
    if (scan->stream)
        retire_scan(m, scan);
    struct idle_streams *idle = &m->rules.idle[database->id];
    if (idle->count) {
        scan->stream = idle->list[--idle->count];
    } else if (hs_open_stream(database->hs, 0, &scan->stream) != HS_SUCCESS) {
        scan->stream = NULL;
        m->counters.streams_open_refused++;
        return false;
    }
    scan->database = database;
    return true;
}

struct pending *stream_scan_pending(struct stream_scan *scan, uint32_t id)
{
    for (uint32_t i = 0; i < scan->pending_count; i++)
        if (scan->pending[i].id == id)
            return &scan->pending[i];
    return NULL;
}

void stream_scan_remember(struct matcher *m, struct stream_scan *scan, const struct pending *pending)
{
    struct pending *there = stream_scan_pending(scan, pending->id);
    if (there) {
        *there = *pending;
        return;
    }
    if (scan->pending_count == PENDING_MOST) {
        m->counters.pending_lost++;
        return;
    }
    if (grow_array(&scan->pending, scan->pending_count, &scan->pending_capacity)) {
        m->counters.no_memory++;
        return;
    }
    scan->pending[scan->pending_count++] = *pending;
}

void stream_scan_prune(struct stream_scan *scan, uint64_t window)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < scan->pending_count; i++)
        if (scan->pending[i].until > window)
            scan->pending[kept++] = scan->pending[i];
    scan->pending_count = kept;
}
