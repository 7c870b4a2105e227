/*
 * HTTP/1 (RFC 9112): bytes in, transactions out. Requests are read in http_request.c, responses in
 * http_response.c; what rules and records ask of a transaction is in http_buffer.c.
 *
 * A transaction is a request and its response, in the order of the requests (pipelining). As in Suricata an
 * error in either direction ends the parsing of both; the raw streams go on.
 */
#include "app/http/http_file.h"
#include "app/http/http_body.h"
#include "app/http/http_frame.h"
#include "app/http/http_session.h"

#include <strings.h>

enum {
    ALIVE_MOST = 2048, /* never reached: http_message.c gives up before */
    TEXT_KEPT = 2048   /* bytes of each text whose memory the next transaction gets */
};

static void close_http(struct app_session *s)
{
    struct http *http = s->state;
    for (int d = 0; d < DIRECTIONS; d++)
        http_reader_fini(&http->ways[d].reader);
}

/* Between two transactions there is nothing to remember. */
static bool rest(struct app_session *s)
{
    const struct http *http = s->state;
    return !http->broken && !http->switched && !http->refused && !s->sides[TO_SERVER].end_told &&
           !s->sides[TO_CLIENT].end_told && !http->ways[TO_SERVER].state && !http->ways[TO_CLIENT].state;
}

/* Nothing more comes: what bodies held back is shown. */
static void end_bodies(struct app_session *s)
{
    for (struct app_tx *tx = s->first; tx; tx = tx->next)
        for (int d = 0; d < DIRECTIONS; d++)
            http_body_end(s, (struct http_tx *)tx, (enum direction)d, false);
}

static enum parse_status give_up(struct app_session *s)
{
    struct http *http = s->state;
    http->broken = true;
    end_bodies(s);
    return PARSE_GIVE_UP;
}

static const char word[] = "HTTP";
enum { WORD = sizeof word - 1 };

static bool begins_http(struct slice s)
{
    return s.n >= WORD && strncasecmp((const char *)s.p, word, WORD) == 0;
}

/*
 * The begin of a response. A line before the status line is passed over (RFC 9112, 4, has none), and what has
 * a status line is no answer of HTTP/0.9, whatever the request was: as in Suricata. Returns how many bytes to
 * pass over; *need is set when that many are needed to tell.
 */
static size_t response_begins(struct http *http, const struct app_input *in, size_t *need)
{
    http->is_http = begins_http(in->bytes);
    if (http->is_http || in->last || in->bytes.n > HTTP_LINE_MOST)
        return 0;
    const uint8_t *end = memchr(in->bytes.p, '\n', in->bytes.n);
    size_t line = end ? (size_t)(end - in->bytes.p) + 1 : in->bytes.n;
    struct slice next = slice_from(in->bytes, line);
    if (in->bytes.n < WORD || !end || next.n < WORD) {
        *need = in->bytes.n < WORD ? WORD : end ? line + WORD : in->bytes.n + 1;
        return 0;
    }
    http->is_http = begins_http(next);
    return http->is_http ? line : 0;
}

/* What is kept of lines that are cut is accounted. False when there is no memory for it. */
static bool account(struct app_session *s)
{
    struct http *http = s->state;
    size_t held = http->ways[TO_SERVER].reader.held.n + http->ways[TO_CLIENT].reader.held.n;
    if (held < http->held)
        app_memory_give(s, http->held - held);
    else if (held > http->held && !app_memory_take(s, held - http->held))
        return false;
    http->held = held;
    return true;
}

static enum http_step read_way(struct app_session *s, enum direction direction)
{
    return direction == TO_SERVER ? http_read_requests(s) : http_read_responses(s);
}

/* The bytes of this call go: what is left of them comes again. */
static size_t leave(struct app_session *s, enum direction direction)
{
    struct http_reader *reader = &((struct http *)s->state)->ways[direction].reader;
    http_frame_go_on(s, direction);
    if (reader->again && !reader->is_held) {
        reader->at -= reader->line.n;
        reader->again = false;
    }
    size_t used = reader->at;
    reader->in = slice_of(NULL, 0);
    reader->at = 0;
    return used;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct http *http = s->state;
    struct http_reader *reader = &http->ways[in->direction].reader;
    if (in->direction == TO_CLIENT && !http->ways[TO_CLIENT].tx) {
        taken->bytes = response_begins(http, in, &taken->need);
        if (taken->bytes || taken->need)
            return PARSE_OK;
    }
    http->parsing = in->direction;
    reader->in = in->bytes;
    reader->last = in->last;
    enum http_step step = read_way(s, in->direction);
    size_t used = leave(s, in->direction);
    taken->bytes = in->bytes.n;
    if (http->switched) {
        taken->bytes = http->switched_at;
        end_bodies(s);
        return PARSE_OK;
    }
    if (step == STEP_ERROR || http->refused || !account(s))
        return give_up(s);
    if (step == STEP_OTHER || step == STEP_HOLD) {
        taken->bytes = used;
        taken->need = in->bytes.n - used + 1;
    }
    s->sides[!in->direction].need = 0;
    return PARSE_OK;
}

