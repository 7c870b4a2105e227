/*
 * Packets made by hand, for tests of the layers above the decoder. Payloads are borrowed. A packet_pair names
 * the two endpoints, so that tests speak of client and server only.
 */
#ifndef TESTS_SUPPORT_PACKET_BUILD_H
#define TESTS_SUPPORT_PACKET_BUILD_H

#include "packet/packet.h"

struct packet_pair {
    struct address client, server;
    uint16_t client_port, server_port;
};

#define PACKET_BUILD_NS_PER_S UINT64_C(1000000000)

/* 10.0.0.1:`client_port` and 192.0.2.1:80. */
struct packet_pair packet_pair_ipv4(uint16_t client_port);

/* An empty packet of the protocol, with its layer set and addresses and ports filled in. */
struct packet packet_build(const struct packet_pair *pair, bool from_client, uint8_t protocol,
                           uint64_t time_ns);

struct packet packet_build_tcp(const struct packet_pair *pair, bool from_client, uint8_t flags,
                               uint32_t sequence, uint32_t acknowledgment, struct slice payload);

/* An ICMPv4 destination unreachable from the server's host that quotes a packet of the client. */
struct packet packet_build_unreachable(const struct packet_pair *pair, uint8_t quoted_protocol,
                                       uint64_t time_ns);

#endif
