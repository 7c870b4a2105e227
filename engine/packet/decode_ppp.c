/* PPP (RFC 1661), its HDLC-like framing (RFC 1662) and PPPoE (RFC 2516). */
#include "packet/decoding.h"

enum ppp_protocol {
    PPP_IPV4 = 0x0021,
    PPP_VJ_UNCOMPRESSED = 0x002f,
    PPP_IPV6 = 0x0057,
};

enum { IPV4_HEADER = 20, IPV6_HEADER = 40, PPPOE_HEADER = 6, TAG_HEADER = 4 };

/*
 * Protocols that carry no IP: data of other networks, which is an event, and control (LCP, IPCP,
 * authentication and the like), which is not.
 */
static enum packet_event other_protocol(uint16_t protocol)
{
    static const uint16_t control[] = {0x00fd, 0x8021, 0x8057, 0x80fd, 0x8207,
                                       0xc021, 0xc023, 0xc025, 0xc029, 0xc223};
    static const uint16_t data[] = {0x0023, 0x0025, 0x0027, 0x0029, 0x002b, 0x002d, 0x0031, 0x0033,
                                    0x0035, 0x0201, 0x0231, 0x0233, 0x0281, 0x0283, 0x8023, 0x8025,
                                    0x8027, 0x8029, 0x802b, 0x8033, 0x8035, 0x8281};
    for (size_t i = 0; i < sizeof control / sizeof control[0]; i++)
        if (control[i] == protocol)
            return EVENT_NONE;
    for (size_t i = 0; i < sizeof data / sizeof data[0]; i++)
        if (data[i] == protocol)
            return EVENT_PPP_UNSUP_PROTO;
    return EVENT_PPP_WRONG_TYPE;
}

/* What follows the protocol field. */
static bool decode_ppp_payload(struct decoding *d, struct packet *p, uint16_t protocol, struct slice s)
{
    switch (protocol) {
    case PPP_IPV4:
        if (s.n < IPV4_HEADER)
            return decoding_invalid(p, EVENT_PPP_IP4_PKT_TOO_SMALL);
        return decode_ipv4(d, p, s);
    case PPP_IPV6:
        if (s.n < IPV6_HEADER)
            return decoding_invalid(p, EVENT_PPP_IP6_PKT_TOO_SMALL);
        return decode_ipv6(d, p, s);
    case PPP_VJ_UNCOMPRESSED: /* RFC 1144: a whole header follows */
        if (s.n < IPV4_HEADER)
            return decoding_invalid(p, EVENT_PPP_VJU_PKT_TOO_SMALL);
        if (wire_u8(s, 0) >> 4 != 4)
            return true;
        return decode_ipv4(d, p, s);
    default:
        decoding_invalid(p, other_protocol(protocol));
        return true;
    }
}

/*
 * The protocol field: two bytes, or one when its lowest bit is set (RFC 1661 6.5). On a PPP link a protocol
 * of one byte that is not IP is "unsupported", over Ethernet it is looked up like the others.
 */
static bool decode_ppp_protocol(struct decoding *d, struct packet *p, struct slice s, bool ethernet)
{
    uint16_t protocol = wire_u8(s, 0);
    if (s.n < 1)
        return decoding_invalid(p, EVENT_PPP_PKT_TOO_SMALL);
    if ((protocol & 1) != 0) {
        if (!ethernet && protocol == PPP_IPV4 && s.n <= IPV4_HEADER) /* Suricata's word for it */
            return decoding_invalid(p, EVENT_PPP_VJU_PKT_TOO_SMALL);
        bool ip = protocol == PPP_IPV4 || protocol == PPP_VJ_UNCOMPRESSED || protocol == PPP_IPV6;
        if (ip || ethernet)
            return decode_ppp_payload(d, p, protocol, slice_from(s, 1));
        decoding_invalid(p, EVENT_PPP_UNSUP_PROTO);
        return true;
    }
    if (s.n < 2)
        return decoding_invalid(p, EVENT_PPP_PKT_TOO_SMALL);
    return decode_ppp_payload(d, p, wire_be16(s, 0), slice_from(s, 2));
}

bool decode_ppp(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    bool framed = wire_u8(s, 0) == 0xff; /* RFC 1662 3.1: and 0x03, which nobody looks at */
    return decode_ppp_protocol(d, p, slice_from(s, framed ? 2 : 0), false);
}

/* LINKTYPE_PPP_HDLC: PPP frames, or Cisco HDLC ones, whose address is 0x0f or 0x8f. */
bool decode_ppp_hdlc(struct decoding *d, struct packet *p, struct slice s)
{
    uint8_t address = wire_u8(s, 0);
    if (s.n < 4 || (address != 0x0f && address != 0x8f))
        return decode_ppp(d, p, s);
    if (!decoding_layer(d, p))
        return false;
    bool known;
    return decode_ethertype(d, p, wire_be16(s, 2), slice_from(s, 4), &known);
}

/* RFC 2516 4 and 6. The length field is not believed: frames are padded, and IP has its own. */
bool decode_pppoe_session(struct decoding *d, struct packet *p, struct slice s)
{
    if (s.n < PPPOE_HEADER + 2)
        return decoding_invalid(p, EVENT_PPPOE_PKT_TOO_SMALL);
    if (wire_be16(s, 4) == 0)
        return true;
    return decode_ppp_protocol(d, p, slice_from(s, PPPOE_HEADER), true);
}

static bool known_discovery_code(uint8_t code)
{
    return code == 0x09 || code == 0x07 || code == 0x19 || code == 0x65 || code == 0xa7;
}

/* RFC 2516 5: tags of a type and a length up to the length of the packet. */
bool decode_pppoe_discovery(struct decoding *d, struct packet *p, struct slice s)
{
    (void)d;
    if (s.n < PPPOE_HEADER)
        return decoding_invalid(p, EVENT_PPPOE_PKT_TOO_SMALL);
    if (!known_discovery_code(wire_u8(s, 1)))
        return decoding_invalid(p, EVENT_PPPOE_WRONG_CODE);
    size_t length = wire_be16(s, 4);
    struct slice tags = slice_from(s, PPPOE_HEADER);
    if (length > tags.n)
        return decoding_invalid(p, EVENT_PPPOE_MALFORMED_TAGS);
    return true;
}
