/*
 * HTTP/1 (RFC 9112) on libhtp: bytes in, transactions out. libhtp calls back as a message takes shape; what
 * rules and records ask of it is in http_buffer.c.
 *
 * A transaction is a request and its response, in the order of the requests (pipelining). Once libhtp gives a
 * direction up, it is not parsed further; the raw stream goes on.
 */
#include "app/http.h"
#include "app/http_event.h"
#include "flow/flow.h"

#include <errno.h>
#include <stdlib.h>

enum {
    TRANSACTIONS_MOST = 512, /* Suricata's max-tx */
    FIELD_SOFT = 9000,
    FIELD_HARD = 18000,
    BODY_LIMIT = 100 << 10,
    BOMB_LIMIT = 1 << 20,
    LZMA_MEMORY = 1 << 20,
    HEADERS_MOST = 1024
};

struct http {
    htp_cfg_t *config; /* of libhtp; one a session, so that a worker shares nothing */
    htp_connp_t *parser;
    bool broken[DIRECTIONS];
};

static struct app_session *session_of(const htp_tx_t *htp)
{
    return htp_connp_get_user_data(htp->connp);
}

static struct http_tx *tx_of(htp_tx_t *htp)
{
    return htp_tx_get_user_data(htp);
}

static int on_request_start(htp_tx_t *htp)
{
    struct app_session *s = session_of(htp);
    struct http_tx *tx = (struct http_tx *)app_tx_new(s);
    if (!tx)
        return HTP_ERROR;
    tx->htp = htp;
    htp_tx_set_user_data(htp, tx);
    return HTP_OK;
}

/* A response that nobody asked for still has a transaction. */
static int on_response_start(htp_tx_t *htp)
{
    return tx_of(htp) ? HTP_OK : on_request_start(htp);
}

static int on_request_line(htp_tx_t *htp)
{
    struct http_tx *tx = tx_of(htp);
    if (!tx)
        return HTP_OK;
    tx->asked = true;
    tx->sides[TO_SERVER].line = true;
    app_tx_changed(session_of(htp), &tx->tx, TO_SERVER);
    return HTP_OK;
}

static int on_response_line(htp_tx_t *htp)
{
    struct http_tx *tx = tx_of(htp);
    if (!tx)
        return HTP_OK;
    tx->sides[TO_CLIENT].line = true;
    app_tx_changed(session_of(htp), &tx->tx, TO_CLIENT);
    return HTP_OK;
}

static int on_headers(htp_tx_t *htp, enum direction direction)
{
    struct http_tx *tx = tx_of(htp);
    if (!tx)
        return HTP_OK;
    tx->sides[direction].headers = true;
    app_tx_changed(session_of(htp), &tx->tx, direction);
    return HTP_OK;
}

static int on_request_headers(htp_tx_t *htp)
{
    if (tx_of(htp))
        http_event_of_request(session_of(htp), tx_of(htp));
    return on_headers(htp, TO_SERVER);
}

static int on_response_headers(htp_tx_t *htp)
{
    return on_headers(htp, TO_CLIENT);
}

/* The header as it came. It is capped by libhtp's limits on fields and their number. */
static int on_header_data(htp_tx_data_t *data, enum direction direction)
{
    struct http_tx *tx = tx_of(data->tx);
    struct app_session *s = session_of(data->tx);
    if (!tx || !data->len || !app_memory_take(s, data->len))
        return HTP_OK;
    if (buf_append(&tx->sides[direction].raw_header, slice_of(data->data, data->len)))
        app_memory_give(s, data->len);
    return HTP_OK;
}

static int on_request_header_data(htp_tx_data_t *data)
{
    return on_header_data(data, TO_SERVER);
}

static int on_response_header_data(htp_tx_data_t *data)
{
    return on_header_data(data, TO_CLIENT);
}

static int on_body(htp_tx_data_t *data, enum direction direction)
{
    struct http_tx *tx = tx_of(data->tx);
    struct app_session *s = session_of(data->tx);
    if (!tx || !data->data || !data->len)
        return HTP_OK;
    struct app_body_limits limits = http_body_limits(s, direction);
    app_body_append(s, &tx->sides[direction].body, slice_of(data->data, data->len), &limits);
    http_file_data(s, tx, direction, slice_of(data->data, data->len));
    app_tx_changed(s, &tx->tx, direction);
    return HTP_OK;
}

