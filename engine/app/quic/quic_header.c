#include "app/quic/quic_header.h"

#include <errno.h>

enum {
    LONG_FORM = 0x80, /* RFC 9000, 17.2 */
    FIXED_BIT = 0x40,
    PUBLIC_VERSION = 0x01, /* the flags of Google's public header */
    PUBLIC_CONNECTION_ID = 0x08,
    PUBLIC_ID_BYTES = 8,
    MESSAGE_HASH_BYTES = 12, /* in place of an authentication tag, before there are keys */
};

bool quic_varint(struct cursor *c, uint64_t *value)
{
    if (!cursor_left(c))
        return false;
    unsigned log = c->p[c->at] >> 6;
    if (!cursor_uint(c, (size_t)1 << log, value))
        return false;
    *value &= ~(UINT64_C(3) << (8 * (1u << log) - 2));
    return true;
}

static enum quic_type long_type(uint32_t version, uint8_t first)
{
    unsigned bits = first >> 4 & 3;
    if (version == 0)
        return QUIC_NEGOTIATION;
    if (version == QUIC_VERSION_2)
        bits = (bits + 3) & 3; /* RFC 9369, 3.2: all moved by one */
    return (enum quic_type)(QUIC_INITIAL + bits);
}

static bool connection_id(struct cursor *c, struct slice *id)
{
    uint8_t bytes;
    return cursor_u8(c, &bytes) && cursor_bytes(c, bytes, id);
}

/* The lengths of both in one byte; what is not 0 counts from 3 on. */
static bool google_connection_ids(struct cursor *c, struct quic_header *h)
{
    uint8_t lengths;
    if (!cursor_u8(c, &lengths))
        return false;
    size_t destination = lengths >> 4, source = lengths & 0x0f;
    return cursor_bytes(c, destination ? destination + 3 : 0, &h->destination_id) &&
           cursor_bytes(c, source ? source + 3 : 0, &h->source_id);
}

/* Q046: a packet number as long as the first byte says, a hash, frames as they are. It fills its datagram. */
static bool google_long(struct cursor *c, uint8_t first, struct quic_header *h)
{
    if (!google_connection_ids(c, h))
        return false;
    if (h->type == QUIC_INITIAL && !cursor_skip(c, (first & 3u) + 1 + MESSAGE_HASH_BYTES))
        return false;
    h->plain = true;
    h->protected_at = c->at;
    return true;
}

/* A token that is not looked at, and the length of the rest (17.2.2 to 17.2.4). */
static bool lengths(struct cursor *c, struct quic_header *h)
{
    uint64_t n;
    if (h->type == QUIC_INITIAL && (!quic_varint(c, &n) || n > cursor_left(c) || !cursor_skip(c, (size_t)n)))
        return false;
    if (!quic_varint(c, &n) || n > cursor_left(c))
        return false;
    h->protected_at = c->at;
    h->packet = slice_of(c->p, c->at + (size_t)n);
    return true;
}

static bool long_header(struct cursor *c, uint8_t first, struct quic_header *h)
{
    if (!cursor_be32(c, &h->version))
        return false;
    h->type = long_type(h->version, first);
    /* Their packets have public headers, so this is none of theirs. */
    if (h->version >= QUIC_Q043 && h->version <= QUIC_Q045)
        return false;
    if (h->version == QUIC_Q046)
        return google_long(c, first, h);
    if (!connection_id(c, &h->destination_id) || !connection_id(c, &h->source_id))
        return false;
    h->protected_at = c->at;
    if (h->type == QUIC_RETRY || h->type == QUIC_NEGOTIATION)
        return true;
    struct cursor rest = *c;
    if (lengths(&rest, h))
        return true;
    /* What is not decrypted may be of a form that we do not know: the datagram's rest is taken for it. */
    return h->type != QUIC_INITIAL;
}

/* Google's, up to Q043: flags, connection id, version, packet number, hash. */
static bool public_header(struct cursor *c, uint8_t first, struct quic_header *h)
{
    static const uint8_t number_bytes[] = {1, 2, 4, 6};
    h->type = QUIC_PUBLIC;
    h->plain = true;
    if (first & PUBLIC_CONNECTION_ID && !cursor_bytes(c, PUBLIC_ID_BYTES, &h->destination_id))
        return false;
    if (!cursor_be32(c, &h->version) || !cursor_skip(c, number_bytes[first >> 4 & 3]))
        return false;
    if (!cursor_skip(c, MESSAGE_HASH_BYTES) && first & PUBLIC_CONNECTION_ID)
        return false;
    h->protected_at = c->at;
    return true;
}

int quic_header_parse(struct slice datagram, struct quic_header *out)
{
    struct cursor c = cursor_of(datagram);
    *out = (struct quic_header){.type = QUIC_SHORT, .packet = datagram};
    uint8_t first;
    if (!cursor_u8(&c, &first))
        return -EBADMSG;
    bool good = true;
    if (first & LONG_FORM)
        good = long_header(&c, first, out);
    else if (!(first & FIXED_BIT) && first & PUBLIC_VERSION)
        good = public_header(&c, first, out);
    return good ? 0 : -EBADMSG;
}
