/*
 * What libhtp calls back as a message takes shape (RFC 9112), and how it is set up: as Suricata's stock
 * configuration has it, the personality "IDS". A hook that says HTP_ERROR ends the parsing of the flow.
 */
#include "app/http/http.h"
#include "app/http/http_session.h"
#include "app/http/http_event.h"
#include "app/http/http_file.h"
#include "app/http/http_frame.h"
#include "app/http/http_many.h"
#include "app/http/http_range.h"

#include <pthread.h>
#include <strings.h>

enum {
    TRANSACTIONS_MOST = 512, /* alive; Suricata's max-tx */
    FIELD_SOFT = 9000,
    FIELD_HARD = 18000,
    TX_COST = 2048 /* bytes that libhtp takes for a transaction, about */
};

static struct app_session *session_of(const htp_tx_t *htp)
{
    return htp_connp_get_user_data(htp->connp);
}

static struct http_tx *tx_of(const htp_tx_t *htp)
{
    return htp_tx_get_user_data(htp);
}

static size_t read_so_far(const struct http *http, enum direction direction)
{
    return direction == TO_SERVER ? htp_connp_req_data_consumed(http->parser)
                                  : htp_connp_res_data_consumed(http->parser);
}

/* False at a cap: then nothing is parsed any more. */
static bool start(htp_tx_t *htp)
{
    struct app_session *s = session_of(htp);
    struct http *http = s->state;
    http->refused = true;
    if (s->alive >= TRANSACTIONS_MOST || !app_memory_take(s, TX_COST))
        return false;
    struct http_tx *tx = (struct http_tx *)app_tx_new(s);
    if (!tx) {
        app_memory_give(s, TX_COST);
        return false;
    }
    tx->htp = htp;
    tx->cost = TX_COST;
    http->started++;
    http->refused = false;
    htp_tx_set_user_data(htp, tx);
    return true;
}

/*
 * libhtp does not heed what this hook says: after an error it would begin another transaction, and again, for
 * ever. So the next hook stops it, or the end of the input (see parse() in http.c).
 */
static int on_request_start(htp_tx_t *htp)
{
    if (start(htp))
        http_frame_begin(session_of(htp), TO_SERVER, read_so_far(session_of(htp)->state, TO_SERVER));
    return HTP_OK;
}

/* A response that nobody asked for has a transaction too. */
static int on_response_start(htp_tx_t *htp)
{
    const struct http *http = session_of(htp)->state;
    if (http->refused)
        return HTP_ERROR;
    http_frame_begin(session_of(htp), TO_CLIENT, read_so_far(http, TO_CLIENT));
    if (http->is_http)
        htp->is_protocol_0_9 = 0;
    if (tx_of(htp))
        return HTP_OK;
    if (!start(htp))
        return HTP_ERROR;
    app_tx_event(session_of(htp), &tx_of(htp)->tx, TO_CLIENT,
                 APP_EVENT_HTTP_UNABLE_TO_MATCH_RESPONSE_TO_REQUEST);
    app_tx_changed(session_of(htp), &tx_of(htp)->tx, TO_SERVER);
    return HTP_OK;
}

static int on_request_line(htp_tx_t *htp)
{
    const struct http *http = session_of(htp)->state;
    struct http_tx *tx = tx_of(htp);
    if (http->refused)
        return HTP_ERROR;
    if (!tx)
        return HTP_OK;
    tx->asked = tx->sides[TO_SERVER].line = true;
    tx->sides[TO_SERVER].whole_hidden = htp->request_method_number == HTP_M_CONNECT;
    app_tx_changed(session_of(htp), &tx->tx, TO_SERVER);
    return HTP_OK;
}

