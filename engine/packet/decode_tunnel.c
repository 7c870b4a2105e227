/* IP in IP (RFC 2003, RFC 2473, RFC 4213), and what runs over UDP: Teredo, VXLAN, GENEVE. */
#include "packet/decoding.h"

enum { IPV4_HEADER = 20, IPV6_HEADER = 40, VXLAN_HEADER = 8, GENEVE_HEADER = 8, ETHERNET_HEADER = 14 };
enum { PROTOCOL_IPV4 = 4, VXLAN_VALID_ID = 0x08 };

static bool protocol_of_ours(uint8_t protocol)
{
    return protocol == 6 || protocol == 17 || protocol == 58 || protocol == 132 || protocol == 50;
}

/* Over IPv6 a broken inner header is told on the outer packet; over IPv4 it is silent. */
static bool inner_ip_good(struct packet *p, struct slice s, bool v4)
{
    if (p->source_address.version != 6)
        return true;
    if (s.n < (v4 ? IPV4_HEADER : IPV6_HEADER)) {
        packet_event_add(&p->events,
                         v4 ? EVENT_IPV6_IPV4_IN_IPV6_TOO_SMALL : EVENT_IPV6_IPV6_IN_IPV6_TOO_SMALL);
        return false;
    }
    if (wire_u8(s, 0) >> 4 != (v4 ? 4 : 6)) {
        packet_event_add(&p->events,
                         v4 ? EVENT_IPV6_IPV4_IN_IPV6_WRONG_VERSION : EVENT_IPV6_IPV6_IN_IPV6_WRONG_VERSION);
        return false;
    }
    return true;
}

void decode_ip_in_ip(struct decoding *d, struct packet *p, struct slice s)
{
    bool v4 = p->ip.protocol == PROTOCOL_IPV4;
    if (!inner_ip_good(p, s, v4))
        return;
    enum packet_source source = p->source_address.version == 4 ? PACKET_TUNNEL_IPV4 : PACKET_TUNNEL_IPV6;
    decoding_flow_hash(d, p);
    decoding_unwrap(d, p, source, v4 ? decode_ipv4 : decode_ipv6, s);
}

/* Anything may run over these ports: only a packet whose transport is good as well is taken for Teredo. */
static bool decode_whole_ipv6(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decode_ipv6(d, p, s))
        return false;
    if (packet_event_has(&p->events, EVENT_IPV6_TRUNC_EXTHDR))
        return false;
    bool has_transport = (p->layers & ~(LAYER_IPV6 | LAYER_GRE)) != 0;
    return has_transport || p->is_fragment || !protocol_of_ours(p->ip.protocol);
}

/* Teredo (RFC 4380 5.1.1): an origin indication may come first; then IPv6 that fits to the byte. */
static bool decode_teredo(struct decoding *d, struct packet *p, struct slice s)
{
    if (s.n >= 8 && wire_be16(s, 0) == 0)
        s = slice_from(s, 8);
    if (s.n < IPV6_HEADER || wire_u8(s, 0) >> 4 != 6 || wire_be16(s, 4) != s.n - IPV6_HEADER)
        return false;
    return decoding_unwrap(d, p, PACKET_TUNNEL_TEREDO, decode_whole_ipv6, s);
}

/* Ethernet inside: whether its ethertype is one that we follow. */
static bool followed(uint16_t type)
{
    return type == 0x0800 || type == 0x86dd || type == 0x0806 || type == 0x8100 || type == 0x88a8 ||
           type == 0x9100;
}

/* RFC 7348 5 */
static bool decode_vxlan(struct decoding *d, struct packet *p, struct slice s)
{
    if (s.n < VXLAN_HEADER + ETHERNET_HEADER || (wire_u8(s, 0) & VXLAN_VALID_ID) == 0 || wire_u8(s, 7) != 0)
        return false;
    if (!decoding_layer(d, p))
        return false;
    struct slice inner = slice_from(s, VXLAN_HEADER);
    if (!followed(wire_be16(inner, 12))) {
        packet_event_add(&p->events, EVENT_VXLAN_UNKNOWN_PAYLOAD_TYPE);
        return false;
    }
    return decoding_unwrap(d, p, PACKET_TUNNEL_VXLAN, decode_ethernet, inner);
}

/* RFC 8926 3.4 */
static bool decode_geneve(struct decoding *d, struct packet *p, struct slice s)
{
    size_t header = GENEVE_HEADER + (wire_u8(s, 0) & 0x3fU) * 4;
    if (s.n < GENEVE_HEADER || wire_u8(s, 0) >> 6 != 0 || (wire_u8(s, 1) & 0x3f) != 0 || wire_u8(s, 7) != 0 ||
        s.n < header)
        return false;
    if (!decoding_layer(d, p))
        return false;
    struct slice inner = slice_from(s, header);
    switch (wire_be16(s, 2)) {
    case 0x6558:
        return decoding_unwrap(d, p, PACKET_TUNNEL_GENEVE, decode_ethernet_kept, inner);
    case 0x0800:
        return decoding_unwrap(d, p, PACKET_TUNNEL_GENEVE, decode_ipv4, inner);
    case 0x86dd:
        return decoding_unwrap(d, p, PACKET_TUNNEL_GENEVE, decode_ipv6, inner);
    case 0x0806:
        return decoding_unwrap(d, p, PACKET_TUNNEL_GENEVE, decode_arp, inner);
    default:
        packet_event_add(&p->events, EVENT_GENEVE_UNKNOWN_PAYLOAD_TYPE);
        return false;
    }
}

bool decode_udp_tunnel(struct decoding *d, struct packet *p, struct slice s)
{
    const struct decode_config *config = &d->decoder->config;
    uint16_t to = p->destination_port;
    if (!config->vxlan_off && to == config->vxlan_port && decode_vxlan(d, p, s))
        return true;
    if (!config->geneve_off && to == config->geneve_port && decode_geneve(d, p, s))
        return true;
    bool teredo = to == config->teredo_port || p->source_port == config->teredo_port;
    return !config->teredo_off && teredo && decode_teredo(d, p, s);
}
