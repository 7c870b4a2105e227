/*
 * TLS records (RFC 8446, 5; RFC 5246, 6.2) and handshake messages, SSLv2 hellos (RFC 5246, E.2) included.
 * What is encrypted is not looked at: once both sides have changed ciphers, or application data goes both
 * ways, the parser is done, and the stream costs nothing more.
 *
 * Handshake messages may be cut over records and share them; what is cut is kept, up to HANDSHAKE_MOST bytes.
 */
#include "app/tls.h"
#include "app/session.h"
#include "base/cursor.h"
#include "flow/flow.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { RECORD_HEADER = 5, HANDSHAKE_HEADER = 4, HANDSHAKE_MOST = 512 << 10, RECORD_MOST = (1 << 14) + 2048 };

enum content_type {
    CHANGE_CIPHER_SPEC = 20,
    ALERT = 21,
    HANDSHAKE = 22,
    APPLICATION_DATA = 23,
    HEARTBEAT = 24
};

enum handshake_type {
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    NEW_SESSION_TICKET = 4,
    CERTIFICATE = 11,
    SERVER_KEY_EXCHANGE = 12,
    CERTIFICATE_REQUEST = 13,
    SERVER_HELLO_DONE = 14,
    CERTIFICATE_VERIFY = 15,
    CLIENT_KEY_EXCHANGE = 16,
    FINISHED = 20,
};

enum { TLS13 = 0x0304, SSL3 = 0x0300, SSL2 = 0x0002 };

struct tls {
    struct tls_tx *tx;
    struct buf handshake[DIRECTIONS]; /* of a message that is not complete yet */
    bool changed[DIRECTIONS];         /* a ChangeCipherSpec was seen: what follows is encrypted */
    bool application[DIRECTIONS];
};

void tls_version_text(uint16_t version, char text[TLS_VERSION_TEXT])
{
    static const struct {
        uint16_t version;
        const char *name;
    } names[] = {{0x0002, "SSLv2"},   {0x0300, "SSLv3"},   {0x0301, "TLSv1"},
                 {0x0302, "TLS 1.1"}, {0x0303, "TLS 1.2"}, {0x0304, "TLS 1.3"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].version == version) {
            snprintf(text, TLS_VERSION_TEXT, "%s", names[i].name);
            return;
        }
    bool draft = version >> 8 == 0x7f;
    if (draft)
        snprintf(text, TLS_VERSION_TEXT, "TLS 1.3 draft-%u", version & 0xff);
    else
        snprintf(text, TLS_VERSION_TEXT, "0x%04x", version);
}

static void event(struct app_session *s, enum direction direction, enum app_event which)
{
    const struct tls *tls = s->state;
    if (tls->tx)
        app_tx_event(s, &tls->tx->tx, direction, which);
}

static void changed(struct app_session *s, enum direction direction)
{
    const struct tls *tls = s->state;
    app_tx_changed(s, &tls->tx->tx, direction);
}

static int keep_alpn(const struct tls_hello *hello, struct tls_side *side)
{
    int rc = 0;
    for (unsigned i = 0; !rc && i < hello->alpn_count; i++) {
        rc = buf_append_byte(&side->alpn, (uint8_t)hello->alpn[i].n);
        if (!rc)
            rc = buf_append(&side->alpn, hello->alpn[i]);
    }
    return rc;
}