static int on_response_line(htp_tx_t *htp)
{
    struct http_tx *tx = tx_of(htp);
    if (!tx)
        return HTP_OK;
    /* What came before is an interim response (RFC 9110, 15.2): only the final one is looked at. */
    struct http_side *side = &tx->sides[TO_CLIENT];
    struct http *http = session_of(htp)->state;
    http->status_line_end = read_so_far(http, TO_CLIENT);
    http_many_end(session_of(htp), tx, TO_CLIENT);
    app_memory_give(session_of(htp), side->raw_header.n);
    buf_clear(&side->raw_header);
    side->fields = (struct http_fields){0};
    if (htp->response_status_number == 100 && !htp->seen_100continue)
        return HTP_OK; /* if it is final after all its headers will say so */
    side->line = true;
    if (htp->response_status_number == 100 && htp->seen_100continue) {
        app_tx_event(session_of(htp), &tx->tx, TO_CLIENT, APP_EVENT_HTTP_100_CONTINUE_ALREADY_SEEN);
        htp->seen_100continue = 0; /* it would give up */
    }
    app_tx_changed(session_of(htp), &tx->tx, TO_CLIENT);
    return HTP_OK;
}

static void headers_came(struct app_session *s, struct http_tx *tx, enum direction direction)
{
    const htp_tx_t *htp = tx->htp;
    struct http *http = s->state;
    struct http_side *side = &tx->sides[direction];
    side->headers = true;
    side->trailer = (direction == TO_SERVER ? htp->request_transfer_coding : htp->response_transfer_coding) ==
                    HTP_CODING_CHUNKED;
    side->trailer_from = side->raw_header.n;
    http_body_begin(s, tx, direction);
    http_frame_reaches(s, direction, read_so_far(http, direction));
    if (side->trailer)
        http_event_chunks_begin(http, direction, read_so_far(http, direction));
    app_tx_changed(s, &tx->tx, direction);
}

static bool names_chunked(struct slice field)
{
    static const char word[] = "chunked";
    for (size_t i = 0; i + sizeof word - 1 <= field.n; i++)
        if (strncasecmp((const char *)field.p + i, word, sizeof word - 1) == 0)
            return true;
    return false;
}

static int on_request_headers(htp_tx_t *htp)
{
    struct http_tx *tx = tx_of(htp);
    if (!tx)
        return HTP_OK;
    if (!http_many_end(session_of(htp), tx, TO_SERVER))
        return HTP_ERROR;
    http_fields_index(&tx->sides[TO_SERVER].fields, htp->request_headers);
    http_event_of_request(session_of(htp), tx);
    /*
     * RFC 9112, 6.1: chunked is the last of several transfer codings. libhtp wants it alone; Suricata takes
     * it wherever it stands. Other codings are an error.
     */
    if (htp->flags & HTP_REQUEST_INVALID_T_E &&
        names_chunked(http_header(tx, TO_SERVER, HTTP_FIELD_TRANSFER_ENCODING))) {
        htp->flags &= ~(uint64_t)(HTP_REQUEST_INVALID_T_E | HTP_REQUEST_INVALID);
        htp->request_transfer_coding = HTP_CODING_CHUNKED;
    }
    if (htp->flags & HTP_REQUEST_INVALID)
        return HTP_OK; /* it gives up behind this hook */
    if (htp->flags & HTP_REQUEST_INVALID_T_E)
        app_tx_event(session_of(htp), &tx->tx, TO_SERVER,
                     APP_EVENT_HTTP_INVALID_TRANSFER_ENCODING_VALUE_IN_REQUEST);
    headers_came(session_of(htp), tx, TO_SERVER);
    return HTP_OK;
}

static int on_response_headers(htp_tx_t *htp)
{
    struct http_tx *tx = tx_of(htp);
    if (!tx)
        return HTP_OK;
    struct app_session *s = session_of(htp);
    const struct http *http = s->state;
    if (!http_many_end(s, tx, TO_CLIENT))
        return HTP_ERROR;
    http_fields_index(&tx->sides[TO_CLIENT].fields, htp->response_headers);
    headers_came(s, tx, TO_CLIENT);
    struct slice field = http_header(tx, TO_CLIENT, HTTP_FIELD_CONTENT_RANGE);
    struct http_range range;
    if (field.p && !http_range_read(field, &range))
        app_tx_event(s, &tx->tx, TO_CLIENT, APP_EVENT_HTTP_RANGE_INVALID);
    http_look_for_switch(s, tx);
    return http->switched ? HTP_STOP : HTP_OK;
}

