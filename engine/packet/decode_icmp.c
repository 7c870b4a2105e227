/* ICMP (RFC 792), ICMPv6 (RFC 4443) and IGMP (RFC 3376): types, codes, and the packet that an error quotes.
 */
#include "packet/decoding.h"

enum { ICMP_HEADER = 8, IGMP_HEADER = 8 };

/* The tuple of the packet that an error message quotes, as far as it reaches (RFC 792: 8 bytes at least). */
static void set_quoted_ports(struct icmp_fields *icmp, struct slice transport)
{
    bool has_ports =
        icmp->quoted_protocol == 6 || icmp->quoted_protocol == 17 || icmp->quoted_protocol == 132;
    if (!has_ports || transport.n < 4)
        return;
    icmp->quoted_source_port = wire_be16(transport, 0);
    icmp->quoted_destination_port = wire_be16(transport, 2);
}

static void decode_quoted_ipv4(struct packet *p, struct slice quote)
{
    struct icmp_fields *icmp = &p->icmp;
    if (quote.n < 20) {
        packet_event_add(&p->events, EVENT_ICMPV4_IPV4_TRUNC_PKT);
        return;
    }
    if (wire_u8(quote, 0) >> 4 != 4) {
        packet_event_add(&p->events, EVENT_ICMPV4_IPV4_UNKNOWN_VER);
        return;
    }
    size_t header = (wire_u8(quote, 0) & 0x0fU) * 4;
    struct slice transport = slice_from(quote, header);
    icmp->quoted_protocol = wire_u8(quote, 9);
    icmp->quoted_source.version = icmp->quoted_destination.version = 4;
    wire_copy(quote, 12, icmp->quoted_source.bytes, 4);
    wire_copy(quote, 16, icmp->quoted_destination.bytes, 4);
    set_quoted_ports(icmp, transport);
}

static void decode_quoted_ipv6(struct packet *p, struct slice quote)
{
    struct icmp_fields *icmp = &p->icmp;
    if (quote.n < 40) {
        packet_event_add(&p->events, EVENT_ICMPV6_IPV6_TRUNC_PKT);
        return;
    }
    if (wire_u8(quote, 0) >> 4 != 6) {
        packet_event_add(&p->events, EVENT_ICMPV6_IPV6_UNKNOWN_VERSION);
        return;
    }
    icmp->quoted_protocol = wire_u8(quote, 6);
    icmp->quoted_source.version = icmp->quoted_destination.version = 6;
    wire_copy(quote, 8, icmp->quoted_source.bytes, 16);
    wire_copy(quote, 24, icmp->quoted_destination.bytes, 16);
    set_quoted_ports(icmp, slice_from(quote, 40));
}

static void set_echo(struct icmp_fields *icmp, struct slice s)
{
    icmp->has_echo = true;
    icmp->id = wire_be16(s, 4);
    icmp->sequence = wire_be16(s, 6);
}

/* What RFC 792 and its successors define for a type. */
struct icmpv4_type {
    bool known, quotes, echo;
    uint8_t codes; /* codes 0 up to here, exclusive, are known */
};

static struct icmpv4_type icmpv4_type(uint8_t type)
{
    switch (type) {
    case 0: /* echo reply */
    case 8: /* echo */
        return (struct icmpv4_type){.known = true, .echo = true, .codes = 1};
    case 3: /* unreachable: RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1 */
        return (struct icmpv4_type){.known = true, .quotes = true, .codes = 16};
    case 4: /* source quench */
        return (struct icmpv4_type){.known = true, .quotes = true, .codes = 1};
    case 5: /* redirect */
        return (struct icmpv4_type){.known = true, .quotes = true, .codes = 4};
    case 9: /* router advertisement: RFC 1256, and 16 of RFC 5944 */
        return (struct icmpv4_type){.known = true, .codes = 17};
    case 10: /* router solicitation */
        return (struct icmpv4_type){.known = true, .codes = 1};
    case 11: /* time exceeded */
        return (struct icmpv4_type){.known = true, .quotes = true, .codes = 2};
    case 12: /* parameter problem */
        return (struct icmpv4_type){.known = true, .quotes = true, .codes = 3};
    case 13: /* timestamp and its reply */
    case 14:
    case 15: /* information request and reply */
    case 16:
    case 17: /* address mask: RFC 950 */
    case 18:
        return (struct icmpv4_type){.known = true, .echo = true, .codes = 1};
    default:
        return (struct icmpv4_type){.known = false};
    }
}

