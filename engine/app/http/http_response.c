/*
 * Responses of HTTP/1 (RFC 9112, 4):
 *
 *   IDLE -> LINE -> HEADERS -+-> BODY, TO_THE_END ------------------------+-> FINALIZE -> IDLE
 *    |       ^         |     +-> CHUNK_SIZE -> CHUNK -> CHUNK_END --------+
 *    |       +- 1xx ---+     |       ^ ... |               |              |
 *    |                       |       +-----+-> TRAILER ----+--------------+
 *    |                       +-> (no body) -------------------------------+
 *    +-> TO_THE_END: HTTP/0.9
 *
 * A response belongs to the first transaction that has none; one that nobody asked for makes one. FINALIZE
 * looks whether the next line is a status line, and takes what is none for more of the body, as in Suricata.
 */
#include "app/http/http_message.h"

#include <strings.h>

#include "app/http/http_event.h"
#include "app/http/http_file.h"
#include "app/http/http_frame.h"
#include "app/http/http_range.h"
#include "app/http/http_word.h"

enum response_state {
    RESPONSE_IDLE,
    RESPONSE_LINE,
    RESPONSE_HEADERS,
    RESPONSE_BODY,
    RESPONSE_TO_THE_END,
    RESPONSE_CHUNK_SIZE,
    RESPONSE_CHUNK,
    RESPONSE_CHUNK_END,
    RESPONSE_TRAILER,
    RESPONSE_FINALIZE,
};

static struct http_way *way_of(struct app_session *s)
{
    return &((struct http *)s->state)->ways[TO_CLIENT];
}

static enum http_step go(struct http_way *way, enum response_state state)
{
    way->state = (uint8_t)state;
    return STEP_ON;
}

static enum http_step to_the_end(struct http_way *way)
{
    way->tx->sides[TO_CLIENT].coding = HTTP_CODING_IDENTITY;
    way->left = UINT64_MAX;
    return go(way, RESPONSE_TO_THE_END);
}

static enum http_step begin(struct app_session *s)
{
    struct http *http = s->state;
    struct http_way *way = way_of(s);
    if (!http_reader_left(&way->reader))
        return STEP_WAIT;
    struct http_tx *tx = http->next_answered;
    bool asked = tx != NULL;
    if (!asked && !(tx = http_request_not_seen(s)))
        return STEP_ERROR;
    http->next_answered = (struct http_tx *)tx->tx.next;
    way->tx = tx;
    tx->sides[TO_CLIENT].begun = true;
    http_frame_begin(s, tx, TO_CLIENT);
    if (http->is_http)
        tx->simple = false;
    if (!asked) {
        app_tx_event(s, &tx->tx, TO_CLIENT, APP_EVENT_HTTP_UNABLE_TO_MATCH_RESPONSE_TO_REQUEST);
        app_tx_changed(s, &tx->tx, TO_SERVER);
    }
    if (http->ways[TO_SERVER].tx == tx)
        http_request_is_answered(s);
    return tx->simple ? to_the_end(way) : go(way, RESPONSE_LINE);
}

/* Whether it begins as a status line does, behind blanks. */
static bool is_status_line(struct slice line)
{
    size_t at = 0;
    while (at < line.n && (http_is_space(line.p[at]) || !line.p[at]))
        at++;
    return line.n - at >= 4 && strncasecmp((const char *)line.p + at, "HTTP", 4) == 0;
}

/* More of the body than its length said, or a body without a head. */
static void take_stray(struct app_session *s, struct slice bytes)
{
    way_of(s)->tx->answered += bytes.n;
    http_body_came(s, TO_CLIENT, bytes);
}

