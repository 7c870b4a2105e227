/*
 * HTTP/1 (RFC 9112) on libhtp: bytes in, transactions out. What libhtp calls back is in http_hook.c, what
 * rules and records ask of a transaction in http_buffer.c.
 *
 * A transaction is a request and its response, in the order of the requests (pipelining). As in Suricata an
 * error in either direction ends the parsing of both; the raw streams go on.
 */
#include "app/http/http.h"
#include "app/http/http_session.h"
#include "app/http/http_event.h"
#include "app/http/http_file.h"
#include "app/http/http_frame.h"
#include "app/http/http_many.h"
#include "flow/flow.h"

#include <errno.h>
#include <strings.h>

enum {
    ALIVE_MOST = 2048, /* never reached: http_hook.c gives up before */
    FRESH_FROM = 4096, /* libhtp keeps a pointer for each transaction of a parser: it is then made anew, */
    STARTED_MOST = 1 << 20, /* and where there was no occasion for that, it ends */
    TEXT_KEPT = 2048        /* bytes of each text whose memory the next transaction gets */
};

static htp_connp_t *new_parser(struct app_session *s)
{
    htp_cfg_t *config = http_config();
    htp_connp_t *parser = config ? htp_connp_create(config) : NULL;
    if (!parser)
        return NULL;
    htp_connp_set_user_data(parser, s);
    htp_time_t start = {.tv_sec = (time_t)(s->flow->start_ns / 1000000000)};
    htp_connp_open(parser, NULL, s->flow->client_port, NULL, s->flow->server_port, &start);
    return parser;
}

static void close_http(struct app_session *s)
{
    struct http *http = s->state;
    if (http->parser)
        htp_connp_destroy_all(http->parser);
}

/* Between two transactions a parser can be replaced. */
static void renew(struct app_session *s)
{
    struct http *http = s->state;
    if (http->started < FRESH_FROM || s->first || htp_connp_get_in_tx(http->parser) ||
        htp_connp_get_out_tx(http->parser))
        return;
    htp_connp_t *fresh = new_parser(s);
    if (!fresh)
        return;
    htp_connp_destroy_all(http->parser);
    http->parser = fresh;
    http->started = 0;
}

/* Between two transactions a parser is made anew by the next bytes: an idle connection goes without. */
static bool rest(struct app_session *s)
{
    struct http *http = s->state;
    if (http->broken || http->switched || http->refused || s->sides[TO_SERVER].end_told ||
        s->sides[TO_CLIENT].end_told)
        return false;
    if (http->parser && (htp_connp_get_in_tx(http->parser) || htp_connp_get_out_tx(http->parser)))
        return false;
    close_http(s);
    http->parser = NULL;
    http->started = 0;
    return true;
}

