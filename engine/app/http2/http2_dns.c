/*
 * DNS over HTTPS (RFC 8484) in HTTP/2: a message in ?dns= of a GET, or in a body. With the first message that
 * is found the flow is doh2, as in Suricata: rules about dns look at it, and still those about http2.
 */
#include "app/parser_list.h"
#include "app/http2/http2_connection.h"
#include "app/http2/http2_dns.h"
#include "app/dns/dns.h"
#include "flow/flow.h"

#include <stdlib.h>

enum { MESSAGE_MOST = 65535 };

static const char media_type[] = "application/dns-message";
static const char path_start[] = "/dns-query?dns=";

static int digit(uint8_t c)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *found = c ? strchr(alphabet, c) : NULL;
    return found ? (int)(found - alphabet) : -1;
}

/* base64url without padding (RFC 4648, 5). False when it is not that. */
static bool decode(struct slice text, struct buf *out)
{
    uint32_t bits = 0;
    unsigned held = 0;
    for (size_t i = 0; i < text.n; i++) {
        int value = digit(text.p[i]);
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        if (buf_append_byte(out, (uint8_t)(bits >> held)))
            return false;
    }
    return true;
}

/* The session goes on as one of DNS over HTTPS. */
static void become_doh2(struct app_session *s)
{
    struct flow *flow = s->flow;
    s->parser = &doh2_parser;
    flow->app = APP_DOH2;
    for (int d = 0; d < DIRECTIONS; d++)
        if (flow->app_direction[d] == APP_HTTP2)
            flow->app_direction[d] = APP_DOH2;
}

static void take_message(struct app_session *s, struct http2_tx *tx, enum direction direction,
                         struct slice bytes)
{
    struct http2_side *side = &tx->sides[direction];
    if (side->dns || !http2_charge(s, tx, sizeof *side->dns + 2 * bytes.n))
        return;
    struct dns_tx *dns = calloc(1, sizeof *dns);
    if (!dns)
        return;
    bool fine = dns_message_parse(bytes, &dns->message) == 0;
    dns->response = dns->message.flags & DNS_QR;
    if (!fine || dns->response != (direction == TO_CLIENT)) {
        dns_message_fini(&dns->message);
        free(dns);
        return;
    }
    side->dns = dns;
    become_doh2(s);
}

void http2_dns_fields(struct app_session *s, struct http2_tx *tx)
{
    struct slice start = slice_str(path_start);
    struct slice path = http2_header(tx, TO_SERVER, ":path");
    if (!slice_equal(http2_header(tx, TO_SERVER, "accept"), slice_str(media_type)) ||
        !slice_equal(slice_first(path, start.n), start))
        return;
    struct buf message = {0};
    if (path.n - start.n <= MESSAGE_MOST * 4 / 3 && decode(slice_from(path, start.n), &message))
        take_message(s, tx, TO_SERVER, buf_slice(&message));
    buf_fini(&message);
}

void http2_dns_body(struct app_session *s, struct http2_tx *tx, enum direction direction, struct slice bytes)
{
    struct http2_side *side = &tx->sides[direction];
    if (!side->dns_body)
        return;
    if (bytes.n > MESSAGE_MOST - side->message.n) {
        app_tx_event(s, &tx->tx, direction,
                     direction == TO_SERVER ? APP_EVENT_HTTP2_DNS_REQUEST_TOO_LONG
                                            : APP_EVENT_HTTP2_DNS_RESPONSE_TOO_LONG);
        bytes = slice_first(bytes, MESSAGE_MOST - side->message.n);
    }
    if (bytes.n && http2_charge(s, tx, bytes.n))
        buf_append(&side->message, bytes);
}

void http2_dns_body_begins(struct http2_tx *tx, enum direction direction)
{
    tx->sides[direction].dns_body =
        slice_equal(http2_header(tx, direction, "content-type"), slice_str(media_type));
}

void http2_dns_body_ends(struct app_session *s, struct http2_tx *tx, enum direction direction)
{
    struct http2_side *side = &tx->sides[direction];
    if (side->dns_body && side->message.n)
        take_message(s, tx, direction, buf_slice(&side->message));
    side->dns_body = false;
    buf_fini(&side->message);
}

void http2_dns_fini(struct http2_side *side)
{
    if (side->dns)
        dns_message_fini(&side->dns->message);
    free(side->dns);
    buf_fini(&side->message);
}
