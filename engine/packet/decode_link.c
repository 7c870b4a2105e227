/* The link types of captures (https://www.tcpdump.org/linktypes.html) and the small headers of some of them.
 */
#include "packet/decoding.h"

enum { SLL_HEADER = 16, SLL2_HEADER = 20, NULL_HEADER = 4 };

/* Linux "cooked" captures: the ethertype stands in the last field (v1) or the first (v2). */
static bool decode_sll(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    if (s.n < SLL_HEADER)
        return decoding_invalid(p, EVENT_SLL_PKT_TOO_SMALL);
    bool known;
    return decode_ethertype(d, p, wire_be16(s, 14), slice_from(s, SLL_HEADER), &known);
}

static bool decode_sll2(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    if (s.n < SLL2_HEADER)
        return decoding_invalid(p, EVENT_SLL2_PKT_TOO_SMALL);
    bool known;
    return decode_ethertype(d, p, wire_be16(s, 0), slice_from(s, SLL2_HEADER), &known);
}

/* The address families of the systems that write such captures; their byte order is the writer's. */
static bool decode_family(struct decoding *d, struct packet *p, uint32_t family, struct slice s)
{
    switch (family) {
    case 2: /* AF_INET everywhere */
        return decode_ipv4(d, p, s);
    case 10: /* AF_INET6: Linux, NetBSD and OpenBSD, FreeBSD, Darwin */
    case 24:
    case 28:
    case 30:
        return decode_ipv6(d, p, s);
    default:
        return decoding_invalid(p, EVENT_LTNULL_UNSUPPORTED_TYPE);
    }
}

static bool decode_null(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    if (s.n < NULL_HEADER)
        return decoding_invalid(p, EVENT_LTNULL_PKT_TOO_SMALL);
    uint32_t family = wire_be32(s, 0);
    if (family > 0xffff)
        family = __builtin_bswap32(family);
    return decode_family(d, p, family, slice_from(s, NULL_HEADER));
}

static bool decode_chdlc(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    if (s.n < 4)
        return decoding_invalid(p, EVENT_CHDLC_PKT_TOO_SMALL);
    bool known;
    return decode_ethertype(d, p, wire_be16(s, 2), slice_from(s, 4), &known);
}

static const struct {
    uint16_t type;
    const char *name;
    decode_function *decode;
} link_types[] = {
    {0, "BSD loopback (NULL)", decode_null},
    {1, "Ethernet", decode_ethernet},
    {9, "PPP", decode_ppp},
    {12, "raw IP", decode_ip},
    {14, "raw IP", decode_ip},
    {50, "PPP in HDLC framing", decode_ppp_hdlc},
    {101, "raw IP", decode_ip},
    {104, "Cisco HDLC", decode_chdlc},
    {105, "IEEE 802.11", decode_ieee80211},
    {108, "OpenBSD loopback (LOOP)", decode_null},
    {113, "Linux cooked", decode_sll},
    {127, "IEEE 802.11 with radiotap", decode_radiotap},
    {228, "raw IPv4", decode_ip},
    {229, "raw IPv6", decode_ip},
    {276, "Linux cooked v2", decode_sll2},
};

decode_function *decode_link_function(uint16_t link_type, const char **name)
{
    for (size_t i = 0; i < sizeof link_types / sizeof link_types[0]; i++) {
        if (link_types[i].type != link_type)
            continue;
        if (name != NULL)
            *name = link_types[i].name;
        return link_types[i].decode;
    }
    if (name != NULL)
        *name = "unknown";
    return NULL;
}
