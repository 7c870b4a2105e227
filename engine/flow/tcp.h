/*
 * TCP: follows the state of each connection, checks what belongs to it, and feeds the two streams.
 *
 * The states and their numbered invariants stand at the top of tcp.c. One tcp_engine a worker; it owns the
 * sessions, and the memory of all their streams, within its caps. Oddities become stream events in the
 * packet (packet_event_list.h, "stream."). What memory refuses is counted; the session goes on with a gap.
 */
#ifndef SLUICE_FLOW_TCP_H
#define SLUICE_FLOW_TCP_H

#include "flow/flow.h"
#include "flow/stream.h"
#include "packet/host_policy.h"

enum tcp_state {
    TCP_STATE_NONE,
    TCP_STATE_LISTEN,
    TCP_STATE_SYN_SENT,
    TCP_STATE_SYN_RECV,
    TCP_STATE_ESTABLISHED,
    TCP_STATE_FIN_WAIT1,
    TCP_STATE_FIN_WAIT2,
    TCP_STATE_TIME_WAIT,
    TCP_STATE_LAST_ACK,
    TCP_STATE_CLOSE_WAIT,
    TCP_STATE_CLOSING,
    TCP_STATE_CLOSED,
};

enum tcp_urgent { TCP_URGENT_OUT_OF_BAND, TCP_URGENT_INLINE, TCP_URGENT_DROP, TCP_URGENT_GAP };
struct tcp_config {
    bool midstream;    /* pick up connections whose handshake was not seen; off */
    bool async;        /* accept one-sided connections; off */
    bool pass_invalid; /* inline: what does not belong to its connection is let through; off */
    bool inline_mode;  /* bytes are inspected before they are acknowledged, first copy wins */
    enum tcp_urgent urgent;
    uint64_t depth;         /* bytes of each stream that are reassembled; 0: 1 MiB; UINT64_MAX: no limit */
    uint64_t memory;        /* bytes of all streams together; 0: 256 MiB */
    uint32_t most_sessions; /* 0: as many as flows (inspector), 400,000 */
    uint32_t most_ranges;   /* out-of-order ranges of one stream; 0: 1024 */
    uint32_t max_synack_queued, max_syn_queued; /* 0: 5, 10 */
    const struct host_policies *hosts;          /* overlap policy by receiving host */
};

struct tcp_counters {
    uint64_t sessions, sessions_refused, midstream_pickups, invalid, events;
    uint64_t gaps, gap_bytes, overlaps, overlap_differs, memory_full, depth_reached, ranges_full,
        retransmissions;
};

struct tcp_session {
    uint8_t state; /* enum tcp_state */
    bool midstream, async;
    struct stream streams[DIRECTIONS]; /* indexed by the direction the bytes flow */
};

struct tcp_result {
    bool accepted;          /* the packet belongs to the connection; false: it must not reach the streams */
    bool payload_in_stream; /* its payload went (at least in part) into the stream: inspect it there */
    bool ended;             /* the connection is closed or reset by this packet: inspect all that is left */
    bool refused;           /* inline, it is dropped: no connection would take it */
    bool differs;           /* it brings other bytes where some were inspected: inline, it is dropped */
    bool restarted;         /* the session was replaced by a new one on the same tuple */
};

struct tcp_engine;

struct tcp_engine *tcp_engine_new(const struct tcp_config *config);
void tcp_engine_free(struct tcp_engine *engine);

/*
 * Handles one TCP packet of a flow: makes flow->tcp when it opens a connection (may exchange client and
 * server of the flow: then *direction changes too). Adds stream events to packet->events.
 */
struct tcp_result tcp_packet(struct tcp_engine *engine, struct flow *flow, struct packet *packet,
                             enum direction *direction);

/* Whether this packet opens a new connection on the tuple of one that is over: it needs a new flow. */
bool tcp_reopens(const struct flow *flow, const struct packet *packet);

/* The flow state that its state stands for; whether it is closed and nothing can open it again. */
enum flow_state tcp_flow_state(const struct tcp_session *session);
bool tcp_session_is_over(const struct tcp_session *session);

/* The flow ends: all bytes received become inspectable, acknowledged or not, what lies behind gaps too. */
void tcp_session_end(struct tcp_engine *engine, struct flow *flow);

/* An idle flow's streams give back what they do not need; an ended flow's session goes with its streams. */
void tcp_session_rest(struct tcp_session *session);
void tcp_session_free(struct tcp_engine *engine, struct flow *flow);

/* What stream_size compares: how far the side that sends in `direction` has got, from its SYN on. */
uint64_t tcp_stream_size(const struct tcp_session *session, enum direction direction);

const struct tcp_counters *tcp_engine_counters(const struct tcp_engine *engine);

/* Bytes that all streams hold now: never above the configured memory. */
uint64_t tcp_engine_memory(const struct tcp_engine *engine);

#endif
