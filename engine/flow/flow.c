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
