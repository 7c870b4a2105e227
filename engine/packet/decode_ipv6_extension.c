/*
 * IPv6 extension headers (RFC 8200 4): hop-by-hop and destination options, routing, fragment, AH and the end
 * of the chain. Each is walked once and every step consumes at least 8 bytes.
 */
#include "packet/decoding.h"

enum next_header {
    NEXT_HOP_BY_HOP = 0,
    NEXT_ROUTING = 43,
    NEXT_FRAGMENT = 44,
    NEXT_ESP = 50,
    NEXT_AUTHENTICATION = 51,
    NEXT_NONE = 59,
    NEXT_DESTINATION = 60,
    NEXT_MOBILITY = 135,
    NEXT_HIP = 139,
    NEXT_SHIM6 = 140,
};

enum { IPV6_FIXED = 40, FRAGMENT_HEADER = 8, ESP_HEADER = 8, AUTHENTICATION_FIXED = 12 };

enum { /* destination and hop-by-hop options */
       OPTION_PAD1 = 0,
       OPTION_PADN = 1,
       OPTION_ROUTER_ALERT = 5,
       OPTION_JUMBO = 0xc2,
       OPTION_HOME_ADDRESS = 0xc9,
};

struct chain {
    struct decoding *d;
    struct packet *p;
    struct slice rest; /* from the current header on */
    uint8_t next;      /* its kind */
    size_t next_at;    /* where, from the IPv6 header on, the byte stands that says so */
    size_t at;         /* where the header starts, likewise */
    uint8_t
        protocol; /* what the packet is taken for when the chain breaks: the last header of its own kind */
    unsigned hop, routing, destination, authentication;
    bool fragment_seen;
};

/*
 * Whether an option is one that we know, and `bad` whether its length is not its own. RFC 2711 (router
 * alert), RFC 2675 (jumbo), RFC 6275 (home address).
 */
static bool known_option(uint8_t type, uint8_t length, bool *bad)
{
    switch (type) {
    case OPTION_ROUTER_ALERT:
        *bad = length < 2;
        return true;
    case OPTION_JUMBO:
        *bad = length < 4;
        return true;
    case OPTION_HOME_ADDRESS:
        *bad = length < 16;
        return true;
    default:
        return false;
    }
}

static void decode_options(struct packet *p, struct slice options, bool hop)
{
    bool padding = false, other = false;
    while (options.n > 0) {
        uint8_t type = wire_u8(options, 0);
        if (type == OPTION_PAD1) {
            padding = true;
            options = slice_from(options, 1);
            continue;
        }
        if (options.n < 2) {
            packet_event_add(&p->events, EVENT_IPV6_EXTHDR_INVALID_OPTLEN);
            break;
        }
        uint8_t length = wire_u8(options, 1);
        if (length > options.n - 2) {
            packet_event_add(&p->events, EVENT_IPV6_EXTHDR_INVALID_OPTLEN);
            break;
        }
        bool bad = false;
        if (type == OPTION_PADN) {
            padding = true;
            if (length == 0)
                packet_event_add(&p->events, EVENT_IPV6_ZERO_LEN_PADN);
        } else if (known_option(type, length, &bad)) {
            if (bad) {
                packet_event_add(&p->events, EVENT_IPV6_EXTHDR_INVALID_OPTLEN);
                break;
            }
            other = true;
        } else {
            other = true;
            packet_event_add(&p->events,
                             hop ? EVENT_IPV6_HOPOPTS_UNKNOWN_OPT : EVENT_IPV6_DSTOPTS_UNKNOWN_OPT);
        }
        options = slice_from(options, 2U + length);
    }
    if (padding && !other)
        packet_event_add(&p->events, hop ? EVENT_IPV6_HOPOPTS_ONLY_PADDING : EVENT_IPV6_DSTOPTS_ONLY_PADDING);
}

static bool truncated(struct chain *c)
{
    packet_event_add(&c->p->events, EVENT_IPV6_TRUNC_EXTHDR);
    return false;
}

/* Goes past a header of `size` bytes; false when it is not all there. */
static bool step(struct chain *c, size_t size)
{
    if (c->rest.n < size)
        return truncated(c);
    c->next_at = c->at;
    c->next = wire_u8(c->rest, 0);
    c->at += size;
    c->rest = slice_from(c->rest, size);
    return true;
}

static bool walk_options(struct chain *c, bool hop)
{
    c->protocol = c->next;
    size_t size = 8 + wire_u8(c->rest, 1) * 8U;
    if (c->rest.n < size)
        return truncated(c);
    unsigned *count = hop ? &c->hop : &c->destination;
    if ((*count)++ > (hop ? 0U : 1U)) /* destination options may stand before and after routing */
        packet_event_add(&c->p->events, hop ? EVENT_IPV6_EXTHDR_DUPL_HH : EVENT_IPV6_EXTHDR_DUPL_DH);
    else
        decode_options(c->p, slice_from(slice_first(c->rest, size), 2), hop);
    return step(c, size);
}

static bool walk_routing(struct chain *c)
{
    c->protocol = c->next;
    size_t size = 8 + wire_u8(c->rest, 1) * 8U;
    if (c->rest.n < size)
        return truncated(c);
    if (c->routing++ > 0)
        packet_event_add(&c->p->events, EVENT_IPV6_EXTHDR_DUPL_RH);
    else if (wire_u8(c->rest, 2) == 0) /* RFC 5095 */
        packet_event_add(&c->p->events, EVENT_IPV6_RH_TYPE_0);
    return step(c, size);
}

