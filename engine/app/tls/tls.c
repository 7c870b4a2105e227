/*
 * TLS records (RFC 8446, 5; RFC 5246, 6.2), SSLv2 hellos (RFC 5246, E.2) included. With the first application
 * data the parser is done: nothing that follows can be read, and the stream costs nothing more; records are
 * gone through while rules ask for frames.
 */
#include "app/tls/tls_frame.h"
#include "app/tls/tls_known.h"
#include "app/session.h"
#include "base/cursor.h"
#include "flow/flow.h"
#include "flow/tcp.h"

#include <stdio.h>
#include <stdlib.h>

enum { RECORD_HEADER = 5, SSL2_HEADER = 3, SSL2 = 0x0200 /* Suricata's number for it */ };

enum content_type {
    CHANGE_CIPHER_SPEC = 20,
    ALERT = 21,
    HANDSHAKE = 22,
    APPLICATION_DATA = 23,
    HEARTBEAT = 24
};

struct record_header {
    uint8_t type; /* enum content_type */
    uint16_t version, length;
};

void tls_version_text(uint16_t version, char text[TLS_VERSION_TEXT])
{
    static const struct {
        uint16_t version;
        const char *name;
    } names[] = {{SSL2, "SSLv2"},     {0x0300, "SSLv3"},   {0x0301, "TLSv1"},
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
        snprintf(text, TLS_VERSION_TEXT, "%u", version);
}

void tls_event(struct app_session *s, enum direction direction, enum app_event which)
{
    const struct tls *tls = s->state;
    app_tx_event(s, &tls->tx->tx, direction, which);
}

/* What one side does shows in the rules of both: ssl_state, versions. */
static void both_changed(struct app_session *s)
{
    const struct tls *tls = s->state;
    app_tx_changed(s, &tls->tx->tx, TO_SERVER);
    app_tx_changed(s, &tls->tx->tx, TO_CLIENT);
}

void tls_advance(struct app_session *s, enum direction direction, enum tls_progress progress)
{
    struct tls_tx *tx = ((struct tls *)s->state)->tx;
    if (progress > tx->sides[direction].progress)
        tx->sides[direction].progress = (uint8_t)progress;
    tx->tx.ready = tx->sides[TO_SERVER].progress == TLS_HANDSHAKE_DONE &&
                   tx->sides[TO_CLIENT].progress == TLS_HANDSHAKE_DONE;
}

/* A request that is in flight, its answer: encrypted ones tell by their size alone what leaks. */
static enum parse_status on_beat(struct app_session *s, enum direction direction, uint16_t size)
{
    struct tls *tls = s->state;
    bool answer = tls->beat && tls->beat_side != direction;
    if (answer && size && tls->beat_size && size > tls->beat_size) {
        tls_event(s, direction, APP_EVENT_TLS_DATALEAK_HEARTBEAT_MISMATCH);
        return PARSE_BAD;
    }
    tls->beat = !answer;
    tls->beat_side = (uint8_t)direction;
    tls->beat_size = size;
    return PARSE_OK;
}

/*
 * RFC 6520, 4: the length inside must not say more than the record holds (CVE-2014-0160), at least 16 bytes
 * of padding follow, and a second request waits for the answer to the first.
 */
static enum parse_status on_heartbeat(struct app_session *s, enum direction direction, struct slice fragment)
{
    enum { REQUEST = 1, RESPONSE = 2, PADDING = 16 };
    struct cursor c = cursor_of(fragment);
    uint8_t type;
    uint16_t n;
    const struct tls *tls = s->state;
    if (tls->changed[direction])
        return on_beat(s, direction, (uint16_t)fragment.n);
    if (!cursor_u8(&c, &type) || !cursor_be16(&c, &n))
        return PARSE_OK;
    bool again = type == REQUEST && tls->beat && tls->beat_side == direction;
    enum app_event event = APP_EVENT_NONE;
    if ((type != REQUEST && type != RESPONSE) || again)
        event = APP_EVENT_TLS_INVALID_HEARTBEAT_MESSAGE;
    else if (n > cursor_left(&c))
        event = APP_EVENT_TLS_OVERFLOW_HEARTBEAT_MESSAGE;
    else if (cursor_left(&c) - n < PADDING)
        event = APP_EVENT_TLS_INVALID_HEARTBEAT_MESSAGE;
    if (!event)
        return on_beat(s, direction, 0);
    tls_event(s, direction, event);
    return PARSE_BAD;
}

/* Nothing that follows is read, in that direction or in both, but its frames. */
static enum parse_status leave(struct app_session *s, enum parse_status done)
{
    ((struct tls *)s->state)->frames_only = tls_frames_wanted(s);
    return ((struct tls *)s->state)->frames_only ? PARSE_OK : done;
}

/* RFC 5246, 7.2: after a fatal one nothing follows. */
static enum parse_status on_alert(struct app_session *s, enum direction direction, struct slice fragment)
{
    enum { FATAL = 2 };
    struct tls *tls = s->state;
    if (fragment.n < 2) {
        tls_event(s, direction, APP_EVENT_TLS_INVALID_ALERT_MESSAGE);
        return PARSE_BAD;
    }
    if (tls->changed[direction] || fragment.p[0] != FATAL)
        return PARSE_OK;
    tls->over = true;
    app_tx_complete(s, &tls->tx->tx, TO_SERVER);
    app_tx_complete(s, &tls->tx->tx, TO_CLIENT);
    return leave(s, PARSE_SIDE_DONE);
}

/* What the other side has said before is news no more. */
static void forget_state(struct app_session *s, enum direction direction)
{
    struct tls_tx *tx = ((struct tls *)s->state)->tx;
    if (tx->state_side != direction)
        tx->state = 0;
}

static enum parse_status on_record(struct app_session *s, enum direction direction, uint8_t type,
                                   struct slice fragment)
{
    struct tls *tls = s->state;
    forget_state(s, direction);
    both_changed(s);
    app_raw_wanted(s, direction);
    switch (type) {
    case CHANGE_CIPHER_SPEC:
        tls->changed[direction] = true;
        if (direction == TO_SERVER)
            tls_advance(s, TO_SERVER, TLS_HANDSHAKE_DONE);
        return PARSE_OK;
    case ALERT:
        return on_alert(s, direction, fragment);
    case HANDSHAKE:
        return tls->changed[direction] ? PARSE_OK : tls_handshake(s, direction, fragment);
    default:
        return on_heartbeat(s, direction, fragment);
    }
}

/* Application data are not waited for, only passed over. Once both handshakes are done there is no more to
 * see. */
static enum parse_status on_application_data(struct app_session *s, enum direction direction, uint16_t length)
{
    struct tls *tls = s->state;
    const struct tls_tx *tx = tls->tx;
    forget_state(s, direction);
    both_changed(s);
    app_encrypted(s);
    tls_advance(s, direction, TLS_HANDSHAKE_DONE);
    tls->skip[direction] = length;
    return tx->tx.ready ? leave(s, PARSE_DONE) : PARSE_OK;
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
    if (length && cursor_left(&c))
        tls_frame_begin_ssl2(s, in->direction, slice_first(in->bytes, SSL2_HEADER), length - 1u);
    if (cursor_left(&c) < length)
        return taken->need = cursor_left(&c) ? 2u + length : SSL2_HEADER, PARSE_OK;
    taken->bytes = 2u + length;
    c.n = taken->bytes; /* what follows is not its */
    tls_frame_add(s, in->direction, slice_from(slice_first(in->bytes, taken->bytes), SSL2_HEADER));
    struct tls_side *side = &tx->sides[in->direction];
    if (!cursor_u8(&c, &type) || !cursor_be16(&c, &version)) {
        tls_event(s, in->direction, APP_EVENT_TLS_INVALID_SSLV2_HEADER);
        return PARSE_BAD;
    }
    if (in->direction == TO_SERVER) {
        const struct tls_hello nothing = {.client = true};
        side->version = type == 1 ? version : SSL2;
        tls_ja4_keep(&nothing, &tx->ja4_kept); /* as Suricata, which has one for it too */
        tx->state = TLS_CLIENT_HELLO;
        tx->state_side = TO_SERVER;
        tls_advance(s, TO_SERVER, TLS_HELLO_DONE);
    } else if (type == 4 && in->direction == TO_CLIENT) {
        side->version = SSL2;
        tx->state = TLS_SERVER_HELLO;
        tx->state_side = TO_CLIENT;
        tls_advance(s, TO_CLIENT, TLS_HELLO_DONE);
    }
    both_changed(s);
    app_raw_wanted(s, in->direction);
    return PARSE_OK;
}

static bool begins_ssl2(const struct tls *tls, const struct app_input *in)
{
    return !tls->tx->sides[in->direction].progress && !tls->handshake[in->direction].n &&
           in->bytes.p[0] & 0x80;
}

bool tls_version_known(uint16_t version)
{
    return (version >= 0x0300 && version <= 0x0304) || version >> 8 == 0x7f;
}

/*
 * Whether the header can be that of a record. As in Suricata what a client sends beside records, once it has
 * said hello, is passed over, and what a server sends is an error.
 */
static enum parse_status check_header(struct app_session *s, enum direction direction,
                                      const struct record_header *header)
{
    struct tls *tls = s->state;
    bool known_type = header->type >= CHANGE_CIPHER_SPEC && header->type <= HEARTBEAT;
    if (known_type && tls_version_known(header->version))
        return header->length ? PARSE_OK : PARSE_BAD;
    if (direction == TO_SERVER && tls->tx->sides[TO_SERVER].hello_seen) {
        tls->skip[direction] = header->length;
        forget_state(s, direction);
        both_changed(s);
        return PARSE_OK;
    }
    tls_event(s, direction,
              known_type ? APP_EVENT_TLS_INVALID_RECORD_VERSION : APP_EVENT_TLS_INVALID_RECORD_TYPE);
    return PARSE_BAD;
}

static bool read_header(struct cursor *c, struct record_header *header)
{
    return cursor_u8(c, &header->type) && cursor_be16(c, &header->version) && cursor_be16(c, &header->length);
}

static bool header_fits(const struct record_header *header)
{
    return header->type >= CHANGE_CIPHER_SPEC && header->type <= HEARTBEAT &&
           tls_version_known(header->version);
}

static enum parse_status parse_frame(struct app_session *s, const struct app_input *in,
                                     struct app_taken *taken)
{
    struct tls *tls = s->state;
    struct cursor c = cursor_of(in->bytes);
    struct record_header header;
    if (!read_header(&c, &header))
        return taken->need = RECORD_HEADER, PARSE_OK;
    if (!header_fits(&header) || !header.length)
        return PARSE_SIDE_DONE;
    tls_frame_begin(s, in->direction, slice_first(in->bytes, RECORD_HEADER), header.length);
    taken->bytes = RECORD_HEADER;
    tls->skip[in->direction] = header.length;
    return PARSE_OK;
}

static enum parse_status parse_record(struct app_session *s, const struct app_input *in,
                                      struct app_taken *taken)
{
    struct tls *tls = s->state;
    struct tls_side *side = &tls->tx->sides[in->direction];
    struct cursor c = cursor_of(in->bytes);
    struct record_header header;
    struct slice fragment;
    if (!read_header(&c, &header)) {
        taken->need = RECORD_HEADER;
        return PARSE_OK;
    }
    enum parse_status status = check_header(s, in->direction, &header);
    if (status != PARSE_OK)
        return status;
    taken->bytes = RECORD_HEADER;
    if (tls->skip[in->direction])
        return PARSE_OK;
    if (!side->hello_seen)
        side->version = header.version; /* until its hello says so itself */
    tls_frame_begin(s, in->direction, slice_first(in->bytes, RECORD_HEADER), header.length);
    if (header.type == APPLICATION_DATA)
        return on_application_data(s, in->direction, header.length);
    if (!cursor_bytes(&c, header.length, &fragment)) {
        taken->bytes = 0;
        taken->need = RECORD_HEADER + (size_t)header.length;
        return PARSE_OK;
    }
    taken->bytes += header.length;
    tls_frame_add(s, in->direction, fragment);
    return on_record(s, in->direction, header.type, fragment);
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct tls *tls = s->state;
    uint16_t *skip = &tls->skip[in->direction];
    if (*skip) {
        taken->bytes = slice_first(in->bytes, *skip).n;
        *skip = (uint16_t)(*skip - taken->bytes);
        tls_frame_add(s, in->direction, slice_first(in->bytes, taken->bytes));
        return PARSE_OK;
    }
    if (tls->frames_only)
        return parse_frame(s, in, taken);
    if (!tls->tx)
        tls->tx = (struct tls_tx *)app_tx_new(s);
    if (!tls->tx)
        return PARSE_BAD;
    if (tls->over)
        return PARSE_SIDE_DONE;
    tls->tx->sides[in->direction].heard = true;
    enum parse_status status = begins_ssl2(tls, in) ? on_ssl2(s, in, taken) : parse_record(s, in, taken);
    if (tls->certified && in->bytes.n - taken->bytes < RECORD_HEADER) {
        tls_advance(s, TO_SERVER, TLS_HANDSHAKE_DONE);
        tls_advance(s, TO_CLIENT, TLS_HANDSHAKE_DONE);
    }
    return status;
}

/* As in Suricata neither side is read any more: what follows may be in the midst of a record. */
static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    (void)s;
    (void)direction;
    (void)bytes;
    return PARSE_GIVE_UP;
}

