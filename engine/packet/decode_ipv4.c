/* IPv4 (RFC 791): the header, its options, and what to do with a fragment. */
#include "packet/decoding.h"
#include "packet/ip_option.h"

enum {
    IPV4_HEADER = 20,
    FLAG_RESERVED = 0x8000,
    FLAG_DONT_FRAGMENT = 0x4000,
    FLAG_MORE_FRAGMENTS = 0x2000,
    OFFSET_MASK = 0x1fff,
    CIPSO_LEAST = 10,
    QUICK_START_LEAST = 8,
};

enum option_type { /* RFC 791 3.1, RFC 1108, RFC 2113, RFC 4782, FIPS 188 */
                   OPTION_EOL = 0,
                   OPTION_NOP = 1,
                   OPTION_RR = 7,
                   OPTION_QUICK_START = 25,
                   OPTION_TS = 68,
                   OPTION_SEC = 130,
                   OPTION_LSRR = 131,
                   OPTION_ESEC = 133,
                   OPTION_CIPSO = 134,
                   OPTION_SATID = 136,
                   OPTION_SSRR = 137,
                   OPTION_RTRALT = 148,
};

static uint32_t option_bit(uint8_t type)
{
    switch (type) {
    case OPTION_EOL:
        return IP_OPTION_EOL;
    case OPTION_NOP:
        return IP_OPTION_NOP;
    case OPTION_RR:
        return IP_OPTION_RR;
    case OPTION_TS:
        return IP_OPTION_TS;
    case OPTION_SEC:
        return IP_OPTION_SEC;
    case OPTION_LSRR:
        return IP_OPTION_LSRR;
    case OPTION_ESEC:
        return IP_OPTION_ESEC;
    case OPTION_CIPSO:
        return IP_OPTION_CIPSO;
    case OPTION_SATID:
        return IP_OPTION_SATID;
    case OPTION_SSRR:
        return IP_OPTION_SSRR;
    case OPTION_RTRALT:
        return IP_OPTION_RTRALT;
    case OPTION_QUICK_START:
        return IP_OPTION_QS;
    default:
        return IP_OPTION_OTHER;
    }
}

/* What an option's own rules say of its `length` bytes, type and length included; EVENT_NONE: all well. */
static enum packet_event check_route(struct slice option)
{
    if (option.n < 3)
        return EVENT_IPV4_OPT_INVALID_LEN;
    uint8_t pointer = wire_u8(option, 2);
    /* the pointer is that of an address slot, or one past the last */
    if (pointer < 4 || pointer % 4 != 0 || pointer > option.n + 1)
        return EVENT_IPV4_OPT_MALFORMED;
    return EVENT_NONE;
}

static enum packet_event check_timestamp(struct slice option)
{
    if (option.n < 5)
        return EVENT_IPV4_OPT_INVALID_LEN;
    uint8_t pointer = wire_u8(option, 2), flag = wire_u8(option, 3) & 0x0f;
    unsigned slot = flag == 1 || flag == 3 ? 8 : 4; /* with addresses or without */
    if (pointer < 5 || (pointer - 5U) % slot != 0 || pointer > option.n + 1)
        return EVENT_IPV4_OPT_MALFORMED;
    return EVENT_NONE;
}

static bool cipso_tag_good(struct slice tags)
{
    uint8_t type = wire_u8(tags, 0), length = wire_u8(tags, 1), alignment = wire_u8(tags, 2);
    if (tags.n < 4 || length < 4 || length > tags.n)
        return false;
    switch (type) {
    case 1: /* a bitmap, an enumeration, ranges: aligned by a zero byte */
    case 2:
    case 5:
    case 6: /* permissive */
        return alignment == 0;
    case 7: /* free form */
        return true;
    default:
        return false;
    }
}

/* FIPS 188: a domain of interpretation, then tags that fill the rest exactly. */
static enum packet_event check_cipso(struct slice option)
{
    if (option.n < CIPSO_LEAST)
        return EVENT_IPV4_OPT_INVALID_LEN;
    struct slice tags = slice_from(option, 6);
    while (tags.n > 0) {
        if (!cipso_tag_good(tags))
            return EVENT_IPV4_OPT_MALFORMED;
        tags = slice_from(tags, wire_u8(tags, 1));
    }
    return EVENT_NONE;
}

static enum packet_event check_option(uint8_t type, struct slice option)
{
    switch (type) {
    case OPTION_RR:
    case OPTION_LSRR:
    case OPTION_SSRR:
        return check_route(option);
    case OPTION_TS:
        return check_timestamp(option);
    case OPTION_SEC:
    case OPTION_ESEC:
        return option.n < 3 ? EVENT_IPV4_OPT_INVALID_LEN : EVENT_NONE;
    case OPTION_CIPSO:
        return check_cipso(option);
    case OPTION_QUICK_START:
        return option.n < QUICK_START_LEAST ? EVENT_IPV4_OPT_INVALID_LEN : EVENT_NONE;
    case OPTION_SATID:
    case OPTION_RTRALT:
        return option.n != 4 ? EVENT_IPV4_OPT_INVALID_LEN : EVENT_NONE;
    default:
        return EVENT_IPV4_OPT_INVALID;
    }
}

