/*
 * The Modbus parser: messages by their length (MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3),
 * answers to the requests with their transaction, unit and function.
 *
 * After a length that cannot be, or a gap, it goes on where something looks like a header again.
 */
#include "app/modbus/modbus.h"
#include "app/answer.h"
#include "app/session.h"
#include "base/cursor.h"

enum {
    PLACES = 64,    /* of the table of open requests, by their transaction */
    STEPS_MOST = 64 /* requests of one place that an answer is held against */
};

struct modbus {
    struct {
        struct modbus_tx *first, *last;
    } places[PLACES];
    uint32_t waiting;
    bool lost[DIRECTIONS]; /* where a message begins */
};

struct header {
    uint16_t transaction, protocol, length;
    uint8_t unit, function;
};

static bool read_header(struct slice bytes, struct header *h)
{
    struct cursor c = cursor_of(bytes);
    return cursor_be16(&c, &h->transaction) && cursor_be16(&c, &h->protocol) && cursor_be16(&c, &h->length) &&
           cursor_u8(&c, &h->unit) && cursor_u8(&c, &h->function);
}

static bool length_fits(const struct header *h)
{
    return h->length >= MODBUS_LEAST && h->length <= MODBUS_MOST;
}

static bool plausible(const struct header *h)
{
    return !h->protocol && length_fits(h) && modbus_known(h->function & ~MODBUS_EXCEPTION & 0xff);
}

/* ---- requests that wait ---- */

static void wait_for_answer(struct modbus *m, struct modbus_tx *tx)
{
    unsigned place = tx->request.message.transaction % PLACES;
    tx->waits = true;
    tx->previous = m->places[place].last;
    if (tx->previous)
        tx->previous->next = tx;
    else
        m->places[place].first = tx;
    m->places[place].last = tx;
    m->waiting++;
}

static void wait_no_more(struct modbus *m, struct modbus_tx *tx)
{
    unsigned place = tx->request.message.transaction % PLACES;
    if (!tx->waits)
        return;
    if (tx->previous)
        tx->previous->next = tx->next;
    else
        m->places[place].first = tx->next;
    if (tx->next)
        tx->next->previous = tx->previous;
    else
        m->places[place].last = tx->previous;
    tx->next = tx->previous = NULL;
    tx->waits = false;
    m->waiting--;
}

static bool answers(const struct header *h, const struct modbus_message *request)
{
    return h->transaction == request->transaction && h->unit == request->unit &&
           (h->function & ~MODBUS_EXCEPTION & 0xff) == (request->raw & ~MODBUS_EXCEPTION & 0xff);
}

static struct modbus_tx *find_request(const struct modbus *m, const struct header *h)
{
    struct modbus_tx *tx = m->places[h->transaction % PLACES].first;
    for (int i = 0; tx && i < STEPS_MOST; i++, tx = tx->next)
        if (answers(h, &tx->request.message))
            return tx;
    return NULL;
}

/* ---- messages ---- */

/* Without memory for it the data is left out. */
static void keep(struct app_session *s, struct modbus_part *part)
{
    struct slice data = part->message.data;
    part->there = true;
    part->message.data = slice_of(NULL, 0);
    if (data.n && app_memory_append(s, &part->data, data))
        part->message.data = buf_slice(&part->data);
}

static void tell_errors(struct app_session *s, struct modbus_tx *tx, enum direction direction, uint8_t errors)
{
    const struct {
        enum modbus_error error;
        enum app_event events[DIRECTIONS];
    } table[] = {
        {MODBUS_BAD_VALUE, {APP_EVENT_MODBUS_INVALID_VALUE, APP_EVENT_MODBUS_VALUE_MISMATCH}},
        {MODBUS_BAD_LENGTH, {APP_EVENT_MODBUS_INVALID_LENGTH, APP_EVENT_MODBUS_INVALID_LENGTH}},
        {MODBUS_BAD_EXCEPTION,
         {APP_EVENT_MODBUS_INVALID_EXCEPTION_CODE, APP_EVENT_MODBUS_INVALID_EXCEPTION_CODE}},
        {MODBUS_BAD_FUNCTION,
         {APP_EVENT_MODBUS_INVALID_FUNCTION_CODE, APP_EVENT_MODBUS_INVALID_FUNCTION_CODE}},
        {MODBUS_BAD_PROTOCOL, {APP_EVENT_MODBUS_INVALID_PROTOCOL_ID, APP_EVENT_MODBUS_INVALID_PROTOCOL_ID}},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (errors & table[i].error)
            app_tx_event(s, &tx->tx, direction, table[i].events[direction]);
}

static void begin(struct modbus_message *message, const struct header *h)
{
    message->transaction = h->transaction;
    message->protocol = h->protocol;
    message->unit = h->unit;
    message->errors |= h->protocol ? MODBUS_BAD_PROTOCOL : 0;
}

/* A length that cannot be: there is only a header. */
static void nothing_but_header(struct modbus_message *message)
{
    message->form = MODBUS_NOTHING;
    message->errors |= MODBUS_BAD_LENGTH;
}

static bool take_request(struct app_session *s, const struct header *h, struct slice pdu)
{
    struct modbus *m = s->state;
    struct modbus_tx *tx = (struct modbus_tx *)app_tx_new(s);
    if (!tx)
        return false;
    struct modbus_message *message = &tx->request.message;
    if (length_fits(h))
        modbus_read_request(pdu, message);
    else
        nothing_but_header(message);
    begin(message, h);
    keep(s, &tx->request);
    tell_errors(s, tx, TO_SERVER, message->errors);
    wait_for_answer(m, tx);
    if (m->waiting == MODBUS_FLOOD + 1)
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_MODBUS_FLOODED);
    app_tx_complete(s, &tx->tx, TO_SERVER);
    return true;
}

