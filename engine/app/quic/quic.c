/*
 * QUIC (RFC 9000, 9001, 9369, the drafts and Google's before them): a transaction for each packet with a long
 * header, until the TLS hello of its direction has been seen.
 *
 * Initial packets are opened with the keys of the connection id that the client chose first. Who watches
 * cannot know which packet of the client the server takes for the first: a packet that the keys at hand do
 * not open is tried with its own connection id. When that opens it a connection begins, be it after a Retry
 * (17.2.5), after packets that the server threw away, or because a port is used again. Failures are limited,
 * so that a stream of junk costs one try each at most.
 */
#include "app/quic/quic.h"

#include <errno.h>

#include "app/quic/quic_crypto.h"
#include "app/quic/quic_crypto_stream.h"
#include "app/quic/quic_frame.h"
#include "app/quic/quic_header.h"
#include "app/quic/quic_tx.h"

enum {
    CONNECTION_ID_MOST = 20, /* RFC 9000, 17.2 */
    PACKETS_MOST = 16,       /* that are looked at in one datagram */
    TRIES_MOST = 16,         /* new connection ids that opened nothing, in a row */
    BROKEN_MOST = 4,         /* hellos that do not parse, of one side */
};

struct connection_id {
    uint8_t bytes[CONNECTION_ID_MOST];
    uint8_t n;
    bool known;
};

struct quic_side {
    struct quic_crypto_stream crypto;
    uint64_t largest; /* packet number */
    bool hello;       /* seen */
    uint8_t broken;
};

struct quic_state {
    bool has_keys;
    uint32_t version;            /* that the keys are of */
    struct connection_id client; /* ... the connection id */
    struct connection_id server; /* that the client uses once the server has answered */
    struct quic_key keys[DIRECTIONS];
    uint8_t tries;
    struct quic_side sides[DIRECTIONS];
};

static bool id_is(const struct connection_id *id, struct slice bytes)
{
    return id->known && slice_equal(slice_of(id->bytes, id->n), bytes);
}

static void id_set(struct connection_id *id, struct slice bytes)
{
    *id = (struct connection_id){.known = bytes.n <= CONNECTION_ID_MOST};
    if (!id->known || !bytes.n)
        return;
    id->n = (uint8_t)bytes.n;
    memcpy(id->bytes, bytes.p, bytes.n);
}

static void reset_sides(struct app_session *s)
{
    struct quic_state *q = s->state;
    for (int d = 0; d < DIRECTIONS; d++) {
        quic_crypto_reset(s, &q->sides[d].crypto);
        q->sides[d] = (struct quic_side){0};
    }
}

/* Tries the packet as the first of a connection. */
static int open_as_first(struct app_session *s, const struct quic_header *h, struct buf *plain)
{
    struct quic_state *q = s->state;
    struct quic_key keys[DIRECTIONS];
    uint64_t largest = 0;
    if (h->destination_id.n > CONNECTION_ID_MOST || q->tries >= TRIES_MOST)
        return -EBADMSG;
    int rc = quic_initial_key(h->version, h->destination_id, TO_SERVER, &keys[TO_SERVER]);
    if (!rc)
        rc = quic_open(&keys[TO_SERVER], h->packet, h->protected_at, &largest, plain);
    if (!rc)
        rc = quic_initial_key(h->version, h->destination_id, TO_CLIENT, &keys[TO_CLIENT]);
    if (rc) {
        q->tries++;
        return rc;
    }
    reset_sides(s);
    memcpy(q->keys, keys, sizeof keys);
    q->has_keys = true;
    q->version = h->version;
    q->tries = 0;
    q->sides[TO_SERVER].largest = largest;
    q->server.known = false;
    id_set(&q->client, h->destination_id);
    return 0;
}

/* RFC 9368, 2.3: the server may go on in another version, with keys of the same connection id. */
static int open_with_keys(struct quic_state *q, enum direction direction, const struct quic_header *h,
                          struct buf *plain)
{
    uint64_t *largest = &q->sides[direction].largest;
    if (!q->has_keys)
        return -EBADMSG;
    if (h->version == q->version)
        return quic_open(&q->keys[direction], h->packet, h->protected_at, largest, plain);
    struct quic_key keys[DIRECTIONS];
    int rc = quic_initial_keys(h->version, slice_of(q->client.bytes, q->client.n), keys);
    if (!rc)
        rc = quic_open(&keys[direction], h->packet, h->protected_at, largest, plain);
    if (!rc) {
        memcpy(q->keys, keys, sizeof keys);
        q->version = h->version;
    }
    return rc;
}

static int open_initial(struct app_session *s, enum direction direction, const struct quic_header *h,
                        struct buf *plain)
{
    struct quic_state *q = s->state;
    int rc = open_with_keys(q, direction, h, plain);
    if (rc == -EBADMSG && direction == TO_SERVER && !id_is(&q->client, h->destination_id))
        rc = open_as_first(s, h, plain);
    return rc;
}

/* After the hello: whether the client begins another connection from the same port. */
static bool begins_anew(struct app_session *s, enum direction direction, const struct quic_header *h,
                        struct buf *plain)
{
    struct quic_state *q = s->state;
    return direction == TO_SERVER && h->type == QUIC_INITIAL && !h->plain && quic_version_known(h->version) &&
           !id_is(&q->client, h->destination_id) && !id_is(&q->server, h->destination_id) &&
           open_as_first(s, h, plain) == 0;
}

