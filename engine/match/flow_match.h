/*
 * What matching remembers of one flow: its bits and counters, how far each stream was scanned, and the rules
 * whose literal was found while the rest of them may still come.
 *
 * Hangs on flow->match_state; made when something is to be remembered, given back by matcher_flow_end. The
 * flow's worker's own.
 *
 * It may outlive the ruleset that it was filled with (matcher_renew): then the scans are closed unread at the
 * flow's next look, what is pending stays with the rules that are still there (lineage.h), and the next chunk
 * is scanned together with what is kept of the one before.
 */
#ifndef SLUICE_MATCH_FLOW_MATCH_H
#define SLUICE_MATCH_FLOW_MATCH_H

#include <hs/hs.h>

#include "flow/direction.h"
#include "match/state.h"

struct database;
struct flow;
struct matcher;

enum { PENDING_MOST = 32 };

struct pending {
    uint32_t id;    /* the rule's */
    bool open;      /* its literal was found, but no match yet */
    uint64_t since; /* stream position from which on it may match: past its last alert */
    uint64_t until; /* of no use once the window begins here */
};

enum { IDLE_STREAMS = 256 };
struct idle_streams { /* of one database, to be used again */
    hs_stream_t *list[IDLE_STREAMS];
    uint32_t count;
};

struct stream_scan {
    hs_stream_t *stream; /* of `database`; NULL until the first chunk */
    const struct database *database;
    bool renewed;      /* the next scan looks back: what came before was read for other databases */
    uint32_t chunks;   /* so far, of this flow and others that had this memory before */
    uint64_t position; /* bytes scanned since the stream began, or since its last gap */
    uint64_t named_to; /* where the last chunk ended that named a rule about transactions (chunk_names.h) */
    struct pending *pending;
    uint32_t pending_count, pending_capacity;
};

struct flow_match {
    uint32_t generation; /* of the ruleset that the scans belong to */
    uint32_t work;       /* of its dear evaluations, in steps (strain.h) */
    struct flow_memory memory;
    struct stream_scan scans[DIRECTIONS];
};

/* The flow's, made when there is none, and of the present ruleset; NULL (counted) when memory is short. */
struct flow_match *flow_match_get(struct matcher *m, struct flow *flow);
void flow_match_put(struct matcher *m, struct flow_match *match);

/*
 * The flow has fallen silent, or (`over`) no chunk will follow: what can be had again goes. Without any
 * flow_match a stream that goes on is scanned anew from what is still kept of it.
 */
void flow_match_rest(struct matcher *m, struct flow *flow, bool over);

/* Forgets what was scanned: the stream begins anew. */
void stream_scan_reset(struct matcher *m, struct stream_scan *scan);

/* Opens the stream on that database, unless it is open. False when memory is short. */
bool stream_scan_open(struct matcher *m, struct stream_scan *scan, const struct database *database);

struct pending *stream_scan_pending(struct stream_scan *scan, uint32_t id);

/* Remembers; when there is no room the rule is forgotten, and counted. */
void stream_scan_remember(struct matcher *m, struct stream_scan *scan, const struct pending *pending);

/* Drops what the window, which now begins at `window`, has left behind. */
void stream_scan_prune(struct stream_scan *scan, uint64_t window);

#endif