static void on_hello(struct app_session *s, enum direction direction, struct slice body, bool client)
{
    struct tls_tx *tx = ((struct tls *)s->state)->tx;
    struct tls_side *side = &tx->sides[direction];
    struct tls_hello hello;
    if (side->hello_seen)
        return; /* the first one stands: after a HelloRetryRequest the client repeats itself */
    int bad = tls_hello_parse(body, client, &hello);
    if (bad)
        event(s, direction, APP_EVENT_TLS_INVALID_HANDSHAKE_MESSAGE);
    if (hello.server_name_malformed)
        event(s, direction, APP_EVENT_TLS_INVALID_SNI_LENGTH);
    if (hello.random.n == TLS_RANDOM)
        memcpy(side->random, hello.random.p, TLS_RANDOM);
    side->version = hello.version;
    tx->state |= client ? TLS_CLIENT_HELLO : TLS_SERVER_HELLO;
    if (client && hello.server_name.p && !tx->has_server_name)
        tx->has_server_name = !buf_append(&tx->server_name, hello.server_name);
    if (!client)
        tx->version = hello.selected_version ? hello.selected_version : hello.version;
    if (!bad && (keep_alpn(&hello, side) || tls_ja3(&hello, &side->ja_string, side->ja_hash)))
        side->ja_hash[0] = 0; /* memory is short: rules and records see less */
    if (!bad && client)
        tls_ja4(&hello, false, tx->ja4);
    side->hello_seen = true;
    app_raw_wanted(s, direction);
    changed(s, direction);
}

/* False: it cannot be read, and the parser gives up, as Suricata's does. */
static bool on_certificate(struct app_session *s, enum direction direction, struct slice body)
{
    struct tls_tx *tx = ((struct tls *)s->state)->tx;
    struct tls_side *side = &tx->sides[direction];
    if (side->certificates_seen)
        return true;
    int rc = tls_certificate_read(body, tx->version >= TLS13, &side->certificate);
    side->certificates_seen = true;
    tx->tx.ready |= direction == TO_CLIENT;
    changed(s, direction);
    if (rc == -EBADMSG)
        event(s, direction, APP_EVENT_TLS_INVALID_CERTIFICATE);
    if (!side->certificate.count || side->certificate.parsed)
        return true;
    event(s, direction, APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH);
    event(s, direction, APP_EVENT_TLS_INVALID_HANDSHAKE_MESSAGE);
    return false;
}

static bool on_handshake(struct app_session *s, enum direction direction, uint8_t type, struct slice body)
{
    struct tls_tx *tx = ((struct tls *)s->state)->tx;
    switch (type) {
    case CLIENT_HELLO:
        on_hello(s, direction, body, true);
        break;
    case SERVER_HELLO:
        on_hello(s, direction, body, false);
        break;
    case CERTIFICATE:
        return on_certificate(s, direction, body);
    case CLIENT_KEY_EXCHANGE:
        tx->state |= TLS_CLIENT_KEYX;
        changed(s, direction);
        break;
    case SERVER_KEY_EXCHANGE:
        tx->state |= TLS_SERVER_KEYX;
        changed(s, direction);
        break;
    default:
        break;
    }
    return true;
}

/* Whole messages at the start of `bytes`; returns how many bytes they have. */
static size_t take_messages(struct app_session *s, enum direction direction, struct slice bytes, bool *broken)
{
    struct cursor c = cursor_of(bytes);
    size_t taken = 0;
    uint8_t type;
    uint64_t n;
    struct slice body;
    while (cursor_u8(&c, &type) && cursor_uint(&c, 3, &n)) {
        if (n > HANDSHAKE_MOST) {
            event(s, direction, APP_EVENT_TLS_HANDSHAKE_INVALID_LENGTH);
            *broken = true;
            break;
        }
        if (!cursor_bytes(&c, (size_t)n, &body))
            break;
        taken = c.at;
        *broken = !on_handshake(s, direction, type, body);
        if (*broken)
            break;
    }
    return taken;
}

