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

static void put_part(struct json_line *l, const char *key, const struct http_tx *tx, bool there,
                     struct http_part part)
{
    if (there)
        line_bytes(l, key, http_trimmed(http_line_part(tx, TO_SERVER, part)));
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

static void put_status(struct json_line *l, const struct http_tx *tx)
{
    if (tx->status_number > 0)
        line_uint(l, "status", (uint64_t)tx->status_number);
    else if (tx->has_status)
        line_bytes(l, "status_string", http_line_part(tx, TO_CLIENT, tx->status));
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct http_tx *http = (const struct http_tx *)tx;
    (void)alert;
    line_open(l, "http");
    struct view_buffer host;
    if (http_buffer(session, tx, TO_SERVER, BUFFER_HTTP_HOST, 0, &host) == BUFFER_HERE)
        line_bytes(l, "hostname", host.bytes);
    if (http->port)
        line_uint(l, "http_port", http->port);
    put_part(l, "url", http, http->has_target, http->target);
    put_header(l, "http_user_agent", http, TO_SERVER, HTTP_FIELD_USER_AGENT);
    put_header(l, "xff", http, TO_SERVER, HTTP_FIELD_X_FORWARDED_FOR);
    put_content_type(l, http);
    put_range(l, http);
    put_header(l, "http_refer", http, TO_SERVER, HTTP_FIELD_REFERER);
    put_part(l, "http_method", http, http->asked, http->method);
    put_part(l, "protocol", http, http->sides[TO_SERVER].protocol.n, http->sides[TO_SERVER].protocol);
    put_status(l, http);
    put_header(l, "redirect", http, TO_CLIENT, HTTP_FIELD_LOCATION);
    line_uint(l, "length", http->answered);
    line_close(l);
    return true;
}

const struct eve_app eve_app_http = {.record = RECORD_HTTP, .upper_events = true, .put = put};