/* RFC 4302 2.2: the length counts words of 4 bytes, two less than there are. */
static bool walk_authentication(struct chain *c)
{
    c->protocol = c->next;
    size_t size = 8 + wire_u8(c->rest, 1) * 4U;
    if (c->rest.n < size)
        return truncated(c);
    if (size < AUTHENTICATION_FIXED)
        size = AUTHENTICATION_FIXED;
    if (c->rest.n < size)
        return truncated(c);
    if (c->authentication++ > 0)
        packet_event_add(&c->p->events, EVENT_IPV6_EXTHDR_DUPL_AH);
    if (wire_be16(c->rest, 2) != 0)
        packet_event_add(&c->p->events, EVENT_IPV6_EXTHDR_AH_RES_NOT_NULL);
    return step(c, size);
}

/* Hands a real fragment to the defragmenter; false: nothing more to decode in this packet. */
static bool take_fragment(struct chain *c, struct slice whole)
{
    struct packet *p = c->p;
    struct defrag_fragment fragment = {
        .header = slice_first(whole, c->at),
        .data = slice_from(c->rest, FRAGMENT_HEADER),
        .offset = p->ip.fragment_offset,
        .more = p->ip.more_fragments,
        .next_header = wire_u8(c->rest, 0),
        .next_position = (uint32_t)c->next_at,
    };
    struct slice datagram;
    p->is_fragment = true;
    c->d->decoder->counters.fragments++;
    if (defrag_add(c->d->decoder->defrag, p, &fragment, &datagram)) {
        c->d->decoder->counters.reassembled++;
        decoding_unwrap(c->d, p, PACKET_DEFRAGMENTED, decode_ipv6, datagram);
    }
    c->rest = fragment.data; /* and the protocol stays that of the fragment header */
    return false;
}

/* RFC 8200 4.5. A first fragment that is also the last is no fragment at all (RFC 6946). */
static bool walk_fragment(struct chain *c, struct slice whole)
{
    struct packet *p = c->p;
    c->protocol = c->next;
    if (c->rest.n < FRAGMENT_HEADER)
        return truncated(c);
    if (wire_u8(c->rest, 1) != 0)
        packet_event_add(&p->events, EVENT_IPV6_FH_NON_ZERO_RESERVED_FIELD);
    if (c->fragment_seen) {
        packet_event_add(&p->events, EVENT_IPV6_EXTHDR_DUPL_FH);
        return step(c, FRAGMENT_HEADER);
    }
    c->fragment_seen = true;
    uint16_t field = wire_be16(c->rest, 2);
    p->ip.fragment_offset = field & 0xfff8;
    p->ip.more_fragments = (field & 1) != 0;
    p->ip.identification = wire_be32(c->rest, 4);
    if (p->ip.fragment_offset == 0 && !p->ip.more_fragments) {
        packet_event_add(&p->events, EVENT_IPV6_EXTHDR_USELESS_FH);
        return step(c, FRAGMENT_HEADER);
    }
    if (p->ip.more_fragments && (c->rest.n - FRAGMENT_HEADER) % 8 != 0) {
        packet_event_add(&p->events, EVENT_IPV6_FRAG_INVALID_LENGTH);
        p->is_fragment = true;
        return false;
    }
    return take_fragment(c, whole);
}

static bool end_of_chain(struct chain *c)
{
    if (c->rest.n > 0)
        packet_event_add(&c->p->events, EVENT_IPV6_DATA_AFTER_NONE_HEADER);
    return false;
}

/* One header; `more` says whether another of these follows. */
static bool walk(struct chain *c, struct slice whole, bool *more)
{
    bool after_another = c->at > IPV6_FIXED;
    if (after_another && c->rest.n < 2 && c->next != NEXT_NONE) /* whatever it would be */
        return truncated(c);
    switch (c->next) {
    case NEXT_HOP_BY_HOP:
    case NEXT_DESTINATION:
    case NEXT_ROUTING:
    case NEXT_AUTHENTICATION:
    case NEXT_FRAGMENT:
    case NEXT_MOBILITY:
    case NEXT_HIP:
    case NEXT_SHIM6:
        break;
    case NEXT_NONE:
        return end_of_chain(c);
    case NEXT_ESP:
        *more = false;
        return c->rest.n < ESP_HEADER ? truncated(c) : true;
    default:
        *more = false;
        return true;
    }
    if (c->rest.n < 2)
        return truncated(c);
    switch (c->next) {
    case NEXT_HOP_BY_HOP:
        return walk_options(c, true);
    case NEXT_DESTINATION:
        return walk_options(c, false);
    case NEXT_ROUTING:
        return walk_routing(c);
    case NEXT_AUTHENTICATION:
        return walk_authentication(c);
    case NEXT_FRAGMENT:
        return walk_fragment(c, whole);
    default:
        return step(c, 8 + wire_u8(c->rest, 1) * 8U);
    }
}

bool decode_ipv6_extensions(struct decoding *d, struct packet *p, uint8_t *protocol, struct slice *s)
{
    size_t fixed = p->ip.header.n;
    struct slice whole = slice_of(p->ip.header.p, fixed + s->n);
    struct chain c = {.d = d, .p = p, .rest = *s, .next = *protocol, .next_at = 6, .at = fixed};
    bool more = true, good = true;
    while (more && good)
        good = walk(&c, whole, &more);
    *protocol = good ? c.next : c.protocol;
    *s = c.rest;
    if (good) /* rules on the header see those that follow it as well */
        p->ip.header = slice_first(whole, c.at);
    p->invalid = *protocol == 0 && p->events.count > 0;
    return good;
}