static void close_way(struct app_session *s, enum direction direction)
{
    struct http *http = s->state;
    struct http_reader *reader = &http->ways[direction].reader;
    reader->closed = true;
    read_way(s, direction);
    reader->closed = false; /* a client may go on when its server has ended */
}

/* When the server has ended the requests have, too. */
static void end(struct app_session *s, enum direction direction)
{
    struct http *http = s->state;
    if (http->switched || http->broken)
        return;
    http->parsing = direction;
    close_way(s, TO_SERVER);
    if (direction == TO_CLIENT)
        close_way(s, TO_CLIENT);
}

/* Inside of a body it goes on. */
static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct http *http = s->state;
    if (bytes > SIZE_MAX / 2)
        return give_up(s);
    http->parsing = direction;
    if (direction == TO_SERVER)
        http_request_gap(s, bytes);
    else
        http_response_gap(s, bytes);
    return PARSE_OK;
}

static void forget(struct app_session *s, const struct http_tx *tx)
{
    struct http *http = s->state;
    for (int d = 0; d < DIRECTIONS; d++)
        http->broken |= http->ways[d].tx == tx;
    if (http->next_answered == tx)
        http->next_answered = (struct http_tx *)tx->tx.next;
}

/* All but the texts' memory. */
static void let_go(struct app_session *s, struct http_tx *tx)
{
    for (int d = 0; d < DIRECTIONS; d++) {
        struct http_side *side = &tx->sides[d];
        http_head_reuse(s, &side->head);
        app_body_fini(s, &side->body);
        http_decompress_free(side->decompress);
    }
    app_memory_give(s, sizeof(struct http_tx));
    http_file_fini(tx);
    http_frame_free(s, tx);
    forget(s, tx);
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct http_tx *http = (struct http_tx *)tx;
    if (s)
        let_go(s, http);
    else
        http_frame_free(NULL, http);
    for (int d = 0; d < DIRECTIONS; d++) {
        struct http_side *side = &http->sides[d];
        http_head_fini(&side->head);
        for (int m = 0; m < HTTP_MADE; m++)
            buf_fini(&side->made[m]);
    }
}

static void empty(struct buf *text)
{
    if (text->cap > TEXT_KEPT)
        buf_fini(text);
    buf_clear(text);
}

static void tx_reuse(struct app_session *s, struct app_tx *tx)
{
    enum { SIDE = offsetof(struct http_side, line), REST = offsetof(struct http_tx, asked) };
    struct http_tx *http = (struct http_tx *)tx;
    let_go(s, http);
    for (int d = 0; d < DIRECTIONS; d++) {
        struct http_side *side = &http->sides[d];
        for (int m = 0; m < HTTP_MADE; m++)
            empty(&side->made[m]);
        memset((char *)side + SIDE, 0, sizeof *side - SIDE);
    }
    memset((char *)http + REST, 0, sizeof *http - REST);
}

/* Named after the part that is awaited, or under way. */
static const char *progress(const struct app_tx *tx, enum direction direction)
{
    static const char *const names[DIRECTIONS][5] = {
        {"request_started", "request_line", "request_headers", "request_body", "request_complete"},
        {"response_started", "response_line", "response_headers", "response_body", "response_complete"},
    };
    const struct http_side *side = &((const struct http_tx *)tx)->sides[direction];
    bool begun = direction == TO_SERVER || side->line_read || side->begun;
    bool interim = direction == TO_CLIENT && ((const struct http_tx *)tx)->interim;
    bool complete = tx->complete[direction] && !tx->cut && begun && !interim;
    int at = complete ? 4 : side->headers ? 3 : side->line_read ? 2 : begun;
    return names[direction][at];
}

static void seen(struct app_session *s, struct app_tx *tx, enum direction direction)
{
    struct app_body_limits limits = http_body_limits(s, direction);
    struct http_side *side = &((struct http_tx *)tx)->sides[direction];
    app_body_seen(s, &side->body, &limits);
    side->shown = side->headers;
}

const struct app_parser http_parser = {
    .proto = APP_HTTP1,
    .state_size = sizeof(struct http),
    .tx_size = sizeof(struct http_tx),
    .lasting = true,
    .events_apart = true,
    .most_alive = ALIVE_MOST,
    .close = close_http,
    .parse = parse,
    .gap = gap,
    .end = end,
    .rest = rest,
    .tx_free = tx_free,
    .tx_reuse = tx_reuse,
    .buffer = http_buffer,
    .identity = http_identity,
    .progress = progress,
    .seen = seen,
};
