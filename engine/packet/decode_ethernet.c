/* Ethernet II and what stands between it and the network header: VLAN tags, provider tags, MPLS and others.
 */
#include "packet/decoding.h"

enum ethertype {
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_ARP = 0x0806,
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_IPV6 = 0x86dd,
    ETHERTYPE_MPLS = 0x8847,
    ETHERTYPE_MPLS_MULTICAST = 0x8848,
    ETHERTYPE_PPPOE_DISCOVERY = 0x8863,
    ETHERTYPE_PPPOE_SESSION = 0x8864,
    ETHERTYPE_QINQ = 0x88a8,
    ETHERTYPE_PROVIDER_BACKBONE = 0x88e7,
    ETHERTYPE_FABRIC_PATH = 0x8903,
    ETHERTYPE_VNTAG = 0x8926,
    ETHERTYPE_NSH = 0x894f,
    ETHERTYPE_QINQ_OLD = 0x9100,
};

enum {
    ETHERNET_HEADER = 14,
    VLAN_HEADER = 4,
    VNTAG_HEADER = 6,       /* the tag and the ethertype after it */
    BACKBONE_HEADER = 18,   /* IEEE 802.1ah: service tag, two addresses, ethertype */
    FABRIC_PATH_HEADER = 2, /* and then a whole Ethernet header */
    VLAN_ID_MASK = 0x0fff,
};

bool decode_ethernet(struct decoding *d, struct packet *p, struct slice s)
{
    if (s.n < ETHERNET_HEADER)
        return decoding_invalid(p, EVENT_ETHERNET_PKT_TOO_SMALL);
    memcpy(p->ether_destination, s.p, sizeof p->ether_destination);
    wire_copy(s, 6, p->ether_source, sizeof p->ether_source);
    p->ethertype = wire_be16(s, 12);
    p->layers |= LAYER_ETHERNET;
    struct slice rest = slice_from(s, ETHERNET_HEADER);
    if (p->ethertype == ETHERTYPE_IPV4) /* nearly all */
        return decode_ipv4(d, p, rest);
    bool known;
    return decode_ethertype(d, p, p->ethertype, rest, &known) ||
           !known; /* an unknown type is kept, as an event */
}

/* For tunnels whose frames are kept, with their events, whatever is wrong after the Ethernet header. */
bool decode_ethernet_kept(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decode_ethernet(d, p, s))
        p->invalid = true;
    return (p->layers & LAYER_ETHERNET) != 0;
}

/* IEEE 802.1Q: priority, drop eligibility, 12 bits of id; then the ethertype of what follows. */
static bool decode_vlan(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    if (p->vlan_count == VLAN_LAYERS)
        return decoding_invalid(p, EVENT_VLAN_TOO_MANY_LAYERS);
    if (s.n < VLAN_HEADER)
        return decoding_invalid(p, EVENT_VLAN_HEADER_TOO_SMALL);
    p->vlan[p->vlan_count++] = wire_be16(s, 0) & VLAN_ID_MASK;
    bool known;
    bool good = decode_ethertype(d, p, wire_be16(s, 2), slice_from(s, VLAN_HEADER), &known);
    return known ? good : decoding_invalid(p, EVENT_VLAN_UNKNOWN_TYPE);
}

static bool decode_vntag(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    if (s.n < VNTAG_HEADER)
        return decoding_invalid(p, EVENT_VNTAG_HEADER_TOO_SMALL);
    bool known;
    bool good = decode_ethertype(d, p, wire_be16(s, 4), slice_from(s, VNTAG_HEADER), &known);
    return known ? good : decoding_invalid(p, EVENT_VNTAG_UNKNOWN_TYPE);
}

static bool decode_backbone(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    if (s.n < BACKBONE_HEADER)
        return decoding_invalid(p, EVENT_IEEE8021AH_HEADER_TOO_SMALL);
    bool known;
    return decode_ethertype(d, p, wire_be16(s, 16), slice_from(s, BACKBONE_HEADER), &known);
}

static bool decode_fabric_path(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    if (s.n < FABRIC_PATH_HEADER + ETHERNET_HEADER)
        return decoding_invalid(p, EVENT_DCE_PKT_TOO_SMALL);
    return decode_ethernet(d, p, slice_from(s, FABRIC_PATH_HEADER));
}

bool decode_ethertype(struct decoding *d, struct packet *p, uint16_t type, struct slice s, bool *known)
{
    *known = true;
    switch (type) {
    case ETHERTYPE_IPV4:
        return decode_ipv4(d, p, s);
    case ETHERTYPE_IPV6:
        return decode_ipv6(d, p, s);
    case ETHERTYPE_VLAN:
    case ETHERTYPE_QINQ:
    case ETHERTYPE_QINQ_OLD:
        return decode_vlan(d, p, s);
    case ETHERTYPE_ARP:
        return decode_arp(d, p, s);
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_MULTICAST:
        return decode_mpls(d, p, s);
    case ETHERTYPE_PPPOE_SESSION:
        return decode_pppoe_session(d, p, s);
    case ETHERTYPE_PPPOE_DISCOVERY:
        return decode_pppoe_discovery(d, p, s);
    case ETHERTYPE_FABRIC_PATH:
        return decode_fabric_path(d, p, s);
    case ETHERTYPE_VNTAG:
        return decode_vntag(d, p, s);
    case ETHERTYPE_PROVIDER_BACKBONE:
        return decode_backbone(d, p, s);
    case ETHERTYPE_NSH:
        return decode_nsh(d, p, s);
    default:
        *known = false;
        return decoding_invalid(p, EVENT_ETHERNET_UNKNOWN_ETHERTYPE);
    }
}

enum { ARP_FIXED = 8, ARP_IPV4 = 28 };

/* RFC 826; only what maps Ethernet to IPv4 is of interest. */
bool decode_arp(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    if (s.n < ARP_FIXED)
        return decoding_invalid(p, EVENT_ARP_PKT_TOO_SMALL);
    struct arp_fields arp = {
        .hardware_type = wire_be16(s, 0), .protocol_type = wire_be16(s, 2), .operation = wire_be16(s, 6)};
    if (arp.hardware_type != 1)
        return decoding_invalid(p, EVENT_ARP_UNSUPPORTED_HARDWARE);
    if (arp.protocol_type != ETHERTYPE_IPV4)
        return decoding_invalid(p, EVENT_ARP_UNSUPPORTED_PROTOCOL);
    if (s.n < ARP_IPV4)
        return decoding_invalid(p, EVENT_ARP_INVALID_PKT);
    if (wire_u8(s, 4) != 6)
        return decoding_invalid(p, EVENT_ARP_INVALID_HARDWARE_SIZE);
    if (wire_u8(s, 5) != 4)
        return decoding_invalid(p, EVENT_ARP_INVALID_PROTOCOL_SIZE);
    if (arp.operation == 0 || arp.operation > 4) /* ARP and, RFC 903, its reverse */
        return decoding_invalid(p, EVENT_ARP_UNSUPPORTED_OPCODE);
    wire_copy(s, 8, arp.sender_hardware, sizeof arp.sender_hardware);
    wire_copy(s, 14, arp.sender_ip, sizeof arp.sender_ip);
    wire_copy(s, 18, arp.target_hardware, sizeof arp.target_hardware);
    wire_copy(s, 24, arp.target_ip, sizeof arp.target_ip);
    p->arp = arp;
    p->layers |= LAYER_ARP;
    p->payload = slice_from(s, ARP_IPV4);
    return true;
}
