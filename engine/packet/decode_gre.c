/* GRE (RFC 2784, RFC 2890; version 1 is PPTP's, RFC 2637) and ERSPAN in it (draft-foschiano-erspan). */
#include "packet/decoding.h"

enum {
    GRE_FIXED = 4,
    GRE_CHECKSUM = 0x80, /* bits of the first byte */
    GRE_ROUTING = 0x40,
    GRE_KEY = 0x20,
    GRE_SEQUENCE = 0x10,
    GRE_STRICT = 0x08,
    GRE_RECURSION = 0x07,
    GRE_FLAGS = 0x78, /* of the second byte */
    GRE_ACKNOWLEDGE = 0x80,
    GRE_VERSION = 0x07,
    GRE_PPP = 0x880b,
    GRE_ERSPAN = 0x88be,
    ERSPAN2_HEADER = 8,
    SOURCE_ROUTE_ENTRY = 4,
};

/* RFC 1701: entries of a family, an offset and a length, up to one of no family and no length. */
/* The outer packet stays one that rules look at, only not into. */
static bool refuse(struct packet *p, enum packet_event event)
{
    packet_event_add(&p->events, event);
    return false;
}

static bool skip_routes(struct packet *p, struct slice s, size_t *at, enum packet_event malformed)
{
    for (;;) {
        if (s.n < *at + SOURCE_ROUTE_ENTRY)
            return refuse(p, malformed);
        uint16_t family = wire_be16(s, *at);
        uint8_t length = wire_u8(s, *at + 3);
        *at += SOURCE_ROUTE_ENTRY;
        if (family == 0 && length == 0)
            return true;
        *at += length;
    }
}

static bool version0_header(struct packet *p, struct slice s, size_t *at)
{
    uint8_t flags = wire_u8(s, 0);
    if ((flags & GRE_RECURSION) != 0)
        return refuse(p, EVENT_GRE_VERSION0_RECUR);
    if ((wire_u8(s, 1) & GRE_FLAGS) != 0)
        return refuse(p, EVENT_GRE_VERSION0_FLAGS);
    *at = GRE_FIXED;
    if ((flags & (GRE_CHECKSUM | GRE_ROUTING)) != 0)
        *at += 4;
    if ((flags & GRE_KEY) != 0)
        *at += 4;
    if ((flags & GRE_SEQUENCE) != 0)
        *at += 4;
    if (*at > s.n)
        return refuse(p, EVENT_GRE_VERSION0_HDR_TOO_BIG);
    if ((flags & GRE_ROUTING) != 0)
        return skip_routes(p, s, at, EVENT_GRE_VERSION0_MALFORMED_SRE_HDR);
    return true;
}

/* RFC 2637 4.1: only a key, a sequence number and an acknowledgment may be there. */
static bool version1_header(struct packet *p, struct slice s, size_t *at)
{
    uint8_t flags = wire_u8(s, 0), more = wire_u8(s, 1);
    if ((flags & GRE_CHECKSUM) != 0)
        return refuse(p, EVENT_GRE_VERSION1_CHKSUM);
    if ((flags & GRE_ROUTING) != 0)
        return refuse(p, EVENT_GRE_VERSION1_ROUTE);
    if ((flags & GRE_STRICT) != 0)
        return refuse(p, EVENT_GRE_VERSION1_SSR);
    if ((flags & GRE_RECURSION) != 0)
        return refuse(p, EVENT_GRE_VERSION1_RECUR);
    if ((more & GRE_FLAGS) != 0)
        return refuse(p, EVENT_GRE_VERSION1_FLAGS);
    if (wire_be16(s, 2) != GRE_PPP)
        return refuse(p, EVENT_GRE_VERSION1_WRONG_PROTOCOL);
    if ((flags & GRE_KEY) == 0)
        return refuse(p, EVENT_GRE_VERSION1_NO_KEY);
    *at = GRE_FIXED + 4;
    if ((flags & GRE_SEQUENCE) != 0)
        *at += 4;
    if ((more & GRE_ACKNOWLEDGE) != 0)
        *at += 4;
    if (*at > s.n)
        return refuse(p, EVENT_GRE_VERSION1_HDR_TOO_BIG);
    return true;
}

/* Type II: a header of 8 bytes with a VLAN id, then Ethernet. */
static bool decode_erspan2(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    if (s.n < ERSPAN2_HEADER)
        return decoding_invalid(p, EVENT_ERSPAN_HEADER_TOO_SMALL);
    uint16_t first = wire_be16(s, 0);
    if (first >> 12 != 1)
        return decoding_invalid(p, EVENT_ERSPAN_UNSUPPORTED_VERSION);
    if ((first & 0x0fff) != 0)
        p->vlan[p->vlan_count++] = first & 0x0fff;
    return decode_ethernet_kept(d, p, slice_from(s, ERSPAN2_HEADER));
}

static bool decode_vlan_ethertype(struct decoding *d, struct packet *p, struct slice s)
{
    bool known;
    return decode_ethertype(d, p, 0x8100, s, &known);
}

/* PPTP: PPP of a protocol that is none of ours is not worth a packet. */
static bool decode_pptp(struct decoding *d, struct packet *p, struct slice s)
{
    return decode_ppp(d, p, s) && !p->invalid;
}

static decode_function *inner_decoder(uint16_t protocol, unsigned version, bool sequence)
{
    if (version == 1)
        return sequence ? decode_pptp : NULL; /* RFC 2637 4.1: else an acknowledgment without a payload */
    switch (protocol) {
    case 0x0800:
        return decode_ipv4;
    case 0x86dd:
        return decode_ipv6;
    case GRE_PPP:
        return decode_ppp;
    case GRE_ERSPAN: /* type I has neither a sequence number nor a header */
        return sequence ? decode_erspan2 : decode_ethernet_kept;
    case 0x8100:
        return decode_vlan_ethertype;
    case 0x6558:
        return decode_ethernet_kept;
    default:
        return NULL;
    }
}

void decode_gre(struct decoding *d, struct packet *p, struct slice s)
{
    if (s.n < GRE_FIXED) {
        refuse(p, EVENT_GRE_PKT_TOO_SMALL);
        return;
    }
    if (!decoding_layer(d, p))
        return;
    p->layers |= LAYER_GRE;
    unsigned version = wire_u8(s, 1) & GRE_VERSION;
    size_t at = GRE_FIXED;
    if (version > 1) {
        refuse(p, EVENT_GRE_WRONG_VERSION);
        return;
    }
    if (!(version == 0 ? version0_header(p, s, &at) : version1_header(p, s, &at)))
        return;
    if (at > s.n) {
        refuse(p, EVENT_GRE_VERSION0_HDR_TOO_BIG);
        return;
    }
    p->transport = slice_first(s, at);
    bool sequence = (wire_u8(s, 0) & GRE_SEQUENCE) != 0;
    decode_function *decode = inner_decoder(wire_be16(s, 2), version, sequence);
    if (decode != NULL)
        decoding_unwrap(d, p, PACKET_TUNNEL_GRE, decode, slice_from(s, at));
}
