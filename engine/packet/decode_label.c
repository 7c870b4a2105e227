/* MPLS label stacks (RFC 3032) and the network service header (RFC 8300). */
#include "packet/decoding.h"

enum { MPLS_HEADER = 4, ETHERNET_HEADER = 14, NSH_FIXED = 8, NSH_TYPE_1 = 24 };

enum { /* RFC 3032 2.1 and RFC 7274 */
       LABEL_IPV4 = 0,
       LABEL_ROUTER_ALERT = 1,
       LABEL_IPV6 = 2,
       LABEL_IMPLICIT_NULL = 3,
       LABEL_LAST_RESERVED = 14, /* 15, extended labels, is followed */
};

/* The payload is not named: it is told by its first nibble, as routers do (RFC 4928 3). */
static bool decode_unnamed(struct decoding *d, struct packet *p, struct slice s)
{
    if (s.n < MPLS_HEADER)
        return decoding_invalid(p, EVENT_MPLS_PKT_TOO_SMALL);
    switch (wire_u8(s, 0) >> 4) {
    case 4:
        return decode_ipv4(d, p, s);
    case 6:
        return decode_ipv6(d, p, s);
    case 0: /* a pseudowire's control word and then Ethernet (RFC 4385) */
        return decode_ethernet(d, p, slice_from(s, MPLS_HEADER));
    default:
        return decoding_invalid(p, EVENT_MPLS_UNKNOWN_PAYLOAD_TYPE);
    }
}

bool decode_mpls(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    uint32_t entry;
    do {
        if (s.n < MPLS_HEADER)
            return decoding_invalid(p, EVENT_MPLS_HEADER_TOO_SMALL);
        entry = wire_be32(s, 0);
        s = slice_from(s, MPLS_HEADER);
    } while ((entry >> 8 & 1) == 0); /* the bottom of the stack */
    uint32_t label = entry >> 12;
    if (label == LABEL_IPV4)
        return decode_ipv4(d, p, s);
    if (label == LABEL_ROUTER_ALERT)
        return decoding_invalid(p, EVENT_MPLS_BAD_LABEL_ROUTER_ALERT);
    if (label == LABEL_IPV6)
        return decode_ipv6(d, p, s);
    if (label == LABEL_IMPLICIT_NULL)
        return decoding_invalid(p, EVENT_MPLS_BAD_LABEL_IMPLICIT_NULL);
    if (label <= LABEL_LAST_RESERVED)
        return decoding_invalid(p, EVENT_MPLS_BAD_LABEL_RESERVED);
    return decode_unnamed(d, p, s);
}

/* RFC 8300 2.2: version, length in words, metadata type and next protocol. */
bool decode_nsh(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    if (s.n < NSH_FIXED)
        return decoding_invalid(p, EVENT_NSH_HEADER_TOO_SMALL);
    uint16_t base = wire_be16(s, 0);
    size_t length = (base & 0x3fU) * 4;
    uint8_t metadata = wire_u8(s, 2), next = wire_u8(s, 3);
    if (base >> 14 != 0)
        return decoding_invalid(p, EVENT_NSH_UNSUPPORTED_VERSION);
    if (length >= s.n)
        return decoding_invalid(p, EVENT_NSH_BAD_HEADER_LENGTH);
    if (metadata == 0 || metadata == 0x0f)
        return decoding_invalid(p, EVENT_NSH_RESERVED_TYPE);
    if (metadata > 2)
        return decoding_invalid(p, EVENT_NSH_UNSUPPORTED_TYPE);
    if (metadata == 1 && length != NSH_TYPE_1)
        return decoding_invalid(p, EVENT_NSH_BAD_HEADER_LENGTH);
    struct slice rest = slice_from(s, length);
    switch (next) {
    case 1:
        return decode_ipv4(d, p, rest);
    case 2:
        return decode_ipv6(d, p, rest);
    case 3:
        return decode_ethernet(d, p, rest);
    case 5:
        return decode_mpls(d, p, rest);
    default:
        return decoding_invalid(p, EVENT_NSH_UNKNOWN_PAYLOAD);
    }
}
