/*
 * The DNP3 parser (IEEE 1815): frames of the link layer with a CRC for each 16 bytes (9.2), segments of the
 * transport function (8.2), and what they make, the application layer's fragments (4.2).
 *
 * What is not a frame is passed over to the next start of one. One fragment a direction is being put
 * together.
 */
#include "app/dnp3/dnp3.h"
#include "app/answer.h"
#include "app/session.h"
#include "base/grow.h"

#include <stdlib.h>

enum {
    HEADER = 8, /* behind which there is its CRC */
    CRC = 2,
    BLOCK = 16,
    LENGTH_LEAST = 5, /* what the length counts of the header */
    USER_MOST = 250,
};

struct side {
    struct buf fragment; /* what there is of it */
    struct dnp3_link link;
    uint8_t sequence; /* of the next segment */
    bool open;        /* its first segment has come */
    bool lost;        /* where a frame begins */
};

struct dnp3 {
    struct side sides[DIRECTIONS];
};

/* 9.2.5.2: x16 + x13 + x12 + x11 + x10 + x8 + x6 + x5 + x2 + 1, the least bit first, inverted. */
static uint16_t crc(struct slice bytes)
{
    enum { POLYNOMIAL = 0xa6bc };
    unsigned sum = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        sum ^= bytes.p[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum & 1 ? sum >> 1 ^ POLYNOMIAL : sum >> 1;
    }
    return ~sum & 0xffff;
}

/* n bytes and the CRC behind them. */
static bool crc_holds(struct slice at, size_t n)
{
    return at.n >= n + CRC && crc(slice_first(at, n)) == (uint16_t)(at.p[n] | at.p[n + 1] << 8);
}

/* ---- transactions ---- */

static struct dnp3_tx *new_tx(struct app_session *s, enum direction direction)
{
    struct dnp3_tx *tx = (struct dnp3_tx *)app_tx_new(s);
    if (tx && s->alive == DNP3_FLOOD + 1)
        app_tx_event(s, &tx->tx, direction, APP_EVENT_DNP3_FLOODED);
    return tx;
}

static void finish(struct app_session *s, struct dnp3_tx *tx, enum direction direction)
{
    app_tx_one_sided(s, &tx->tx, direction);
    app_tx_complete(s, &tx->tx, direction);
}

/* False without memory. */
static bool remark(struct app_session *s, enum direction direction, enum app_event event)
{
    struct dnp3_tx *tx = new_tx(s, direction);
    if (!tx)
        return false;
    app_tx_event(s, &tx->tx, direction, event);
    finish(s, tx, direction);
    return true;
}

static enum app_event event_of(enum dnp3_objects result)
{
    return result == DNP3_TOO_MANY_POINTS ? APP_EVENT_DNP3_TOO_MANY_POINTS : APP_EVENT_DNP3_UNKNOWN_OBJECT;
}

/* Up to what is wrong, or too many. */
static void read_objects(struct app_session *s, struct dnp3_tx *tx, struct cursor *c,
                         enum direction direction)
{
    while (cursor_left(c)) {
        struct dnp3_object object;
        if (tx->count == DNP3_OBJECTS_MOST) {
            app_tx_event(s, &tx->tx, direction, APP_EVENT_DNP3_TOO_MANY_OBJECTS);
            return;
        }
        enum dnp3_objects result = dnp3_object_next(c, tx->function, &object);
        if (result == DNP3_OBJECT_UNKNOWN || result == DNP3_TOO_MANY_POINTS)
            app_tx_event(s, &tx->tx, direction, event_of(result));
        if (result == DNP3_OBJECT_BAD || grow_array(&tx->objects, tx->count, &tx->capacity))
            return;
        tx->objects[tx->count++] = object;
        if (result != DNP3_OBJECT_OK)
            return;
    }
    tx->complete = true;
}

