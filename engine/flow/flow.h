/*
 * One flow: the packets of both directions between two endpoints, and what the layers above remember of it.
 *
 * A flow belongs to one worker's flow table, which makes and frees it. The client is the side whose packet
 * made the flow, unless TCP shows otherwise (a first packet that is a SYN/ACK, midstream by ports).
 */
#ifndef SLUICE_FLOW_FLOW_H
#define SLUICE_FLOW_FLOW_H

#include "base/app_proto.h"
#include "flow/direction.h"
#include "packet/packet.h"

enum flow_state { FLOW_NEW, FLOW_ESTABLISHED, FLOW_CLOSED, FLOW_BYPASSED, FLOW_STATES };
enum flow_end { FLOW_END_NONE, FLOW_END_TIMEOUT, FLOW_END_SHUTDOWN, FLOW_END_FORCED, FLOW_END_REUSED };

enum flow_flag {
    FLOW_PASS = 1 << 0,       /* a pass rule has decided: no alerts of any rule any more */
    FLOW_DROP = 1 << 1,       /* a drop rule has decided */
    FLOW_NO_PACKET = 1 << 2,  /* packets are not inspected any more */
    FLOW_NO_PAYLOAD = 1 << 3, /* payloads and streams are not inspected any more */
    FLOW_ALERTED = 1 << 4,    /* for the flow record */
    FLOW_SWAPPED = 1 << 7,    /* client and server were exchanged after the first packet */
    FLOW_HEARD = 1 << 8,      /* not TCP; << direction (bits 8 and 9): that side sent a packet of the flow */
    FLOW_BLOCKED = 1 << 10,   /* a verdict has ended its inspection */
    FLOW_DROPPED = 1 << 11,   /* and the kernel drops its packets */
    FLOW_BYPASS = 1 << 12,    /* a rule with `bypass` has matched */
    FLOW_AWAKE = 1 << 13,     /* when it has been silent for a while, flow_table_config.idle is called */
    FLOW_RESTS = 1 << 14,     /* its session has gone to rest (app/engine.h) */
    FLOW_OVER = 1 << 15,      /* closed and inspected to its end, since the last packet */
    FLOW_REMAINS = 1 << 16,   /* FLOW_OVER, and its TCP session was given up for its remains */
    FLOW_GIVEN_UP = 1 << 17,  /* an exception policy drops it */
    FLOW_EXCEPTION = 1 << 18, /* << enum exception: which it has met */
};

struct flow_bypassed { /* of what is counted in the flow, let by in the kernel */
    uint64_t packets[DIRECTIONS], bytes[DIRECTIONS];
};
/* What each packet looks at and changes lies in the first lines of the cache, in the order of the asking. */
struct flow {
    struct flow *hash_next; /* of the table's bucket */
    uint64_t hash;
    struct address client, server;
    uint16_t client_port, server_port; /* ICMP: type and code of the first packet */
    uint8_t protocol;                  /* IP protocol */
    uint8_t ip_version;
    uint8_t vlan_count, recursion;
    uint16_t vlan[VLAN_LAYERS];
    uint64_t last_ns;
    uint64_t deadline_ns; /* when it times out (FLOW_AWAKE: is idle) unless another packet comes */
    uint64_t timer_ns;    /* of the table's heap of deadlines: the deadline that is in there, */
    uint32_t timer_index; /* ... and where */
    uint32_t idle_tick;   /* of the table's list: when it was put at its end */
    uint32_t flags;
    uint8_t state;                 /* enum flow_state */
    uint8_t end;                   /* enum flow_end */
    uint8_t tcp_flags[DIRECTIONS]; /* all that were seen */
    union {                        /* NULL without one (not TCP, or a midstream flow not picked up) */
        struct tcp_session *tcp;
        struct tcp_remains *remains; /* FLOW_REMAINS: flow/tcp_remains.h */
    };
    void *app_state;     /* engine/app */
    void *inspect_state; /* engine/inspect: how far each stream has been inspected */
    void *match_state;   /* engine/match: bits, variables, what has alerted */
    uint64_t packets[DIRECTIONS], bytes[DIRECTIONS]; /* bytes: frame lengths as captured on the wire */
    enum app_proto app;                              /* of the flow; APP_UNKNOWN while detection goes on */
    enum app_proto app_direction[DIRECTIONS];
    enum app_proto app_original; /* before a protocol change (STARTTLS, CONNECT, upgrade) */
    uint16_t app_event;          /* enum app_event of detection, which the packet at hand brought; 0: none */
    uint8_t app_detect;          /* of engine/app: bits of app/detect.h, how far detection has come */
    uint8_t app_rest;            /* FLOW_RESTS: bits of app/rest.c */
    uint32_t rules_met[DIRECTIONS]; /* engine/match: which rules about addresses alone have looked at it */
    struct flow *idle_next, *idle_prev; /* of the table: longest idle first */
    uint64_t app_start[DIRECTIONS]; /* TCP: stream offset where the protocol begins (FLOW_RESTS: goes on) */
    uint64_t id;                    /* EVE's flow_id: of the tuple, the start and the seed; below 2^63 */
    uint64_t start_ns;
    uint64_t decided_ns;            /* when a verdict or a bypass was decided last; 0: never */
    uint32_t app_transactions;      /* FLOW_RESTS: so many there were */
    uint16_t icmp_kind[DIRECTIONS]; /* ICMP: what either side sends, as part of the key (flow_key.c) */
    struct flow_bypassed *bypassed; /* NULL: none; the table frees it */
};

/* TCP: the handshake is complete, as of the last flow_table_update: the packet that completes it is itself
 * not in an established flow yet, as in Suricata. Else: packets of both directions were seen, the last one
 * included; an ICMP error that quotes the flow is none of them. */
bool flow_is_established(const struct flow *flow);

/* Whether its protocol is one of these (1 << enum app_proto; 0: any will do); no flow has none. */
static inline bool flow_app_is(const struct flow *flow, uint64_t apps)
{
    return !apps || (flow && apps >> flow->app & 1);
}

/* Which way a packet of this flow goes. */
enum direction flow_direction(const struct flow *flow, const struct packet *packet);

/* Exchanges client and server, with all that is by direction here; layers above turn what they keep. */
void flow_turn(struct flow *flow);

#endif