static enum http_step take_line(struct app_session *s, struct slice line)
{
    struct http_way *way = way_of(s);
    struct http_tx *tx = way->tx;
    struct http_side *side = &tx->sides[TO_CLIENT];
    /* What came before is an interim response (RFC 9110, 15.2): as in Suricata rules see no more of it than
     * its line, and that until the final one comes. */
    if (http_keep_line(s, TO_CLIENT, line) != STEP_ON)
        return STEP_ERROR;
    if (tx->interim) {
        side->made_already &= ~(1u << HTTP_MADE_RESPONSE_LINE);
        buf_clear(&side->made[HTTP_MADE_RESPONSE_LINE]);
    }
    struct slice text = http_head_part(&side->head, side->line);
    struct http_status_line read = http_status_line_read(text);
    side->protocol = http_part_of(text, read.protocol);
    side->version = read.version;
    tx->status = http_part_of(text, read.status);
    tx->message = http_part_of(text, read.message);
    tx->has_status = read.status.p != NULL;
    tx->has_message = read.message.p != NULL;
    tx->status_number = read.number;
    tx->interim = read.number == 100; /* if it is final after all its headers will say so */
    side->line_read = !tx->interim;
    go(way, RESPONSE_HEADERS);
    if (tx->interim && tx->continued) {
        http_remark(s, APP_EVENT_HTTP_100_CONTINUE_ALREADY_SEEN);
        tx->continued = false;
    }
    app_tx_changed(s, &tx->tx, TO_CLIENT);
    return STEP_ON;
}

static enum http_step read_line(struct app_session *s)
{
    struct http_way *way = way_of(s);
    struct slice line;
    if (way->reader.closed) {
        line = http_reader_rest(&way->reader);
        if (!line.n || http_line_is_empty(line))
            return go(way, RESPONSE_FINALIZE);
    } else {
        enum http_read read = http_reader_line_or_cr(&way->reader, &line);
        if (read == HTTP_READ_LATER)
            return STEP_WAIT;
        if (read != HTTP_READ)
            return http_read_failed(s, TO_CLIENT, read);
        if (http_line_is_empty(line))
            return STEP_ON;
    }
    if (is_status_line(line))
        return take_line(s, line);
    take_stray(s, line);
    return way->reader.closed || !http_reader_left(&way->reader) ? go(way, RESPONSE_FINALIZE) : STEP_ON;
}

/* An interim answer, behind which the final one is awaited. */
static bool is_interim(const struct http_tx *tx)
{
    struct slice length = http_header(tx, TO_CLIENT, HTTP_FIELD_CONTENT_LENGTH);
    if (tx->status_number != 100 || http_header(tx, TO_CLIENT, HTTP_FIELD_TRANSFER_ENCODING).p)
        return false;
    return !length.p || http_length_read(length) <= 0;
}

static bool has_no_body(const struct http_tx *tx)
{
    return tx->method_kind == HTTP_HEAD || tx->status_number == 204 || tx->status_number == 304 ||
           (tx->status_number >= 100 && tx->status_number <= 199);
}

static enum http_step chunks_begin(struct app_session *s, struct slice coding)
{
    struct http_way *way = way_of(s);
    struct http_side *side = &way->tx->sides[TO_CLIENT];
    if (coding.n != strlen("chunked") || !http_names(coding, "chunked"))
        http_remark(s, APP_EVENT_HTTP_RESPONSE_ABNORMAL_TRANSFER_ENCODING);
    if (side->version < HTTP_VERSION_1_1)
        http_remark(s, APP_EVENT_HTTP_RESPONSE_CHUNKED_OLD_PROTO);
    side->coding = HTTP_CODING_CHUNKED;
    return go(way, RESPONSE_CHUNK_SIZE);
}

static enum http_step length_known(struct app_session *s, struct slice length)
{
    struct http_way *way = way_of(s);
    struct http_side *side = &way->tx->sides[TO_CLIENT];
    side->coding = HTTP_CODING_IDENTITY;
    side->length = http_length_read(length);
    if (side->length < 0) {
        http_remark(s, APP_EVENT_HTTP_INVALID_CONTENT_LENGTH_FIELD_IN_RESPONSE);
        return STEP_ERROR;
    }
    way->left = (uint64_t)side->length;
    return go(way, way->left ? RESPONSE_BODY : RESPONSE_FINALIZE);
}

