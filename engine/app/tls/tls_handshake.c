/*
 * Handshake messages (RFC 8446, 4; RFC 5246, 7.4). They may be cut over records and share them; what is cut
 * is kept, up to HANDSHAKE_MOST bytes, and looked at once it is whole: no byte is parsed twice.
 */
#include "app/common.h"
#include "app/session.h"
#include "app/tls/tls_known.h"
#include "app/tls/tls_session.h"
#include "base/cursor.h"

enum { HANDSHAKE_HEADER = 4, HANDSHAKE_MOST = 512 << 10, TLS13 = 0x0304, SSL2 = 0x0200 };

enum handshake_type {
    HELLO_REQUEST = 0,
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
    CERTIFICATE_URL = 21,
    CERTIFICATE_STATUS = 22,
};

static struct tls_tx *tx_of(struct app_session *s)
{
    return ((struct tls *)s->state)->tx;
}

static void set_state(struct app_session *s, enum direction direction, enum tls_state state)
{
    struct tls_tx *tx = tx_of(s);
    tx->state = (uint8_t)state;
    tx->state_side = (uint8_t)direction;
}

static void keep_alpn(const struct tls_hello *hello, struct tls_side *side)
{
    int rc = 0;
    for (unsigned i = 0; !rc && i < hello->alpn_count; i++) {
        rc = buf_append_byte(&side->alpn, (uint8_t)hello->alpn[i].n);
        if (!rc)
            rc = buf_append(&side->alpn, hello->alpn[i]);
    }
    if (rc)
        buf_clear(&side->alpn);
}

static void keep_hello(struct app_session *s, enum direction direction, const struct tls_hello *hello)
{
    struct tls_tx *tx = tx_of(s);
    struct tls_side *side = &tx->sides[direction];
    if (hello->random.n == TLS_RANDOM)
        memcpy(side->random, hello->random.p, TLS_RANDOM);
    if (hello->version)
        side->version = tls_hello_version(hello);
    if (hello->client && hello->server_name.p && !tx->server_name.p &&
        buf_append(&tx->server_name, hello->server_name))
        buf_clear(&tx->server_name);
    keep_alpn(hello, side); /* short memory: rules and records see less */
    if (!hello->no_ja3 && tls_ja3_wanted(s) && app_common(s))
        side->ja3 = tls_known_ja3(app_common(s), hello);
    if (hello->client)
        tls_ja4_keep(hello, &tx->ja4_kept);
}

static void tell_damage(struct app_session *s, enum direction direction, const struct tls_hello *hello)
{
    static const enum app_event events[] = {
        [TLS_WHOLE] = APP_EVENT_NONE,
        [TLS_BAD_LENGTH] = APP_EVENT_TLS_HANDSHAKE_INVALID_LENGTH,
        [TLS_BAD_NAME_LENGTH] = APP_EVENT_TLS_INVALID_SNI_LENGTH,
        [TLS_BAD_NAME_TYPE] = APP_EVENT_TLS_INVALID_SNI_TYPE,
    };
    if (events[hello->damage])
        tls_event(s, direction, events[hello->damage]);
    if (hello->several_names)
        tls_event(s, direction, APP_EVENT_TLS_MULTIPLE_SNI_EXTENSIONS);
    if (hello->version && hello->version != SSL2 && !tls_version_known(hello->version))
        tls_event(s, direction, APP_EVENT_TLS_INVALID_RECORD_VERSION);
}

/* The first one stands: after a HelloRetryRequest (RFC 8446, 4.1.4) the client repeats itself. */
static void on_hello(struct app_session *s, enum direction direction, struct slice body, bool client)
{
    struct tls_tx *tx = tx_of(s);
    struct tls_side *side = &tx->sides[direction];
    struct tls_hello hello;
    set_state(s, direction, client ? TLS_CLIENT_HELLO : TLS_SERVER_HELLO);
    if (side->hello_seen) {
        if (client && tx->server_name.p)
            tls_event(s, direction, APP_EVENT_TLS_MULTIPLE_SNI_EXTENSIONS);
        return;
    }
    tls_hello_parse(body, client, &hello);
    tell_damage(s, direction, &hello);
    side->hello_seen = true;
    keep_hello(s, direction, &hello);
    if (hello.damage != TLS_BAD_LENGTH) /* as in Suricata */
        tls_advance(s, direction, TLS_HELLO_DONE);
}