/* `whole`: nothing of it is missing. */
static bool take_fragment(struct app_session *s, enum direction direction, const struct dnp3_link *link,
                          struct slice bytes, bool whole)
{
    struct cursor c = cursor_of(bytes);
    uint8_t control, function;
    uint16_t indications = 0;
    if (!cursor_u8(&c, &control) || !cursor_u8(&c, &function) ||
        (dnp3_is_response(function) && !cursor_be16(&c, &indications)))
        return remark(s, direction, APP_EVENT_DNP3_LEN_TOO_SMALL);
    struct dnp3_tx *tx = new_tx(s, direction);
    if (!tx)
        return false;
    tx->there = true;
    tx->link = *link;
    tx->control = control;
    tx->function = function;
    tx->indications = indications;
    if (!whole)
        app_tx_event(s, &tx->tx, direction, APP_EVENT_DNP3_TOO_LONG_REASSEMBLY);
    else
        read_objects(s, tx, &c, direction);
    if (app_memory_take_own(s, &tx->memory, bytes.n + tx->capacity * sizeof *tx->objects) &&
        buf_append(&tx->bytes, bytes))
        tx->complete = false;
    finish(s, tx, direction);
    return true;
}

/* ---- segments ---- */

enum { FINAL = 0x80, FIRST = 0x40, SEQUENCE = 0x3f };

static void forget(struct app_session *s, struct side *side)
{
    app_memory_give(s, side->fragment.n);
    side->fragment.n = 0;
    side->open = false;
}

/* 8.2.3: from a first segment on, in order, to the final one. */
static bool take_segment(struct app_session *s, enum direction direction, const struct dnp3_link *link,
                         struct slice segment)
{
    struct side *side = &((struct dnp3 *)s->state)->sides[direction];
    uint8_t head = segment.p[0];
    struct slice bytes = slice_from(segment, 1);
    if (head & FIRST)
        forget(s, side);
    else if (!side->open || (head & SEQUENCE) != side->sequence) {
        forget(s, side);
        return true;
    }
    if (head & FIRST && head & FINAL)
        return take_fragment(s, direction, link, bytes, true);
    if (head & FIRST)
        side->link = *link;
    side->open = true;
    side->sequence = (head + 1) & SEQUENCE;
    if (!app_memory_append(s, &side->fragment, bytes)) {
        forget(s, side);
        return true;
    }
    bool too_long = side->fragment.n > DNP3_FRAGMENT_MOST;
    if (!too_long && !(head & FINAL))
        return true;
    bool ok = take_fragment(s, direction, &side->link, buf_slice(&side->fragment), !too_long);
    forget(s, side);
    return ok;
}

/* ---- frames ---- */

static size_t frame_size(uint8_t length)
{
    size_t user = (size_t)length - LENGTH_LEAST;
    return HEADER + CRC + user + CRC * ((user + BLOCK - 1) / BLOCK);
}

/* The user data without the CRCs; false when one of these does not hold. */
static bool take_blocks(struct slice at, size_t user, uint8_t out[USER_MOST])
{
    for (size_t done = 0; done < user; done += BLOCK) {
        size_t n = user - done < BLOCK ? user - done : BLOCK;
        if (!crc_holds(at, n))
            return false;
        memcpy(out + done, at.p, n);
        at = slice_from(at, n + CRC);
    }
    return true;
}

/* 9.2.4.1.3: what a primary station sends for the layers above. */
static bool is_user_data(uint8_t control)
{
    enum { PRIMARY = 0x40, FUNCTION = 0x0f, CONFIRMED = 3, UNCONFIRMED = 4 };
    return control & PRIMARY && ((control & FUNCTION) == CONFIRMED || (control & FUNCTION) == UNCONFIRMED);
}

static bool take_frame(struct app_session *s, enum direction direction, struct slice frame)
{
    struct side *side = &((struct dnp3 *)s->state)->sides[direction];
    struct cursor c = cursor_of(frame);
    struct dnp3_link link = {0};
    uint8_t length = LENGTH_LEAST, user[USER_MOST];
    cursor_skip(&c, 2);
    cursor_u8(&c, &length);
    cursor_u8(&c, &link.control);
    cursor_le16(&c, &link.destination);
    cursor_le16(&c, &link.source);
    size_t n = (size_t)length - LENGTH_LEAST;
    if (!is_user_data(link.control))
        return true;
    if (!n)
        return remark(s, direction, APP_EVENT_DNP3_LEN_TOO_SMALL);
    if (!take_blocks(slice_from(frame, HEADER + CRC), n, user)) {
        forget(s, side);
        return remark(s, direction, APP_EVENT_DNP3_BAD_TRANSPORT_CRC);
    }
    return take_segment(s, direction, &link, slice_of(user, n));
}

static bool starts(struct slice at)
{
    return at.n >= 2 && at.p[0] == 0x05 && at.p[1] == 0x64;
}