/* How the body comes (RFC 9112, 6.3). */
static enum http_step read_framing(struct app_session *s)
{
    struct http_way *way = way_of(s);
    struct http_tx *tx = way->tx;
    struct slice coding = http_header(tx, TO_CLIENT, HTTP_FIELD_TRANSFER_ENCODING);
    struct slice length = http_header(tx, TO_CLIENT, HTTP_FIELD_CONTENT_LENGTH);
    struct slice type = http_header(tx, TO_CLIENT, HTTP_FIELD_CONTENT_TYPE);
    if (has_no_body(tx) && (tx->method_kind == HTTP_HEAD || (!coding.p && !length.p)))
        return go(way, RESPONSE_FINALIZE);
    if (coding.p && (http_names(coding, "chunked") || http_word_is(coding, "chunked")))
        return chunks_begin(s, coding);
    if (length.p)
        return length_known(s, length);
    if (type.p && http_names(type, "multipart/byteranges")) {
        http_remark(s, APP_EVENT_HTTP_RESPONSE_MULTIPART_BYTERANGES);
        return STEP_ERROR;
    }
    return to_the_end(way);
}

static void headers_came(struct app_session *s)
{
    struct http_tx *tx = way_of(s)->tx;
    struct slice field = http_header(tx, TO_CLIENT, HTTP_FIELD_CONTENT_RANGE);
    struct http_range range;
    http_headers_came(s, TO_CLIENT);
    if (field.p && !http_range_read(field, &range))
        app_tx_event(s, &tx->tx, TO_CLIENT, APP_EVENT_HTTP_RANGE_INVALID);
    http_look_for_switch(s, tx);
}

static enum http_step read_headers(struct app_session *s)
{
    struct http *http = s->state;
    struct http_way *way = way_of(s);
    struct http_tx *tx = way->tx;
    bool closed = way->reader.closed, connect = tx->method_kind == HTTP_CONNECT;
    way->trailer = false;
    enum http_step step = http_read_fields(s, TO_CLIENT);
    if (step != STEP_ON)
        return step;
    if (closed)
        return go(way, RESPONSE_FINALIZE);
    if (is_interim(tx)) {
        tx->continued = true;
        return go(way, RESPONSE_LINE);
    }
    tx->interim = false;
    way->tx->sides[TO_CLIENT].line_read = true;
    if (connect && tx->status_number >= 200 && tx->status_number <= 299) {
        go(way, RESPONSE_FINALIZE);
    } else {
        if (connect) {
            http_request_goes_on(s);
            http->yield = true;
        }
        step = read_framing(s);
        if (step != STEP_ON)
            return step;
    }
    headers_came(s);
    return http->switched ? STEP_WAIT : STEP_ON;
}

static enum http_step read_body(struct app_session *s)
{
    struct http_way *way = way_of(s);
    enum http_step step = http_read_body(s, TO_CLIENT);
    return step == STEP_ON || way->reader.closed ? go(way, RESPONSE_FINALIZE) : step;
}

/* The begin of a line that can be no size, whatever follows. */
static bool is_no_size(struct slice s)
{
    size_t at = 0;
    while (at < s.n && http_is_space(s.p[at]))
        at++;
    return at < s.n && http_chunk_size_read(slice_of(s.p + at, 1)) < 0;
}

/* What is no size is the begin of a body that goes on to the end. */
static enum http_step read_chunk_size(struct app_session *s)
{
    struct http_way *way = way_of(s);
    struct slice line;
    enum http_read read = http_reader_line(&way->reader, &line);
    if (read == HTTP_READ_LATER && !is_no_size(buf_slice(&way->reader.held)))
        return STEP_WAIT;
    if (read == HTTP_READ_LATER) {
        line = http_reader_rest(&way->reader);
        http_reader_unread(&way->reader);
    } else if (read != HTTP_READ) {
        return http_read_failed(s, TO_CLIENT, read);
    }
    int64_t size = http_chunk_size_read(line);
    way->tx->answered += line.n;
    if (size == HTTP_CHUNK_BAD) {
        http_remark(s, APP_EVENT_HTTP_INVALID_RESPONSE_CHUNK_LEN);
        http_reader_unread(&way->reader);
        return to_the_end(way);
    }
    if (memchr(line.p, ';', line.n))
        http_remark(s, APP_EVENT_HTTP_RESPONSE_CHUNK_EXTENSION);
    if (size == HTTP_CHUNK_EMPTY)
        return STEP_ON;
    way->left = (uint64_t)size;
    return go(way, size ? RESPONSE_CHUNK : RESPONSE_TRAILER);
}

