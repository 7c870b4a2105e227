#include "packet/packet.h"

const char *packet_source_name(enum packet_source source)
{
    switch (source) {
    case PACKET_WIRE:
        return "wire/pcap";
    case PACKET_DEFRAGMENTED:
        return "defrag";
    case PACKET_TUNNEL_GRE:
        return "gre tunnel";
    case PACKET_TUNNEL_IPV4:
        return "ipv4 tunnel";
    case PACKET_TUNNEL_IPV6:
        return "ipv6 tunnel";
    case PACKET_TUNNEL_TEREDO:
        return "teredo tunnel";
    case PACKET_TUNNEL_VXLAN:
        return "vxlan encapsulation";
    case PACKET_TUNNEL_GENEVE:
        return "geneve encapsulation";
    case PACKET_FLOW_END:
        return "stream (flow timeout)";
    }
    return "";
}

uint16_t packet_protocols_named(const struct packet *packet)
{
    uint16_t layers = packet->layers;
    /* the header of an IPv6 fragment names the fragment itself */
    if (!(layers & (LAYER_IPV4 | LAYER_IPV6)) || (packet->is_fragment && layers & LAYER_IPV6))
        return layers;
    switch (packet->ip.protocol) {
    case 1:
        return layers & LAYER_IPV4 ? layers | LAYER_ICMPV4 : layers;
    case 2:
        return layers | LAYER_IGMP;
    case 6:
        return layers | LAYER_TCP;
    case 17:
        return layers | LAYER_UDP;
    case 47:
        return layers | LAYER_GRE;
    case 50:
        return layers | LAYER_ESP;
    case 58:
        return layers & LAYER_IPV6 ? layers | LAYER_ICMPV6 : layers;
    case 132:
        return layers | LAYER_SCTP;
    default:
        return layers;
    }
}