/* libhtp's parser is made with the first bytes. */
static bool wake(struct app_session *s)
{
    struct http *http = s->state;
    if (!http->parser)
        http->parser = new_parser(s);
    return http->parser != NULL;
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

static int feed(struct http *http, enum direction direction, uint64_t time_ns, const void *p, size_t n)
{
    htp_time_t now = {.tv_sec = (time_t)(time_ns / 1000000000),
                      .tv_usec = (suseconds_t)(time_ns / 1000 % 1000000)};
    http->parsing = direction;
    return direction == TO_SERVER ? htp_connp_req_data(http->parser, &now, p, n)
                                  : htp_connp_res_data(http->parser, &now, p, n);
}

static const char word[] = "HTTP";
enum { WORD = sizeof word - 1 };

static bool begins_http(struct slice s)
{
    return s.n >= WORD && strncasecmp((const char *)s.p, word, WORD) == 0;
}

/*
 * So many of the last bytes may begin the word that begins a response. Behind the end of another one libhtp
 * must see all of it, or what it has seen is a line of its own, and stands in the status line's way.
 */
static size_t half_a_word(const struct app_input *in)
{
    size_t n = in->direction == TO_SERVER || in->last ? 0 : WORD - 1;
    n = n < in->bytes.n ? n : in->bytes.n;
    while (n && strncasecmp((const char *)in->bytes.p + in->bytes.n - n, word, n) != 0)
        n--;
    return n;
}

/*
 * The begin of a response. A line before the status line is passed over (RFC 9112, 4, has none), and what has
 * a status line is no answer of HTTP/0.9, whatever the request was: as in Suricata. Returns how many bytes to
 * pass over; *need is set when that many are needed to tell.
 */
static size_t response_begins(struct http *http, const struct app_input *in, size_t *need)
{
    enum { LINE_MOST = 18000 };
    http->is_http = begins_http(in->bytes);
    if (http->is_http || in->last || in->bytes.n > LINE_MOST)
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

/* The fields that have come so far are those that rules ask for: see http_buffer.c. */
static void index_fields(const struct http *http, enum direction direction)
{
    htp_tx_t *htp =
        direction == TO_SERVER ? htp_connp_get_in_tx(http->parser) : htp_connp_get_out_tx(http->parser);
    struct http_tx *tx = htp ? htp_tx_get_user_data(htp) : NULL;
    if (tx && !tx->sides[direction].headers)
        http_fields_index(&tx->sides[direction].fields, http_headers(tx, direction));
}

/* Gives libhtp bytes of the input up to `end`, piece by piece. What libhtp said last; *used goes on. */
static int feed_until(struct app_session *s, const struct app_input *in, size_t end, size_t *used)
{
    struct http *http = s->state;
    bool goes_on = true;
    int said;
    do {
        struct slice rest = slice_from(slice_first(in->bytes, end), *used);
        http->input = slice_first(rest, http_many_piece(http, in->direction, rest));
        http->input_at = *used;
        http->status_line_end = 0;
        said = feed(http, in->direction, in->time_ns, http->input.p, http->input.n);
        size_t n = in->direction == TO_SERVER ? htp_connp_req_data_consumed(http->parser)
                                              : htp_connp_res_data_consumed(http->parser);
        n = n < http->input.n ? n : http->input.n; /* behind an error it is what it was before */
        http_event_chunks_go_on(s, in->direction, n);
        http_frame_go_on(s, in->direction, n);
        *used += n;
        if (n)
            http->last_byte[in->direction] = http->input.p[n - 1];
        if (!http_many_sort(s, in->direction))
            said = HTP_STREAM_ERROR;
        goes_on = said == HTP_STREAM_DATA && n == http->input.n && !http->switched;
    } while (goes_on && *used < end);
    http->input = slice_of(NULL, 0);
    index_fields(http, in->direction);
    return said;
}

/* *need: what is left waits until so many bytes are there. */
static int feed_pieces(struct app_session *s, const struct app_input *in, size_t *used, size_t *need)
{
    struct http *http = s->state;
    size_t end = in->bytes.n - half_a_word(in);
    *used = 0;
    int said = end ? feed_until(s, in, end, used) : HTP_STREAM_DATA;
    if (end == in->bytes.n || *used < end || said != HTP_STREAM_DATA || http->switched)
        return said;
    if (htp_connp_get_out_tx(http->parser))
        return feed_until(s, in, in->bytes.n, used);
    *need = WORD;
    return said;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct http *http = s->state;
    if (!wake(s))
        return give_up(s);
    renew(s);
    if (in->direction == TO_CLIENT && !htp_connp_get_out_tx(http->parser)) {
        taken->bytes = response_begins(http, in, &taken->need);
        if (taken->bytes || taken->need)
            return PARSE_OK;
    }
    size_t used;
    int said = feed_pieces(s, in, &used, &taken->need);
    taken->bytes = taken->need ? used : in->bytes.n;
    if (http->switched) {
        taken->bytes = http->switched_at;
        end_bodies(s);
        return PARSE_OK;
    }
    if (said == HTP_STREAM_ERROR || said == HTP_STREAM_STOP || http->refused || http->started >= STARTED_MOST)
        return give_up(s);
    /* It waits for the other side: the rest comes again when that has moved. */
    if (said == HTP_STREAM_DATA_OTHER) {
        taken->bytes = used;
        taken->need = in->bytes.n - used + 1;
    }
    s->sides[!in->direction].need = 0;
    return PARSE_OK;
}

static void end(struct app_session *s, enum direction direction)
{
    struct http *http = s->state;
    htp_time_t now = {.tv_sec = 0};
    http->parsing = direction;
    if (http->switched || http->broken || !http->parser)
        return;
    if (direction == TO_SERVER)
        htp_connp_req_close(http->parser, &now);
    else
        htp_connp_close(http->parser, &now);
    for (int d = 0; d < DIRECTIONS; d++)
        if (!http_many_sort(s, (enum direction)d))
            http->broken = true;
}

static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    if (bytes > SIZE_MAX / 2 || !wake(s))
        return give_up(s);
    /* libhtp knows a gap by data without a pointer: inside of a body it goes on. */
    const struct http *http = s->state;
    int said = feed(s->state, direction, 0, NULL, (size_t)bytes);
    return said == HTP_STREAM_ERROR || said == HTP_STREAM_STOP || http->refused ? give_up(s) : PARSE_OK;
}

/* All but the texts' memory. */
static void let_go(struct app_session *s, struct http_tx *tx)
{
    for (int d = 0; d < DIRECTIONS; d++) {
        struct http_side *side = &tx->sides[d];
        app_memory_give(s, side->raw_header.n);
        app_body_fini(s, &side->body);
        http_decompress_free(side->decompress);
    }
    app_memory_give(s, tx->cost);
    http_file_fini(tx);
    http_frame_free(s, tx);
    if (!tx->htp)
        return;
    for (int d = 0; d < DIRECTIONS; d++)
        http_many_end(s, tx, (enum direction)d);
    htp_tx_set_user_data(tx->htp, NULL);
    if (tx->htp->request_progress == HTP_REQUEST_COMPLETE &&
        tx->htp->response_progress == HTP_RESPONSE_COMPLETE)
        htp_tx_destroy(tx->htp);
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
        buf_fini(&side->raw_header);
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
    struct http_tx *http = (struct http_tx *)tx;
    struct http_tx fresh = {0};
    let_go(s, http);
    for (int d = 0; d < DIRECTIONS; d++) {
        struct http_side *side = &http->sides[d];
        empty(&side->raw_header);
        fresh.sides[d].raw_header = side->raw_header;
        for (int m = 0; m < HTTP_MADE; m++) {
            empty(&side->made[m]);
            fresh.sides[d].made[m] = side->made[m];
        }
    }
    *http = fresh;
}

/* Named after the part that is awaited, or under way. */
static const char *progress(const struct app_tx *tx, enum direction direction)
{
    static const char *const names[DIRECTIONS][5] = {
        {"request_started", "request_line", "request_headers", "request_body", "request_complete"},
        {"response_started", "response_line", "response_headers", "response_body", "response_complete"},
    };
    const struct http_tx *http = (const struct http_tx *)tx;
    const struct http_side *side = &http->sides[direction];
    bool begun = direction == TO_SERVER || side->line ||
                 (http->htp && http->htp->response_progress > HTP_RESPONSE_NOT_STARTED);
    bool complete = tx->complete[direction] && !tx->cut && begun;
    int at = complete ? 4 : side->headers ? 3 : side->line ? 2 : begun;
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