static bool take_answer(struct app_session *s, const struct header *h, struct slice pdu)
{
    struct modbus *m = s->state;
    struct modbus_tx *asked = length_fits(h) ? find_request(m, h) : NULL;
    struct modbus_tx *tx = asked ? asked : (struct modbus_tx *)app_tx_new(s);
    if (!tx)
        return false;
    struct modbus_message *message = &tx->answer.message;
    if (length_fits(h))
        modbus_read_answer(pdu, asked ? &asked->request.message : NULL, message);
    else
        nothing_but_header(message);
    begin(message, h);
    keep(s, &tx->answer);
    tell_errors(s, tx, TO_CLIENT, message->errors);
    if (!asked)
        app_tx_event(s, &tx->tx, TO_CLIENT, APP_EVENT_MODBUS_UNSOLICITED_RESPONSE);
    wait_no_more(m, tx);
    app_tx_complete(s, &tx->tx, TO_SERVER);
    app_tx_complete(s, &tx->tx, TO_CLIENT);
    return true;
}

/* Where a message begins is not known any more: what is there goes. */
static void lose(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    ((struct modbus *)s->state)->lost[in->direction] = true;
    taken->bytes = in->bytes.n;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct modbus *m = s->state;
    while (taken->bytes < in->bytes.n && !app_full(s)) {
        struct slice rest = slice_from(in->bytes, taken->bytes);
        struct header h;
        if (!read_header(rest, &h)) {
            taken->need = MODBUS_HEADER + MODBUS_LEAST;
            return PARSE_OK;
        }
        if (m->lost[in->direction] && !plausible(&h)) {
            lose(s, in, taken);
            return PARSE_OK;
        }
        m->lost[in->direction] = false;
        size_t whole = MODBUS_HEADER + (size_t)h.length;
        if (length_fits(&h) && rest.n < whole) {
            taken->need = whole;
            return PARSE_OK;
        }
        struct slice pdu = slice_first(slice_from(rest, MODBUS_HEADER), h.length);
        if (!(in->direction == TO_SERVER ? take_request(s, &h, pdu) : take_answer(s, &h, pdu)))
            return PARSE_GIVE_UP;
        if (length_fits(&h))
            taken->bytes += whole;
        else
            lose(s, in, taken);
    }
    return PARSE_OK;
}

static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    (void)bytes;
    ((struct modbus *)s->state)->lost[direction] = true;
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *app)
{
    struct modbus_tx *tx = (struct modbus_tx *)app;
    wait_no_more(s->state, tx);
    app_memory_give(s, tx->request.data.n + tx->answer.data.n);
    buf_fini(&tx->request.data);
    buf_fini(&tx->answer.data);
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *app, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    struct modbus_tx *tx = (struct modbus_tx *)app;
    (void)s;
    if (id != BUFFER_MODBUS || direction != TO_SERVER || index)
        return BUFFER_NONE;
    modbus_facts(tx->request.there ? &tx->request.message : &tx->answer.message, &tx->facts);
    return answer_bytes(slice_of(&tx->facts, sizeof tx->facts), out);
}

const struct app_parser modbus_parser = {
    .proto = APP_MODBUS,
    .state_size = sizeof(struct modbus),
    .tx_size = sizeof(struct modbus_tx),
    .most_alive = MODBUS_TRANSACTIONS,
    .parse = parse,
    .gap = gap,
    .tx_free = tx_free,
    .buffer = buffer,
};
