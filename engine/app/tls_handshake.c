/*
 * Handshake messages (RFC 8446, 4; RFC 5246, 7.4). They may be cut over records and share them; what is cut
 * is kept, up to HANDSHAKE_MOST bytes, and looked at once it is whole: no byte is parsed twice.
 */
#include "app/session.h"
#include "app/tls.h"
#include "base/cursor.h"

enum { HANDSHAKE_HEADER = 4, HANDSHAKE_MOST = 512 << 10, TLS13 = 0x0304 };

enum handshake_type {
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    CERTIFICATE = 11,
    SERVER_KEY_EXCHANGE = 12,
    CLIENT_KEY_EXCHANGE = 16,
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

static void keep_hello(struct app_session *s, enum direction direction, const struct tls_hello *hello)
{
    struct tls_tx *tx = tx_of(s);
    struct tls_side *side = &tx->sides[direction];
    if (hello->random.n == TLS_RANDOM)
        memcpy(side->random, hello->random.p, TLS_RANDOM);
    side->version = tls_hello_version(hello);
    if (hello->client && hello->server_name.p && buf_append(&tx->server_name, hello->server_name))
        buf_clear(&tx->server_name);
    if (keep_alpn(hello, side) || tls_ja3(hello, &side->ja_string, side->ja_hash))
        side->ja_hash[0] = 0; /* memory is short: rules and records see less */
    if (hello->client)
        tls_ja4(hello, false, tx->ja4);
}

/* The first one stands: after a HelloRetryRequest (RFC 8446, 4.1.4) the client repeats itself. */
static bool on_hello(struct app_session *s, enum direction direction, struct slice body, bool client)
{
    struct tls_side *side = &tx_of(s)->sides[direction];
    struct tls_hello hello;
    set_state(s, direction, client ? TLS_CLIENT_HELLO : TLS_SERVER_HELLO);
    if (side->hello_seen)
        return true;
    int bad = tls_hello_parse(body, client, &hello);
    if (hello.server_name_malformed)
        tls_event(s, direction, APP_EVENT_TLS_INVALID_SNI_LENGTH);
    if (bad) {
        tls_event(s, direction, APP_EVENT_TLS_INVALID_HANDSHAKE_MESSAGE);
        return false;
    }
    side->hello_seen = true;
    keep_hello(s, direction, &hello);
    tls_advance(s, direction, TLS_HELLO_DONE);
    return true;
}

static bool on_certificate(struct app_session *s, enum direction direction, struct slice body)
{
    struct tls_tx *tx = tx_of(s);
    struct tls_side *side = &tx->sides[direction];
    if (side->certificates_seen)
        return true;
    side->certificates_seen = true;
    enum app_event event =
        tls_certificate_read(body, tx->sides[TO_CLIENT].version >= TLS13, &side->certificate);
    if (event)
        tls_event(s, direction, event);
    if (direction == TO_CLIENT && side->certificate.parsed) {
        tls_advance(s, TO_SERVER, TLS_HANDSHAKE_DONE);
        tls_advance(s, TO_CLIENT, TLS_HANDSHAKE_DONE);
    } else if (direction == TO_SERVER) {
        tls_advance(s, TO_SERVER, TLS_CERTIFICATE_DONE);
    }
    return true;
}

static bool on_message(struct app_session *s, enum direction direction, uint8_t type, struct slice body)
{
    switch (type) {
    case CLIENT_HELLO:
        return on_hello(s, direction, body, true);
    case SERVER_HELLO:
        return on_hello(s, direction, body, false);
    case CERTIFICATE:
        return on_certificate(s, direction, body);
    case CLIENT_KEY_EXCHANGE:
        set_state(s, direction, TLS_CLIENT_KEYX);
        return true;
    case SERVER_KEY_EXCHANGE:
        set_state(s, direction, TLS_SERVER_KEYX);
        return true;
    default:
        return true;
    }
}

/* Whole messages at the start of `bytes`; returns how many bytes they have. */
static size_t take_messages(struct app_session *s, enum direction direction, struct slice bytes, bool *broken)
{
    struct cursor c = cursor_of(bytes);
    size_t taken = 0;
    uint8_t type;
    uint64_t n;
    struct slice body;
    while (!*broken && cursor_u8(&c, &type) && cursor_uint(&c, 3, &n)) {
        if (n > HANDSHAKE_MOST) {
            tls_event(s, direction, APP_EVENT_TLS_HANDSHAKE_INVALID_LENGTH);
            *broken = true;
        } else if (!cursor_bytes(&c, (size_t)n, &body)) {
            break;
        } else {
            taken = c.at;
            *broken = !on_message(s, direction, type, body);
        }
    }
    return taken;
}

/* Whether the first message in it is whole, or never will be. */
static bool worth_a_look(const struct buf *held)
{
    if (held->n < HANDSHAKE_HEADER)
        return false;
    size_t n = (size_t)held->p[1] << 16 | (size_t)held->p[2] << 8 | held->p[3];
    return n > HANDSHAKE_MOST || held->n >= n + HANDSHAKE_HEADER;
}

enum parse_status tls_handshake(struct app_session *s, enum direction direction, struct slice fragment)
{
    struct tls *tls = s->state;
    struct buf *held = &tls->handshake[direction];
    bool broken = false;
    if (!held->n)
        fragment = slice_from(fragment, take_messages(s, direction, fragment, &broken));
    if (broken)
        return PARSE_BAD;
    if (!fragment.n)
        return PARSE_OK;
    if (!app_memory_take(s, fragment.n))
        return PARSE_BAD;
    if (buf_append(held, fragment))
        return PARSE_BAD;
    if (!worth_a_look(held))
        return PARSE_OK;
    size_t taken = take_messages(s, direction, buf_slice(held), &broken);
    memmove(held->p, held->p + taken, held->n - taken);
    held->n -= taken;
    app_memory_give(s, taken);
    return broken ? PARSE_BAD : PARSE_OK;
}