static void take_crypto(struct app_session *s, struct quic_tx *tx, const struct quic_frame *frame)
{
    struct quic_side *side = &((struct quic_state *)s->state)->sides[tx->direction];
    if (side->broken >= BROKEN_MOST)
        return;
    if (quic_crypto_put(s, &side->crypto, frame->offset, frame->data) == -EMSGSIZE)
        app_tx_event(s, &tx->tx, tx->direction, APP_EVENT_QUIC_CRYPTO_FRAG_TOO_LONG);
}

static void take_hello(struct app_session *s, struct quic_tx *tx)
{
    struct quic_side *side = &((struct quic_state *)s->state)->sides[tx->direction];
    struct buf message = {0};
    if (!quic_crypto_message(&side->crypto, &message)) {
        int rc = quic_tx_set_hello(tx, &message);
        if (rc == -EBADMSG) {
            app_tx_event(s, &tx->tx, tx->direction, APP_EVENT_QUIC_ERROR_ON_DATA);
            side->broken++;
        }
        side->hello = !rc;
        if (side->hello || side->broken >= BROKEN_MOST)
            quic_crypto_reset(s, &side->crypto);
    }
    buf_fini(&message);
}

static void take_frames(struct app_session *s, struct quic_tx *tx, struct slice frames, bool plain)
{
    struct cursor c = cursor_of(frames);
    struct quic_frame frame = {0};
    for (;;) {
        switch (quic_frame_next(&c, plain, &frame)) {
        case QUIC_FRAME_CRYPTO:
            take_crypto(s, tx, &frame);
            break;
        case QUIC_FRAME_GOOGLE:
            quic_tx_add_google(tx, frame.data);
            break;
        case QUIC_FRAME_BAD:
            app_tx_event(s, &tx->tx, tx->direction, APP_EVENT_QUIC_ERROR_ON_DATA);
            take_hello(s, tx);
            return;
        case QUIC_FRAME_END:
            take_hello(s, tx);
            return;
        }
    }
}

static struct quic_tx *new_tx(struct app_session *s, enum direction direction, const struct quic_header *h)
{
    struct quic_tx *tx = (struct quic_tx *)app_tx_new(s);
    if (!tx)
        return NULL;
    tx->direction = direction;
    tx->version = h->version;
    tx->long_header = h->type != QUIC_PUBLIC;
    for (unsigned i = 0; i < sizeof tx->version_bytes; i++)
        tx->version_bytes[i] = (uint8_t)(h->version >> (24 - 8 * i));
    app_tx_one_sided(s, &tx->tx, direction);
    return tx;
}

/* A packet that counts. 0 or -ENOMEM. */
static int take_packet(struct app_session *s, enum direction direction, const struct quic_header *h,
                       struct buf *plain)
{
    struct quic_state *q = s->state;
    bool sealed = h->type == QUIC_INITIAL && !h->plain && h->protected_at < h->packet.n &&
                  quic_version_known(h->version);
    int opened = -EBADMSG;
    if (q->sides[direction].hello) {
        if (!begins_anew(s, direction, h, plain))
            return 0;
        opened = 0;
    } else if (sealed) {
        opened = open_initial(s, direction, h, plain);
    }
    struct quic_tx *tx = new_tx(s, direction, h);
    if (!tx)
        return -ENOMEM;
    if (sealed && opened)
        app_tx_event(s, &tx->tx, direction, APP_EVENT_QUIC_FAILED_DECRYPT);
    else if (sealed)
        take_frames(s, tx, buf_slice(plain), false);
    else if (h->plain && (h->type == QUIC_INITIAL || h->type == QUIC_PUBLIC))
        take_frames(s, tx, slice_from(h->packet, h->protected_at), true);
    if (direction == TO_CLIENT && (h->type == QUIC_INITIAL || h->type == QUIC_HANDSHAKE))
        id_set(&q->server, h->source_id);
    app_tx_complete(s, &tx->tx, direction);
    return 0;
}

/*
 * RFC 9000, 12.2: packets one after the other. Those behind the first that is not Initial tell nothing new by
 * themselves; an Initial packet there counts again.
 */
static enum parse_status parse(struct app_session *s, const struct app_input *input, struct app_taken *taken)
{
    struct buf plain = {0};
    struct slice rest = input->bytes;
    bool seen_other = false;
    int rc = 0;
    taken->bytes = rest.n;
    for (int i = 0; !rc && rest.n && i < PACKETS_MOST; i++) {
        struct quic_header h;
        if (quic_header_parse(rest, &h) || h.type == QUIC_SHORT)
            break;
        if (h.type == QUIC_INITIAL || !seen_other)
            rc = take_packet(s, input->direction, &h, &plain);
        seen_other |= h.type != QUIC_INITIAL;
        rest = slice_from(rest, h.packet.n);
    }
    buf_fini(&plain);
    return rc ? PARSE_BAD : PARSE_OK;
}

static void close_session(struct app_session *s)
{
    reset_sides(s);
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    (void)s;
    quic_tx_fini((struct quic_tx *)tx);
}

const struct app_parser quic_parser = {
    .proto = APP_QUIC,
    .state_size = sizeof(struct quic_state),
    .tx_size = sizeof(struct quic_tx),
    .close = close_session,
    .parse = parse,
    .tx_free = tx_free,
    .buffer = quic_tx_buffer,
};
