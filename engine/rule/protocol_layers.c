#include "rule/protocol_layers.h"

#include "packet/packet.h"

static const uint32_t layers[] = {
    [PROTOCOL_IP] = LAYER_IPV4 | LAYER_IPV6,
    [PROTOCOL_IPV4] = LAYER_IPV4,
    [PROTOCOL_IPV6] = LAYER_IPV6,
    [PROTOCOL_TCP] = LAYER_TCP,
    [PROTOCOL_TCP_PACKET] = LAYER_TCP,
    [PROTOCOL_TCP_STREAM] = LAYER_TCP,
    [PROTOCOL_UDP] = LAYER_UDP,
    [PROTOCOL_ICMP] = LAYER_ICMPV4 | LAYER_ICMPV6,
    [PROTOCOL_ICMPV4] = LAYER_ICMPV4,
    [PROTOCOL_ICMPV6] = LAYER_ICMPV6,
    [PROTOCOL_SCTP] = LAYER_SCTP,
    [PROTOCOL_ESP] = LAYER_ESP,
    [PROTOCOL_GRE] = LAYER_GRE,
    [PROTOCOL_IGMP] = LAYER_IGMP,
    [PROTOCOL_ARP] = LAYER_ARP,
    [PROTOCOL_ETHER] = LAYER_ETHERNET,
    [PROTOCOL_PKTHDR] = 0,
    [PROTOCOL_APP] = LAYER_TCP | LAYER_UDP,
};

uint32_t protocol_layers(enum rule_protocol protocol)
{
    return layers[protocol];
}
