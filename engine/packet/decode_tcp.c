/* TCP (RFC 9293): the header and its options. */
#include "packet/decoding.h"

enum { TCP_HEADER = 20 };

enum option_kind { /* https://www.iana.org/assignments/tcp-parameters */
                   OPTION_EOL = 0,
                   OPTION_NOP = 1,
                   OPTION_MSS = 2,
                   OPTION_WINDOW_SCALE = 3,
                   OPTION_SACK_PERMITTED = 4,
                   OPTION_SACK = 5,
                   OPTION_TIMESTAMPS = 8,
                   OPTION_MD5 = 19,
                   OPTION_AO = 29,
                   OPTION_FAST_OPEN = 34,
                   OPTION_EXPERIMENT_1 = 253,
                   OPTION_EXPERIMENT_2 = 254,
};

enum {
    WINDOW_SCALE_MOST = 14,   /* RFC 7323 2.3 */
    FAST_OPEN_MAGIC = 0xf989, /* RFC 7413 appendix A: in the experimental options */
    EXPERIMENT_SHORT =
        4, /* the lengths that the experimental options may have: Fast Open with no cookie and */
    EXPERIMENT_LONG = 12, /* with one of 8 bytes are what they are used for */
};

static void bad_length(struct packet *p)
{
    packet_event_add(&p->events, EVENT_TCP_OPT_INVALID_LEN);
}

/* Whether this is the first of its kind; a later one is an event and is not read. */
static bool first_of_kind(struct packet *p, bool had)
{
    if (had)
        packet_event_add(&p->events, EVENT_TCP_OPT_DUPLICATE);
    return !had;
}

static void decode_mss(struct packet *p, struct slice option)
{
    if (option.n != 4) {
        bad_length(p);
    } else if (first_of_kind(p, p->tcp.has_mss)) {
        p->tcp.has_mss = true;
        p->tcp.mss = wire_be16(option, 2);
    }
}

/* RFC 7323 3.2 */
static void decode_timestamps(struct packet *p, struct slice option)
{
    if (option.n != 10) {
        bad_length(p);
    } else if (first_of_kind(p, p->tcp.has_timestamps)) {
        p->tcp.has_timestamps = true;
        p->tcp.timestamp = wire_be32(option, 2);
        p->tcp.timestamp_echo = wire_be32(option, 6);
    }
}

static void decode_window_scale(struct packet *p, struct slice option)
{
    struct tcp_fields *tcp = &p->tcp;
    if (option.n != 3) {
        bad_length(p);
    } else if (first_of_kind(p, tcp->has_window_scale)) {
        tcp->window_scale = wire_u8(option, 2);
        tcp->has_window_scale = true;
        if (tcp->window_scale > WINDOW_SCALE_MOST)
            packet_event_add(&p->events, EVENT_TCP_OPT_WSCALE_OVER_MAX);
    }
}

/* RFC 2018 3: one to four ranges. */
static void decode_sack(struct packet *p, struct slice option, bool *had)
{
    size_t ranges = (option.n - 2) / 8;
    if ((option.n - 2) % 8 != 0 || ranges > TCP_SACK_RANGES) {
        bad_length(p);
        return;
    }
    if (ranges == 0 || !first_of_kind(p, *had))
        return;
    *had = true;
    p->tcp.sack_count = (uint8_t)ranges;
    for (size_t i = 0; i < ranges; i++) {
        p->tcp.sack[i].left = wire_be32(option, 2 + i * 8);
        p->tcp.sack[i].right = wire_be32(option, 6 + i * 8);
    }
}

/*
 * RFC 7413 4.1.1: an empty request, or a cookie of 4 to 16 bytes, an even number (2 passes here too, as it
 * does in Suricata). `at`: where that starts.
 */
static void decode_fast_open(struct packet *p, struct slice option, size_t at)
{
    size_t cookie = option.n - at;
    if (cookie > 16 || cookie % 2 != 0) {
        bad_length(p);
    } else if (first_of_kind(p, p->tcp.has_fast_open)) {
        p->tcp.has_fast_open = true;
        p->tcp.fast_open_length = (uint8_t)cookie;
    }
}

