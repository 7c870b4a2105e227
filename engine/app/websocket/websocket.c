#include "app/websocket/websocket.h"
#include "app/coding.h"
#include "app/session.h"
#include "base/cursor.h"

struct websocket_side {
    struct buf pending;     /* of the message whose last frame has not come */
    bool compressed;        /* that message */
    bool lost_told;         /* it is longer than is kept */
    struct coding *inflate; /* its window goes on from message to message (RFC 7692, 7.2.3.2) */
    uint64_t skip;          /* bytes of a frame of which enough was seen */
    bool begun, looked_at;  /* as its first frame found it: what follows hangs on what came before */
};

struct websocket {
    struct websocket_side sides[DIRECTIONS];
    struct growth growth;
};

struct websocket_head {
    uint8_t opcode, flags;
    bool masked;
    uint32_t mask;
    uint64_t length; /* of the payload */
};

static void close_websocket(struct app_session *s)
{
    struct websocket *ws = s->state;
    for (int d = 0; d < DIRECTIONS; d++) {
        buf_fini(&ws->sides[d].pending);
        coding_free(ws->sides[d].inflate);
    }
}

/* RFC 6455, 5.2. False when not all of it is there. */
static bool read_head(struct cursor *c, struct websocket_head *head)
{
    uint8_t first, second;
    if (!cursor_u8(c, &first) || !cursor_u8(c, &second))
        return false;
    *head = (struct websocket_head){
        .opcode = first & 0x0f,
        .flags = first & WEBSOCKET_FLAGS,
        .masked = second & 0x80,
        .length = second & 0x7f,
    };
    if (head->length == 126 && !cursor_uint(c, 2, &head->length))
        return false;
    if (head->length == 127 && !cursor_uint(c, 8, &head->length))
        return false;
    return !head->masked || cursor_be32(c, &head->mask);
}

static bool keep(struct app_session *s, struct websocket_tx *tx, struct buf *b, struct slice bytes)
{
    return app_memory_append_own(s, &tx->memory, b, bytes, SIZE_MAX);
}

static void unmask(struct buf *b, uint32_t mask)
{
    for (size_t i = 0; i < b->n; i++)
        b->p[i] ^= (uint8_t)(mask >> 8 * (3 - i % 4));
}

static void drop_inflate(struct app_session *s, struct websocket_side *side)
{
    if (side->inflate)
        app_memory_give(s, coding_memory(CODING_DEFLATE));
    coding_free(side->inflate);
    side->inflate = NULL;
}

static bool have_inflate(struct app_session *s, struct websocket_side *side)
{
    struct websocket *ws = s->state;
    if (side->inflate && coding_ended(side->inflate)) /* RFC 7692, 7.2.3.4: begins anew */
        drop_inflate(s, side);
    if (side->inflate)
        return true;
    if (!app_memory_take(s, coding_memory(CODING_DEFLATE)))
        return false;
    side->inflate = coding_new(CODING_DEFLATE, &ws->growth);
    if (!side->inflate)
        app_memory_give(s, coding_memory(CODING_DEFLATE));
    return side->inflate;
}

struct inflated {
    struct app_session *session;
    struct websocket_tx *tx;
    struct buf bytes;
};

static void take_inflated(void *ctx, struct slice bytes)
{
    struct inflated *out = ctx;
    keep(out->session, out->tx, &out->bytes, slice_first(bytes, WEBSOCKET_INFLATED_MOST - out->bytes.n));
}

/* RFC 7692, 7.2.2. As in Suricata what can be inflated is shown; when nothing can, the payload with that
 * tail. */
static void inflate_payload(struct app_session *s, struct websocket_side *side, struct websocket_tx *tx)
{
    static const uint8_t tail[] = {0, 0, 0xff, 0xff};
    struct inflated out = {.session = s, .tx = tx};
    if (!have_inflate(s, side))
        return;
    bool broken = coding_decode(side->inflate, buf_slice(&tx->payload), take_inflated, &out) ||
                  coding_decode(side->inflate, slice_of(tail, sizeof tail), take_inflated, &out);
    if (broken)
        drop_inflate(s, side);
    if (broken && !out.bytes.n) {
        keep(s, tx, &tx->payload, slice_of(tail, sizeof tail));
        buf_fini(&out.bytes);
        return;
    }
    buf_fini(&tx->payload);
    tx->payload = out.bytes;
}

/* Adds to a buffer of the session's own; past the limit the rest is told, once, and left out. */
static void add_pending(struct app_session *s, enum direction direction, struct websocket_side *side,
                        struct websocket_tx *tx)
{
    struct slice bytes = buf_slice(&tx->payload);
    if (side->lost_told)
        return;
    if (bytes.n > WEBSOCKET_PAYLOAD_MOST - side->pending.n) {
        app_tx_event(s, &tx->tx, direction, APP_EVENT_WEBSOCKET_REASSEMBLY_LIMIT_REACHED);
        side->lost_told = true;
    } else {
        app_memory_append(s, &side->pending, bytes);
    }
}

static void clear_pending(struct app_session *s, struct websocket_side *side)
{
    app_memory_give(s, side->pending.n);
    buf_clear(&side->pending);
    side->compressed = side->lost_told = false;
}

