/*
 * What is remembered of a connection beside its streams: the two sides and how they opened. Owned by the TCP
 * engine, one worker. Private to engine/flow.
 */
#ifndef SLUICE_FLOW_TCP_CONNECTION_H
#define SLUICE_FLOW_TCP_CONNECTION_H

#include "flow/tcp.h"

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
    uint32_t fin_at;    /* ... its sequence number; `next` counts it once it is acknowledged */
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

struct tcp_connection {
    struct tcp_peer peers[DIRECTIONS];
    struct tcp_candidate *candidates; /* SYNs in SYN_SENT, SYN/ACKs in SYN_RECV; the newest first */
    uint32_t candidate_count;
    uint32_t syn_data;          /* with fast_open: so many bytes */
    uint8_t before_reset;       /* enum tcp_state that an accepted RST ended */
    uint8_t unsure_reset;       /* 0, or 1 + the direction of an RST that its receiver may have refused */
    bool confirmed;             /* the server went on after the handshake: it is not at its SYN/ACK */
    bool four_way;              /* simultaneous open or split handshake: the server sent a SYN */
    bool fast_open;             /* the SYN carried data that the server may take (RFC 7413) */
    bool first_syn_forgotten;   /* a flood of SYNs pushed it out */
    bool head_lost[DIRECTIONS]; /* the first byte of the stream is in a final gap */
};

#endif
