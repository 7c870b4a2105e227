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

/*
 * What is known of a type. The tables are Suricata's view, which is narrower than IANA's: rules on the events
 * must mean the same here.
 */
struct icmpv4_type {
    bool known, quotes, echo;
    uint16_t codes;  /* codes 0 up to here, exclusive, are known */
    uint32_t header; /* bytes of it before what rules see as payload */
};

static struct icmpv4_type icmpv4_type(struct slice s)
{
    struct icmpv4_type t = {.known = true, .codes = 1, .header = ICMP_HEADER};
    switch (wire_u8(s, 0)) {
    case 0: /* echo reply and echo */
    case 8:
    case 15: /* information request and reply */
    case 16:
    case 17: /* address mask: RFC 950 */
    case 18:
        t.echo = true;
        break;
    case 13: /* timestamp and its reply: three times of 4 bytes */
    case 14:
        t.echo = true;
        t.header = 20;
        break;
    case 3: /* unreachable: RFC 1812 5.2.7.1 */
        t.quotes = true;
        t.codes = 16;
        break;
    case 4:  /* source quench */
    case 12: /* parameter problem */
        t.quotes = true;
        break;
    case 5: /* redirect */
        t.quotes = true;
        t.codes = 4;
        break;
    case 9: /* router advertisement: RFC 1256, RFC 5944; so many addresses of so many words */
        t.codes = 256;
        t.header = ICMP_HEADER + wire_u8(s, 4) * wire_u8(s, 5) * 4U;
        break;
    case 11: /* time exceeded */
        t.quotes = true;
        t.codes = 2;
        break;
    default:
        t.known = false;
        t.codes = 256;
        break;
    }
    return t;
}

/* Only flows of these can be told from a quoted packet. */
static bool quotes_transport(const struct icmp_fields *icmp)
{
    uint8_t protocol = icmp->quoted_protocol;
    return icmp->quoted_source.version != 0 && (protocol == 6 || protocol == 17 || protocol == 132);
}

void decode_icmpv4(struct decoding *d, struct packet *p, struct slice s)
{
    if (s.n < ICMP_HEADER) {
        packet_event_add(&p->events, EVENT_ICMPV4_PKT_TOO_SMALL);
        return;
    }
    p->layers |= LAYER_ICMPV4;
    p->icmp.type = wire_u8(s, 0);
    p->icmp.code = wire_u8(s, 1);
    struct icmpv4_type type = icmpv4_type(s);
    size_t header = s.n < type.header ? ICMP_HEADER : type.header;
    p->transport = slice_first(s, header);
    p->payload = slice_from(s, header);
    if (!type.known)
        packet_event_add(&p->events, EVENT_ICMPV4_UNKNOWN_TYPE);
    if (p->icmp.code >= type.codes)
        packet_event_add(&p->events, EVENT_ICMPV4_UNKNOWN_CODE);
    if (s.n < type.header)
        packet_event_add(&p->events, EVENT_ICMPV4_IPV4_TRUNC_PKT);
    if (type.echo)
        set_echo(&p->icmp, s);
    if (type.quotes && p->icmp.code < type.codes && p->payload.n > 0)
        decode_quoted_ipv4(p, p->payload);
    if (d->validate)
        decoding_check_sum(d, p, checksum_add(s, 0));
    if (!type.quotes || quotes_transport(&p->icmp)) /* an error belongs to the flow it quotes or to none */
        decoding_flow_hash(d, p);
}

enum icmpv6_kind {
    KIND_ERROR,
    KIND_ECHO,
    KIND_LISTENER,
    KIND_OTHER,
    KIND_EXPERIMENT,
    KIND_UNASSIGNED,
    KIND_UNKNOWN
};

/* RFC 4443 2.1, and https://www.iana.org/assignments/icmpv6-parameters; again as Suricata sees them. */
static enum icmpv6_kind icmpv6_kind(uint8_t type)
{
    if (type >= 1 && type <= 4)
        return KIND_ERROR;
    if (type == 128 || type == 129)
        return KIND_ECHO;
    if (type >= 130 && type <= 132)
        return KIND_LISTENER;
    if (type >= 133 && type <= 159)
        return KIND_OTHER;
    if (type == 100 || type == 101 || type == 200 || type == 201)
        return KIND_EXPERIMENT;
    return type == 0 || type == 127 ? KIND_UNKNOWN : KIND_UNASSIGNED;
}

static bool icmpv6_code_known(uint8_t type, uint8_t code)
{
    switch (type) {
    case 1: /* unreachable */
        return code <= 6;
    case 3: /* time exceeded */
        return code <= 1;
    case 4: /* parameter problem */
        return code <= 2;
    case 138: /* router renumbering: RFC 2894 */
        return code <= 2 || code == 255;
    case 139: /* node information: RFC 4620 */
    case 140:
        return code <= 2;
    case 155: /* RPL: RFC 6550 */
        return code <= 3;
    case 150: /* experimental mobility, multicast router discovery */
    case 151:
    case 152:
    case 153:
        return true;
    default:
        return code == 0;
    }
}

static void icmpv6_kind_event(struct packet *p, enum icmpv6_kind kind)
{
    static const enum packet_event events[] = {
        [KIND_EXPERIMENT] = EVENT_ICMPV6_EXPERIMENTATION_TYPE,
        [KIND_UNASSIGNED] = EVENT_ICMPV6_UNASSIGNED_TYPE,
        [KIND_UNKNOWN] = EVENT_ICMPV6_UNKNOWN_TYPE,
    };
    packet_event_add(&p->events, events[kind]);
    if (kind < KIND_EXPERIMENT && !icmpv6_code_known(p->icmp.type, p->icmp.code))
        packet_event_add(&p->events, EVENT_ICMPV6_UNKNOWN_CODE);
    if (kind == KIND_LISTENER && p->ip.ttl != 1) /* RFC 2710 3 */
        packet_event_add(&p->events, EVENT_ICMPV6_MLD_MESSAGE_WITH_INVALID_HL);
}

void decode_icmpv6(struct decoding *d, struct packet *p, struct slice s)
{
    if (s.n < ICMP_HEADER) {
        packet_event_add(&p->events, EVENT_ICMPV6_PKT_TOO_SMALL);
        return;
    }
    p->layers |= LAYER_ICMPV6;
    p->icmp.type = wire_u8(s, 0);
    p->icmp.code = wire_u8(s, 1);
    p->transport = slice_first(s, ICMP_HEADER);
    enum icmpv6_kind kind = icmpv6_kind(p->icmp.type);
    icmpv6_kind_event(p, kind);
    if (kind == KIND_ERROR && icmpv6_code_known(p->icmp.type, p->icmp.code))
        decode_quoted_ipv6(p, slice_from(s, ICMP_HEADER));
    p->icmp.has_mtu = p->icmp.type == 2;
    p->icmp.mtu = p->icmp.has_mtu ? wire_be32(s, 4) : 0;
    if (kind == KIND_ECHO)
        set_echo(&p->icmp, s);
    /* Of every other kind Suricata shows rules what follows the checksum, less the last 8 bytes. */
    if (kind <= KIND_ECHO && icmpv6_code_known(p->icmp.type, p->icmp.code))
        p->payload = slice_from(s, ICMP_HEADER);
    else if (s.n > ICMP_HEADER + 4)
        p->payload = slice_first(slice_from(s, 4), s.n - ICMP_HEADER - 4);
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