/* Whether the piece ends inside of the input, and where; libhtp hands out copies too. */
static bool ends_in(struct slice input, struct slice piece, size_t *at)
{
    uintptr_t from = (uintptr_t)input.p, begin = (uintptr_t)piece.p;
    if (begin < from || begin - from > input.n || piece.n > input.n - (begin - from))
        return false;
    *at = begin - from + piece.n;
    return true;
}

/* The header as it came. It is capped by libhtp's limits on fields and their number. */
static int on_header_data(htp_tx_data_t *data, enum direction direction)
{
    struct http_tx *tx = tx_of(data->tx);
    struct app_session *s = session_of(data->tx);
    if (!tx)
        return HTP_OK;
    if (tx->sides[direction].line && !tx->sides[direction].headers)
        app_tx_changed(s, &tx->tx, direction);
    const struct http *http = s->state;
    struct slice bytes = slice_of(data->data, data->len);
    size_t at;
    if (bytes.n && ends_in(http->input, bytes, &at)) {
        http_frame_reaches(s, direction, at); /* behind a body: the trailer */
        size_t line_end = direction == TO_CLIENT ? http->status_line_end : 0, begin = at - bytes.n;
        if (begin < line_end) /* libhtp goes on from an interim response */
            bytes = slice_from(bytes, line_end - begin);
    }
    if (bytes.n)
        app_memory_append(s, &tx->sides[direction].raw_header, bytes);
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
    const struct http *http = s->state;
    if (!tx || !data->len)
        return HTP_OK;
    if (!data->data) { /* bytes that were never seen */
        http_file_gap(s, tx, direction, data->len);
        return HTP_OK;
    }
    struct slice bytes = slice_of(data->data, data->len);
    size_t at;
    if (ends_in(http->input, bytes, &at)) {
        http_frame_reaches(s, direction, at);
        http_event_of_chunk(s, tx, direction, at, bytes.n);
    }
    http_body_data(s, tx, direction, bytes);
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
    struct http *http = s->state;
    if (!http_many_end(s, tx, direction))
        return HTP_ERROR;
    tx->sides[direction].line = tx->sides[direction].headers = true;
    http->chunk_lines[direction].state = CHUNK_NONE;
    http_body_end(s, tx, direction, true);
    http_frame_end(s, tx, direction, read_so_far(http, direction));
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

static void set_options(htp_cfg_t *c)
{
    htp_config_set_server_personality(c, HTP_SERVER_IDS);
    htp_config_set_parse_request_cookies(c, 0);
    htp_config_set_parse_request_auth(c, 0);
    htp_config_set_tx_auto_destroy(c, 0);
    htp_config_set_field_limits(c, FIELD_SOFT, FIELD_HARD);
    htp_config_set_response_decompression(c, 0); /* see http_body.c */
    htp_config_set_number_headers_limit(c, HTTP_FIELDS_MOST);
    htp_config_set_allow_space_uri(c, 1);
    htp_config_set_convert_lowercase(c, HTP_DECODER_URL_PATH, 0);
    htp_config_set_plusspace_decode(c, HTP_DECODER_URLENCODED, 0);
    htp_config_set_u_encoding_decode(c, HTP_DECODER_URLENCODED, 1);
    htp_config_set_u_encoding_decode(c, HTP_DECODER_URL_PATH, 1);
}

static htp_cfg_t *make_config(void)
{
    htp_cfg_t *c = htp_config_create();
    if (!c)
        return NULL;
    set_options(c);
    htp_config_register_log(c, http_event_of_log);
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

htp_cfg_t *http_config(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static htp_cfg_t *config; /* under the lock until it is made */
    pthread_mutex_lock(&lock);
    if (!config)
        config = make_config();
    pthread_mutex_unlock(&lock);
    return config;
}
