/* IEEE 802.11 data frames, with and without the radiotap header (https://www.radiotap.org). */
#include "packet/decoding.h"

enum {
    FRAME_DATA = 2,
    CONTROL_TO_AND_FROM = 0x03, /* in the second byte of frame control: a fourth address follows */
    CONTROL_PROTECTED = 0x40,
    CONTROL_ORDER = 0x80,
    SUBTYPE_NO_DATA = 0x4,
    SUBTYPE_QOS = 0x8,
    WIFI_HEADER = 24,
    SNAP_HEADER = 8,
    RADIOTAP_FIXED = 8,
};

/* The destination and source stand in different places by direction (IEEE 802.11 9.3.2.1). */
static void set_addresses(struct packet *p, struct slice s, uint8_t direction)
{
    size_t destination = (direction & 1) != 0 ? 16 : 4;
    size_t source = direction == CONTROL_TO_AND_FROM ? 24 : direction == 2 ? 16 : 10;
    wire_copy(s, destination, p->ether_destination, sizeof p->ether_destination);
    wire_copy(s, source, p->ether_source, sizeof p->ether_source);
}

bool decode_ieee80211(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    uint8_t control = wire_u8(s, 0), flags = wire_u8(s, 1), subtype = control >> 4;
    p->invalid = (control & 3) != 0; /* the protocol version */
    if (p->invalid || (control >> 2 & 3) != FRAME_DATA || (subtype & SUBTYPE_NO_DATA) != 0 ||
        (flags & CONTROL_PROTECTED) != 0)
        return !p->invalid; /* management, control, encrypted: nothing to look into */
    uint8_t direction = flags & CONTROL_TO_AND_FROM;
    size_t header = WIFI_HEADER + (direction == CONTROL_TO_AND_FROM ? 6 : 0);
    if ((subtype & SUBTYPE_QOS) != 0)
        header += (flags & CONTROL_ORDER) != 0 ? 6 : 2;
    if (s.n < header + SNAP_HEADER)
        return decoding_invalid(p, EVENT_ETHERNET_PKT_TOO_SMALL);
    set_addresses(p, s, direction);
    struct slice snap = slice_from(s, header);
    if (wire_be32(snap, 0) != 0xaaaa0300) /* IEEE 802.2 SNAP (RFC 1042) */
        return true;
    p->ethertype = wire_be16(snap, 6);
    bool known;
    return decode_ethertype(d, p, p->ethertype, slice_from(snap, SNAP_HEADER), &known);
}

/* Little endian, unlike all else: version, pad, length, and a mask of fields of which we need one. */
bool decode_radiotap(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    size_t length = __builtin_bswap16(wire_be16(s, 2));
    if (s.n < RADIOTAP_FIXED || wire_u8(s, 0) != 0 || length < RADIOTAP_FIXED || length > s.n)
        return decoding_invalid(p, EVENT_ETHERNET_PKT_TOO_SMALL);
    return decode_ieee80211(d, p, slice_from(s, length));
}
