/*
 * What the files of the TCP tracker share: the two sides of a connection, the packet in hand, and who does
 * which part. Private to engine/flow; one worker.
 */
#ifndef SLUICE_FLOW_TCP_PRIVATE_H
#define SLUICE_FLOW_TCP_PRIVATE_H

#include "base/pool.h"
#include "flow/stream_insert.h"
#include "flow/tcp.h"
#include "flow/tcp_sequence.h"

struct tcp_peer { /* one side, as the sender of its bytes */
    uint32_t isn;
    uint32_t next;    /* sequence number expected next */
    uint32_t acked;   /* the highest that the other side acknowledged */
    uint32_t right;   /* right edge of the window that the other side grants */
    uint32_t granted; /* that window's size, scaled */
    uint32_t highest; /* one past the highest sequence number sent */
    uint8_t shift;    /* how this side's own windows are scaled (RFC 7323, 2.2) */
    uint8_t os;       /* enum os_policy of this side's host */
    bool scale_offered, timestamps, started;
    bool fin;           /* sent a FIN: */
    uint32_t fin_at;    /* ... its sequence number; `next` counts it */
    uint32_t stamp;     /* the last timestamp that counted */
    uint64_t stamp_ns;  /* when it came */
    uint32_t urgent;    /* out-of-band bytes taken out of the stream so far, */
    uint32_t urgent_at; /* ... the last of them here */
};

struct tcp_candidate { /* a SYN or SYN/ACK that the other side may yet choose to answer */
    struct tcp_candidate *next;
    uint32_t sequence, stamp;
    uint16_t window;
    uint8_t shift;
    bool scale_offered, timestamps;
};

struct tcp_connection {                /* session.peers points here */
    struct tcp_peer peers[DIRECTIONS]; /* first: see tcp_session.peers */
    struct tcp_candidate *candidates;  /* SYNs in SYN_SENT, SYN/ACKs in SYN_RECV; the newest first */
    uint32_t candidate_count;
    uint8_t before_reset;       /* enum tcp_state that an accepted RST ended */
    bool four_way;              /* simultaneous open or split handshake: the server sent a SYN */
    bool fast_open;             /* the SYN carried data that the server may take (RFC 7413) */
    uint32_t syn_data;          /* ... so many bytes */
    bool first_syn_forgotten;   /* a flood of SYNs pushed it out */
    bool head_lost[DIRECTIONS]; /* the first byte of the stream is in a final gap */
};

struct tcp_slot { /* one session with all that belongs to it */
    struct tcp_session session;
    struct tcp_connection connection;
};

struct tcp_engine {
    struct tcp_config config;
    struct tcp_counters counters;
    struct stream_budget budget;
    struct pool sessions, candidates;
};

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
void tcp_set_direction(struct tcp_step *step, enum direction direction);
void tcp_drop_candidates(struct tcp_step *step);

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
void tcp_take_window(struct tcp_step *step);
bool tcp_in_window(const struct tcp_step *step, uint32_t from, uint32_t to);
bool tcp_reset_ok(struct tcp_step *step);
bool tcp_ignores_zero_stamp(uint8_t os);
void tcp_take_sequence(struct tcp_step *step);

/* tcp_reassembly.c */
void tcp_take_payload(struct tcp_step *step);
void tcp_acknowledge_stream(struct tcp_step *step);
void tcp_finish_stream(struct tcp_step *step, enum direction direction);

#endif
