/*
 * The events of HTTP/1: libhtp tells what it finds odd as log messages and as flags of a transaction; both
 * become events of Suricata's names.
 *
 * A message is text only (its code is always 0), so it is known by how it begins. libhtp keeps every message
 * for as long as the connection lives: each is freed as soon as it was read.
 *
 * Messages that Suricata 8.0.8 was not seen to make events of are left out.
 */
#include "app/http/http_session.h"
#include "app/http/http_event.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct message {
    const char *begin;
    enum app_event event, in_response; /* in_response: NONE for the same */
};

static const struct message messages[] = {
    {"Request field invalid: colon missing", APP_EVENT_HTTP_REQUEST_FIELD_MISSING_COLON, APP_EVENT_NONE},
    {"Response field invalid: missing colon", APP_EVENT_HTTP_RESPONSE_FIELD_MISSING_COLON, APP_EVENT_NONE},
    {"Request chunk encoding: Invalid chunk length", APP_EVENT_HTTP_INVALID_REQUEST_CHUNK_LEN,
     APP_EVENT_NONE},
    {"Response chunk encoding: Invalid chunk length", APP_EVENT_HTTP_INVALID_RESPONSE_CHUNK_LEN,
     APP_EVENT_NONE},
    {"Invalid C-L field in response", APP_EVENT_HTTP_INVALID_CONTENT_LENGTH_FIELD_IN_RESPONSE,
     APP_EVENT_NONE},
    {"Already seen 100-Continue", APP_EVENT_HTTP_100_CONTINUE_ALREADY_SEEN, APP_EVENT_NONE},
    {"Request header name is not a token", APP_EVENT_HTTP_REQUEST_HEADER_INVALID, APP_EVENT_NONE},
    {"Invalid request field folding", APP_EVENT_HTTP_INVALID_REQUEST_FIELD_FOLDING, APP_EVENT_NONE},
    {"Invalid response field folding", APP_EVENT_HTTP_INVALID_RESPONSE_FIELD_FOLDING, APP_EVENT_NONE},
    {"Request buffer over the limit", APP_EVENT_HTTP_REQUEST_FIELD_TOO_LONG, APP_EVENT_NONE},
    {"Request field length exceeds", APP_EVENT_HTTP_REQUEST_FIELD_TOO_LONG, APP_EVENT_NONE},
    {"Response the buffer limit", APP_EVENT_HTTP_RESPONSE_FIELD_TOO_LONG, APP_EVENT_NONE},
    {"Response field length exceeds", APP_EVENT_HTTP_RESPONSE_FIELD_TOO_LONG, APP_EVENT_NONE},
    {"Request line: URI contains non-compliant delimiter", APP_EVENT_HTTP_URI_DELIM_NON_COMPLIANT,
     APP_EVENT_NONE},
    {"Request line: non-compliant delimiter", APP_EVENT_HTTP_METHOD_DELIM_NON_COMPLIANT, APP_EVENT_NONE},
    {"Request line: leading whitespace", APP_EVENT_HTTP_REQUEST_LINE_LEADING_WHITESPACE, APP_EVENT_NONE},
    {"Request line: missing protocol", APP_EVENT_HTTP_REQUEST_LINE_MISSING_PROTOCOL, APP_EVENT_NONE},
    {"Request line incomplete", APP_EVENT_HTTP_REQUEST_LINE_INCOMPLETE, APP_EVENT_NONE},
    {"Unexpected request body", APP_EVENT_HTTP_REQUEST_BODY_UNEXPECTED, APP_EVENT_NONE},
    {"Too many request headers", APP_EVENT_HTTP_REQUEST_TOO_MANY_HEADERS, APP_EVENT_NONE},
    {"Too many response headers", APP_EVENT_HTTP_RESPONSE_TOO_MANY_HEADERS, APP_EVENT_NONE},
    {"Repetition for header", APP_EVENT_HTTP_REQUEST_HEADER_REPETITION,
     APP_EVENT_HTTP_RESPONSE_HEADER_REPETITION},
    {"Ambiguous request C-L value", APP_EVENT_HTTP_DUPLICATE_CONTENT_LENGTH_FIELD_IN_REQUEST, APP_EVENT_NONE},
    {"Ambiguous response C-L value", APP_EVENT_HTTP_DUPLICATE_CONTENT_LENGTH_FIELD_IN_RESPONSE,
     APP_EVENT_NONE},
    {"Transfer-encoding has abnormal chunked value", APP_EVENT_HTTP_RESPONSE_ABNORMAL_TRANSFER_ENCODING,
     APP_EVENT_NONE},
    {"Chunked transfer-encoding on HTTP/0.9 or HTTP/1.0", APP_EVENT_HTTP_RESPONSE_CHUNKED_OLD_PROTO,
     APP_EVENT_NONE},
    {"C-T multipart/byteranges", APP_EVENT_HTTP_RESPONSE_MULTIPART_BYTERANGES, APP_EVENT_NONE},
};

