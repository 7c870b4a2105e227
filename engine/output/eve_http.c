/* HTTP/1 in EVE. */
#include "app/http.h"
#include "app/http_range.h"
#include "output/eve_app.h"

#include <stdlib.h>

static void put_header(struct json_writer *w, json_t *object, const char *key, const struct http_tx *tx,
                       enum direction direction, const char *name)
{
    struct slice value = http_header(tx, direction, name);
    if (value.n)
        json_put_bytes(w, object, key, value);
}

/* A content type without its parameters. */
static void put_content_type(struct json_writer *w, json_t *object, const struct http_tx *tx)
{
    struct slice type = http_header(tx, TO_CLIENT, "content-type");
    const uint8_t *end = type.n ? memchr(type.p, ';', type.n) : NULL;
    size_t n = end ? (size_t)(end - type.p) : type.n;
    if (n)
        json_put_bytes(w, object, "http_content_type", slice_first(type, n));
}

static void put_text(struct json_writer *w, json_t *object, const char *key, const bstr *text)
{
    if (text)
        json_put_bytes(w, object, key, http_trimmed(http_text(text)));
}

static void put_range(struct json_writer *w, json_t *object, const struct http_tx *tx)
{
    struct slice field = http_header(tx, TO_CLIENT, "content-range");
    struct http_range range;
    if (!field.n)
        return;
    json_t *body = json_object();
    json_put_bytes(w, body, "raw", field);
    if (http_range_read(field, &range)) {
        if (range.has_range) {
            json_put_uint(w, body, "start", range.start);
            json_put_uint(w, body, "end", range.end);
        }
        if (range.has_size)
            json_put_uint(w, body, "size", range.size);
    }
    json_put(w, object, "content_range", body);
}

static void put_status(struct json_writer *w, json_t *object, const htp_tx_t *htp)
{
    if (htp->response_status_number > 0)
        json_put_uint(w, object, "status", (uint64_t)htp->response_status_number);
    else if (htp->response_status)
        json_put_bytes(w, object, "status_string", http_text(htp->response_status));
}

static bool put(struct json_writer *w, json_t *object, struct app_session *session, struct app_tx *tx,
                bool alert)
{
    const struct http_tx *http = (const struct http_tx *)tx;
    const htp_tx_t *htp = http->htp;
    (void)alert;
    if (!htp)
        return false;
    json_t *body = json_object();
    struct view_buffer host;
    if (http_buffer(session, tx, TO_SERVER, BUFFER_HTTP_HOST, 0, &host) == BUFFER_HERE)
        json_put_bytes(w, body, "hostname", host.bytes);
    if (htp->request_port_number > 0)
        json_put_uint(w, body, "http_port", (uint64_t)htp->request_port_number);
    put_text(w, body, "url", htp->request_uri);
    put_header(w, body, "http_user_agent", http, TO_SERVER, "user-agent");
    put_header(w, body, "xff", http, TO_SERVER, "x-forwarded-for");
    put_content_type(w, body, http);
    put_range(w, body, http);
    put_header(w, body, "http_refer", http, TO_SERVER, "referer");
    put_text(w, body, "http_method", htp->request_method);
    put_text(w, body, "protocol", htp->request_protocol);
    put_status(w, body, htp);
    put_header(w, body, "redirect", http, TO_CLIENT, "location");
    json_put_uint(w, body, "length", htp->response_message_len > 0 ? (uint64_t)htp->response_message_len : 0);
    json_put(w, object, "http", body);
    return true;
}

const struct eve_app eve_app_http = {.record = RECORD_HTTP, .upper_events = true, .put = put};