/* Up to the next start of a frame; its first byte may be the last one that is there. */
static size_t to_next_start(struct slice rest)
{
    size_t at = rest.n ? 1 : 0;
    while (at < rest.n) {
        const uint8_t *found = memchr(rest.p + at, 0x05, rest.n - at);
        if (!found)
            return rest.n;
        at = (size_t)(found - rest.p);
        if (at + 1 == rest.n || rest.p[at + 1] == 0x64)
            return at;
        at++;
    }
    return rest.n;
}

/* What begins a frame and is none; told once, until there is one again. */
static bool refuse(struct app_session *s, enum direction direction, enum app_event event)
{
    struct side *side = &((struct dnp3 *)s->state)->sides[direction];
    bool told = side->lost;
    side->lost = true;
    return told || remark(s, direction, event);
}

enum step { TAKEN, MORE, NO_MEMORY };

static enum step take_next(struct app_session *s, enum direction direction, struct slice rest, size_t *taken,
                           size_t *need)
{
    struct side *side = &((struct dnp3 *)s->state)->sides[direction];
    *need = HEADER + CRC;
    *taken = 0;
    if (rest.n < *need && (starts(rest) || (rest.n == 1 && rest.p[0] == 0x05)))
        return MORE;
    if (!starts(rest)) {
        side->lost = true;
        *taken = to_next_start(rest);
        return TAKEN;
    }
    uint8_t length = rest.p[2];
    if (!crc_holds(rest, HEADER) || length < LENGTH_LEAST) {
        bool short_one = crc_holds(rest, HEADER);
        *taken = short_one ? HEADER + CRC : to_next_start(rest);
        return refuse(s, direction, short_one ? APP_EVENT_DNP3_LEN_TOO_SMALL : APP_EVENT_DNP3_BAD_LINK_CRC)
                   ? TAKEN
                   : NO_MEMORY;
    }
    side->lost = false;
    *need = frame_size(length);
    if (rest.n < *need)
        return MORE;
    *taken = *need;
    return take_frame(s, direction, slice_first(rest, *need)) ? TAKEN : NO_MEMORY;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    while (taken->bytes < in->bytes.n && !app_full(s)) {
        size_t n, need;
        enum step step = take_next(s, in->direction, slice_from(in->bytes, taken->bytes), &n, &need);
        taken->bytes += n;
        if (step == NO_MEMORY)
            return PARSE_GIVE_UP;
        if (step == MORE) {
            taken->need = need;
            return PARSE_OK;
        }
    }
    return PARSE_OK;
}

static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct side *side = &((struct dnp3 *)s->state)->sides[direction];
    (void)bytes;
    forget(s, side);
    side->lost = true;
    return PARSE_OK;
}

static void close(struct app_session *s)
{
    struct dnp3 *dnp3 = s->state;
    for (int d = 0; d < DIRECTIONS; d++) {
        forget(s, &dnp3->sides[d]);
        buf_fini(&dnp3->sides[d].fragment);
    }
}

static void tx_free(struct app_session *s, struct app_tx *app)
{
    struct dnp3_tx *tx = (struct dnp3_tx *)app;
    free(tx->objects);
    buf_fini(&tx->bytes);
    app_memory_give(s, tx->memory);
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *app, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct dnp3_tx *tx = (const struct dnp3_tx *)app;
    (void)s;
    (void)direction;
    if (!tx->there || (index && id != BUFFER_DNP3_OBJ))
        return BUFFER_NONE;
    switch (id) {
    case BUFFER_DNP3_FUNC:
        return answer_number(tx->function, out);
    case BUFFER_DNP3_IND:
        return dnp3_is_response(tx->function) ? answer_number(tx->indications, out) : BUFFER_NONE;
    case BUFFER_DNP3_DATA:
        return answer_bytes(buf_slice(&tx->bytes), out);
    case BUFFER_DNP3_OBJ:
        if (index < tx->count)
            return answer_number((uint64_t)tx->objects[index].group << 8 | tx->objects[index].variation, out);
        return BUFFER_NONE;
    default:
        return BUFFER_NONE;
    }
}

const struct app_parser dnp3_parser = {
    .proto = APP_DNP3,
    .state_size = sizeof(struct dnp3),
    .tx_size = sizeof(struct dnp3_tx),
    .parse = parse,
    .gap = gap,
    .close = close,
    .tx_free = tx_free,
    .buffer = buffer,
};
