#include "flow/flow.h"

bool flow_is_established(const struct flow *flow)
{
    if (flow->protocol == 6)
        return flow->state == FLOW_ESTABLISHED || flow->state == FLOW_CLOSED;
    return flow->flags & FLOW_HEARD << TO_SERVER && flow->flags & FLOW_HEARD << TO_CLIENT;
}

enum direction flow_direction(const struct flow *flow, const struct packet *packet)
{
    if (!address_equal(&packet->source_address, &flow->client))
        return TO_CLIENT;
    if (!address_equal(&flow->client, &flow->server))
        return TO_SERVER;
    if (packet->layers & (LAYER_ICMPV4 | LAYER_ICMPV6))
        return packet->icmp.type == flow->icmp_kind[TO_SERVER] ? TO_SERVER : TO_CLIENT;
    if (!(packet->layers & (LAYER_TCP | LAYER_UDP | LAYER_SCTP)))
        return TO_SERVER;
    return packet->source_port == flow->client_port ? TO_SERVER : TO_CLIENT;
}

static void turn_counts(uint64_t counts[DIRECTIONS])
{
    uint64_t to_server = counts[TO_SERVER];
    counts[TO_SERVER] = counts[TO_CLIENT];
    counts[TO_CLIENT] = to_server;
}

/* Flags by direction are neighbours: these are those of TO_SERVER. */
static uint32_t turn_bits(uint32_t bits, uint32_t to_server)
{
    uint32_t rest = bits & ~(to_server | to_server << 1);
    return rest | (bits & to_server) << 1 | (bits >> 1 & to_server);
}

void flow_turn(struct flow *flow)
{
    struct address client = flow->client;
    flow->client = flow->server;
    flow->server = client;
    uint16_t port = flow->client_port;
    flow->client_port = flow->server_port;
    flow->server_port = port;
    uint16_t kind = flow->icmp_kind[TO_SERVER];
    flow->icmp_kind[TO_SERVER] = flow->icmp_kind[TO_CLIENT];
    flow->icmp_kind[TO_CLIENT] = kind;
    uint8_t tcp_flags = flow->tcp_flags[TO_SERVER];
    flow->tcp_flags[TO_SERVER] = flow->tcp_flags[TO_CLIENT];
    flow->tcp_flags[TO_CLIENT] = tcp_flags;
    enum app_proto app = flow->app_direction[TO_SERVER];
    flow->app_direction[TO_SERVER] = flow->app_direction[TO_CLIENT];
    flow->app_direction[TO_CLIENT] = app;
    uint32_t met = flow->rules_met[TO_SERVER];
    flow->rules_met[TO_SERVER] = flow->rules_met[TO_CLIENT];
    flow->rules_met[TO_CLIENT] = met;
    turn_counts(flow->packets);
    turn_counts(flow->bytes);
    turn_counts(flow->app_start);
    flow->app_detect = (uint8_t)turn_bits(flow->app_detect, 0x55);
    flow->flags = turn_bits(flow->flags, FLOW_HEARD) ^ FLOW_SWAPPED;
}