static int on_request_body(htp_tx_data_t *data)
{
    return on_body(data, TO_SERVER);
}

static int on_response_body(htp_tx_data_t *data)
{
    return on_body(data, TO_CLIENT);
}

static int on_complete(htp_tx_t *htp, enum direction direction)
{
    struct http_tx *tx = tx_of(htp);
    if (!tx)
        return HTP_OK;
    struct app_session *s = session_of(htp);
    struct http_side *side = &tx->sides[direction];
    side->line = side->headers = side->body.complete = true;
    http_file_end(s, tx, direction, true);
    app_tx_complete(s, &tx->tx, direction);
    app_raw_wanted(s, direction);
    return HTP_OK;
}

static int on_request_complete(htp_tx_t *htp)
{
    return on_complete(htp, TO_SERVER);
}

static int on_response_complete(htp_tx_t *htp)
{
    return on_complete(htp, TO_CLIENT);
}

static int on_log(htp_log_t *log)
{
    enum direction direction;
    enum app_event event = log->msg ? http_event_of_log(log->msg, &direction) : APP_EVENT_NONE;
    if (event == APP_EVENT_NONE)
        return HTP_OK;
    struct http_tx *tx = log->tx ? tx_of(log->tx) : NULL;
    struct app_session *s = htp_connp_get_user_data(log->connp);
    if (!tx)
        tx = (struct http_tx *)s->last;
    if (tx)
        app_tx_event(s, &tx->tx, direction, event);
    return HTP_OK;
}

static htp_cfg_t *make_config(const struct app_config *config)
{
    htp_cfg_t *c = htp_config_create();
    if (!c)
        return NULL;
    htp_config_set_server_personality(c, HTP_SERVER_IDS);
    htp_config_set_parse_request_cookies(c, 0);
    htp_config_set_parse_request_auth(c, 0);
    htp_config_set_tx_auto_destroy(c, 0);
    htp_config_set_field_limits(c, FIELD_SOFT, FIELD_HARD);
    htp_config_set_response_decompression_layer_limit(
        c, config->http.decompress_layers ? (int)config->http.decompress_layers : 2);
    htp_config_set_compression_bomb_limit(c, BOMB_LIMIT);
    htp_config_set_compression_time_limit(c, 1000000);
    htp_config_set_lzma_memlimit(c, LZMA_MEMORY);
    htp_config_set_lzma_layers(c, 1);
    htp_config_set_number_headers_limit(c, HEADERS_MOST);
    htp_config_set_convert_lowercase(c, HTP_DECODER_URL_PATH, 0);
    htp_config_set_allow_space_uri(c, 1);
    htp_config_set_plusspace_decode(c, HTP_DECODER_URLENCODED, 0);
    htp_config_set_u_encoding_decode(c, HTP_DECODER_URLENCODED, 1);
    htp_config_set_u_encoding_decode(c, HTP_DECODER_URL_PATH, 1);
    htp_config_register_log(c, on_log);
    htp_config_register_request_start(c, on_request_start);
    htp_config_register_response_start(c, on_response_start);
    htp_config_register_request_line(c, on_request_line);
    htp_config_register_response_line(c, on_response_line);
    htp_config_register_request_headers(c, on_request_headers);
    htp_config_register_response_headers(c, on_response_headers);
    htp_config_register_request_header_data(c, on_request_header_data);
    htp_config_register_response_header_data(c, on_response_header_data);
    htp_config_register_request_trailer_data(c, on_request_header_data);
    htp_config_register_response_trailer_data(c, on_response_header_data);
    htp_config_register_request_body_data(c, on_request_body);
    htp_config_register_response_body_data(c, on_response_body);
    htp_config_register_request_complete(c, on_request_complete);
    htp_config_register_response_complete(c, on_response_complete);
    return c;
}

