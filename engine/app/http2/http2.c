/*
 * HTTP/2: the parser. The bytes of each direction are cut into frames (RFC 9113, 4.1); a frame is taken when
 * all of it is there, but for those of FRAME_WAITED bytes and more: of DATA the payload is taken as it comes,
 * the others are passed over.
 */
#include "app/http2/http2_frame_buffer.h"
#include "app/config.h"
#include "base/cursor.h"

enum { FRAME_WAITED = 64 << 10 };

/* 3.4: what a client says first. */
static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

static int open_connection(struct app_session *s)
{
    return s->handed.n ? http2_take_upgrade(s) : 0;
}

static void close_connection(struct app_session *s)
{
    struct http2 *h2 = s->state;
    for (int d = 0; d < DIRECTIONS; d++) {
        if (h2->ways[d].inflater)
            nghttp2_hd_inflate_del(h2->ways[d].inflater);
        http2_frame_drop(s, (enum direction)d);
    }
}

static bool frame_head(struct cursor *c, struct http2_frame *frame)
{
    struct slice head;
    if (!cursor_bytes(c, HTTP2_FRAME_HEAD, &head))
        return false;
    struct cursor h = cursor_of(head);
    uint64_t length = 0;
    *frame = (struct http2_frame){0};
    cursor_uint(&h, 3, &length);
    cursor_u8(&h, &frame->type);
    cursor_u8(&h, &frame->flags);
    cursor_be32(&h, &frame->stream_id);
    frame->stream_id &= 0x7fffffff;
    frame->length = (uint32_t)length;
    return true;
}

static void take_for_rules(struct app_session *s, enum direction direction, struct slice bytes, bool last)
{
    http2_frame_add(s, direction, bytes);
    if (last)
        http2_frame_end(s, direction);
}

/* What has come of the payload of a frame that was not waited for. */
static void take_left(struct app_session *s, enum direction direction, struct cursor *c)
{
    struct http2 *h2 = s->state;
    struct http2_way *way = &h2->ways[direction];
    struct slice bytes;
    uint64_t data = way->left > way->left_padding ? way->left - way->left_padding : 0;
    size_t n = way->left < cursor_left(c) ? (size_t)way->left : cursor_left(c);
    if (!n || !cursor_bytes(c, n, &bytes))
        return;
    way->left -= n;
    if (way->frame.n)
        take_for_rules(s, direction, bytes, !way->left);
    struct http2_tx *tx = way->left_tx;
    if (!tx)
        return;
    http2_body_add(s, tx, direction, data < n ? slice_first(bytes, (size_t)data) : bytes);
    if (!way->left && way->left_ends)
        http2_end_side(s, tx, direction);
    app_tx_changed(s, &tx->tx, direction);
}

/* Of a frame that is not waited for, or will never be whole, the payload is `left`. */
static void leave(struct app_session *s, enum direction direction, const struct http2_frame *frame,
                  struct cursor *c)
{
    struct http2 *h2 = s->state;
    struct http2_way *way = &h2->ways[direction];
    uint8_t padding;
    way->left = frame->length;
    way->left_tx = frame->type == HTTP2_DATA && frame->stream_id ? http2_find(s, frame->stream_id) : NULL;
    way->left_ends = frame->flags & HTTP2_END_STREAM;
    way->left_padding = 0;
    if (way->left_tx && frame->flags & HTTP2_PADDED && way->left && cursor_u8(c, &padding)) {
        way->left--;
        way->left_padding = padding;
    }
    if (frame->type == HTTP2_HEADERS || frame->type == HTTP2_PUSH_PROMISE ||
        frame->type == HTTP2_CONTINUATION)
        http2_block_lost(s, direction);
}