static enum parse_status on_handshake_record(struct app_session *s, enum direction direction,
                                             struct slice fragment)
{
    struct tls *tls = s->state;
    struct buf *held = &tls->handshake[direction];
    bool broken = false;
    if (!held->n) {
        fragment = slice_from(fragment, take_messages(s, direction, fragment, &broken));
        if (broken)
            return PARSE_BAD;
        if (!fragment.n)
            return PARSE_OK;
    }
    if (held->n + fragment.n > HANDSHAKE_MOST || !app_memory_take(s, fragment.n)) {
        event(s, direction, APP_EVENT_TLS_HANDSHAKE_INVALID_LENGTH);
        return PARSE_BAD;
    }
    if (buf_append(held, fragment))
        return PARSE_BAD;
    /* Until the first message in it is whole there is nothing to do: no byte is looked at twice. */
    if (held->n < HANDSHAKE_HEADER)
        return PARSE_OK;
    size_t n = (size_t)held->p[1] << 16 | (size_t)held->p[2] << 8 | held->p[3];
    if (n <= HANDSHAKE_MOST && held->n < n + HANDSHAKE_HEADER)
        return PARSE_OK;
    size_t taken = take_messages(s, direction, buf_slice(held), &broken);
    memmove(held->p, held->p + taken, held->n - taken);
    held->n -= taken;
    app_memory_give(s, taken);
    return broken ? PARSE_BAD : PARSE_OK;
}

/* RFC 6520: the length inside must not say more than the record holds (CVE-2014-0160). */
static void on_heartbeat(struct app_session *s, enum direction direction, struct slice fragment)
{
    struct cursor c = cursor_of(fragment);
    uint8_t type;
    uint16_t n;
    const struct tls *tls = s->state;
    if (tls->changed[direction] || !cursor_u8(&c, &type) || !cursor_be16(&c, &n))
        return;
    if (type != 1 && type != 2)
        event(s, direction, APP_EVENT_TLS_INVALID_HEARTBEAT_MESSAGE);
    else if (n > cursor_left(&c))
        event(s, direction, APP_EVENT_TLS_OVERFLOW_HEARTBEAT_MESSAGE);
}

static void on_alert(struct app_session *s, enum direction direction, struct slice fragment)
{
    const struct tls *tls = s->state;
    if (tls->changed[direction] || tls->application[direction])
        return;
    if (fragment.n != 2 || fragment.p[0] < 1 || fragment.p[0] > 2)
        event(s, direction, APP_EVENT_TLS_INVALID_ALERT_MESSAGE);
    else if (fragment.p[0] == 2)
        event(s, direction, APP_EVENT_TLS_ERROR_MESSAGE_ENCOUNTERED);
}

static void side_done(struct app_session *s, enum direction direction)
{
    struct tls_tx *tx = ((struct tls *)s->state)->tx;
    if (tx->sides[direction].done)
        return;
    tx->sides[direction].done = true;
    app_tx_complete(s, &tx->tx, direction);
    app_raw_wanted(s, direction);
}

static enum parse_status on_record(struct app_session *s, enum direction direction, uint8_t type,
                                   struct slice fragment)
{
    struct tls *tls = s->state;
    switch (type) {
    case CHANGE_CIPHER_SPEC:
        tls->changed[direction] = true;
        /* In TLS 1.3 it means nothing (RFC 8446, D.4): the hello was all that is in clear. */
        side_done(s, direction);
        break;
    case ALERT:
        on_alert(s, direction, fragment);
        break;
    case HANDSHAKE:
        if (!tls->changed[direction])
            return on_handshake_record(s, direction, fragment);
        break;
    case APPLICATION_DATA:
        tls->application[direction] = true;
        side_done(s, direction);
        break;
    case HEARTBEAT:
        on_heartbeat(s, direction, fragment);
        break;
    default:
        event(s, direction, APP_EVENT_TLS_INVALID_RECORD_TYPE);
        return PARSE_BAD;
    }
    const struct tls_tx *tx = tls->tx;
    return tx->sides[TO_SERVER].done && tx->sides[TO_CLIENT].done ? PARSE_DONE : PARSE_OK;
}