/* False when the options cannot be walked to their end. */
static bool decode_options(struct packet *p, struct slice options)
{
    uint32_t good = 0; /* seen without fault: only of these another one is a duplicate */
    if (options.n % 8 != 0)
        packet_event_add(&p->events, EVENT_IPV4_OPT_PAD_REQUIRED);
    while (options.n > 0) {
        uint8_t type = wire_u8(options, 0);
        uint32_t bit = option_bit(type);
        if (type == OPTION_EOL || type == OPTION_NOP) {
            p->ip.options |= bit;
            if (type == OPTION_EOL)
                break;
            options = slice_from(options, 1);
            continue;
        }
        if (options.n < 2) {
            packet_event_add(&p->events, EVENT_IPV4_OPT_EOL_REQUIRED);
            break;
        }
        uint8_t length = wire_u8(options, 1);
        if (length < 2 || length > options.n)
            return decoding_invalid(p, EVENT_IPV4_OPT_INVALID_LEN);
        enum packet_event event = EVENT_IPV4_OPT_DUPLICATE;
        if ((good & bit) == 0)
            event = check_option(type, slice_first(options, length));
        packet_event_add(&p->events, event);
        good |= event == EVENT_NONE ? bit : 0;
        p->ip.options |= bit;
        options = slice_from(options, length);
    }
    return true;
}

static void fragment(struct decoding *d, struct packet *p)
{
    struct defrag_fragment fragment = {
        .header = p->ip.header,
        .data = p->ip.payload,
        .offset = p->ip.fragment_offset,
        .more = p->ip.more_fragments,
    };
    struct slice datagram;
    p->is_fragment = true;
    d->decoder->counters.fragments++;
    if (!defrag_add(d->decoder->defrag, p, &fragment, &datagram))
        return;
    d->decoder->counters.reassembled++;
    decoding_unwrap(d, p, PACKET_DEFRAGMENTED, decode_ipv4, datagram);
}

/* The addresses and fields of a header that has been found long enough. */
static void set_fields(struct packet *p, struct slice s, size_t header, size_t length)
{
    uint16_t flags = wire_be16(s, 6);
    p->source_address.version = 4;
    wire_copy(s, 12, p->source_address.bytes, 4);
    p->destination_address.version = 4;
    wire_copy(s, 16, p->destination_address.bytes, 4);
    p->ip.header = slice_first(s, header);
    p->ip.payload = slice_from(slice_first(s, length), header);
    p->ip.tos = wire_u8(s, 1);
    p->ip.identification = wire_be16(s, 4);
    p->ip.reserved_bit = (flags & FLAG_RESERVED) != 0;
    p->ip.dont_fragment = (flags & FLAG_DONT_FRAGMENT) != 0;
    p->ip.more_fragments = (flags & FLAG_MORE_FRAGMENTS) != 0;
    p->ip.fragment_offset = (uint16_t)((flags & OFFSET_MASK) * 8);
    p->ip.ttl = wire_u8(s, 8);
    p->ip.protocol = wire_u8(s, 9);
}

/* A field that holds nothing yet was captured on its way to a network card that fills it in. */
static bool left_to_the_card(const struct decoding *d, struct slice header)
{
    enum { CHECKSUM = 10 };
    return d->decoder->config.checksums == CHECKSUM_AUTO && wire_be16(header, CHECKSUM) == 0;
}

bool decode_ipv4(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return false;
    if (s.n < IPV4_HEADER)
        return decoding_invalid(p, EVENT_IPV4_PKT_TOO_SMALL);
    uint8_t first = wire_u8(s, 0);
    if (first >> 4 != 4)
        return decoding_invalid(p, EVENT_IPV4_WRONG_IP_VERSION);
    size_t header = (first & 0x0fU) * 4, length = wire_be16(s, 2);
    if (header < IPV4_HEADER)
        return decoding_invalid(p, EVENT_IPV4_HLEN_TOO_SMALL);
    if (length < header)
        return decoding_invalid(p, EVENT_IPV4_IPLEN_SMALLER_THAN_HLEN);
    if (s.n < length)
        return decoding_invalid(p, EVENT_IPV4_TRUNC_PKT);
    set_fields(p, s, header, length);
    if (header > IPV4_HEADER && !decode_options(p, slice_from(p->ip.header, IPV4_HEADER))) {
        p->source_address = p->destination_address = (struct address){.version = 0};
        p->ip = (struct ip_fields){.ttl = 0};
        return false;
    }
    p->layers |= LAYER_IPV4;
    if (d->validate && !left_to_the_card(d, p->ip.header))
        decoding_check_sum(d, p, checksum_add(p->ip.header, 0));
    if (p->ip.more_fragments || p->ip.fragment_offset > 0)
        fragment(d, p);
    else
        decode_protocol(d, p, p->ip.payload);
    return true;
}
