/*
 * Header blocks: HPACK (RFC 7541) on nghttp2's decoder, fed fragment by fragment.
 *
 * Table size updates (6.3) are read here: the decoder tells nobody about them, and refuses those that are
 * larger than it knows to be agreed; it is given them cut to TABLE_MOST. A block that cannot be decoded
 * leaves the table unknown; the next one begins with an empty table, so that literals and the static table
 * still come out. What a block names beyond the caps of http2.h is decoded and dropped.
 */
#include "app/http2/http2_connection.h"
#include "app/http2/http2_dns.h"
#include "base/cursor.h"

#include <strings.h>

enum {
    TABLE_MOST = 64 << 10, /* bytes */
    UPDATE_BITS = 5,
    UPDATE_SHIFT_MOST = 56, /* an integer with more digits is no size */
};

static bool decoder(struct http2_way *way)
{
    if (way->inflater)
        return true;
    if (nghttp2_hd_inflate_new(&way->inflater)) {
        way->inflater = NULL;
        return false;
    }
    nghttp2_hd_inflate_change_table_size(way->inflater, TABLE_MOST);
    return true;
}

static void drop_decoder(struct http2_way *way)
{
    if (way->inflater)
        nghttp2_hd_inflate_del(way->inflater);
    way->inflater = NULL;
}

static void block_event(struct app_session *s, enum direction direction, enum app_event event)
{
    struct http2 *h2 = s->state;
    struct http2_block *block = &h2->ways[direction].block;
    if (block->tx)
        app_tx_event(s, &block->tx->tx, direction, event);
}

static void spoil(struct app_session *s, enum direction direction, enum app_event event)
{
    struct http2 *h2 = s->state;
    block_event(s, direction, event);
    h2->ways[direction].block.bad = true;
    drop_decoder(&h2->ways[direction]);
}

void http2_block_begin(struct app_session *s, enum direction direction, struct http2_tx *tx,
                       uint32_t stream_id, bool ends_stream)
{
    struct http2 *h2 = s->state;
    struct http2_way *way = &h2->ways[direction];
    if (way->block.open && !way->block.bad) /* the one before was never finished: it holds the decoder */
        drop_decoder(way);
    way->block = (struct http2_block){
        .tx = tx, .stream_id = stream_id, .open = true, .ends_stream = ends_stream, .at_start = true};
    way->block.bad = !decoder(way);
}

void http2_block_lost(struct app_session *s, enum direction direction)
{
    struct http2 *h2 = s->state;
    h2->ways[direction].block.bad = true;
    drop_decoder(&h2->ways[direction]);
}

static void keep_field(struct app_session *s, enum direction direction, const nghttp2_nv *nv)
{
    struct http2 *h2 = s->state;
    struct http2_block *block = &h2->ways[direction].block;
    if (block->tx && !http2_add_field(s, block->tx, direction, slice_of(nv->name, nv->namelen),
                                      slice_of(nv->value, nv->valuelen)))
        block_event(s, direction, APP_EVENT_HTTP2_TOO_LONG_REPEATED_HEADERS);
}

/* Gives bytes to the decoder. False, and the block is spoilt, when they are no HPACK. */
static bool decode(struct app_session *s, enum direction direction, struct slice in, bool final)
{
    struct http2 *h2 = s->state;
    struct http2_way *way = &h2->ways[direction];
    for (;;) {
        nghttp2_nv nv;
        int flags = 0;
        const uint8_t *p = in.n ? in.p : (const uint8_t *)"";
        ssize_t n = nghttp2_hd_inflate_hd2(way->inflater, &nv, &flags, p, in.n, final);
        if (n < 0) {
            spoil(s, direction, final ? APP_EVENT_HTTP2_INVALID_FRAME_DATA : APP_EVENT_HTTP2_INVALID_HEADER);
            return false;
        }
        in = slice_from(in, (size_t)n);
        if (flags & NGHTTP2_HD_INFLATE_EMIT)
            keep_field(s, direction, &nv);
        else if (!in.n || n == 0)
            return true;
    }
}

/* One update, encoded again (RFC 7541, 5.1) and no larger than TABLE_MOST. */
static bool give_update(struct app_session *s, enum direction direction, uint64_t size)
{
    uint64_t rest = size < TABLE_MOST ? size : TABLE_MOST;
    enum { PREFIX = (1 << UPDATE_BITS) - 1 };
    uint8_t bytes[8];
    size_t n = 0;
    if (rest < PREFIX) {
        bytes[n++] = (uint8_t)(0x20 | rest);
    } else {
        bytes[n++] = 0x20 | PREFIX;
        for (rest -= PREFIX; rest >= 128; rest >>= 7)
            bytes[n++] = (uint8_t)(rest | 128);
        bytes[n++] = (uint8_t)rest;
    }
    return decode(s, direction, slice_of(bytes, n), false);
}