static void on_certificate(struct app_session *s, enum direction direction, struct slice body)
{
    struct tls_tx *tx = tx_of(s);
    struct tls_side *side = &tx->sides[direction];
    if (side->certificates_seen)
        return;
    side->certificates_seen = true;
    if (app_common(s))
        side->certificate = tls_known_chain(app_common(s), body, tx->sides[TO_CLIENT].version >= TLS13);
    if (side->certificate && side->certificate->event)
        tls_event(s, direction, (enum app_event)side->certificate->event);
    if (direction == TO_CLIENT && tls_certificate_there(side)) {
        ((struct tls *)s->state)->certified = true;
        tls_advance(s, TO_CLIENT, TLS_CERTIFICATE_DONE);
    } else if (direction == TO_SERVER) {
        tls_advance(s, TO_SERVER, TLS_CERTIFICATE_DONE);
    }
}

static bool is_known(uint8_t type)
{
    switch (type) {
    case HELLO_REQUEST:
    case CLIENT_HELLO:
    case SERVER_HELLO:
    case NEW_SESSION_TICKET:
    case CERTIFICATE:
    case SERVER_KEY_EXCHANGE:
    case CERTIFICATE_REQUEST:
    case SERVER_HELLO_DONE:
    case CERTIFICATE_VERIFY:
    case CLIENT_KEY_EXCHANGE:
    case FINISHED:
    case CERTIFICATE_URL:
    case CERTIFICATE_STATUS:
        return true;
    default:
        return false;
    }
}

static void on_message(struct app_session *s, enum direction direction, uint8_t type, struct slice body)
{
    switch (type) {
    case CLIENT_HELLO:
        on_hello(s, direction, body, true);
        break;
    case SERVER_HELLO:
        on_hello(s, direction, body, false);
        break;
    case CERTIFICATE:
        on_certificate(s, direction, body);
        break;
    case SERVER_HELLO_DONE:
        tls_advance(s, TO_CLIENT, TLS_SERVER_HELLO_DONE);
        break;
    case CLIENT_KEY_EXCHANGE:
        set_state(s, direction, TLS_CLIENT_KEYX);
        break;
    case SERVER_KEY_EXCHANGE:
        set_state(s, direction, TLS_SERVER_KEYX);
        break;
    default:
        if (!is_known(type))
            tls_event(s, direction, APP_EVENT_TLS_INVALID_HANDSHAKE_MESSAGE);
    }
}

/* Whole messages at the start of `bytes`; returns how many bytes they have. */
static size_t take_messages(struct app_session *s, enum direction direction, struct slice bytes)
{
    struct cursor c = cursor_of(bytes);
    size_t taken = 0;
    uint8_t type;
    uint64_t n;
    struct slice body;
    while (cursor_u8(&c, &type) && cursor_uint(&c, 3, &n) && cursor_bytes(&c, (size_t)n, &body)) {
        taken = c.at;
        on_message(s, direction, type, body);
    }
    return taken;
}

/* What the first message in it needs, its header included; 0 as long as that is not known. */
static size_t message_size(const struct buf *held)
{
    if (held->n < HANDSHAKE_HEADER)
        return 0;
    return HANDSHAKE_HEADER + ((size_t)held->p[1] << 16 | (size_t)held->p[2] << 8 | held->p[3]);
}

/* The message is too long to be kept: what follows in that direction is not read, as if it were encrypted. */
static void give_up(struct app_session *s, enum direction direction)
{
    struct tls *tls = s->state;
    app_memory_give(s, tls->handshake[direction].n);
    buf_fini(&tls->handshake[direction]);
    tls->changed[direction] = true;
}

enum parse_status tls_handshake(struct app_session *s, enum direction direction, struct slice fragment)
{
    struct tls *tls = s->state;
    struct buf *held = &tls->handshake[direction];
    if (!held->n)
        fragment = slice_from(fragment, take_messages(s, direction, fragment));
    if (!fragment.n)
        return PARSE_OK;
    if (!app_memory_append(s, held, fragment)) {
        give_up(s, direction);
        return PARSE_OK;
    }
    size_t size = message_size(held);
    if (size && !is_known(held->p[0])) {
        tls_event(s, direction, APP_EVENT_TLS_INVALID_HANDSHAKE_MESSAGE);
        return PARSE_BAD;
    }
    if (size > HANDSHAKE_MOST)
        give_up(s, direction);
    if (!size || held->n < size)
        return PARSE_OK;
    size_t taken = take_messages(s, direction, buf_slice(held));
    memmove(held->p, held->p + taken, held->n - taken);
    held->n -= taken;
    app_memory_give(s, taken);
    return PARSE_OK;
}
