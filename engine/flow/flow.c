#include "flow/flow.h"

bool flow_is_established(const struct flow *flow)
{
    if (flow->protocol == 6)
        return flow->state == FLOW_ESTABLISHED || flow->state == FLOW_CLOSED;
    return flow->packets[TO_SERVER] > 0 && flow->packets[TO_CLIENT] > 0;
}

enum direction flow_direction(const struct flow *flow, const struct packet *packet)
{
    if (!address_equal(&packet->source_address, &flow->client))
        return TO_CLIENT;
    bool has_ports = (packet->layers & (LAYER_TCP | LAYER_UDP | LAYER_SCTP)) != 0;
    if (!has_ports || !address_equal(&flow->client, &flow->server))
        return TO_SERVER;
    return packet->source_port == flow->client_port ? TO_SERVER : TO_CLIENT;
}