void decode_icmpv4(struct decoding *d, struct packet *p, struct slice s)
{
    if (s.n < ICMP_HEADER) {
        decoding_invalid(p, EVENT_ICMPV4_PKT_TOO_SMALL);
        return;
    }
    p->layers |= LAYER_ICMPV4;
    p->icmp.type = wire_u8(s, 0);
    p->icmp.code = wire_u8(s, 1);
    p->transport = slice_first(s, ICMP_HEADER);
    p->payload = slice_from(s, ICMP_HEADER);
    struct icmpv4_type type = icmpv4_type(p->icmp.type);
    if (!type.known)
        packet_event_add(&p->events, EVENT_ICMPV4_UNKNOWN_TYPE);
    else if (p->icmp.code >= type.codes)
        packet_event_add(&p->events, EVENT_ICMPV4_UNKNOWN_CODE);
    if (type.echo)
        set_echo(&p->icmp, s);
    if (type.quotes)
        decode_quoted_ipv4(p, p->payload);
    if (d->validate)
        decoding_check_sum(d, p, checksum_add(s, 0));
    decoding_flow_hash(d, p);
}

enum icmpv6_kind { KIND_ERROR, KIND_ECHO, KIND_LISTENER, KIND_OTHER, KIND_EXPERIMENT, KIND_UNASSIGNED };

/* RFC 4443, and https://www.iana.org/assignments/icmpv6-parameters */
static enum icmpv6_kind icmpv6_kind(uint8_t type)
{
    if (type >= 1 && type <= 4)
        return KIND_ERROR;
    if (type == 128 || type == 129)
        return KIND_ECHO;
    if ((type >= 130 && type <= 132) || type == 143)
        return KIND_LISTENER;
    if (type == 100 || type == 101 || type == 200 || type == 201 || type == 127 || type == 255)
        return KIND_EXPERIMENT;
    if (type >= 133 && type <= 161)
        return KIND_OTHER;
    return KIND_UNASSIGNED;
}

static unsigned icmpv6_codes(uint8_t type)
{
    switch (type) {
    case 1: /* unreachable: RFC 4443 3.1 */
        return 8;
    case 3: /* time exceeded */
        return 2;
    case 4: /* parameter problem */
        return 4;
    default:
        return 1;
    }
}

void decode_icmpv6(struct decoding *d, struct packet *p, struct slice s)
{
    if (s.n < ICMP_HEADER) {
        decoding_invalid(p, EVENT_ICMPV6_PKT_TOO_SMALL);
        return;
    }
    p->layers |= LAYER_ICMPV6;
    p->icmp.type = wire_u8(s, 0);
    p->icmp.code = wire_u8(s, 1);
    p->transport = slice_first(s, ICMP_HEADER);
    p->payload = slice_from(s, ICMP_HEADER);
    enum icmpv6_kind kind = icmpv6_kind(p->icmp.type);
    if ((kind == KIND_ERROR || kind == KIND_ECHO || kind == KIND_LISTENER) &&
        p->icmp.code >= icmpv6_codes(p->icmp.type))
        packet_event_add(&p->events, EVENT_ICMPV6_UNKNOWN_CODE);
    if (kind == KIND_ERROR) {
        decode_quoted_ipv6(p, p->payload);
        p->icmp.has_mtu = p->icmp.type == 2;
        p->icmp.mtu = p->icmp.has_mtu ? wire_be32(s, 4) : 0;
    } else if (kind == KIND_ECHO) {
        set_echo(&p->icmp, s);
    } else if (kind == KIND_LISTENER && p->ip.ttl != 1) {
        packet_event_add(&p->events, EVENT_ICMPV6_MLD_MESSAGE_WITH_INVALID_HL);
    } else if (kind == KIND_EXPERIMENT) {
        packet_event_add(&p->events, EVENT_ICMPV6_EXPERIMENTATION_TYPE);
    } else if (kind == KIND_UNASSIGNED) {
        packet_event_add(&p->events, EVENT_ICMPV6_UNASSIGNED_TYPE);
    }
    decoding_checksum(d, p, 58, s);
    decoding_flow_hash(d, p);
}

void decode_igmp(struct decoding *d, struct packet *p, struct slice s)
{
    (void)d;
    if (s.n < IGMP_HEADER)
        return;
    p->layers |= LAYER_IGMP;
    p->icmp.type = wire_u8(s, 0);
    p->icmp.code = wire_u8(s, 1);
    p->transport = slice_first(s, IGMP_HEADER);
}