/* A message in several frames (RFC 6455, 5.4): its last one shows all of it. */
static void join(struct app_session *s, enum direction direction, struct websocket_tx *tx)
{
    struct websocket *ws = s->state;
    struct websocket_side *side = &ws->sides[direction];
    if (tx->opcode >= WEBSOCKET_CLOSE) /* control frames stand alone, even between fragments */
        return;
    side->compressed |= tx->flags & WEBSOCKET_COMPRESSED;
    if (!(tx->flags & WEBSOCKET_FIN)) {
        add_pending(s, direction, side, tx);
        return;
    }
    if (side->pending.n) {
        add_pending(s, direction, side, tx);
        buf_clear(&tx->payload);
        keep(s, tx, &tx->payload, buf_slice(&side->pending));
    }
    if (side->compressed)
        inflate_payload(s, side, tx);
    clear_pending(s, side);
}

static bool payload_wanted(const struct app_session *s, struct websocket_side *side)
{
    if (!side->begun)
        side->looked_at = app_wanted(s, BUFFER_WEBSOCKET_PAYLOAD);
    side->begun = true;
    return side->looked_at;
}

static bool frame_wanted(const struct app_session *s)
{
    return app_wanted(s, BUFFER_WEBSOCKET_FRAME_PDU) || app_wanted(s, BUFFER_WEBSOCKET_FRAME_HEADER) ||
           app_wanted(s, BUFFER_WEBSOCKET_FRAME_DATA);
}

static bool take_frame(struct app_session *s, enum direction direction, const struct websocket_head *head,
                       struct slice frame, size_t header_size)
{
    struct websocket *ws = s->state;
    struct websocket_tx *tx = (struct websocket_tx *)app_tx_new(s);
    if (!tx)
        return false;
    tx->opcode = head->opcode;
    tx->flags = head->flags;
    tx->masked = head->masked;
    tx->mask = head->mask;
    tx->header_size = header_size;
    struct slice payload = slice_from(frame, header_size);
    if (payload_wanted(s, &ws->sides[direction])) {
        keep(s, tx, &tx->payload, payload);
        if (head->masked)
            unmask(&tx->payload, head->mask);
        join(s, direction, tx);
    }
    if (frame_wanted(s))
        keep(s, tx, &tx->frame, frame);
    if (head->length > payload.n)
        app_tx_event(s, &tx->tx, direction, APP_EVENT_WEBSOCKET_SKIP_END_OF_PAYLOAD);
    app_tx_one_sided(s, &tx->tx, direction);
    app_tx_complete(s, &tx->tx, direction);
    app_raw_wanted(s, direction);
    return true;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct websocket *ws = s->state;
    struct websocket_side *side = &ws->sides[in->direction];
    struct slice rest = in->bytes;
    while (rest.n && !app_full(s)) {
        if (side->skip) {
            size_t n = side->skip < rest.n ? (size_t)side->skip : rest.n;
            side->skip -= n;
            rest = slice_from(rest, n);
            continue;
        }
        struct cursor c = cursor_of(rest);
        struct websocket_head head;
        if (!read_head(&c, &head)) {
            taken->need = rest.n + 1;
            break;
        }
        size_t payload =
            head.length < WEBSOCKET_PAYLOAD_MOST ? (size_t)head.length : (size_t)WEBSOCKET_PAYLOAD_MOST;
        if (cursor_left(&c) < payload) {
            taken->need = c.at + payload;
            break;
        }
        if (!take_frame(s, in->direction, &head, slice_first(rest, c.at + payload), c.at))
            return PARSE_BAD;
        side->skip = head.length - payload;
        rest = slice_from(rest, c.at + payload);
    }
    taken->bytes = in->bytes.n - rest.n;
    return PARSE_OK;
}

static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct websocket *ws = s->state;
    struct websocket_side *side = &ws->sides[direction];
    if (bytes > side->skip) /* as in Suricata neither side is read any more */
        return PARSE_GIVE_UP;
    side->skip -= bytes;
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct websocket_tx *ws = (struct websocket_tx *)tx;
    buf_fini(&ws->payload);
    buf_fini(&ws->frame);
    app_memory_give(s, ws->memory);
}

static enum buffer_answer number(uint64_t number, struct view_buffer *out)
{
    *out = (struct view_buffer){.number = number, .first = true, .last = true};
    return BUFFER_HERE;
}

static enum buffer_answer bytes(struct slice bytes, struct view_buffer *out)
{
    *out = (struct view_buffer){.bytes = bytes, .first = true, .last = true};
    return BUFFER_HERE;
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct websocket_tx *ws = (const struct websocket_tx *)tx;
    struct slice frame = buf_slice(&ws->frame);
    (void)s;
    (void)direction;
    if (index)
        return BUFFER_NONE;
    switch (id) {
    case BUFFER_WEBSOCKET_PAYLOAD:
        return bytes(buf_slice(&ws->payload), out);
    case BUFFER_WEBSOCKET_FRAME_PDU:
        return bytes(frame, out);
    case BUFFER_WEBSOCKET_FRAME_HEADER:
        return bytes(slice_first(frame, ws->header_size), out);
    case BUFFER_WEBSOCKET_FRAME_DATA:
        return bytes(slice_from(frame, ws->header_size), out);
    case BUFFER_WEBSOCKET_OPCODE:
        return number(ws->opcode, out);
    case BUFFER_WEBSOCKET_FLAGS:
        return number(ws->flags, out);
    case BUFFER_WEBSOCKET_MASK:
        return ws->masked ? number(ws->mask, out) : BUFFER_NONE;
    default:
        return BUFFER_NONE;
    }
}

const struct app_parser websocket_parser = {
    .proto = APP_WEBSOCKET,
    .state_size = sizeof(struct websocket),
    .tx_size = sizeof(struct websocket_tx),
    .close = close_websocket,
    .parse = parse,
    .gap = gap,
    .tx_free = tx_free,
    .buffer = buffer,
};
