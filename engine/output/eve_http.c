/* HTTP/1 in EVE. */
#include "app/http/http.h"
#include "app/http/http_range.h"
#include "output/eve_app.h"

#include <stdlib.h>

static void put_header(struct json_line *l, const char *key, const struct http_tx *tx,
                       enum direction direction, enum http_field field)
{
    struct slice value = http_header(tx, direction, field);
    if (value.n)
        line_bytes(l, key, value);
}

/* A content type without its parameters. */
static void put_content_type(struct json_line *l, const struct http_tx *tx)
{
    struct slice type = http_header(tx, TO_CLIENT, HTTP_FIELD_CONTENT_TYPE);
    const uint8_t *end = type.n ? memchr(type.p, ';', type.n) : NULL;
    size_t n = end ? (size_t)(end - type.p) : type.n;
    if (n)
        line_bytes(l, "http_content_type", slice_first(type, n));
}

static void put_text(struct json_line *l, const char *key, const bstr *text)
{
    if (text)
        line_bytes(l, key, http_trimmed(http_text(text)));
}

static void put_range(struct json_line *l, const struct http_tx *tx)
{
    struct slice field = http_header(tx, TO_CLIENT, HTTP_FIELD_CONTENT_RANGE);
    struct http_range range;
    if (!field.n)
        return;
    line_open(l, "content_range");
    line_bytes(l, "raw", field);
    if (http_range_read(field, &range)) {
        if (range.has_range) {
            line_uint(l, "start", range.start);
            line_uint(l, "end", range.end);
        }
        if (range.has_size)
            line_uint(l, "size", range.size);
    }
    line_close(l);
}

static void put_status(struct json_line *l, const htp_tx_t *htp)
{
    if (htp->response_status_number > 0)
        line_uint(l, "status", (uint64_t)htp->response_status_number);
    else if (htp->response_status)
        line_bytes(l, "status_string", http_text(htp->response_status));
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct http_tx *http = (const struct http_tx *)tx;
    const htp_tx_t *htp = http->htp;
    (void)alert;
    if (!htp)
        return false;
    line_open(l, "http");
    struct view_buffer host;
    if (http_buffer(session, tx, TO_SERVER, BUFFER_HTTP_HOST, 0, &host) == BUFFER_HERE)
        line_bytes(l, "hostname", host.bytes);
    if (htp->request_port_number > 0)
        line_uint(l, "http_port", (uint64_t)htp->request_port_number);
    put_text(l, "url", htp->request_uri);
    put_header(l, "http_user_agent", http, TO_SERVER, HTTP_FIELD_USER_AGENT);
    put_header(l, "xff", http, TO_SERVER, HTTP_FIELD_X_FORWARDED_FOR);
    put_content_type(l, http);
    put_range(l, http);
    put_header(l, "http_refer", http, TO_SERVER, HTTP_FIELD_REFERER);
    put_text(l, "http_method", htp->request_method);
    put_text(l, "protocol", htp->request_protocol);
    put_status(l, htp);
    put_header(l, "redirect", http, TO_CLIENT, HTTP_FIELD_LOCATION);
    line_uint(l, "length", htp->response_message_len > 0 ? (uint64_t)htp->response_message_len : 0);
    line_close(l);
    return true;
}

const struct eve_app eve_app_http = {.record = RECORD_HTTP, .upper_events = true, .put = put};