static void decode_option(struct packet *p, uint8_t kind, struct slice option, bool *had_sack)
{
    struct tcp_fields *tcp = &p->tcp;
    switch (kind) {
    case OPTION_MSS:
        decode_mss(p, option);
        break;
    case OPTION_WINDOW_SCALE:
        decode_window_scale(p, option);
        break;
    case OPTION_SACK_PERMITTED:
        if (option.n != 2)
            bad_length(p);
        else if (first_of_kind(p, tcp->has_sack_permitted))
            tcp->has_sack_permitted = true;
        break;
    case OPTION_SACK:
        decode_sack(p, option, had_sack);
        break;
    case OPTION_TIMESTAMPS:
        decode_timestamps(p, option);
        break;
    case OPTION_MD5: /* RFC 2385 3.0 */
        if (option.n != 18)
            bad_length(p);
        else
            tcp->has_md5 = true;
        break;
    case OPTION_AO: /* RFC 5925 2.2 */
        if (option.n < 4)
            bad_length(p);
        else
            tcp->has_ao = true;
        break;
    case OPTION_FAST_OPEN:
        decode_fast_open(p, option, 2);
        break;
    case OPTION_EXPERIMENT_1:
    case OPTION_EXPERIMENT_2:
        if (option.n != EXPERIMENT_SHORT && option.n != EXPERIMENT_LONG)
            bad_length(p);
        else if (wire_be16(option, 2) == FAST_OPEN_MAGIC)
            decode_fast_open(p, option, 4);
        break;
    default:
        break;
    }
}

/* What nearly all segments of a connection with timestamps have, and nothing else (RFC 7323, appendix A). */
static bool only_timestamps(struct slice options)
{
    enum { PADDED_TIMESTAMPS = 12 };
    return options.n == PADDED_TIMESTAMPS && wire_be32(options, 0) == 0x0101080a;
}

static void decode_options(struct packet *p, struct slice options)
{
    bool had_sack = false;
    if (only_timestamps(options)) {
        decode_timestamps(p, slice_from(options, 2));
        return;
    }
    while (options.n > 0) {
        uint8_t kind = wire_u8(options, 0);
        if (kind == OPTION_EOL)
            break;
        if (kind == OPTION_NOP) {
            options = slice_from(options, 1);
            continue;
        }
        if (options.n < 2)
            break;
        uint8_t length = wire_u8(options, 1);
        if (length < 2 || length > options.n) {
            bad_length(p);
            break;
        }
        decode_option(p, kind, slice_first(options, length), &had_sack);
        options = slice_from(options, length);
    }
}

void decode_tcp(struct decoding *d, struct packet *p, struct slice s)
{
    if (s.n < TCP_HEADER) {
        packet_event_add(&p->events, EVENT_TCP_PKT_TOO_SMALL);
        return;
    }
    size_t header = (wire_u8(s, 12) >> 4) * 4U;
    if (header > s.n) {
        packet_event_add(&p->events, EVENT_TCP_HLEN_TOO_SMALL);
        return;
    }
    if (header < TCP_HEADER) {
        packet_event_add(&p->events, EVENT_TCP_INVALID_OPTLEN);
        return;
    }
    p->layers |= LAYER_TCP;
    p->source_port = wire_be16(s, 0);
    p->destination_port = wire_be16(s, 2);
    p->tcp.sequence = wire_be32(s, 4);
    p->tcp.acknowledgment = wire_be32(s, 8);
    p->tcp.flags = wire_u8(s, 13);
    p->tcp.window = wire_be16(s, 14);
    p->tcp.urgent = wire_be16(s, 18);
    p->transport = slice_first(s, header);
    p->payload = slice_from(s, header);
    if (header > TCP_HEADER)
        decode_options(p, slice_from(p->transport, TCP_HEADER));
    decoding_checksum(d, p, 6, s);
    decoding_flow_hash(d, p);
}
