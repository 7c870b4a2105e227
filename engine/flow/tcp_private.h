/*
 * What the files of the TCP tracker share: the engine, the packet in hand, and who does
 * which part. Private to engine/flow; one worker.
 */
#ifndef SLUICE_FLOW_TCP_PRIVATE_H
#define SLUICE_FLOW_TCP_PRIVATE_H

#include "base/block.h"
#include "base/pool.h"
#include "flow/stream_insert.h"
#include "flow/tcp_connection.h"
#include "flow/tcp_sequence.h"

struct tcp_slot { /* one session with all that belongs to it */
    struct tcp_session session;
    struct tcp_connection connection;
};

struct tcp_engine {
    struct tcp_config config;
    struct tcp_counters counters;
    struct stream_budget budget;
    struct blocks blocks; /* of streams: rooms and lists */
    struct pool sessions, candidates, remains;
};

static inline struct tcp_slot *tcp_slot_of(struct tcp_session *session)
{
    return (struct tcp_slot *)(void *)session;
}

struct tcp_step { /* the packet in hand */
    struct tcp_engine *engine;
    struct flow *flow;
    struct packet *packet;
    const struct tcp_fields *tcp;
    struct tcp_session *session;
    struct tcp_connection *connection;
    struct tcp_peer *sender, *receiver;
    enum direction direction;
    uint32_t length; /* payload bytes */
    struct tcp_result result;
};

static inline enum direction opposite(enum direction direction)
{
    return direction == TO_SERVER ? TO_CLIENT : TO_SERVER;
}

static inline bool has_flag(const struct tcp_step *step, uint8_t flag)
{
    return (step->tcp->flags & flag) != 0;
}

/* tcp.c */
void tcp_event(struct tcp_step *step, enum packet_event event);
struct tcp_session *tcp_session_new(struct tcp_step *step);
struct tcp_slot *tcp_slot_new(
    struct tcp_engine *engine); /* NULL (counted): no memory, or as many as may be */
void tcp_set_direction(struct tcp_step *step, enum direction direction);
void tcp_drop_candidates(struct tcp_step *step);
bool tcp_on_state(struct tcp_step *step); /* what the present state makes of a packet that is no RST */

/* The states. Each says whether the packet belongs to the connection. */
bool tcp_on_none(struct tcp_step *step);
bool tcp_on_syn_sent(struct tcp_step *step);
bool tcp_on_syn_recv(struct tcp_step *step);
bool tcp_on_established(struct tcp_step *step);
bool tcp_on_first_fin(struct tcp_step *step); /* before any other FIN */
bool tcp_on_closing(struct tcp_step *step);   /* all states after the first FIN */
bool tcp_on_closed(struct tcp_step *step);
bool tcp_on_reset(struct tcp_step *step);

/* tcp_window.c */
bool tcp_timestamps_ok(struct tcp_step *step);
void tcp_take_timestamp(struct tcp_step *step);
bool tcp_ack_ok(struct tcp_step *step);
void tcp_take_ack(struct tcp_step *step);
void tcp_take_last_ack(struct tcp_step *step); /* from the first FIN on: what is acknowledged was sent */
void tcp_take_window(struct tcp_step *step);
bool tcp_in_window(const struct tcp_step *step, uint32_t from, uint32_t to);
bool tcp_reset_ok(struct tcp_step *step);
bool tcp_ignores_zero_stamp(uint8_t os);
void tcp_take_sequence(struct tcp_step *step);

/* tcp_remains.c */
void tcp_remains_init(struct tcp_engine *engine);

/* tcp_reassembly.c */
void tcp_take_payload(struct tcp_step *step);
void tcp_acknowledge_stream(struct tcp_step *step);
void tcp_tell_gap(struct tcp_step *step, enum direction direction, uint64_t lost);
void tcp_finish_stream(struct tcp_step *step, enum direction direction);

#endif
