/*
 * Requests of HTTP/1 (RFC 9112, 3):
 *
 *   IDLE -> LINE -> PROTOCOL -> HEADERS -+-> BODY ------------------------------+-> FINALIZE -> IDLE
 *                       |                +-> CHUNK_SIZE -> CHUNK -> CHUNK_END --+
 *                       |                |       ^ ... |               |        |
 *                       |                |       +-----+-> TRAILER ----+--------+
 *                       |                +-> CONNECT (waits for the answer) ----+
 *                       +-> FINALIZE -> PASSED_OVER: HTTP/0.9
 *
 * A transaction begins with the first byte of a request. FINALIZE looks whether the next line is a request's,
 * and takes what is none for more of the body, as in Suricata.
 */
#include "app/http/http_message.h"
#include "app/http/http_target.h"

#include "app/http/http_event.h"
#include "app/http/http_file.h"
#include "app/http/http_frame.h"
#include "app/http/http_word.h"

enum request_state {
    REQUEST_IDLE,
    REQUEST_LINE,
    REQUEST_PROTOCOL,
    REQUEST_HEADERS,
    REQUEST_CONNECT,
    REQUEST_BODY,
    REQUEST_CHUNK_SIZE,
    REQUEST_CHUNK,
    REQUEST_CHUNK_END,
    REQUEST_TRAILER,
    REQUEST_FINALIZE,
    REQUEST_PASSED_OVER,
};

static struct http_way *way_of(struct app_session *s)
{
    return &((struct http *)s->state)->ways[TO_SERVER];
}

static enum http_step go(struct http_way *way, enum request_state state)
{
    way->state = (uint8_t)state;
    return STEP_ON;
}

static enum http_step begin(struct app_session *s)
{
    struct http_way *way = way_of(s);
    if (!http_reader_left(&way->reader))
        return STEP_WAIT;
    way->tx = http_tx_start(s);
    if (!way->tx)
        return STEP_ERROR;
    way->tx->sides[TO_SERVER].begun = true;
    way->unexpected = false;
    http_frame_begin(s, way->tx, TO_SERVER);
    return go(way, REQUEST_LINE);
}

static void remark_on_line(struct app_session *s, const struct http_request_line *line)
{
    if (line->leading_blank)
        http_remark(s, APP_EVENT_HTTP_REQUEST_LINE_LEADING_WHITESPACE);
    if (line->odd_method_end)
        http_remark(s, APP_EVENT_HTTP_METHOD_DELIM_NON_COMPLIANT);
    if (line->odd_target_end)
        http_remark(s, APP_EVENT_HTTP_URI_DELIM_NON_COMPLIANT);
}

static enum http_step take_line(struct app_session *s, struct slice line)
{
    struct http_way *way = way_of(s);
    struct http_tx *tx = way->tx;
    struct http_side *side = &tx->sides[TO_SERVER];
    if (http_keep_line(s, TO_SERVER, line) != STEP_ON)
        return STEP_ERROR;
    struct slice text = http_head_part(&side->head, side->line);
    struct http_request_line read = http_request_line_read(text);
    tx->method = http_part_of(text, read.method);
    tx->target = http_part_of(text, read.target);
    side->protocol = http_part_of(text, read.protocol);
    tx->has_target = read.target.p != NULL;
    tx->uri_within = NULL;
    tx->simple = !read.protocol.p;
    tx->method_kind = read.kind;
    side->version = read.version;
    remark_on_line(s, &read);
    tx->asked = side->line_read = true;
    side->whole_hidden = read.kind == HTTP_CONNECT;
    app_tx_changed(s, &tx->tx, TO_SERVER);
    return go(way, REQUEST_PROTOCOL);
}

static enum http_step read_line(struct app_session *s)
{
    struct http_way *way = way_of(s);
    struct slice line;
    if (way->reader.closed) {
        line = http_reader_rest(&way->reader);
        return !line.n || http_line_is_empty(line) ? STEP_WAIT : take_line(s, line);
    }
    enum http_read read = http_reader_line(&way->reader, &line);
    if (read == HTTP_READ_LATER)
        return STEP_WAIT;
    if (read != HTTP_READ)
        return http_read_failed(s, TO_SERVER, read);
    return http_line_is_empty(line) ? STEP_ON : take_line(s, line);
}

/* Whether a field's name and colon come next. */
static bool field_follows(const struct http_reader *reader)
{
    struct slice rest = slice_from(reader->in, reader->at);
    size_t i = 0;
    while (i < rest.n && rest.p[i] != ':' && !http_is_space(rest.p[i]))
        i++;
    return i < rest.n && rest.p[i] == ':';
}