static enum http_step read_chunk(struct app_session *s)
{
    enum http_step step = http_read_body(s, TO_CLIENT);
    return step == STEP_ON ? go(way_of(s), RESPONSE_CHUNK_END) : step;
}

static enum http_step end_chunk(struct app_session *s)
{
    struct http_way *way = way_of(s);
    size_t before = way->reader.at;
    bool ended = http_reader_skip_line(&way->reader);
    way->tx->answered += way->reader.at - before;
    return ended ? go(way, RESPONSE_CHUNK_SIZE) : STEP_WAIT;
}

static enum http_step read_trailer(struct app_session *s)
{
    struct http_way *way = way_of(s);
    way->trailer = true;
    enum http_step step = http_read_fields(s, TO_CLIENT);
    return step == STEP_ON ? go(way, RESPONSE_FINALIZE) : step;
}

static enum http_step complete(struct app_session *s)
{
    struct http *http = s->state;
    struct http_way *way = way_of(s);
    http_message_came(s, TO_CLIENT);
    go(way, RESPONSE_IDLE);
    if (!http->yield)
        return STEP_ON;
    http->yield = false;
    return STEP_OTHER;
}

/* Whether so little may become a status line. */
static bool may_be_status(struct slice s)
{
    static const char word[] = "HTTP";
    size_t n = s.n < sizeof word - 1 ? s.n : sizeof word - 1;
    return !n || strncasecmp((const char *)s.p, word, n) == 0;
}

static enum http_step finalize(struct app_session *s)
{
    struct http_way *way = way_of(s);
    struct http_reader *reader = &way->reader;
    struct slice line, rest = slice_from(reader->in, reader->at);
    if (reader->closed) {
        line = http_reader_rest(reader);
        if (line.n && !is_status_line(line))
            take_stray(s, line);
        return complete(s);
    }
    if (!http_reader_left(reader))
        return complete(s);
    bool half_a_line = rest.n && rest.n <= HTTP_LINE_MOST && !reader->again && !reader->held.n &&
                       !memchr(rest.p, '\n', rest.n);
    if (half_a_line && !reader->last) {
        if (may_be_status(rest))
            (void)complete(s);
        return STEP_HOLD;
    }
    enum http_read read = http_reader_line(reader, &line);
    if (read == HTTP_READ_LATER)
        return STEP_WAIT;
    if (read != HTTP_READ)
        return http_read_failed(s, TO_CLIENT, read);
    if (is_status_line(line)) {
        http_reader_unread(reader);
        return complete(s);
    }
    take_stray(s, line);
    return STEP_ON;
}

enum http_step http_read_responses(struct app_session *s)
{
    static enum http_step (*const steps[])(struct app_session *) = {
        [RESPONSE_IDLE] = begin,           [RESPONSE_LINE] = read_line,
        [RESPONSE_HEADERS] = read_headers, [RESPONSE_BODY] = read_body,
        [RESPONSE_TO_THE_END] = read_body, [RESPONSE_CHUNK_SIZE] = read_chunk_size,
        [RESPONSE_CHUNK] = read_chunk,     [RESPONSE_CHUNK_END] = end_chunk,
        [RESPONSE_TRAILER] = read_trailer, [RESPONSE_FINALIZE] = finalize,
    };
    enum http_step step;
    do
        step = steps[way_of(s)->state](s);
    while (step == STEP_ON);
    return step;
}

void http_response_gap(struct app_session *s, uint64_t bytes)
{
    struct http_way *way = way_of(s);
    if (way->state == RESPONSE_BODY || way->state == RESPONSE_TO_THE_END) {
        uint64_t n = bytes < way->left ? bytes : way->left;
        http_file_gap(s, way->tx, TO_CLIENT, n);
        way->tx->answered += n;
        if (way->left != UINT64_MAX)
            way->left -= n;
        if (!way->left)
            go(way, RESPONSE_FINALIZE);
    }
    if (way->state == RESPONSE_FINALIZE)
        complete(s);
}
