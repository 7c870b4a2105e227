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
#include "match/matcher.h"

struct alert_record {
    const struct alert *alert;
    const struct packet *packet; /* source PACKET_FLOW_END: no pcap_cnt; its addresses are still set */
    const struct flow *flow;     /* NULL without one */
    enum direction direction;    /* of the packet */
    uint64_t time_ns;
    struct slice payload;        /* the packet's payload, or the stream bytes that were inspected */
    struct app_session *session; /* of the flow, and of alert->tx; NULL without one */
    unsigned place;              /* among the alerts of this packet */
    bool judged;                 /* the sink judges: what follows says what has been done */
    bool blocked;                /* by this alert: the kernel drops what follows of the flow */
    bool dropped;                /* by any alert of this packet */
};

struct judgement {       /* what an alert means for its flow */
    bool ends;           /* nothing more of it is inspected */
    bool drops;          /* since the kernel drops it */
    uint64_t decided_ns; /* when, by the capture's clock */
};

struct transaction_record {
    struct app_session *session;
    struct app_tx *tx;           /* complete (or as good as), but for the record of a file */
    const struct app_file *file; /* of the record of a file: it has ended */
    const struct packet *packet;
    const struct flow *flow;
    enum direction direction; /* of the packet */
    uint64_t time_ns;
};

struct inspect_sink {
    /* Each alert of a packet, before the first of them is told; may be NULL. */
    struct judgement (*judge)(void *ctx, const struct alert_record *record);
    void (*alert)(void *ctx, const struct alert_record *record);
    void (*flow)(void *ctx, const struct flow *flow); /* once, when it ends; may be NULL */
    void (*transaction)(void *ctx, const struct transaction_record *record); /* once each; may be NULL */
    void (*file)(void *ctx, const struct transaction_record *record);        /* once each; may be NULL */
    /* A session in which a rule has asked for chains of certificates to be stored, after each packet since;
     * may be NULL. */
    void (*certificates)(void *ctx, const struct transaction_record *record);
    /* A packet with events, of its own or of its flow's detection, after the rules. May be NULL. */
    void (*packet_events)(void *ctx, const struct view *view);
    /* Before the rest of an ending flow's streams is inspected; may be NULL. */
    void (*flow_ending)(void *ctx, const struct flow *flow);
    void *ctx;
};

struct inspect_config {
    struct flow_table_config flows; /* `ended` and its ctx are the inspector's */
    struct tcp_config tcp;
    struct app_config app; /* `wanted` and `logged` are the inspector's */
    struct matcher_config matcher;
    uint32_t chunk_to_server, chunk_to_client; /* bytes of raw stream at a time; 0: 2560 */
    struct inspect_sink sink;
};

struct inspect_counters {
    uint64_t packets, bytes, without_flow, alerts, stream_bytes;
    uint64_t after_verdict; /* packets that had been queued when their flow was blocked */
};

struct inspector;

/* NULL when memory is short. */
struct inspector *inspector_new(const struct inspect_config *config);
void inspector_free(struct inspector *inspector);

/* One packet, as the decoder made it; stream events are added to it. */
void inspector_packet(struct inspector *inspector, struct packet *packet);

/* Time has reached `now_ns`: ends (and inspects the rest of) the flows that have timed out. */
void inspector_advance(struct inspector *inspector, uint64_t now_ns);

/* No more packets: ends all flows. */
void inspector_finish(struct inspector *inspector);

const struct inspect_counters *inspector_counters(const struct inspector *inspector);
const struct flow_counters *inspector_flow_counters(const struct inspector *inspector);
const struct tcp_counters *inspector_tcp_counters(const struct inspector *inspector);
const struct app_counters *inspector_app_counters(const struct inspector *inspector);
const struct matcher_counters *inspector_matcher_counters(const struct inspector *inspector);

#endif