/* A line without a protocol is of HTTP/0.9, unless fields follow. */
static enum http_step look_for_protocol(struct app_session *s)
{
    struct http_way *way = way_of(s);
    if (way->tx->simple && field_follows(&way->reader)) {
        http_remark(s, APP_EVENT_HTTP_REQUEST_LINE_MISSING_PROTOCOL);
        way->tx->simple = false;
    }
    return go(way, way->tx->simple ? REQUEST_FINALIZE : REQUEST_HEADERS);
}

/*
 * How the body comes (RFC 9112, 6.3). Chunked is the last of several transfer codings (6.1); Suricata takes
 * it wherever it stands. False: nobody can tell.
 */
static bool read_framing(struct app_session *s, struct http_tx *tx)
{
    struct http_side *side = &tx->sides[TO_SERVER];
    struct slice coding = http_header(tx, TO_SERVER, HTTP_FIELD_TRANSFER_ENCODING);
    struct slice length = http_header(tx, TO_SERVER, HTTP_FIELD_CONTENT_LENGTH);
    side->coding = HTTP_CODING_NONE;
    if (coding.p) {
        if (!http_names(coding, "chunked") && !http_word_is(coding, "chunked"))
            return false;
        side->coding = HTTP_CODING_CHUNKED;
        if (side->version < HTTP_VERSION_1_1 && side->version > HTTP_VERSION_NONE && side->protocol.n)
            http_remark(s, APP_EVENT_HTTP_INVALID_TRANSFER_ENCODING_VALUE_IN_REQUEST);
    } else if (length.p) {
        side->length = http_length_read(length);
        side->coding = HTTP_CODING_IDENTITY;
        return side->length >= 0;
    }
    return true;
}

static enum http_step after_head(struct http_way *way)
{
    const struct http_side *side = &way->tx->sides[TO_SERVER];
    if (side->coding == HTTP_CODING_CHUNKED)
        return go(way, REQUEST_CHUNK_SIZE);
    way->left = side->coding == HTTP_CODING_IDENTITY ? (uint64_t)side->length : 0;
    return go(way, way->left ? REQUEST_BODY : REQUEST_FINALIZE);
}

static enum http_step read_headers(struct app_session *s)
{
    struct http_way *way = way_of(s);
    bool closed = way->reader.closed;
    way->trailer = false;
    enum http_step step = http_read_fields(s, TO_SERVER);
    if (step != STEP_ON)
        return step;
    if (closed)
        return go(way, REQUEST_FINALIZE);
    bool valid = read_framing(s, way->tx);
    http_look_at_host(s, way->tx);
    http_event_of_request(s, way->tx);
    if (!valid)
        return STEP_ERROR;
    http_headers_came(s, TO_SERVER);
    return way->tx->method_kind == HTTP_CONNECT ? go(way, REQUEST_CONNECT) : after_head(way);
}

static enum http_step wait_for_answer(struct app_session *s)
{
    struct http_way *way = way_of(s);
    const struct http_tx *tx = way->tx;
    if (!tx->sides[TO_CLIENT].line_read || (tx->status_number >= 200 && tx->status_number <= 299))
        return way->reader.closed ? STEP_WAIT : STEP_OTHER;
    return go(way, REQUEST_FINALIZE);
}

void http_request_goes_on(struct app_session *s)
{
    struct http_way *way = way_of(s);
    if (way->state == REQUEST_CONNECT)
        go(way, REQUEST_FINALIZE);
}

static enum http_step read_body(struct app_session *s)
{
    enum http_step step = http_read_body(s, TO_SERVER);
    return step == STEP_ON ? go(way_of(s), REQUEST_FINALIZE) : step;
}

static enum http_step read_chunk_size(struct app_session *s)
{
    struct http_way *way = way_of(s);
    struct slice line;
    enum http_read read = http_reader_line(&way->reader, &line);
    if (read == HTTP_READ_LATER)
        return STEP_WAIT;
    if (read != HTTP_READ)
        return http_read_failed(s, TO_SERVER, read);
    if (memchr(line.p, ';', line.n))
        http_remark(s, APP_EVENT_HTTP_REQUEST_CHUNK_EXTENSION);
    int64_t size = http_chunk_size_read(line);
    if (size == HTTP_CHUNK_EMPTY)
        return STEP_ON;
    if (size < 0) {
        http_remark(s, APP_EVENT_HTTP_INVALID_REQUEST_CHUNK_LEN);
        return STEP_ERROR;
    }
    way->left = (uint64_t)size;
    return go(way, size ? REQUEST_CHUNK : REQUEST_TRAILER);
}

static enum http_step read_chunk(struct app_session *s)
{
    enum http_step step = http_read_body(s, TO_SERVER);
    return step == STEP_ON ? go(way_of(s), REQUEST_CHUNK_END) : step;
}

static enum http_step end_chunk(struct app_session *s)
{
    struct http_way *way = way_of(s);
    return http_reader_skip_line(&way->reader) ? go(way, REQUEST_CHUNK_SIZE) : STEP_WAIT;
}