static void end(struct app_session *s, enum direction direction)
{
    const struct tls *tls = s->state;
    if (tls->frame[direction])
        app_tx_complete(s, &tls->frame[direction]->tx, direction);
    if (!tls->tx)
        return;
    tls->tx->sides[direction].heard |= s->flow->tcp->streams[direction].finished;
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
    static const char *const names[DIRECTIONS][TLS_HANDSHAKE_DONE + 1] = {
        {"client_in_progress", "client_hello_done", "client_cert_done", "client_cert_done",
         "client_handshake_done"},
        {"server_in_progress", "server_hello", "server_cert_done", "server_hello_done",
         "server_handshake_done"},
    };
    if (tx->complete[direction] && !tx->cut && !((const struct tls_tx *)tx)->is_frame)
        return direction == TO_SERVER ? "client_finished" : "server_finished";
    return names[direction][((const struct tls_tx *)tx)->sides[direction].progress];
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct tls_tx *t = (struct tls_tx *)tx;
    struct tls *tls = s->state;
    if (t->is_frame) {
        tls_frame_free(s, t);
        return;
    }
    for (int d = 0; d < DIRECTIONS; d++) {
        tls_certificate_release(t->sides[d].certificate);
        tls_ja3_release(t->sides[d].ja3);
        buf_fini(&t->sides[d].alpn);
    }
    buf_fini(&t->server_name);
    buf_fini(&t->ja4_kept);
    tls->tx = NULL;
}

const struct app_parser tls_parser = {
    .proto = APP_TLS,
    .state_size = sizeof(struct tls),
    .tx_size = sizeof(struct tls_tx),
    .common_size = sizeof(struct tls_known),
    .common_free = tls_known_fini,
    .close = close_tls,
    .parse = parse,
    .gap = gap,
    .end = end,
    .tx_free = tx_free,
    .buffer = tls_buffer,
    .progress = progress,
};
