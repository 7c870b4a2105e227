/*
 * What follows HTTP/1 on the same connection: WebSocket (RFC 6455, 4), HTTP/2 (RFC 7540, 3.2), or, behind
 * CONNECT (RFC 9110, 9.3.6), anything.
 */
#include "app/http.h"

#include <strings.h>

static bool names(struct slice value, const char *protocol)
{
    return value.n == strlen(protocol) && strncasecmp((const char *)value.p, protocol, value.n) == 0;
}

/* The head of the request, for the parser that answers it. */
static void hand_on_request(struct app_session *s, const struct http_tx *tx)
{
    struct slice line = http_text(tx->htp->request_line);
    if (app_hand_on(s, line) || app_hand_on(s, slice_str("\r\n")) ||
        app_hand_on(s, buf_slice(&tx->sides[TO_SERVER].raw_header)))
        buf_clear(&s->hand_on);
}

bool http_upgrade(struct app_session *s, const struct http_tx *tx)
{
    if (!tx->htp)
        return false;
    int status = tx->htp->response_status_number;
    if (tx->htp->request_method_number == HTP_M_CONNECT && status >= 200 && status < 300) {
        app_change_protocol(s, APP_UNKNOWN);
        return true;
    }
    struct slice upgrade = http_header(tx, TO_CLIENT, "upgrade");
    if (status != 101 || !upgrade.p || http_header(tx, TO_CLIENT, "content-length").p)
        return false;
    if (names(upgrade, "h2c")) {
        hand_on_request(s, tx);
        app_change_protocol(s, APP_HTTP2);
    } else if (names(upgrade, "websocket")) {
        app_change_protocol(s, APP_WEBSOCKET);
    }
    return s->change;
}
