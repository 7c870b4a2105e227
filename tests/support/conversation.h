/*
 * Frames of TCP conversations, made in memory for tests: Ethernet, IPv4, TCP with correct checksums.
 *
 * A conversation keeps both sides' sequence numbers. Frames are appended to one struct frames, which owns
 * their bytes.
 */
#ifndef TESTS_SUPPORT_CONVERSATION_H
#define TESTS_SUPPORT_CONVERSATION_H

#include "packet/frame.h"

struct frames {
    struct frame *list;
    uint8_t **bytes;
    uint32_t count, capacity, bytes_capacity;
    uint64_t clock_ns; /* of the next frame; goes on by 10 ms with each */
};

void frames_fini(struct frames *frames);

struct conversation {
    struct frames *frames;
    uint32_t client_ip, server_ip; /* host order */
    uint16_t client_port, server_port;
    uint32_t client_sequence, server_sequence; /* of the next byte */
};

/* 10.0.0.1:40000 to 192.168.1.1:9999. */
struct conversation conversation_new(struct frames *frames);

/* One segment with these flags (TCP_*); the sequence advances by the data and by SYN and FIN. */
void client_sends(struct conversation *c, uint8_t flags, const void *data, size_t n);
void server_sends(struct conversation *c, uint8_t flags, const void *data, size_t n);

/* SYN, SYN/ACK, ACK. */
void handshake(struct conversation *c);

/* A UDP datagram, from the client or to it. */
void datagram(struct conversation *c, bool from_client, const void *data, size_t n);

/* An ICMP error: a packet of the other side did not arrive. */
void port_unreachable(struct conversation *c, bool from_client);

#endif
