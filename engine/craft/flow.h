/*
 * A conversation as data: who speaks, how it begins and ends, and what is said, down to how a step is cut
 * into packets. craft/make.h makes frames of it; flows_yaml.h reads it from text.
 *
 * All zeroes is a good value: a struct with a client's bytes in one step is a TCP connection with handshake,
 * acknowledgments and FIN. Everything is borrowed; values; nothing here allocates.
 */
#ifndef SLUICE_CRAFT_FLOW_H
#define SLUICE_CRAFT_FLOW_H

#include "packet/packet.h"

enum craft_protocol { CRAFT_TCP, CRAFT_UDP, CRAFT_ICMP, CRAFT_IP };
enum craft_close { CRAFT_FIN, CRAFT_FIN_SERVER, CRAFT_RST, CRAFT_RST_SERVER, CRAFT_OPEN };
enum craft_acks { CRAFT_ACK_END, CRAFT_ACK_EACH /* of a step's packets */, CRAFT_ACK_NONE };

struct craft_end {
    struct address address; /* version 0: 192.168.10.20 (client), 198.51.100.23, or in 2001:db8::/32 */
    uint16_t port;          /* 0: 49152 and up by the flow's index (client), 80 or UDP 53 */
    uint16_t mss;           /* announced, and what this end sends at once; 0: 1460, IPv6 1440 */
    bool has_mac, has_isn;
    uint8_t mac[6]; /* else 02:00 and the last four bytes of the address */
    uint32_t isn;   /* else 0x11110000 + port (client), 0x77770000 + port */
};

struct craft_ip { /* of the IP header; what is not given is as it should be */
    bool has_ttl, has_tos, has_id, has_fragment, bad_checksum;
    uint8_t ttl, tos;  /* 64, 0; IPv6: hop limit, traffic class */
    uint16_t id;       /* counts up over all packets that have none; not IPv6 */
    uint16_t fragment; /* flags and offset as they stand in the header: 0x4000 do not fragment, 0x2000 more,
                          offset / 8; not IPv6 */
    uint16_t total_length; /* that the header claims; 0: what there is; IPv6: the payload's */
    uint16_t cut;          /* payload bytes in a fragment, a multiple of 8; 0: whole */
    struct slice options;  /* IPv4; padded with zeroes to 4 bytes */
};

/* One segment of a step's bytes (TCP), or one fragment of what the IP packet carries, its transport header
 * included (other protocols, IPv4): `from` is a multiple of 8 then. */
struct craft_piece {
    uint32_t from, length;
    struct slice instead;       /* other bytes than the step's, `length` of them; p NULL: the step's own */
    uint64_t delay_ns;          /* before it, beyond the millisecond between packets */
    bool bad_checksum, has_ttl; /* of the transport; a ttl of its own */
    uint8_t ttl;
};

struct craft_tcp {    /* of each segment of the step */
    bool has_flags;   /* else PSH and ACK */
    uint8_t flags;    /* enum tcp_flag; CRAFT_SEGMENT takes them as they are */
    uint8_t reserved; /* the four bits before CWR */
    bool has_window;  /* else 64240 */
    uint16_t window, urgent;
    int32_t sequence_offset, ack_offset; /* from where the connection is */
    bool stays;                          /* CRAFT_SEGMENT: moves the connection's sequence on by nothing */
    struct slice options;                /* padded with no-operations to 4 bytes */
};

enum craft_kind {
    CRAFT_DATA,    /* TCP: bytes of the stream; UDP, IP: one datagram; ICMP: one message */
    CRAFT_SEGMENT, /* TCP: one segment exactly as `tcp` says, unacknowledged: probes, floods, resets */
    CRAFT_FRAME,   /* a whole Ethernet frame as it is */
};

struct craft_step {
    enum craft_kind kind;
    bool from_server;
    uint64_t delay_ns; /* before it, beyond the millisecond between packets */
    struct slice bytes;
    const struct craft_piece
        *pieces; /* what is sent, in this order, perhaps twice, or not all; none: by MSS */
    uint32_t piece_count;
    enum craft_acks acks;
    struct craft_tcp tcp;
    struct craft_icmp {
        uint8_t type, code, rest[4];
    } icmp;
    const struct craft_ip *ip; /* NULL: the flow's */
    bool bad_checksum;         /* of the transport */
    unsigned line, column;     /* in the text, for messages; 0: none */
};

struct craft_flow {
    const char *name; /* for messages; may be NULL */
    enum craft_protocol protocol;
    uint8_t ip_protocol; /* CRAFT_IP */
    struct craft_end client, server;
    uint16_t vlan[VLAN_LAYERS]; /* the outermost first */
    unsigned vlan_count;
    bool no_handshake;
    enum craft_close close;
    bool has_at;
    uint64_t at_ns; /* when it begins, after the first moment of the capture; else after the flow before */
    uint64_t delay_ns;
    struct craft_ip ip;
    const struct craft_step *steps;
    uint32_t step_count;
    unsigned line, column;
};

#endif
