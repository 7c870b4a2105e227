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
