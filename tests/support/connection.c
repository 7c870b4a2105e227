#include "support/connection.h"

#include <stdlib.h>

#include "flow/tcp_remains.h"

static void ended(void *ctx, struct flow *flow)
{
    struct connection *connection = ctx;
    connection->ended++;
    tcp_remains_free(connection->engine, flow);
    tcp_session_free(connection->engine, flow);
    if (connection->flow == flow)
        connection->flow = NULL;
}

void connection_init(struct connection *connection, const struct tcp_config *config)
{
    *connection = (struct connection){
        .pair = packet_pair_ipv4(40000), .client_isn = 1000, .server_isn = 5000, .time_ns = 1};
    struct flow_table_config table = {.seed = 1, .ended = ended, .ctx = connection};
    connection->table = flow_table_new(&table);
    connection->engine = tcp_engine_new(config);
    if (!connection->table || !connection->engine)
        abort();
}

void connection_fini(struct connection *connection)
{
    flow_table_end_all(connection->table);
    flow_table_free(connection->table);
    tcp_engine_free(connection->engine);
}

struct tcp_result connection_send(struct connection *connection, bool from_client, uint8_t flags,
                                  uint32_t sequence, uint32_t acknowledgment, struct slice payload)
{
    uint32_t own = from_client ? connection->client_isn : connection->server_isn;
    uint32_t other = from_client ? connection->server_isn : connection->client_isn;
    connection->last = packet_build_tcp(&connection->pair, from_client, flags, own + sequence,
                                        flags & TCP_ACK ? other + acknowledgment : 0, payload);
    connection->last.time_ns = connection->time_ns;
    connection->flow = flow_table_packet(connection->table, &connection->last, &connection->direction);
    if (!connection->flow)
        return (struct tcp_result){0};
    tcp_remains_wake(connection->engine, connection->flow);
    struct tcp_result result =
        tcp_packet(connection->engine, connection->flow, &connection->last, &connection->direction);
    const struct tcp_session *session = connection->flow->tcp;
    flow_table_update(connection->table, connection->flow, session ? tcp_flow_state(session) : FLOW_NEW);
    return result;
}

void connection_open(struct connection *connection)
{
    struct slice none = {0};
    connection_send(connection, true, TCP_SYN, 0, 0, none);
    connection_send(connection, false, TCP_SYN | TCP_ACK, 0, 1, none);
    connection_send(connection, true, TCP_ACK, 1, 1, none);
}

size_t connection_read(const struct connection *connection, enum direction direction, uint8_t *out,
                       size_t room)
{
    const struct stream *stream = &connection->flow->tcp->streams[direction];
    size_t n = 0;
    uint64_t from = 0, at;
    for (struct slice got; (got = stream_read(stream, from, &at)).n > 0; from = at + got.n) {
        if (got.n > room - n)
            abort();
        memcpy(out + n, got.p, got.n);
        n += got.n;
    }
    return n;
}

/* xorshift64* (Vigna, 2016) */
uint32_t test_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)(*state * UINT64_C(2685821657736338717) >> 32);
}
