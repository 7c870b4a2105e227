/*
 * DNS over UDP and TCP (RFC 1035, 4.2), and mDNS (RFC 6762). Each message is a transaction of its own; over
 * TCP a length goes before it. As Suricata 8.0.8 takes them:
 *
 * 1. What is no message, or is one that a client does not send, is none: no transaction. Its event goes to
 *    the last transaction that is still there, or nowhere. A datagram is passed over; a stream is not parsed
 *    further, in neither direction, or, when that direction began with it, in that direction.
 * 2. What the server sends is a response, whatever it says. mDNS has no sides: all goes to the server, and a
 *    response is what says so.
 * 3. After a gap a stream is parsed again from where bytes begin that look like a message; until then those
 *    at hand are thrown away together.
 */
#include "app/dns/dns.h"
#include "app/session.h"

#include <errno.h>
#include <stdlib.h>

#include "app/detect_probe.h"
#include "base/cursor.h"

struct dns {
    bool resync[DIRECTIONS]; /* after a gap */
};

enum { LENGTH = 2 };

enum { KEPT_MOST = 8 << 10 }; /* bytes that a transaction keeps for the next one */

static void raise_events(struct app_session *s, struct dns_tx *tx, enum direction direction)
{
    static const struct {
        unsigned oddity;
        enum app_event dns, mdns;
    } events[] = {
        {DNS_NAME_TOO_LONG, APP_EVENT_DNS_NAME_TOO_LONG, APP_EVENT_MDNS_NAME_TOO_LONG},
        {DNS_TOO_MANY_LABELS, APP_EVENT_DNS_TOO_MANY_LABELS, APP_EVENT_MDNS_TOO_MANY_LABELS},
        {DNS_BAD_AUTHORITIES, APP_EVENT_DNS_INVALID_AUTHORITIES, APP_EVENT_MDNS_INVALID_AUTHORITIES},
        {DNS_BAD_ADDITIONALS, APP_EVENT_DNS_INVALID_ADDITIONALS, APP_EVENT_MDNS_INVALID_ADDITIONALS},
    };
    const struct dns_message *m = &tx->message;
    bool mdns = s->parser->proto == APP_MDNS;
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (m->oddities & events[i].oddity)
            app_tx_event(s, &tx->tx, direction, mdns ? events[i].mdns : events[i].dns);
    if (m->flags & DNS_Z)
        app_tx_event(s, &tx->tx, direction, mdns ? APP_EVENT_MDNS_Z_FLAG_SET : APP_EVENT_DNS_Z_FLAG_SET);
    if (dns_opcode(m) > DNS_OPCODE_LAST)
        app_tx_event(s, &tx->tx, direction,
                     mdns ? APP_EVENT_MDNS_INVALID_OPCODE : APP_EVENT_DNS_INVALID_OPCODE);
    if (!mdns && tx->response && !(m->flags & DNS_QR))
        app_tx_event(s, &tx->tx, direction, APP_EVENT_DNS_NOT_RESPONSE);
}

static size_t memory_of(const struct dns_message *m)
{
    size_t bytes = m->text.cap + m->question_capacity * sizeof(struct dns_question);
    for (int i = 0; i < DNS_SECTIONS; i++)
        bytes += m->record_capacity[i] * sizeof(struct dns_record);
    return bytes;
}

/* 0; -EBADMSG: no message; -EPROTO: a client does not send it; -ENOMEM, also at the worker's cap. */
static int read_message(struct app_session *s, enum direction direction, struct slice bytes,
                        struct dns_tx *tx)
{
    int rc = dns_message_parse(bytes, &tx->message);
    if (rc)
        return rc;
    bool says_response = tx->message.flags & DNS_QR;
    tx->response = s->parser->proto == APP_MDNS ? says_response : direction == TO_CLIENT;
    if (says_response && !tx->response)
        return -EPROTO;
    bool framed = app_wanted(s, s->parser->proto == APP_MDNS ? BUFFER_MDNS_FRAME_PDU : BUFFER_DNS_FRAME_PDU);
    size_t memory = memory_of(&tx->message) + (framed ? bytes.n : 0);
    if (!app_memory_take(s, memory))
        return -ENOMEM;
    tx->memory = memory;
    return framed ? buf_append(&tx->pdu, bytes) : 0;
}

