/*
 * What the inspector finds, and who is told: alerts, transactions, files, packets with events, flows. What
 * the records point to is good until the sink returns; all calls come in the inspector's thread.
 */
#ifndef SLUICE_INSPECT_SINK_H
#define SLUICE_INSPECT_SINK_H

#include "app/engine.h"
#include "match/matcher.h"

struct packet;

struct alert_record {
    const struct alert *alert;
    const struct packet *packet; /* source PACKET_FLOW_END: no pcap_cnt; its addresses are still set */
    const struct flow *flow;     /* NULL without one */
    enum direction direction;    /* of the packet */
    uint64_t time_ns;
    struct slice payload;        /* the packet's payload, or the stream bytes that were inspected */
    struct app_session *session; /* of the flow, and of alert->tx; NULL without one */
    bool of_stream;              /* it matched in the stream, or in a transaction on it */
    unsigned place;              /* among the alerts of this packet */
    bool judged;                 /* the sink judges: what follows says what has been done */
    bool blocked;                /* by this alert: the kernel drops what follows of the flow */
    bool dropped;                /* by any alert of this packet */
    uint8_t rejects;             /* 1 << enum reject_to, by rules that match this packet */
};

struct drop_record {             /* inline: a packet that must not be sent on */
    const struct packet *packet; /* its `dropped` says why */
    const struct flow *flow;     /* NULL without one */
    enum direction direction;
    const struct alert *alert; /* of the rule that drops it; NULL: none does */
    uint8_t rejects;           /* as in its alerts; of an exception policy: REJECT_SOURCE */
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
    /* A packet that is dropped, after its alerts. May be NULL. */
    void (*dropped)(void *ctx, const struct drop_record *record);
    /* Before the rest of a flow that ends, or has fallen silent, is inspected; may be NULL. */
    void (*flow_ending)(void *ctx, const struct flow *flow);
    void *ctx;
};

#endif
