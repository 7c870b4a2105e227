/*
 * The IKE parser: datagrams, with a non-ESP marker or without (RFC 3948, 2.2). As in Suricata what is no
 * message of IKE passes in silence, and so does what ESP sends between.
 */
#include "app/ike/ike.h"
#include "app/answer.h"
#include "app/session.h"
#include "base/hex_text.h"

static int open_state(struct app_session *s)
{
    struct ike *ike = s->state;
    ike->last[IKE2_ENC] = IKE2_ENC_NULL;
    return 0;
}

static void forget(struct app_session *s, struct buf *b)
{
    app_memory_give(s, b->n);
    buf_clear(b);
}

/* Without memory there is nothing instead. */
static void keep(struct app_session *s, struct buf *b, struct slice bytes)
{
    forget(s, b);
    app_memory_append(s, b, bytes);
}

static void release(struct app_session *s, struct buf *b)
{
    forget(s, b);
    buf_fini(b);
}

static void close_state(struct app_session *s)
{
    struct ike *ike = s->state;
    for (unsigned side = 0; side < DIRECTIONS; side++) {
        release(s, &ike->sides[side].key);
        release(s, &ike->sides[side].nonce);
    }
    release(s, &ike->attributes);
}

struct collecting {
    struct app_session *session;
    struct ike_tx *tx;
    bool failed;
};

/* A vendor ID without memory is not there, nor are those behind it. */
static void add_vendor(void *ctx, struct slice id)
{
    struct collecting *c = ctx;
    struct buf *text = &c->tx->vendors, *ends = &c->tx->vendor_ends;
    size_t end = text->n + 2 * id.n, taken = 2 * id.n + sizeof end;
    if (ends->n / sizeof end == IKE_VENDORS_MOST)
        return;
    if (c->failed || !app_memory_take(c->session, taken)) {
        c->failed = true;
        return;
    }
    if (buf_reserve(text, 2 * id.n) || buf_append(ends, slice_of(&end, sizeof end))) {
        app_memory_give(c->session, taken);
        c->failed = true;
        return;
    }
    if (id.n)
        hex_put((char *)text->p + text->n, id);
    text->n = end;
}

bool ike_vendor(const struct ike_tx *tx, size_t index, struct slice *out)
{
    size_t start = 0, end;
    if (index >= tx->vendor_ends.n / sizeof end)
        return false;
    if (index)
        memcpy(&start, tx->vendor_ends.p + (index - 1) * sizeof end, sizeof end);
    memcpy(&end, tx->vendor_ends.p + index * sizeof end, sizeof end);
    *out = slice_from(slice_first(buf_slice(&tx->vendors), end), start);
    return true;
}

static void take_version_1(struct app_session *s, struct ike_tx *tx, enum direction direction)
{
    struct ike *ike = s->state;
    const struct ike1 *one = &tx->one;
    if (one->encrypted)
        return;
    keep(s, &ike->sides[direction].key, one->key);
    keep(s, &ike->sides[direction].nonce, one->nonce);
    if (one->has_doi) {
        ike->has_doi = true;
        ike->doi = one->doi;
    }
    if (direction == TO_CLIENT && one->transforms) {
        keep(s, &ike->attributes, one->attributes);
        ike1_choose(one->attributes, &tx->chosen);
    }
}

static void take_version_2(struct app_session *s, struct ike_tx *tx, enum direction direction)
{
    static const enum app_event events[IKE2_REMARKS] = {
        [IKE2_WEAK_ENC] = APP_EVENT_IKE_WEAK_CRYPTO_ENC,
        [IKE2_WEAK_PRF] = APP_EVENT_IKE_WEAK_CRYPTO_PRF,
        [IKE2_WEAK_AUTH] = APP_EVENT_IKE_WEAK_CRYPTO_AUTH,
        [IKE2_WEAK_DH] = APP_EVENT_IKE_WEAK_CRYPTO_DH,
        [IKE2_NO_DH] = APP_EVENT_IKE_WEAK_CRYPTO_NO_DH,
        [IKE2_NO_AUTH] = APP_EVENT_IKE_WEAK_CRYPTO_NO_AUTH,
        [IKE2_INVALID_PROPOSAL] = APP_EVENT_IKE_INVALID_PROPOSAL,
        [IKE2_UNKNOWN_PROPOSAL] = APP_EVENT_IKE_UNKNOWN_PROPOSAL,
        [IKE2_NO_ENCRYPTION] = APP_EVENT_IKE_NO_ENCRYPTION,
    };
    struct ike *ike = s->state;
    const struct ike2 *two = &tx->two;
    for (unsigned i = 0; i < IKE2_REMARKS; i++)
        if (two->remarks >> i & 1)
            app_tx_event(s, &tx->tx, direction, events[i]);
    if (direction != TO_CLIENT)
        return;
    for (unsigned i = 0; i < IKE2_TRANSFORMS; i++)
        if (two->came >> i & 1)
            ike->last[i] = two->last[i];
    tx->chosen = two->first;
}

