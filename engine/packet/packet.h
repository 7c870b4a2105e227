/*
 * A decoded packet: plain values and slices of the frame (or of the defragmenter's memory).
 *
 * The decoder fills it; everything above reads it. A test may fill one by hand. One frame makes one packet
 * or, with tunnels and fragments, several: the outer ones first (see decode.h). All slices live until
 * the batch that the packet came in is released. Multi-byte fields are in host order; addresses are not.
 */
#ifndef SLUICE_PACKET_PACKET_H
#define SLUICE_PACKET_PACKET_H

#include "base/slice.h"
#include "packet/address.h"
#include "packet/packet_event.h"
#include "packet/transport.h"

enum packet_layer { /* bits of packet.layers: what was decoded, and so which fields hold something */
                    LAYER_ETHERNET = 1 << 0,
                    LAYER_ARP = 1 << 1,
                    LAYER_IPV4 = 1 << 2,
                    LAYER_IPV6 = 1 << 3,
                    LAYER_TCP = 1 << 4,
                    LAYER_UDP = 1 << 5,
                    LAYER_SCTP = 1 << 6,
                    LAYER_ICMPV4 = 1 << 7,
                    LAYER_ICMPV6 = 1 << 8,
                    LAYER_IGMP = 1 << 9,
                    LAYER_GRE = 1 << 10,
                    LAYER_ESP = 1 << 11,
};

enum packet_source { /* EVE's pkt_src; packet_source_name gives the text */
                     PACKET_WIRE,
                     PACKET_DEFRAGMENTED,
                     PACKET_TUNNEL_GRE,
                     PACKET_TUNNEL_IPV4,
                     PACKET_TUNNEL_IPV6,
                     PACKET_TUNNEL_TEREDO,
                     PACKET_TUNNEL_VXLAN,
                     PACKET_TUNNEL_GENEVE,
                     PACKET_FLOW_END, /* made by us when a flow ends with bytes still to inspect */
};

enum { VLAN_LAYERS = 3 }; /* as deep as Suricata follows them */

struct ip_fields {
    struct slice header;  /* with options (v4); with extension headers (v6; a fragment: without) */
    struct slice payload; /* what follows the header and extension headers, cut to the IP length */
    uint32_t identification;
    uint16_t fragment_offset; /* bytes */
    uint8_t protocol;         /* of the transport: after extension headers */
    uint8_t ttl, tos;         /* hop limit and traffic class for IPv6 */
    bool more_fragments, dont_fragment, reserved_bit;
    uint32_t options; /* bits of enum ip_option: which were seen (v4) */
};

struct packet {
    uint64_t number, time_ns; /* of the frame (for a reassembled packet: the last fragment's) */
    uint16_t layers;          /* bits of enum packet_layer */
    uint8_t source;           /* enum packet_source */
    uint8_t depth;            /* 0 for what was on the link, +1 for each tunnel around it */
    uint8_t vlan_count;
    bool is_fragment;  /* a fragment by itself: no transport, no flow */
    bool bad_checksum; /* network or transport checksum is wrong: inspected all the same, but kept out of the
                          stream */
    bool invalid;      /* broken before any protocol: only event and ip-only rules see it; no flow */
    bool rewritten;    /* inline, by the inspector: bytes of its frame have been replaced */
    uint8_t
        dropped; /* inline, said by the inspector: enum drop_reason, why it must not be sent on; 0: it may */
    uint16_t vlan[VLAN_LAYERS];    /* ids, the outermost first */
    uint16_t ethertype, link_type; /* the latter of the frame, where it is PACKET_WIRE */
    uint8_t ether_source[6], ether_destination[6];
    struct slice bytes; /* the packet from its own link (or, in a tunnel, network) header */
    struct address source_address, destination_address;
    struct ip_fields ip;
    uint16_t source_port, destination_port;
    struct slice transport; /* the transport header, options included; ICMP: its fixed header */
    struct slice payload;   /* what the transport carries */
    union {
        struct tcp_fields tcp;
        struct icmp_fields icmp; /* both versions, and IGMP's type and code */
        struct arp_fields arp;
    };
    struct packet_events events;
    const struct packet *outer; /* the packet this one was unwrapped from, or NULL */
    uint64_t flow_hash;         /* symmetric over both directions; 0 when there is no flow */
};

/*
 * What the protocol of a rule's header is compared with: the layers and, for a fragment or a broken
 * transport, the one that the IP header names.
 */
uint16_t packet_protocols_named(const struct packet *packet);
static inline uint16_t packet_protocols(const struct packet *packet)
{
    return packet->layers & (LAYER_TCP | LAYER_UDP) ? packet->layers : packet_protocols_named(packet);
}

const char *packet_source_name(enum packet_source source);

#endif
