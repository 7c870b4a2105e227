/* Frames of HTTP/2 (RFC 9113, 6) become what transactions hold. */
#include "app/http2/http2_connection.h"
#include "base/cursor.h"

static bool is_over(const struct http2_tx *tx)
{
    return tx->sides[TO_SERVER].ended && tx->sides[TO_CLIENT].ended;
}

static void event(struct app_session *s, struct http2_tx *tx, enum direction direction, enum app_event e)
{
    app_tx_event(s, &tx->tx, direction, e);
}

/* The payload without padding (6.1, 6.2). False when there is less of it than it says. */
static bool unpad(const struct http2_frame *frame, struct cursor *c)
{
    *c = cursor_of(frame->payload);
    uint8_t padding;
    if (!(frame->flags & HTTP2_PADDED))
        return true;
    if (!cursor_u8(c, &padding) || padding > cursor_left(c))
        return false;
    c->n -= padding;
    return true;
}

static void open_block(struct app_session *s, enum direction direction, struct http2_tx *tx,
                       const struct http2_frame *frame, struct cursor *c)
{
    struct slice fragment;
    cursor_bytes(c, cursor_left(c), &fragment);
    http2_block_begin(s, direction, tx, frame->stream_id,
                      frame->type == HTTP2_HEADERS && frame->flags & HTTP2_END_STREAM);
    http2_block_add(s, direction, fragment);
    if (frame->flags & HTTP2_END_HEADERS)
        http2_block_end(s, direction);
}

static void take_headers(struct app_session *s, enum direction direction, struct http2_tx *tx,
                         const struct http2_frame *frame)
{
    struct cursor c;
    uint32_t dependency;
    uint8_t weight;
    bool fine = unpad(frame, &c);
    if (fine && frame->flags & HTTP2_HAS_PRIORITY) {
        fine = cursor_be32(&c, &dependency) && cursor_u8(&c, &weight);
        if (fine)
            http2_add_number(s, tx, direction, HTTP2_NUMBER_PRIORITY, weight);
    }
    if (fine)
        open_block(s, direction, tx, frame, &c);
    else
        event(s, tx, direction, APP_EVENT_HTTP2_INVALID_FRAME_DATA);
    if (!fine && frame->flags & HTTP2_END_STREAM)
        http2_end_side(s, tx, direction);
}

/* 6.10: only behind an unfinished block of the same stream. */
static void take_continuation(struct app_session *s, enum direction direction, struct http2_tx *tx,
                              const struct http2_frame *frame)
{
    struct http2 *h2 = s->state;
    const struct http2_block *block = &h2->ways[direction].block;
    struct cursor c = cursor_of(frame->payload);
    if (!block->open || block->stream_id != frame->stream_id) {
        event(s, tx, direction, APP_EVENT_HTTP2_CONTINUATION_WITHOUT_HEADERS);
        open_block(s, direction, tx, frame, &c);
        return;
    }
    http2_block_add(s, direction, frame->payload);
    if (frame->flags & HTTP2_END_HEADERS)
        http2_block_end(s, direction);
}

static void take_data(struct app_session *s, enum direction direction, struct http2_tx *tx,
                      const struct http2_frame *frame)
{
    struct cursor c;
    struct slice bytes;
    if (!frame->stream_id) {
        event(s, tx, direction, APP_EVENT_HTTP2_DATA_STREAM_ZERO);
        return;
    }
    if (!unpad(frame, &c)) /* as Suricata: then nothing of it is padding */
        c = cursor_of(frame->payload);
    cursor_bytes(&c, cursor_left(&c), &bytes);
    if (is_over(tx))
        event(s, tx, direction, APP_EVENT_HTTP2_STREAM_ID_REUSE);
    http2_body_add(s, tx, direction, bytes);
    if (frame->flags & HTTP2_END_STREAM)
        http2_end_side(s, tx, direction);
}

static void take_settings(struct app_session *s, enum direction direction, struct http2_tx *tx,
                          const struct http2_frame *frame)
{
    struct cursor c = cursor_of(frame->payload);
    uint16_t id;
    uint32_t value;
    while (cursor_be16(&c, &id) && cursor_be32(&c, &value))
        http2_add_number(s, tx, direction, HTTP2_NUMBER_SETTING, (uint64_t)id << 32 | value);
}