static enum app_event event_of(const char *text, enum direction direction)
{
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        const struct message *m = &messages[i];
        if (strncmp(text, m->begin, strlen(m->begin)) == 0)
            return direction == TO_CLIENT && m->in_response ? m->in_response : m->event;
    }
    return APP_EVENT_NONE;
}

int http_event_of_log(htp_log_t *log)
{
    struct app_session *s = htp_connp_get_user_data(log->connp);
    const struct http *http = s->state;
    htp_tx_t *htp =
        http->parsing == TO_SERVER ? htp_connp_get_in_tx(log->connp) : htp_connp_get_out_tx(log->connp);
    struct http_tx *tx = htp ? htp_tx_get_user_data(htp) : NULL;
    enum app_event event = event_of(log->msg, http->parsing);
    if (tx && event)
        app_tx_event(s, &tx->tx, http->parsing, event);
    htp_connp_clear_error(log->connp);
    htp_list_pop(htp_connp_get_connection(log->connp)->messages);
    free((char *)log->msg);
    free(log);
    return HTP_OK;
}

/* RFC 9110, 11.1: schemes are case-insensitive. Those that Suricata knows. */
static bool knows_scheme(struct slice value)
{
    static const char *const schemes[] = {"basic", "digest", "bearer"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (value.n >= strlen(schemes[i]) &&
            strncasecmp((const char *)value.p, schemes[i], strlen(schemes[i])) == 0)
            return true;
    return false;
}

void http_event_of_request(struct app_session *s, struct http_tx *tx)
{
    static const struct {
        uint64_t flag;
        enum app_event event;
    } flags[] = {
        {HTP_HOST_MISSING, APP_EVENT_HTTP_MISSING_HOST_HEADER},
        {HTP_HOST_AMBIGUOUS, APP_EVENT_HTTP_HOST_HEADER_AMBIGUOUS},
        {HTP_HOSTU_INVALID, APP_EVENT_HTTP_REQUEST_URI_HOST_INVALID},
        {HTP_HOSTH_INVALID, APP_EVENT_HTTP_REQUEST_HEADER_HOST_INVALID},
    };
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (tx->htp->flags & flags[i].flag)
            app_tx_event(s, &tx->tx, TO_SERVER, flags[i].event);
    struct slice authorization = http_header(tx, TO_SERVER, HTTP_FIELD_AUTHORIZATION);
    if (authorization.p && !knows_scheme(authorization))
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_HTTP_REQUEST_AUTH_UNRECOGNIZED);
}

void http_event_chunks_begin(struct http *http, enum direction direction, size_t at)
{
    http->chunk_lines[direction] = (struct http_chunk_line){.state = CHUNK_BEFORE, .from = at};
}

static void read_line(struct app_session *s, struct http_tx *tx, enum direction direction, size_t to)
{
    struct http *http = s->state;
    struct http_chunk_line *line = &http->chunk_lines[direction];
    for (size_t i = line->from; i < to && i < http->input.n; i++) {
        uint8_t c = http->input.p[i];
        if (line->state == CHUNK_BEFORE && c != '\r' && c != '\n')
            line->state = CHUNK_IN_LINE;
        if (line->state != CHUNK_IN_LINE)
            continue;
        if (c == '\n')
            line->state = CHUNK_BEHIND;
        if (c == ';')
            app_tx_event(s, &tx->tx, direction,
                         direction == TO_SERVER ? APP_EVENT_HTTP_REQUEST_CHUNK_EXTENSION
                                                : APP_EVENT_HTTP_RESPONSE_CHUNK_EXTENSION);
    }
}

void http_event_of_chunk(struct app_session *s, struct http_tx *tx, enum direction direction, size_t at,
                         size_t data)
{
    struct http *http = s->state;
    struct http_chunk_line *line = &http->chunk_lines[direction];
    if (line->state == CHUNK_NONE || data > at)
        return;
    read_line(s, tx, direction, at - data);
    *line = (struct http_chunk_line){.state = CHUNK_BEFORE, .from = at};
}

void http_event_chunks_go_on(struct app_session *s, enum direction direction, size_t size)
{
    struct http *http = s->state;
    struct http_chunk_line *line = &http->chunk_lines[direction];
    htp_tx_t *htp =
        direction == TO_SERVER ? htp_connp_get_in_tx(http->parser) : htp_connp_get_out_tx(http->parser);
    struct http_tx *tx = htp ? htp_tx_get_user_data(htp) : NULL;
    if (line->state != CHUNK_NONE && tx)
        read_line(s, tx, direction, size);
    line->from = 0;
}