/* An SSLv2 record with a hello in it: the version and, for a client, what lists the ciphers. */
static enum parse_status on_ssl2(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct tls_tx *tx = ((struct tls *)s->state)->tx;
    struct cursor c = cursor_of(in->bytes);
    uint16_t length, version;
    uint8_t type;
    if (!cursor_be16(&c, &length))
        return taken->need = 2, PARSE_OK;
    length &= 0x7fff;
    if (cursor_left(&c) < length)
        return taken->need = 2u + length, PARSE_OK;
    taken->bytes = 2u + length;
    struct tls_side *side = &tx->sides[in->direction];
    if (!cursor_u8(&c, &type) || !cursor_be16(&c, &version)) {
        event(s, in->direction, APP_EVENT_TLS_INVALID_SSLV2_HEADER);
        return PARSE_BAD;
    }
    if (type == 1 && in->direction == TO_SERVER) {
        side->version = version;
        side->hello_seen = true;
        tx->version = version;
        tx->state |= TLS_CLIENT_HELLO;
    } else if (type == 4 && in->direction == TO_CLIENT) {
        side->hello_seen = true;
        tx->version = SSL2;
        tx->state |= TLS_SERVER_HELLO;
    }
    app_raw_wanted(s, in->direction);
    changed(s, in->direction);
    return PARSE_OK;
}

static bool begins_ssl2(const struct tls *tls, const struct app_input *in)
{
    return !tls->tx->sides[in->direction].hello_seen && !tls->handshake[in->direction].n &&
           in->bytes.p[0] & 0x80;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct tls *tls = s->state;
    if (!tls->tx)
        tls->tx = (struct tls_tx *)app_tx_new(s);
    if (!tls->tx)
        return PARSE_BAD;
    if (begins_ssl2(tls, in))
        return on_ssl2(s, in, taken);
    struct cursor c = cursor_of(in->bytes);
    uint8_t type;
    uint16_t version, length;
    struct slice fragment;
    if (!cursor_u8(&c, &type) || !cursor_be16(&c, &version) || !cursor_be16(&c, &length)) {
        taken->need = RECORD_HEADER;
        return PARSE_OK;
    }
    if (version >> 8 != 3 || length > RECORD_MOST) {
        event(s, in->direction,
              version >> 8 != 3 ? APP_EVENT_TLS_INVALID_RECORD_VERSION : APP_EVENT_TLS_INVALID_SSL_RECORD);
        return PARSE_BAD;
    }
    if (!tls->tx->record_version)
        tls->tx->record_version = version;
    if (!cursor_bytes(&c, length, &fragment)) {
        taken->need = RECORD_HEADER + (size_t)length;
        return PARSE_OK;
    }
    taken->bytes = RECORD_HEADER + (size_t)length;
    return on_record(s, in->direction, type, fragment);
}

static void end(struct app_session *s, enum direction direction)
{
    const struct tls *tls = s->state;
    if (tls->tx)
        app_tx_complete(s, &tls->tx->tx, direction);
}

static void close_tls(struct app_session *s)
{
    struct tls *tls = s->state;
    for (int d = 0; d < DIRECTIONS; d++)
        buf_fini(&tls->handshake[d]);
}

static const char *progress(const struct app_tx *tx, enum direction direction)
{
    const struct tls_side *side = &((const struct tls_tx *)tx)->sides[direction];
    bool client = direction == TO_SERVER;
    if (tx->complete[direction])
        return client ? "client_finished" : "server_finished";
    if (side->done)
        return client ? "client_handshake_done" : "server_handshake_done";
    if (side->certificates_seen)
        return client ? "client_cert_done" : "server_cert_done";
    if (side->hello_seen)
        return client ? "client_hello_done" : "server_hello";
    return client ? "client_in_progress" : "server_in_progress";
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct tls_tx *t = (struct tls_tx *)tx;
    struct tls *tls = s->state;
    for (int d = 0; d < DIRECTIONS; d++) {
        tls_certificate_fini(&t->sides[d].certificate);
        buf_fini(&t->sides[d].alpn);
        buf_fini(&t->sides[d].ja_string);
    }
    buf_fini(&t->server_name);
    tls->tx = NULL;
}

const struct app_parser tls_parser = {
    .proto = APP_TLS,
    .state_size = sizeof(struct tls),
    .tx_size = sizeof(struct tls_tx),
    .most_alive = 2,
    .close = close_tls,
    .parse = parse,
    .end = end,
    .tx_free = tx_free,
    .buffer = tls_buffer,
    .progress = progress,
};
