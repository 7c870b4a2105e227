/* IPv6 (RFC 8200), raw IP, and the dispatch by protocol number that both versions share. */
#include "packet/decoding.h"

enum { IPV4_HEADER = 20, IPV6_HEADER = 40 };

enum protocol { /* https://www.iana.org/assignments/protocol-numbers */
                PROTOCOL_ICMP = 1,
                PROTOCOL_IGMP = 2,
                PROTOCOL_IPV4 = 4,
                PROTOCOL_UDP = 17,
                PROTOCOL_IPV6 = 41,
                PROTOCOL_GRE = 47,
                PROTOCOL_ESP = 50,
                PROTOCOL_ICMPV6 = 58,
                PROTOCOL_SCTP = 132,
};

/* RFC 4443 and RFC 792 each belong to their own version. ICMP in IPv6 counts as no protocol at all. */
static void decode_icmp(struct decoding *d, struct packet *p, struct slice s)
{
    bool v6 = p->ip.protocol == PROTOCOL_ICMPV6;
    if (v6 && p->source_address.version == 6) {
        decode_icmpv6(d, p, s);
    } else if (v6) {
        packet_event_add(&p->events, EVENT_IPV4_ICMPV6);
    } else if (p->source_address.version == 4) {
        decode_icmpv4(d, p, s);
    } else {
        decoding_invalid(p, EVENT_IPV6_ICMPV4);
        p->ip.protocol = 0;
    }
}

void decode_protocol_rare(struct decoding *d, struct packet *p, struct slice s)
{
    switch (p->ip.protocol) {
    case PROTOCOL_UDP:
        decode_udp(d, p, s);
        break;
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMPV6:
        decode_icmp(d, p, s);
        break;
    case PROTOCOL_IPV4:
    case PROTOCOL_IPV6:
        decode_ip_in_ip(d, p, s);
        break;
    case PROTOCOL_GRE:
        decode_gre(d, p, s);
        break;
    case PROTOCOL_SCTP:
        decode_sctp(d, p, s);
        break;
    case PROTOCOL_ESP:
        decode_esp(d, p, s);
        break;
    case PROTOCOL_IGMP:
        if (p->source_address.version == 4) {
            decode_igmp(d, p, s);
            break;
        }
        /* fall through */
    default:
        if (p->source_address.version == 6)
            packet_event_add(&p->events, EVENT_IPV6_UNKNOWN_NEXT_HEADER);
        break;
    }
}

static void set_fields(struct packet *p, struct slice s)
{
    p->source_address.version = 6;
    wire_copy(s, 8, p->source_address.bytes, 16);
    p->destination_address.version = 6;
    wire_copy(s, 24, p->destination_address.bytes, 16);
    p->ip.header = slice_first(s, IPV6_HEADER);
    p->ip.tos = (uint8_t)(wire_be16(s, 0) >> 4 & 0xff);
    p->ip.ttl = wire_u8(s, 7);
}

bool decode_ipv6(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    if (s.n < IPV6_HEADER) /* Suricata has ipv6.pkt_too_small for this, and does not raise it */
        return decoding_invalid(p, EVENT_NONE);
    if (wire_u8(s, 0) >> 4 != 6)
        return decoding_invalid(p, EVENT_IPV6_WRONG_IP_VERSION);
    size_t length = wire_be16(s, 4);
    if (length > s.n - IPV6_HEADER)
        return decoding_invalid(p, EVENT_IPV6_TRUNC_PKT);
    set_fields(p, s);
    p->layers |= LAYER_IPV6;
    uint8_t protocol = wire_u8(s, 6);
    struct slice rest = slice_from(slice_first(s, IPV6_HEADER + length), IPV6_HEADER);
    bool reached = decode_ipv6_extensions(d, p, &protocol, &rest);
    p->ip.protocol = protocol;
    p->ip.payload = rest;
    if (reached)
        decode_protocol(d, p, rest);
    return true;
}

/* LINKTYPE_RAW and the like: the first nibble says which version. */
bool decode_ip(struct decoding *d, struct packet *p, struct slice s)
{
    if (s.n < IPV4_HEADER)
        return decoding_invalid(p, EVENT_IPV4_PKT_TOO_SMALL);
    uint8_t version = wire_u8(s, 0) >> 4;
    if (version == 4)
        return decode_ipv4(d, p, s);
    if (version == 6)
        return decode_ipv6(d, p, s);
    return decoding_invalid(p, EVENT_IPRAW_INVALID_IP_VERSION);
}
