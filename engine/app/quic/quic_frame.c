#include "app/quic/quic_frame.h"

#include "app/quic/quic_header.h"

enum {
    FRAME_PADDING = 0x00,
    FRAME_PING = 0x01,
    FRAME_ACK = 0x02,
    FRAME_ACK_ECN = 0x03,
    FRAME_CRYPTO = 0x06,
    FRAME_CRYPTO_Q050 = 0x08, /* RFC 9000 has STREAM there, which an Initial packet cannot carry */
    GOOGLE_STREAM = 0x80, /* of a plain packet: 1 FIN, has length, offset bytes (3), stream id bytes (2) */
    GOOGLE_HAS_LENGTH = 0x20,
};

/* n integers that say nothing to us. False: the frame ends before them, at the latest after as many as it has
 * bytes. */
static bool skip_varints(struct cursor *c, uint64_t n)
{
    uint64_t ignored;
    for (uint64_t i = 0; i < n; i++)
        if (!quic_varint(c, &ignored))
            return false;
    return true;
}

/* RFC 9000, 19.3: largest, delay, count of ranges, the first range; the ranges, two integers each; three
 * counts (ECN). */
static bool ack(struct cursor *c, bool counts)
{
    uint64_t ranges;
    if (!skip_varints(c, 2) || !quic_varint(c, &ranges) || !skip_varints(c, 1))
        return false;
    for (int each = 0; each < 2; each++)
        if (!skip_varints(c, ranges))
            return false;
    return skip_varints(c, counts ? 3 : 0);
}

/* RFC 9000, 19.6. */
static bool crypto(struct cursor *c, struct quic_frame *out)
{
    uint64_t n;
    return quic_varint(c, &out->offset) && quic_varint(c, &n) && n <= cursor_left(c) &&
           cursor_bytes(c, (size_t)n, &out->data);
}

static bool google_stream(struct cursor *c, uint8_t type, struct quic_frame *out)
{
    size_t id_bytes = (type & 3u) + 1, offset_bytes = type >> 2 & 7u;
    uint16_t n;
    if (!cursor_skip(c, id_bytes) || !cursor_uint(c, offset_bytes ? offset_bytes + 1 : 0, &out->offset))
        return false;
    if (!(type & GOOGLE_HAS_LENGTH))
        return cursor_bytes(c, cursor_left(c), &out->data);
    return cursor_be16(c, &n) && cursor_bytes(c, n, &out->data);
}

/* A number that may be written longer than it needs (12.4): who receives it may take it. */
static bool frame_type(struct cursor *c, bool plain, uint64_t *type)
{
    return plain ? cursor_uint(c, 1, type) : quic_varint(c, type);
}

enum quic_frame_kind quic_frame_next(struct cursor *c, bool plain, struct quic_frame *out)
{
    uint64_t type;
    while (frame_type(c, plain, &type)) {
        if (type == FRAME_PADDING || type == FRAME_PING)
            continue;
        if (plain && type & GOOGLE_STREAM)
            return google_stream(c, (uint8_t)type, out) ? QUIC_FRAME_GOOGLE : QUIC_FRAME_BAD;
        switch (type) {
        case FRAME_ACK:
        case FRAME_ACK_ECN:
            if (!ack(c, type == FRAME_ACK_ECN))
                return QUIC_FRAME_BAD;
            break;
        case FRAME_CRYPTO:
            return crypto(c, out) ? QUIC_FRAME_CRYPTO : QUIC_FRAME_BAD;
        case FRAME_CRYPTO_Q050:
            return crypto(c, out) ? QUIC_FRAME_GOOGLE : QUIC_FRAME_BAD;
        default:
            return QUIC_FRAME_END;
        }
    }
    return QUIC_FRAME_END;
}