/* 6.6: the answer to a request that the server makes up; the fields are the request's. */
static void take_push_promise(struct app_session *s, enum direction direction,
                              const struct http2_frame *frame)
{
    struct cursor c;
    uint32_t promised;
    bool fine = unpad(frame, &c) && cursor_be32(&c, &promised);
    struct http2_tx *tx = http2_stream(s, direction, fine ? promised & 0x7fffffff : frame->stream_id);
    if (!tx)
        return;
    http2_add_number(s, tx, direction, HTTP2_NUMBER_FRAMETYPE, HTTP2_PUSH_PROMISE);
    if (fine)
        open_block(s, direction, tx, frame, &c);
    else
        event(s, tx, direction, APP_EVENT_HTTP2_INVALID_FRAME_DATA);
    app_tx_changed(s, &tx->tx, direction);
}

/* Frames that hold one number, of 4 bytes but for PRIORITY; GOAWAY holds more behind it. */
static void take_number(struct app_session *s, enum direction direction, struct http2_tx *tx,
                        const struct http2_frame *frame)
{
    struct cursor c = cursor_of(frame->payload);
    uint32_t word;
    uint8_t weight;
    bool fine = cursor_be32(&c, &word);
    switch (frame->type) {
    case HTTP2_PRIORITY:
        fine = fine && cursor_u8(&c, &weight) && !cursor_left(&c);
        if (fine)
            http2_add_number(s, tx, direction, HTTP2_NUMBER_PRIORITY, weight);
        break;
    case HTTP2_GOAWAY:
        fine = fine && cursor_be32(&c, &word);
        if (fine)
            http2_add_number(s, tx, direction, HTTP2_NUMBER_ERRORCODE, word);
        break;
    default: /* RST_STREAM, WINDOW_UPDATE */
        fine = fine && !cursor_left(&c);
        if (fine && frame->type == HTTP2_RST_STREAM)
            http2_add_number(s, tx, direction, HTTP2_NUMBER_ERRORCODE, word);
        else if (fine)
            http2_add_number(s, tx, direction, HTTP2_NUMBER_WINDOW, word & 0x7fffffff);
        break;
    }
    if (!fine)
        event(s, tx, direction, APP_EVENT_HTTP2_INVALID_FRAME_LENGTH);
    if (frame->type == HTTP2_RST_STREAM && !is_over(tx)) { /* 6.4: the other side may not know yet */
        tx->reset = true;
        app_tx_complete(s, &tx->tx, direction);
    }
}

static void take_by_type(struct app_session *s, enum direction direction, struct http2_tx *tx,
                         const struct http2_frame *frame)
{
    switch (frame->type) {
    case HTTP2_DATA:
        take_data(s, direction, tx, frame);
        break;
    case HTTP2_HEADERS:
        take_headers(s, direction, tx, frame);
        break;
    case HTTP2_CONTINUATION:
        take_continuation(s, direction, tx, frame);
        break;
    case HTTP2_SETTINGS:
        take_settings(s, direction, tx, frame);
        break;
    case HTTP2_PRIORITY:
    case HTTP2_RST_STREAM:
    case HTTP2_GOAWAY:
    case HTTP2_WINDOW_UPDATE:
        take_number(s, direction, tx, frame);
        break;
    default: /* PING and those of extensions say nothing that is looked at */
        break;
    }
}

static struct http2_tx *transaction_of(struct app_session *s, enum direction direction,
                                       const struct http2_frame *frame)
{
    if (!frame->stream_id)
        return http2_global(s, direction);
    struct http2_tx *tx = http2_find(s, frame->stream_id);
    if (tx && frame->type == HTTP2_HEADERS && is_over(tx)) /* it begins another stream */
        http2_retire(s, tx);
    return http2_stream(s, direction, frame->stream_id);
}

void http2_take_frame(struct app_session *s, enum direction direction, const struct http2_frame *frame)
{
    if (frame->type == HTTP2_SETTINGS && !frame->length) /* an acknowledgement, or nothing */
        return;
    if (frame->type == HTTP2_PUSH_PROMISE) {
        take_push_promise(s, direction, frame);
        return;
    }
    struct http2_tx *tx = transaction_of(s, direction, frame);
    if (!tx)
        return;
    if (tx->frames++ >= HTTP2_FRAMES_MOST)
        event(s, tx, direction, APP_EVENT_HTTP2_TOO_MANY_FRAMES);
    http2_add_number(s, tx, direction, HTTP2_NUMBER_FRAMETYPE, frame->type);
    if (frame->payload.n >= frame->length)
        take_by_type(s, direction, tx, frame);
    else if (frame->type == HTTP2_DATA)
        event(s, tx, direction, APP_EVENT_HTTP2_LONG_FRAME_DATA);
    app_tx_changed(s, &tx->tx, direction);
    if (!frame->stream_id)
        for (int d = 0; d < DIRECTIONS; d++)
            http2_end_side(s, tx, (enum direction)d);
}
