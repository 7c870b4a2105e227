/* HTTP/1 in EVE. */
#include "app/http.h"
#include "output/eve_app.h"

#include <stdlib.h>

static void put_header(struct json_writer *w, json_t *object, const char *key, const struct http_tx *tx,
                       enum direction direction, const char *name)
{
    struct slice value = http_header(tx, direction, name);
    if (value.p)
        json_put_bytes(w, object, key, value);
}

/* A content type without its parameters. */
static void put_content_type(struct json_writer *w, json_t *object, const struct http_tx *tx)
{
    struct slice type = http_header(tx, TO_CLIENT, "content-type");
    if (!type.p)
        return;
    size_t n = 0;
    while (n < type.n && type.p[n] != ';' && type.p[n] != ' ')
        n++;
    json_put_bytes(w, object, "http_content_type", slice_first(type, n));
}

static void put_text(struct json_writer *w, json_t *object, const char *key, const bstr *text)
{
    if (text)
        json_put_bytes(w, object, key, http_trimmed(http_text(text)));
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
    put_header(w, body, "http_refer", http, TO_SERVER, "referer");
    put_text(w, body, "http_method", htp->request_method);
    put_text(w, body, "protocol", htp->request_protocol);
    if (htp->response_status_number > 0) {
        json_put_uint(w, body, "status", (uint64_t)htp->response_status_number);
        if (htp->response_status_number > 300 && htp->response_status_number < 304)
            put_header(w, body, "redirect", http, TO_CLIENT, "location");
    }
    json_put_uint(w, body, "length", htp->response_message_len > 0 ? (uint64_t)htp->response_message_len : 0);
    json_put(w, object, "http", body);
    return true;
}

const struct eve_app eve_app_http = {.record = RECORD_HTTP, .put = put};
