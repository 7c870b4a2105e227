/* Bodies of HTTP/2: DATA, without padding and content coding. */
#include "app/coding.h"
#include "app/file/file.h"
#include "app/http2/http2_connection.h"
#include "app/http2/http2_dns.h"
#include "base/cursor.h"

/* As Suricata looks at files: all of a body, however long, 32 KiB first, and 4 KiB back. */
const struct app_body_limits http2_body_limits = {.limit = UINT64_MAX, .least = 32 << 10, .window = 4 << 10};

static enum coding_kind coding_of(const struct http2_side *side)
{
    enum coding_kind kind = CODING_NONE;
    for (uint32_t i = 0; i < side->visible; i++) {
        const struct http2_field *field = &side->fields[i];
        if (field->is_table_size || !slice_equal(http2_name(side, field), slice_str("content-encoding")))
            continue;
        enum coding_kind named = coding_by_name(http2_value(side, field));
        kind = named != CODING_NONE ? named : kind;
    }
    return kind;
}

static bool take_number(struct cursor *c, uint64_t *number)
{
    size_t start = c->at;
    *number = 0;
    for (; cursor_left(c) && c->p[c->at] >= '0' && c->p[c->at] <= '9'; c->at++) {
        if (*number > UINT64_MAX / 16)
            return false;
        *number = *number * 10 + (c->p[c->at] - '0');
    }
    return c->at > start;
}

static bool take_byte(struct cursor *c, char byte)
{
    if (!cursor_left(c) || c->p[c->at] != (uint8_t)byte)
        return false;
    c->at++;
    return true;
}

/* RFC 9110, 14.4: unit, and first-last or *, over size or *. What follows is not looked at. */
static bool is_range(struct slice value)
{
    struct cursor c = cursor_of(value);
    uint64_t first = 0, last = 0, size = UINT64_MAX;
    size_t unit = 0;
    for (; cursor_left(&c) && c.p[c.at] != ' ' && c.p[c.at] != '='; c.at++)
        unit++;
    if (!unit || !take_byte(&c, ' '))
        return false;
    while (take_byte(&c, ' '))
        ;
    if (!take_byte(&c, '*') && !(take_number(&c, &first) && take_byte(&c, '-') && take_number(&c, &last)))
        return false;
    if (!take_byte(&c, '/') || (!take_byte(&c, '*') && !take_number(&c, &size)))
        return false;
    return first <= last && last < size;
}

static void check_range(struct app_session *s, struct http2_tx *tx)
{
    const struct http2_side *side = &tx->sides[TO_CLIENT];
    for (uint32_t i = 0; i < side->visible; i++) {
        const struct http2_field *field = &side->fields[i];
        if (!field->is_table_size && slice_equal(http2_name(side, field), slice_str("content-range"))) {
            if (!is_range(http2_value(side, field)))
                app_tx_event(s, &tx->tx, TO_CLIENT, APP_EVENT_HTTP2_INVALID_RANGE);
            return;
        }
    }
}

static bool body_wanted(const struct app_session *s, enum direction direction)
{
    return app_wanted(s, BUFFER_FILE_DATA) ||
           app_wanted(s, direction == TO_SERVER ? BUFFER_HTTP_REQUEST_BODY : BUFFER_HTTP_RESPONSE_BODY);
}

static void begin(struct app_session *s, struct http2_tx *tx, enum direction direction)
{
    struct http2 *h2 = s->state;
    struct http2_side *side = &tx->sides[direction];
    side->body_begun = true;
    side->body_wanted = body_wanted(s, direction);
    http2_dns_body_begins(tx, direction);
    if (direction == TO_CLIENT)
        check_range(s, tx);
    enum coding_kind kind = coding_of(side);
    if (kind == CODING_NONE)
        return;
    if (http2_charge(s, tx, coding_memory(kind)))
        side->coding = coding_new(kind, &h2->growth);
    side->body_lost = !side->coding; /* still coded it is of no use to the rules */
}

struct sink {
    struct app_session *session;
    struct http2_tx *tx;
    enum direction direction;
};

/* HTTP/2 names no files, in Suricata. */
static void keep(void *ctx, struct slice decoded)
{
    struct sink *sink = ctx;
    struct http2_side *side = &sink->tx->sides[sink->direction];
    if (!side->file)
        side->file = app_file_open(sink->session, &sink->tx->tx, sink->direction, slice_of(NULL, 0));
    app_file_append(sink->session, &sink->tx->tx, side->file, decoded);
    http2_dns_body(sink->session, sink->tx, sink->direction, decoded);
    if (side->body_wanted)
        app_body_append(sink->session, &side->body, decoded, &http2_body_limits);
}

void http2_body_add(struct app_session *s, struct http2_tx *tx, enum direction direction, struct slice bytes)
{
    struct http2_side *side = &tx->sides[direction];
    if (!side->body_begun)
        begin(s, tx, direction);
    if (side->body_lost)
        return;
    struct sink sink = {.session = s, .tx = tx, .direction = direction};
    if (!side->coding) {
        keep(&sink, bytes);
    } else if (coding_decode(side->coding, bytes, keep, &sink)) {
        app_tx_event(s, &tx->tx, direction, APP_EVENT_HTTP2_FAILED_DECOMPRESSION);
        side->body_lost = true;
    }
}

void http2_body_end(struct app_session *s, struct http2_tx *tx, enum direction direction)
{
    struct http2_side *side = &tx->sides[direction];
    side->body.complete = true;
    http2_dns_body_ends(s, tx, direction);
    app_file_close(s, &tx->tx, side->file, !side->body_lost);
}