/* From its own copy; without memory for that the header is all. */
static void read_payloads(struct app_session *s, struct ike_tx *tx, struct slice datagram)
{
    struct collecting c = {.session = s, .tx = tx};
    struct ike1_visitor vendors = {.vendor = add_vendor, .ctx = &c};
    keep(s, &tx->bytes, datagram);
    if (!tx->bytes.n || !ike_header_read(buf_slice(&tx->bytes), &tx->header)) {
        tx->header.payloads = slice_of(NULL, 0);
        tx->header.initiator = tx->header.responder = slice_of(NULL, 0);
    }
    if (tx->header.major == 1)
        ike1_read(&tx->header, &tx->one, &vendors);
    else
        ike2_read(&tx->header, &tx->two);
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct ike_header header;
    struct ike1 ignored;
    taken->bytes = in->bytes.n;
    if (!ike_header_read(in->bytes, &header) || (header.major == 1 && !ike1_read(&header, &ignored, NULL)))
        return PARSE_OK;
    struct ike_tx *tx = (struct ike_tx *)app_tx_new(s);
    if (!tx)
        return PARSE_GIVE_UP;
    tx->header = header;
    hex_put(tx->initiator, header.initiator);
    hex_put(tx->responder, header.responder);
    read_payloads(s, tx, in->bytes);
    if (header.major == 1)
        take_version_1(s, tx, in->direction);
    else
        take_version_2(s, tx, in->direction);
    app_tx_one_sided(s, &tx->tx, in->direction);
    app_tx_complete(s, &tx->tx, in->direction);
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct ike_tx *ike = (struct ike_tx *)tx;
    release(s, &ike->bytes);
    release(s, &ike->vendors);
    release(s, &ike->vendor_ends);
}

/* The index-th of the attributes that are there: its number above, its value below. */
static enum buffer_answer chosen(const struct ike_chosen *chosen, unsigned index, struct view_buffer *out)
{
    for (unsigned number = 1; number < IKE_ATTRIBUTES; number++)
        if (chosen->there >> number & 1 && !index--)
            return answer_number((uint64_t)number << 32 | chosen->value[number], out);
    return BUFFER_NONE;
}

static enum buffer_answer body(struct slice bytes, unsigned index, struct view_buffer *out)
{
    return index || !bytes.n ? BUFFER_NONE : answer_bytes(bytes, out);
}

static enum buffer_answer length(struct slice bytes, unsigned index, struct view_buffer *out)
{
    return index || !bytes.n ? BUFFER_NONE : answer_number(bytes.n, out);
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct ike_tx *ike = (const struct ike_tx *)tx;
    struct slice vendor;
    (void)s;
    if (tx->unseen[direction])
        return BUFFER_NONE;
    switch (id) {
    case BUFFER_IKE_INIT_SPI:
        return body(slice_of(ike->initiator, IKE_SPI_TEXT), index, out);
    case BUFFER_IKE_RESP_SPI:
        return body(slice_of(ike->responder, IKE_SPI_TEXT), index, out);
    case BUFFER_IKE_EXCHTYPE:
        return index ? BUFFER_NONE : answer_number(ike->header.exchange, out);
    case BUFFER_IKE_CHOSEN_SA_ATTRIBUTE:
        return chosen(&ike->chosen, index, out);
    case BUFFER_IKE_VENDOR:
        return ike_vendor(ike, index, &vendor) ? answer_bytes(vendor, out) : BUFFER_NONE;
    case BUFFER_IKE_KEY_EXCHANGE_PAYLOAD:
        return body(ike->one.key, index, out);
    case BUFFER_IKE_KEY_EXCHANGE_PAYLOAD_LENGTH:
        return length(ike->one.key, index, out);
    case BUFFER_IKE_NONCE_PAYLOAD:
        return body(ike->one.nonce, index, out);
    case BUFFER_IKE_NONCE_PAYLOAD_LENGTH:
        return length(ike->one.nonce, index, out);
    default:
        return BUFFER_NONE;
    }
}

const struct app_parser ike_parser = {
    .proto = APP_IKE,
    .state_size = sizeof(struct ike),
    .tx_size = sizeof(struct ike_tx),
    .open = open_state,
    .close = close_state,
    .parse = parse,
    .tx_free = tx_free,
    .buffer = buffer,
};