/* One frame, or a part of one. False when more bytes must come: `need` of them from the cursor on. */
static bool take_one(struct app_session *s, const struct app_input *in, struct cursor *c, size_t *need)
{
    struct http2 *h2 = s->state;
    struct http2_frame frame;
    struct cursor at = *c;
    size_t from = c->at;
    if (h2->ways[in->direction].left) {
        take_left(s, in->direction, c);
        if (h2->ways[in->direction].left)
            return false;
        app_raw_wanted(s, in->direction);
        return true;
    }
    *need = HTTP2_FRAME_HEAD;
    if (!frame_head(&at, &frame))
        return false;
    bool too_long = frame.length >= FRAME_WAITED;
    *need = HTTP2_FRAME_HEAD + (too_long ? frame.flags & HTTP2_PADDED ? 1 : 0 : frame.length);
    if (cursor_left(c) < *need && !in->last)
        return false;
    *c = at;
    frame.payload = slice_of(NULL, 0);
    if (too_long || !cursor_bytes(c, frame.length, &frame.payload)) {
        if (too_long)
            http2_take_frame(s, in->direction, &frame);
        leave(s, in->direction, &frame, c);
        if (too_long)
            take_for_rules(s, in->direction, slice_from(slice_first(in->bytes, c->at), from), false);
        return true;
    }
    http2_take_frame(s, in->direction, &frame);
    take_for_rules(s, in->direction, slice_from(slice_first(in->bytes, c->at), from), true);
    if (frame.length ||
        frame.type != HTTP2_SETTINGS) /* as in Suricata not for an acknowledgment of settings */
        app_raw_wanted(s, in->direction);
    return true;
}

/*
 * Takes the client's preface. Where there is none frames are looked for as well, but behind an upgrade, which
 * the client may then not have meant. False when it is not there (yet): `status` says which.
 */
static bool take_preface(struct app_session *s, const struct app_input *in, struct cursor *c,
                         enum parse_status *status)
{
    struct http2 *h2 = s->state;
    size_t n = sizeof preface - 1;
    if (in->direction == TO_CLIENT || h2->preface_over)
        return true;
    struct slice start = slice_first(in->bytes, n);
    bool fits = slice_equal(start, slice_of(preface, start.n));
    if (fits && start.n < n)
        return false;
    h2->preface_over = true;
    if (fits)
        return cursor_skip(c, n);
    if (!h2->upgraded)
        return true;
    struct http2_tx *tx = http2_global(s, in->direction);
    if (tx) {
        app_tx_event(s, &tx->tx, in->direction, APP_EVENT_HTTP2_INVALID_CLIENT_MAGIC);
        http2_end_side(s, tx, TO_SERVER);
        http2_end_side(s, tx, TO_CLIENT);
    }
    *status = PARSE_SIDE_DONE;
    return false;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct cursor c = cursor_of(in->bytes);
    enum parse_status status = PARSE_OK;
    size_t need = sizeof preface - 1;
    if (take_preface(s, in, &c, &status)) {
        need = 1;
        while (cursor_left(&c) && !app_full(s) && take_one(s, in, &c, &need))
            need = 1;
    }
    taken->bytes = c.at;
    taken->need = need;
    return status;
}

/* Only inside of a payload is it known what follows. */
/* As in Suricata neither side is read any more: both have tables that depend on every byte. */
static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    (void)s;
    (void)direction;
    (void)bytes;
    return PARSE_GIVE_UP;
}

static void seen(struct app_session *s, struct app_tx *app_tx, enum direction direction)
{
    struct http2_tx *tx = (struct http2_tx *)app_tx;
    struct http2_side *side = &tx->sides[direction];
    for (int i = 0; i < HTTP2_NUMBER_KINDS && !side->numbers_shut; i++)
        side->numbers[i].shown = side->numbers[i].count;
    side->numbers_shut = true;
    app_body_seen(s, &side->body, &http2_body_limits);
}

#define PARSER(protocol)                                                                           \
    {                                                                                              \
        .proto = protocol, .state_size = sizeof(struct http2), .tx_size = sizeof(struct http2_tx), \
        .most_alive = HTTP2_STREAMS_MOST, .open = open_connection, .close = close_connection,      \
        .parse = parse, .gap = gap, .tx_free = http2_tx_free, .tx_reuse = http2_tx_reuse,          \
        .buffer = http2_buffer, .alike = http2_alike, .seen = seen,                                \
    }

const struct app_parser http2_parser = PARSER(APP_HTTP2);
const struct app_parser doh2_parser = PARSER(APP_DOH2); /* what a session of http2_parser may become */
