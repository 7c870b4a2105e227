/*
 * DNS over UDP and TCP (RFC 1035, 4.2), and mDNS (RFC 6762). Each message is a transaction of its own; over
 * TCP a length goes before it. After a gap the TCP parser goes on if the next bytes look like a message: a
 * length and a header that could be one; else that direction is over.
 */
#include "app/dns.h"
#include "app/session.h"
#include "base/cursor.h"

#include <errno.h>

struct dns {
    bool resync[DIRECTIONS]; /* after a gap */
};

enum { HEADER = 12, OPCODE_LAST = 6 };

static void raise_events(struct app_session *s, struct dns_tx *tx, enum direction direction)
{
    static const struct {
        unsigned oddity;
        enum app_event dns, mdns;
    } events[] = {
        {DNS_MALFORMED, APP_EVENT_DNS_MALFORMED_DATA, APP_EVENT_MDNS_MALFORMED_DATA},
        {DNS_NAME_TOO_LONG, APP_EVENT_DNS_NAME_TOO_LONG, APP_EVENT_MDNS_NAME_TOO_LONG},
        {DNS_INFINITE_LOOP, APP_EVENT_DNS_INFINITE_LOOP, APP_EVENT_MDNS_INFINITE_LOOP},
        {DNS_TOO_MANY_LABELS, APP_EVENT_DNS_TOO_MANY_LABELS, APP_EVENT_MDNS_TOO_MANY_LABELS},
        {DNS_BAD_AUTHORITIES, APP_EVENT_DNS_INVALID_AUTHORITIES, APP_EVENT_MDNS_INVALID_AUTHORITIES},
        {DNS_BAD_ADDITIONALS, APP_EVENT_DNS_INVALID_ADDITIONALS, APP_EVENT_MDNS_INVALID_ADDITIONALS},
    };
    bool mdns = s->parser->proto == APP_MDNS;
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (tx->message.oddities & events[i].oddity)
            app_tx_event(s, &tx->tx, direction, mdns ? events[i].mdns : events[i].dns);
    if (tx->message.flags & DNS_Z)
        app_tx_event(s, &tx->tx, direction, mdns ? APP_EVENT_MDNS_Z_FLAG_SET : APP_EVENT_DNS_Z_FLAG_SET);
    if (dns_opcode(&tx->message) > OPCODE_LAST)
        app_tx_event(s, &tx->tx, direction,
                     mdns ? APP_EVENT_MDNS_INVALID_OPCODE : APP_EVENT_DNS_INVALID_OPCODE);
    if (mdns)
        return;
    if (direction == TO_SERVER && tx->response)
        app_tx_event(s, &tx->tx, direction, APP_EVENT_DNS_NOT_REQUEST);
    if (direction == TO_CLIENT && !tx->response)
        app_tx_event(s, &tx->tx, direction, APP_EVENT_DNS_NOT_RESPONSE);
}

enum parse_status dns_take_message(struct app_session *s, enum direction direction, struct slice bytes)
{
    struct dns_tx *tx = (struct dns_tx *)app_tx_new(s);
    if (!tx)
        return PARSE_BAD;
    app_tx_one_sided(s, &tx->tx, direction);
    int rc = dns_message_parse(bytes, &tx->message);
    tx->response = tx->message.flags & DNS_QR;
    raise_events(s, tx, direction);
    app_tx_complete(s, &tx->tx, direction);
    return rc == -ENOMEM ? PARSE_BAD : PARSE_OK;
}

static enum parse_status parse_stream(struct app_session *s, const struct app_input *in,
                                      struct app_taken *taken)
{
    struct dns *dns = s->state;
    struct cursor c = cursor_of(in->bytes);
    uint16_t length;
    struct slice message;
    if (!cursor_be16(&c, &length)) {
        taken->need = sizeof length;
        return PARSE_OK;
    }
    if (dns->resync[in->direction]) {
        /* The opcode is in the fifth byte (RFC 1035, 4.1.1). */
        bool plausible =
            length >= HEADER && (in->bytes.n < HEADER || (in->bytes.p[4] >> 3 & 0xf) <= OPCODE_LAST);
        if (!plausible)
            return PARSE_SIDE_DONE;
        dns->resync[in->direction] = false;
    }
    if (!cursor_bytes(&c, length, &message)) {
        taken->need = sizeof length + length;
        return PARSE_OK;
    }
    taken->bytes = sizeof length + length;
    if (!length)
        return PARSE_OK;
    enum parse_status status = dns_take_message(s, in->direction, message);
    app_raw_wanted(s, in->direction);
    return status;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    return in->datagram ? dns_take_message(s, in->direction, in->bytes) : parse_stream(s, in, taken);
}

static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    (void)bytes;
    ((struct dns *)s->state)->resync[direction] = true;
    return PARSE_OK;
}

void dns_tx_free(struct app_session *s, struct app_tx *tx)
{
    (void)s;
    dns_message_fini(&((struct dns_tx *)tx)->message);
}

const struct app_parser dns_parser = {
    .proto = APP_DNS,
    .state_size = sizeof(struct dns),
    .tx_size = sizeof(struct dns_tx),
    .parse = parse,
    .gap = gap,
    .tx_free = dns_tx_free,
    .buffer = dns_buffer,
};

const struct app_parser mdns_parser = {
    .proto = APP_MDNS,
    .state_size = sizeof(struct dns),
    .tx_size = sizeof(struct dns_tx),
    .parse = parse,
    .tx_free = dns_tx_free,
    .buffer = dns_buffer,
};
