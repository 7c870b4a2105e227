/*
 * The pipeline of one worker: flow, TCP, streams, matching. The only place that knows the order of the
 * stages; replay and live capture both call it.
 *
 * An inspector belongs to one thread. Packets come in capture order. What it finds goes to the sink, during
 * the call; what the records point to is good until the sink returns.
 */
#ifndef SLUICE_INSPECT_INSPECT_H
#define SLUICE_INSPECT_INSPECT_H

#include "app/engine.h"
#include "flow/table.h"
#include "flow/tcp.h"
#include "inspect/exception.h"
#include "inspect/sink.h"
#include "match/matcher.h"
#include "packet/drop_reason.h"

struct bypass_counters;
struct bypass_ops;
struct match_profile;

struct inspect_config {
    struct flow_table_config flows; /* `ended`, `passed` and their ctx are the inspector's */
    struct tcp_config tcp;
    struct app_config app; /* `wanted` and `logged` are the inspector's */
    struct matcher_config matcher;
    bool rewrites; /* inline: `replace` changes the bytes of frames, which are the caller's to change */
    uint32_t chunk_to_server, chunk_to_client; /* bytes of raw stream at a time; 0: 2560 */
    struct exception_policies exceptions;
    const struct bypass_ops *bypass; /* borrowed; NULL: no flow is let by */
    struct inspect_sink sink;
    /* As matcher.wait_turn, with its ctx, for packets between the flow's hosts alone: struct app_hooks. */
    void (*wait_hosts)(void *ctx, const struct flow *flow);
};

struct inspect_counters {
    uint64_t packets, bytes, without_flow, alerts, stream_bytes;
    uint64_t after_verdict; /* packets that had been queued when their flow was blocked */
    /* Inline: what became of the packets, and why they were dropped (enum drop_reason). */
    uint64_t accepted, blocked, rejected, replaced, dropped[DROP_REASONS];
};

struct inspector;

/* NULL when memory is short. */
struct inspector *inspector_new(const struct inspect_config *config);
void inspector_free(struct inspector *inspector);

/* One packet, as the decoder made it; stream events are added to it. */
void inspector_packet(struct inspector *inspector, struct packet *packet);

/*
 * For a packet that comes soon: fetches what will be needed of its flow into the processor's cache, a step
 * further each time, the steps some packets apart. Changes nothing.
 */
enum inspect_fetch { FETCH_PLACE, FETCH_FLOW, FETCH_STATE };
void inspector_fetch(const struct inspector *inspector, const struct packet *packet, enum inspect_fetch step);

/* Time has reached `now_ns`: ends (and inspects the rest of) the flows that have timed out. */
void inspector_advance(struct inspector *inspector, uint64_t now_ns);

/* No more packets: ends all flows. */
void inspector_finish(struct inspector *inspector);

const struct inspect_counters *inspector_counters(const struct inspector *inspector);
const struct bypass_counters *inspector_bypass_counters(const struct inspector *inspector);
const struct flow_counters *inspector_flow_counters(const struct inspector *inspector);
const struct tcp_counters *inspector_tcp_counters(const struct inspector *inspector);
const struct app_counters *inspector_app_counters(const struct inspector *inspector);
const struct matcher_counters *inspector_matcher_counters(const struct inspector *inspector);
const struct match_profile *inspector_profile(const struct inspector *inspector); /* matcher_profile */

#endif
