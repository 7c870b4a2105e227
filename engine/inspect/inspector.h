/*
 * What the files of the inspector share. Private to engine/inspect; one worker.
 */
#ifndef SLUICE_INSPECT_INSPECTOR_H
#define SLUICE_INSPECT_INSPECTOR_H

#include "inspect/bypass.h"
#include "inspect/chunk.h"
#include "inspect/fate.h"
#include "inspect/inspect.h"

enum { CHANGES_MOST = 4 /* of protocol, at a time */ };

struct inspector {
    struct inspect_config config;
    struct flow_table *flows;
    struct tcp_engine *tcp;
    struct matcher *matcher;
    struct app_engine *app;
    const struct tcp_counters *tcp_counters;
    const struct app_counters *app_counters;
    struct fate_troubles troubles; /* that packets have been told of */
    uint64_t untold;               /* app_config_untold */
    struct chunks chunks;
    struct inspect_counters counters;
    struct bypass_counters bypassed;
    bool raw_streams;  /* some rule looks at streams */
    uint32_t renewals; /* of the rules */
    /* Of the packet at hand: by what a rule (or a verdict on its alerts) it is dropped, to whom that is told.
     */
    bool drops;
    struct alert drop; /* rule NULL: no rule has said so */
    uint8_t rejects;
    bool rewritten; /* bytes of it were replaced */
};

/* inspect.c. The packet, the chunk of its stream that is ready, the transactions that changed; `all`: the
 * chunk however little has come. */
void inspector_match(struct inspector *in, struct view *packet, bool all);
void inspector_report(struct inspector *in, const struct alert_queue *alerts, const struct view *packet,
                      const struct view *stream);

/* parsing.c: the protocol is told and its parser fed. With `packet`, of that direction; NULL: the flow ends.
 */
void inspector_parse_streams(struct inspector *in, struct flow *flow, const struct packet *packet,
                             enum direction direction);

/*
 * The flow holds as many transactions as it may: the rules look at both directions of them before there are
 * more, with the packet at hand (`packet`, NULL: there is none) or one that stands for it.
 */
void inspector_look(struct inspector *in, struct flow *flow, const struct packet *packet,
                    enum direction packet_direction);

/* ending.c. The flow table's calls (struct flow_config). */
void inspector_flow_ended(void *ctx, struct flow *flow);
bool inspector_flow_passed(void *ctx, struct flow *flow);
void inspector_flow_idle(void *ctx, struct flow *flow);
/* What has come of both streams is parsed and inspected: nothing more will. */
void inspector_end_streams(struct inspector *in, struct flow *flow);

/* What has come of this direction and was not inspected yet is, with a packet that stands for the end of it;
 * false: there was nothing. */
bool inspector_rest(struct inspector *in, struct flow *flow, enum direction direction);

/* A packet of no bytes that stands for one of this direction: so that what is left of a stream when the flow
 * ends can be inspected. */
struct packet inspector_end_packet(const struct flow *flow, enum direction direction);

#endif
