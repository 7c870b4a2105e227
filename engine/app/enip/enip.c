/*
 * The EtherNet/IP parser: messages by their length (CIP Networks Library, volume 2, 2-3); an answer is that
 * of the first request with its command and session that waits. A session is given with the answer to its
 * registration.
 *
 * Where something stands that cannot be a header, or after a gap, it goes on where something looks like one
 * again.
 */
#include "app/enip/enip.h"
#include "app/session.h"
#include "base/cursor.h"

struct enip {
    struct enip_tx *first, *last; /* that wait */
    uint32_t waiting;
    uint64_t skip[DIRECTIONS]; /* bytes of a message that are not kept */
    bool lost[DIRECTIONS];
};

struct header {
    uint16_t command, length;
    uint32_t session, status, options;
};

enum { CONTEXT = 8 };

static bool read_header(struct slice bytes, struct header *h)
{
    struct cursor c = cursor_of(bytes);
    return cursor_le16(&c, &h->command) && cursor_le16(&c, &h->length) && cursor_le32(&c, &h->session) &&
           cursor_le32(&c, &h->status) && cursor_skip(&c, CONTEXT) && cursor_le32(&c, &h->options);
}

static bool is_status(uint32_t status)
{
    switch (status) {
#define ENIP_STATUS(code, name) case code:
#include "base/enip_name_list.h"
#undef ENIP_STATUS
        return true;
    default:
        return false;
    }
}

static bool is_command(uint16_t command)
{
    switch (command) {
#define ENIP_COMMAND(code, name) case code:
#include "base/enip_name_list.h"
#undef ENIP_COMMAND
        return true;
    default:
        return false;
    }
}

/* An unknown command is one of a message that is else as it should be. */
static bool plausible(const struct header *h, bool lost)
{
    return is_status(h->status) && (is_command(h->command) || (!lost && !h->options));
}

/* ---- requests that wait ---- */

static void wait_for_answer(struct enip *e, struct enip_tx *tx)
{
    tx->waits = true;
    *(e->last ? &e->last->next : &e->first) = tx;
    e->last = tx;
    e->waiting++;
}

/* `before`: the one before it, or NULL. */
static void take_out(struct enip *e, struct enip_tx *before, struct enip_tx *tx)
{
    *(before ? &before->next : &e->first) = tx->next;
    if (e->last == tx)
        e->last = before;
    tx->next = NULL;
    tx->waits = false;
    e->waiting--;
}

static bool answers(const struct header *h, const struct enip_message *request)
{
    return request->command == h->command &&
           (request->session == h->session || request->command == ENIP_REGISTER);
}

/* In the order in which they were made; of many that get no answer only the first are looked at. */
static struct enip_tx *take_request(struct enip *e, const struct header *h)
{
    enum { STEPS_MOST = 64 };
    struct enip_tx *before = NULL, *tx = e->first;
    for (int i = 0; tx && i < STEPS_MOST; i++, before = tx, tx = tx->next)
        if (answers(h, &tx->sides[TO_SERVER])) {
            take_out(e, before, tx);
            return tx;
        }
    return NULL;
}

static void forget(struct enip *e, struct enip_tx *tx)
{
    struct enip_tx *before = NULL;
    for (struct enip_tx *other = e->first; other != tx; other = other->next)
        before = other;
    take_out(e, before, tx);
}

/* ---- messages ---- */

static bool keep(struct app_session *s, struct enip_tx *tx, struct enip_message *m, const struct header *h,
                 struct slice bytes)
{
    m->there = true;
    m->command = h->command;
    m->session = h->session;
    m->status = h->status;
    m->options = h->options;
    return app_memory_take_own(s, &tx->memory, bytes.n) && !buf_append(&m->bytes, bytes);
}

/* What has no answer: no operation, the end of a session, what a connection carries in one direction only. */
static bool is_answered(uint16_t command)
{
    return command != ENIP_NOP && command != ENIP_UNREGISTER;
}

static bool take_message(struct app_session *s, enum direction direction, const struct header *h,
                         struct slice bytes)
{
    struct enip *e = s->state;
    struct enip_tx *asked = direction == TO_CLIENT ? take_request(e, h) : NULL;
    struct enip_tx *tx = asked ? asked : (struct enip_tx *)app_tx_new(s);
    if (!tx)
        return false;
    struct enip_message *m = &tx->sides[direction];
    if (keep(s, tx, m, h, bytes)) {
        if (!enip_read(m, direction))
            app_tx_event(s, &tx->tx, direction, APP_EVENT_ENIP_INVALID_PDU);
        app_memory_take_own(s, &tx->memory, cip_memory(&m->cip));
    }
    if (direction == TO_SERVER && is_answered(h->command)) {
        wait_for_answer(e, tx);
        if (e->waiting == ENIP_WAITING_MOST + 1)
            app_tx_event(s, &tx->tx, direction, APP_EVENT_ENIP_TOO_MANY_TRANSACTIONS);
        app_tx_complete(s, &tx->tx, TO_SERVER);
        app_tx_changed(s, &tx->tx, TO_CLIENT); /* which sees what the request names */
        return true;
    }
    app_tx_complete(s, &tx->tx, TO_SERVER);
    app_tx_complete(s, &tx->tx, TO_CLIENT);
    return true;
}

static void lose(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    ((struct enip *)s->state)->lost[in->direction] = true;
    taken->bytes = in->bytes.n;
}

static void skip_rest(struct enip *e, const struct app_input *in, struct app_taken *taken)
{
    size_t left = in->bytes.n - taken->bytes;
    uint64_t *skip = &e->skip[in->direction];
    size_t n = *skip < left ? (size_t)*skip : left;
    taken->bytes += n;
    *skip -= n;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct enip *e = s->state;
    skip_rest(e, in, taken);
    while (taken->bytes < in->bytes.n && !app_full(s)) {
        struct slice rest = slice_from(in->bytes, taken->bytes);
        struct header h;
        if (!read_header(rest, &h)) {
            taken->need = ENIP_HEADER;
            return PARSE_OK;
        }
        if (!plausible(&h, e->lost[in->direction])) {
            lose(s, in, taken);
            return PARSE_OK;
        }
        e->lost[in->direction] = false;
        size_t whole = ENIP_HEADER + (size_t)h.length, kept = whole < ENIP_KEPT_MOST ? whole : ENIP_KEPT_MOST;
        if (rest.n < kept && !in->datagram) {
            taken->need = kept;
            return PARSE_OK;
        }
        if (!take_message(s, in->direction, &h, slice_first(rest, kept)))
            return PARSE_GIVE_UP;
        taken->bytes += rest.n < kept ? rest.n : kept;
        e->skip[in->direction] = in->datagram ? 0 : whole - kept;
        skip_rest(e, in, taken);
    }
    return PARSE_OK;
}

static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct enip *e = s->state;
    (void)bytes;
    e->lost[direction] = true;
    e->skip[direction] = 0;
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *app)
{
    struct enip_tx *tx = (struct enip_tx *)app;
    if (tx->waits)
        forget(s->state, tx);
    for (int d = 0; d < DIRECTIONS; d++) {
        buf_fini(&tx->sides[d].bytes);
        cip_fini(&tx->sides[d].cip);
    }
    app_memory_give(s, tx->memory);
}

const struct app_parser enip_parser = {
    .proto = APP_ENIP,
    .state_size = sizeof(struct enip),
    .tx_size = sizeof(struct enip_tx),
    .most_alive = ENIP_WAITING_MOST + 64,
    .parse = parse,
    .gap = gap,
    .tx_free = tx_free,
    .buffer = enip_buffer,
};
