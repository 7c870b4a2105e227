/*
 * A TCP connection that a test drives: a table, an engine, and packets from either side. The test owns it and
 * calls connection_fini. `random` is a small generator with a seed, so that failures can be repeated.
 */
#ifndef TESTS_SUPPORT_CONNECTION_H
#define TESTS_SUPPORT_CONNECTION_H

#include "flow/table.h"
#include "flow/tcp.h"
#include "support/packet_build.h"

struct connection {
    struct flow_table *table;
    struct tcp_engine *engine;
    struct flow *flow; /* of the last packet */
    struct packet_pair pair;
    uint32_t client_isn, server_isn;
    struct packet last; /* with its events */
    enum direction direction;
    unsigned ended; /* flows */
    uint64_t time_ns;
};

void connection_init(struct connection *connection, const struct tcp_config *config);
void connection_fini(struct connection *connection);

/* Sequence numbers are relative: 0 is the SYN's. An ACK number is set whenever the flag is. */
struct tcp_result connection_send(struct connection *connection, bool from_client, uint8_t flags,
                                  uint32_t sequence, uint32_t acknowledgment, struct slice payload);

/* SYN, SYN/ACK, ACK. */
void connection_open(struct connection *connection);

/* Everything inspectable of a direction, gaps left out, into `out`; returns how many bytes. */
size_t connection_read(const struct connection *connection, enum direction direction, uint8_t *out,
                       size_t room);

uint32_t test_random(uint64_t *state);

#endif