static void remark(struct app_session *s, enum direction direction, int rc)
{
    enum app_event malformed =
        s->parser->proto == APP_MDNS ? APP_EVENT_MDNS_MALFORMED_DATA : APP_EVENT_DNS_MALFORMED_DATA;
    if (s->last && (rc == -EBADMSG || rc == -EPROTO))
        app_tx_event(s, s->last, direction, rc == -EPROTO ? APP_EVENT_DNS_NOT_REQUEST : malformed);
}

/* Makes a transaction of one message. 0, or as above. */
static int take_message(struct app_session *s, enum direction direction, struct slice bytes)
{
    struct dns_tx *tx = (struct dns_tx *)app_tx_take(s);
    if (!tx)
        return -ENOMEM;
    int rc = read_message(s, direction, bytes, tx);
    if (rc) {
        app_tx_drop(s, &tx->tx);
        remark(s, direction, rc);
        return rc;
    }
    enum direction side = s->parser->proto == APP_MDNS ? TO_SERVER : direction;
    app_tx_add(s, &tx->tx);
    app_tx_one_sided(s, &tx->tx, side);
    raise_events(s, tx, side);
    app_tx_complete(s, &tx->tx, side);
    return 0;
}

static enum parse_status stream_status(const struct app_session *s, enum direction direction, int rc)
{
    bool first = s->sides[direction].taken == s->flow->app_start[direction];
    if (rc == -EBADMSG)
        return first ? PARSE_SIDE_DONE : PARSE_BAD;
    return rc == -EPROTO ? PARSE_BAD : PARSE_OK;
}

static enum parse_status parse_stream(struct app_session *s, const struct app_input *in,
                                      struct app_taken *taken)
{
    struct dns *dns = s->state;
    struct cursor c = cursor_of(in->bytes);
    uint16_t length;
    struct slice message;
    if (dns->resync[in->direction]) {
        if (probe_dns_tcp(in->direction, in->bytes) != DETECT_CERTAIN) {
            taken->bytes = in->bytes.n;
            return PARSE_OK;
        }
        dns->resync[in->direction] = false;
    }
    if (!cursor_be16(&c, &length)) {
        taken->need = LENGTH;
        return PARSE_OK;
    }
    if (!cursor_bytes(&c, length, &message)) {
        taken->need = LENGTH + (size_t)length;
        return PARSE_OK;
    }
    taken->bytes = LENGTH + (size_t)length;
    if (!length)
        return PARSE_OK;
    int rc = take_message(s, in->direction, message);
    app_raw_wanted(s, in->direction);
    return stream_status(s, in->direction, rc);
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    if (!in->datagram)
        return parse_stream(s, in, taken);
    take_message(s, in->direction, in->bytes);
    return PARSE_OK;
}

static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    (void)bytes;
    ((struct dns *)s->state)->resync[direction] = true;
    return PARSE_OK;
}

static void give_memory(struct app_session *s, struct dns_tx *dns)
{
    if (dns->memory)
        app_memory_give(s, dns->memory);
    dns->memory = 0;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct dns_tx *dns = (struct dns_tx *)tx;
    give_memory(s, dns);
    dns_message_fini(&dns->message);
    free(dns->names.list);
    dns->names = (struct dns_names){0};
    buf_fini(&dns->pdu);
}

static void tx_reuse(struct app_session *s, struct app_tx *tx)
{
    struct dns_tx *dns = (struct dns_tx *)tx;
    if (memory_of(&dns->message) + dns->names.capacity * sizeof(struct dns_text) > KEPT_MOST)
        tx_free(s, tx);
    give_memory(s, dns);
    buf_fini(&dns->pdu);
    dns->names.count = 0;
    dns->names.made = false;
}

const struct app_parser dns_parser = {
    .proto = APP_DNS,
    .state_size = sizeof(struct dns),
    .tx_size = sizeof(struct dns_tx),
    .parse = parse,
    .gap = gap,
    .tx_free = tx_free,
    .tx_reuse = tx_reuse,
    .buffer = dns_buffer,
};

const struct app_parser mdns_parser = {
    .proto = APP_MDNS,
    .tx_size = sizeof(struct dns_tx),
    .parse = parse,
    .tx_free = tx_free,
    .tx_reuse = tx_reuse,
    .buffer = dns_buffer,
};