static bool update_came(struct app_session *s, enum direction direction)
{
    struct http2 *h2 = s->state;
    struct http2_block *block = &h2->ways[direction].block;
    block->in_update = false;
    if (block->tx)
        http2_add_table_size(s, block->tx, direction, block->update);
    return give_update(s, direction, block->update);
}

/* Takes the size updates that a block begins with. False when the block is spoilt. */
static bool take_updates(struct app_session *s, enum direction direction, struct cursor *c)
{
    struct http2 *h2 = s->state;
    struct http2_block *block = &h2->ways[direction].block;
    uint8_t byte;
    while (block->at_start && cursor_u8(c, &byte)) {
        if (block->in_update) {
            if (block->update_shift > UPDATE_SHIFT_MOST) {
                spoil(s, direction, APP_EVENT_HTTP2_HEADER_INTEGER_OVERFLOW);
                return false;
            }
            block->update += (uint64_t)(byte & 127) << block->update_shift;
            block->update_shift += 7;
            if (!(byte & 128) && !update_came(s, direction))
                return false;
        } else if ((byte & 0xe0) == 0x20) {
            block->update = byte & 0x1f;
            block->update_shift = 0;
            block->in_update = block->update == 0x1f;
            if (!block->in_update && !update_came(s, direction))
                return false;
        } else {
            block->at_start = false;
            c->at--;
        }
    }
    return true;
}

void http2_block_add(struct app_session *s, enum direction direction, struct slice fragment)
{
    struct http2 *h2 = s->state;
    struct http2_block *block = &h2->ways[direction].block;
    size_t room = HTTP2_BLOCK_MOST - block->bytes;
    if (fragment.n > room && !block->long_told) {
        block_event(s, direction, APP_EVENT_HTTP2_REASSEMBLY_LIMIT_REACHED);
        block->long_told = true;
    }
    fragment = slice_first(fragment, room);
    block->bytes += fragment.n;
    if (block->bad || !fragment.n)
        return;
    struct cursor c = cursor_of(fragment);
    struct slice rest;
    if (take_updates(s, direction, &c) && cursor_bytes(&c, cursor_left(&c), &rest) && rest.n)
        decode(s, direction, rest, false);
}

void http2_block_end(struct app_session *s, enum direction direction)
{
    struct http2 *h2 = s->state;
    struct http2_way *way = &h2->ways[direction];
    struct http2_block *block = &way->block;
    struct http2_tx *tx = block->tx;
    if (!block->bad && block->in_update)
        spoil(s, direction, APP_EVENT_HTTP2_INVALID_FRAME_DATA);
    if (!block->bad && decode(s, direction, slice_of(NULL, 0), true))
        nghttp2_hd_inflate_end_headers(way->inflater);
    block->open = false;
    block->tx = NULL;
    if (!tx)
        return;
    http2_fields_came(s, tx, direction, tx->sides[direction].visible);
    if (block->ends_stream)
        http2_end_side(s, tx, direction);
}

static bool is(struct slice name, const char *lower)
{
    return name.n == strlen(lower) && strncasecmp((const char *)name.p, lower, name.n) == 0;
}

void http2_fields_came(struct app_session *s, struct http2_tx *tx, enum direction direction, uint32_t first)
{
    struct http2_side *side = &tx->sides[direction];
    struct slice authority = {0}, host = {0};
    side->visible = side->field_count;
    for (uint32_t i = first; i < side->field_count; i++) {
        const struct http2_field *field = &side->fields[i];
        if (field->is_table_size)
            continue;
        if (is(http2_name(side, field), ":authority"))
            authority = http2_value(side, field);
        if (is(http2_name(side, field), "host"))
            host = http2_value(side, field);
    }
    if (authority.n && memchr(authority.p, '@', authority.n))
        app_tx_event(s, &tx->tx, direction, APP_EVENT_HTTP2_USERINFO_IN_URI);
    if (authority.p && host.p &&
        (authority.n != host.n || strncasecmp((const char *)authority.p, (const char *)host.p, host.n) != 0))
        app_tx_event(s, &tx->tx, direction, APP_EVENT_HTTP2_AUTHORITY_HOST_MISMATCH);
    if (direction == TO_SERVER)
        http2_dns_fields(s, tx);
}