static int open_http(struct app_session *s)
{
    struct http *http = s->state;
    http->config = make_config(s->config);
    http->parser = http->config ? htp_connp_create(http->config) : NULL;
    if (!http->parser) {
        if (http->config)
            htp_config_destroy(http->config);
        return -ENOMEM;
    }
    htp_connp_set_user_data(http->parser, s);
    htp_time_t start = {.tv_sec = (time_t)(s->flow->start_ns / 1000000000)};
    htp_connp_open(http->parser, NULL, s->flow->client_port, NULL, s->flow->server_port, &start);
    return 0;
}

static void close_http(struct app_session *s)
{
    struct http *http = s->state;
    htp_connp_destroy_all(http->parser);
    htp_config_destroy(http->config);
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct http *http = s->state;
    bool request = in->direction == TO_SERVER;
    htp_time_t now = {.tv_sec = (time_t)(in->time_ns / 1000000000),
                      .tv_usec = (suseconds_t)(in->time_ns / 1000 % 1000000)};
    int said = request ? htp_connp_req_data(http->parser, &now, in->bytes.p, in->bytes.n)
                       : htp_connp_res_data(http->parser, &now, in->bytes.p, in->bytes.n);
    taken->bytes = in->bytes.n;
    switch (said) {
    case HTP_STREAM_DATA_OTHER:
        taken->bytes =
            request ? htp_connp_req_data_consumed(http->parser) : htp_connp_res_data_consumed(http->parser);
        if (!taken->bytes)
            taken->need = in->bytes.n + 1;
        return PARSE_OK;
    case HTP_STREAM_ERROR:
    case HTP_STREAM_STOP:
        http->broken[in->direction] = true;
        return PARSE_SIDE_DONE;
    default:
        return PARSE_OK;
    }
}

static void end(struct app_session *s, enum direction direction)
{
    struct http *http = s->state;
    htp_time_t now = {.tv_sec = 0};
    if (http->broken[direction])
        return;
    if (direction == TO_SERVER)
        htp_connp_req_close(http->parser, &now);
    else
        htp_connp_close(http->parser, &now);
}

static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct http *http = s->state;
    htp_time_t now = {.tv_sec = 0};
    if (bytes > SIZE_MAX / 2)
        return PARSE_SIDE_DONE;
    /* libhtp knows a gap by data without a pointer: inside of a body it goes on. */
    int said = direction == TO_SERVER ? htp_connp_req_data(http->parser, &now, NULL, (size_t)bytes)
                                      : htp_connp_res_data(http->parser, &now, NULL, (size_t)bytes);
    return said == HTP_STREAM_ERROR || said == HTP_STREAM_STOP ? PARSE_SIDE_DONE : PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct http_tx *http = (struct http_tx *)tx;
    for (int d = 0; d < DIRECTIONS; d++) {
        struct http_side *side = &http->sides[d];
        app_memory_give(s, side->raw_header.n);
        buf_fini(&side->raw_header);
        for (int m = 0; m < HTTP_MADE; m++)
            buf_fini(&side->made[m]);
        app_body_fini(s, &side->body);
    }
    http_file_fini(http);
    if (!http->htp)
        return;
    htp_tx_set_user_data(http->htp, NULL);
    if (http->htp->request_progress == HTP_REQUEST_COMPLETE &&
        http->htp->response_progress == HTP_RESPONSE_COMPLETE)
        htp_tx_destroy(http->htp);
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
    int at = tx->complete[direction] ? 4 : side->headers ? 3 : side->line ? 2 : begun;
    return names[direction][at];
}

static void seen(struct app_session *s, struct app_tx *tx, enum direction direction)
{
    struct app_body_limits limits = http_body_limits(s, direction);
    app_body_seen(s, &((struct http_tx *)tx)->sides[direction].body, &limits);
}

const struct app_parser http_parser = {
    .proto = APP_HTTP1,
    .state_size = sizeof(struct http),
    .tx_size = sizeof(struct http_tx),
    .most_alive = TRANSACTIONS_MOST,
    .open = open_http,
    .close = close_http,
    .parse = parse,
    .gap = gap,
    .end = end,
    .tx_free = tx_free,
    .buffer = http_buffer,
    .progress = progress,
    .seen = seen,
};