static enum http_step read_trailer(struct app_session *s)
{
    struct http_way *way = way_of(s);
    way->trailer = true;
    enum http_step step = http_read_fields(s, TO_SERVER);
    return step == STEP_ON ? go(way, REQUEST_FINALIZE) : step;
}

static enum http_step complete(struct app_session *s)
{
    struct http_way *way = way_of(s);
    bool simple = way->tx->simple;
    http_message_came(s, TO_SERVER);
    return go(way, simple ? REQUEST_PASSED_OVER : REQUEST_IDLE);
}

/* The word that a line begins with. */
static struct slice first_word(struct slice line)
{
    size_t from = 0;
    while (from < line.n && http_is_blank(line.p[from]))
        from++;
    size_t to = from;
    while (to < line.n && !http_is_space(line.p[to]))
        to++;
    return slice_of(line.p + from, to - from);
}

/* A line that is no request's is more of the body. */
static void take_stray(struct app_session *s, struct slice line)
{
    struct http_way *way = way_of(s);
    if (first_word(line).n && !way->unexpected) {
        http_remark(s, APP_EVENT_HTTP_REQUEST_BODY_UNEXPECTED);
        way->unexpected = true;
    }
    http_body_came(s, TO_SERVER, line);
}

static bool is_request(struct slice line)
{
    return http_method_named(first_word(line)) != HTTP_METHOD_UNKNOWN;
}

static enum http_step finalize(struct app_session *s)
{
    struct http_way *way = way_of(s);
    struct slice line;
    if (way->reader.closed) {
        line = http_reader_rest(&way->reader);
        if (line.n && !is_request(line))
            take_stray(s, line);
        return complete(s);
    }
    int next = http_reader_peek(&way->reader);
    if (next < 0 || (next == '\n' && !way->reader.held.n))
        return complete(s);
    enum http_read read = http_reader_line(&way->reader, &line);
    if (read == HTTP_READ_LATER)
        return STEP_WAIT;
    if (read != HTTP_READ)
        return http_read_failed(s, TO_SERVER, read);
    if (is_request(line)) {
        http_reader_unread(&way->reader);
        return complete(s);
    }
    take_stray(s, line);
    return STEP_ON;
}

static enum http_step pass_over(struct app_session *s)
{
    struct http_reader *reader = &way_of(s)->reader;
    reader->at = reader->in.n;
    return STEP_WAIT;
}

enum http_step http_read_requests(struct app_session *s)
{
    static enum http_step (*const steps[])(struct app_session *) = {
        [REQUEST_IDLE] = begin,
        [REQUEST_LINE] = read_line,
        [REQUEST_PROTOCOL] = look_for_protocol,
        [REQUEST_HEADERS] = read_headers,
        [REQUEST_CONNECT] = wait_for_answer,
        [REQUEST_BODY] = read_body,
        [REQUEST_CHUNK_SIZE] = read_chunk_size,
        [REQUEST_CHUNK] = read_chunk,
        [REQUEST_CHUNK_END] = end_chunk,
        [REQUEST_TRAILER] = read_trailer,
        [REQUEST_FINALIZE] = finalize,
        [REQUEST_PASSED_OVER] = pass_over,
    };
    enum http_step step;
    do
        step = steps[way_of(s)->state](s);
    while (step == STEP_ON);
    return step;
}

void http_request_gap(struct app_session *s, uint64_t bytes)
{
    struct http_way *way = way_of(s);
    if (way->state == REQUEST_BODY) {
        uint64_t n = bytes < way->left ? bytes : way->left;
        http_file_gap(s, way->tx, TO_SERVER, n);
        way->left -= n;
        if (!way->left)
            go(way, REQUEST_FINALIZE);
    }
    if (way->state == REQUEST_FINALIZE)
        complete(s);
}

void http_request_is_answered(struct app_session *s)
{
    if (way_of(s)->state == REQUEST_LINE)
        http_remark(s, APP_EVENT_HTTP_REQUEST_LINE_INCOMPLETE);
}

struct http_tx *http_request_not_seen(struct app_session *s)
{
    static const char unseen[] = "/libhtp::request_uri_not_seen";
    struct http_way *way = way_of(s);
    if (way->tx && way->state == REQUEST_FINALIZE)
        complete(s);
    struct http_tx *tx = http_tx_start(s);
    if (!tx)
        return NULL;
    way->tx = tx;
    way->unexpected = false;
    if (http_keep_line(s, TO_SERVER, slice_str(unseen)) != STEP_ON)
        return NULL;
    tx->target = (struct http_part){0, sizeof unseen - 1};
    tx->has_target = true;
    go(way, REQUEST_FINALIZE);
    return tx;
}
