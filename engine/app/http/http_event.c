#include "app/http/http_event.h"

#include <strings.h>

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
    struct slice authorization = http_header(tx, TO_SERVER, HTTP_FIELD_AUTHORIZATION);
    if (authorization.p && !knows_scheme(authorization))
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_HTTP_REQUEST_AUTH_UNRECOGNIZED);
}
