/*
 * Where HTTP/1 ends and another protocol goes on: a tunnel that CONNECT opened (RFC 9110, 9.3.6), and
 * upgrades to WebSocket (RFC 6455, 4.2.2) and HTTP/2 (RFC 7540, 3.2), as Suricata follows them.
 *
 * In Suricata the rules do not meet the header as a whole (http.header, http.header.raw, http.header_names
 * and http.start) of the message that the switch comes in between: the request of a CONNECT, whose header is
 * final only when it was answered, and the response that upgrades.
 */
#include "app/http/http.h"
#include "app/http/http_session.h"

#include <strings.h>

static bool is(struct slice s, const char *word)
{
    return s.n == strlen(word) && strncasecmp((const char *)s.p, word, s.n) == 0;
}

/* The request goes to the HTTP/2 parser as its first stream (RFC 7540, 3.2). */
static void hand_request_on(struct app_session *s, const struct http_tx *tx)
{
    (void)(app_hand_on(s, http_line_part(tx, TO_SERVER, tx->sides[TO_SERVER].line)) ||
           app_hand_on(s, slice_str("\r\n")) || app_hand_on(s, http_head_raw(&tx->sides[TO_SERVER].head)));
}

static void switch_to(struct app_session *s, enum app_proto proto)
{
    struct http *http = s->state;
    http->switched = true;
    http->switched_at = http->ways[TO_CLIENT].reader.at;
    app_change_protocol(s, proto);
}

static void look_for_upgrade(struct app_session *s, struct http_tx *tx)
{
    struct slice to = http_header(tx, TO_CLIENT, HTTP_FIELD_UPGRADE);
    if (is(to, "h2c")) {
        hand_request_on(s, tx);
        switch_to(s, APP_HTTP2);
    } else if (is(to, "websocket")) {
        switch_to(s, APP_WEBSOCKET);
    } else {
        return;
    }
    tx->sides[TO_CLIENT].whole_hidden = true;
}

void http_look_for_switch(struct app_session *s, struct http_tx *tx)
{
    int status = tx->status_number;
    if (!tx->asked)
        return;
    if (tx->method_kind == HTTP_CONNECT) {
        if (status >= 200 && status <= 299) {
            switch_to(s, APP_UNKNOWN);
        } else {
            tx->sides[TO_SERVER].whole_hidden = false;
            app_tx_changed(s, &tx->tx, TO_SERVER);
        }
    } else if (status == 101) {
        look_for_upgrade(s, tx);
    }
}
