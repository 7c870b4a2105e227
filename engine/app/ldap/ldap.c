/*
 * The LDAP parser. As in Suricata any operation may come from either side; a message that is broken, with
 * more behind it, ends the parsing.
 */
#include "app/ldap/ldap.h"

#include <stdlib.h>

#include "app/answer.h"
#include "app/der.h"
#include "app/frame_tx.h"

static bool is_last_response(const struct ldap_message *m)
{
    return m->operation != LDAP_SEARCH_ENTRY && m->operation != LDAP_SEARCH_REFERENCE &&
           m->operation != LDAP_INTERMEDIATE;
}

static bool expects_response(const struct ldap_message *m)
{
    return m->operation != LDAP_UNBIND_REQUEST && m->operation != LDAP_ABANDON_REQUEST;
}

static void complete(struct app_session *s, struct ldap_tx *tx)
{
    app_tx_complete(s, &tx->tx, TO_SERVER);
    app_tx_complete(s, &tx->tx, TO_CLIENT);
}

static bool account(struct app_session *s, struct ldap_tx *tx, const struct ldap_message *m)
{
    return app_memory_take_own(s, &tx->memory, sizeof *m + m->n);
}

/* Takes over the message. */
static void add_response(struct app_session *s, struct ldap_tx *tx, struct ldap_message *m)
{
    uint16_t code = m->has_code && m->code < LDAP_NO_CODE ? (uint16_t)m->code : LDAP_NO_CODE;
    bool last = is_last_response(m);
    if (!account(s, tx, m) || buf_append_byte(&tx->operations, m->operation) ||
        buf_append(&tx->codes, slice_of(&code, sizeof code))) {
        free(m);
        complete(s, tx);
        return;
    }
    *(tx->last ? &tx->last->next : &tx->first) = m;
    tx->last = m;
    tx->count++;
    app_tx_changed(s, &tx->tx, TO_CLIENT);
    if (tx->count == LDAP_RESPONSES_MOST)
        app_tx_event(s, &tx->tx, TO_CLIENT, APP_EVENT_LDAP_TOO_MANY_RESPONSES);
    if (last || tx->count == LDAP_RESPONSES_MOST)
        complete(s, tx);
}

static struct ldap_tx *find_request(struct app_session *s, uint32_t id)
{
    for (struct app_tx *tx = s->first; tx; tx = tx->next) {
        struct ldap_tx *ldap = (struct ldap_tx *)tx;
        if (ldap->request && ldap->request->id == id && !tx->complete[TO_CLIENT])
            return ldap;
    }
    return NULL;
}

/* Takes over the message. False when memory is short. */
static bool take_request(struct app_session *s, struct ldap_message *m)
{
    struct ldap_tx *tx = (struct ldap_tx *)app_tx_new(s);
    if (!tx || !account(s, tx, m)) {
        free(m);
        return false;
    }
    tx->request = m;
    app_tx_changed(s, &tx->tx, TO_CLIENT);
    app_tx_complete(s, &tx->tx, TO_SERVER);
    if (!expects_response(m))
        complete(s, tx);
    return true;
}

static bool take_response(struct app_session *s, struct ldap_message *m)
{
    struct ldap_tx *tx = find_request(s, m->id);
    bool unsolicited = m->operation == LDAP_EXTENDED_RESPONSE && !m->id; /* 4.4 */
    bool found = tx;
    if (!tx)
        tx = (struct ldap_tx *)app_tx_new(s);
    if (!tx) {
        free(m);
        return false;
    }
    add_response(s, tx, m);
    if (found)
        return true;
    if (!unsolicited)
        app_tx_event(s, &tx->tx, TO_CLIENT, APP_EVENT_LDAP_REQUEST_NOT_FOUND);
    complete(s, tx);
    return true;
}

enum taken { TAKEN, BROKEN, NO_MEMORY };

static enum taken take_message(struct app_session *s, enum direction direction, struct slice bytes)
{
    struct ldap_message *m = ldap_message_new(bytes);
    if (!m)
        return NO_MEMORY;
    if (!ldap_message_read(m)) {
        free(m);
        return BROKEN;
    }
    app_raw_wanted(s, direction);
    return (direction == TO_SERVER ? take_request(s, m) : take_response(s, m)) ? TAKEN : NO_MEMORY;
}

static bool is_frame(const struct app_tx *tx)
{
    return ((const struct ldap_tx *)tx)->frame.n > 0;
}

static enum parse_status broken(struct app_session *s, enum direction direction)
{
    struct app_tx *last = s->last;
    while (last && is_frame(last))
        last = last->previous;
    if (last)
        app_tx_event(s, last, direction, APP_EVENT_LDAP_INVALID_DATA);
    return PARSE_BAD;
}

static void add_frame(struct app_session *s, enum direction direction, struct slice bytes)
{
    if (!app_wanted(s, BUFFER_LDAP_FRAME_PDU))
        return;
    struct app_tx *tx = app_frame_tx_of(s, direction, bytes, offsetof(struct ldap_tx, frame));
    if (!tx)
        return;
    ((struct ldap_tx *)tx)->memory = ((struct ldap_tx *)tx)->frame.n;
    app_tx_complete(s, tx, direction);
}

/* A message of either form of length; what is missing may come. */
static enum der_status next_message(struct slice rest, struct slice *message)
{
    struct cursor c = cursor_of(rest);
    struct slice content;
    uint8_t tag;
    if (rest.p[0] != DER_SEQUENCE)
        return DER_MALFORMED;
    enum der_status status = der_read(&c, &tag, &content);
    *message = slice_first(rest, c.at);
    return status;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct slice rest = in->bytes, message;
    while (rest.n && !app_full(s)) {
        enum der_status status = next_message(rest, &message);
        if (status == DER_NO_HEADER || status == DER_NO_CONTENT) {
            taken->need = rest.n + 1;
            break;
        }
        if (status != DER_WHOLE)
            return broken(s, in->direction);
        enum taken took = take_message(s, in->direction, message);
        if (took == NO_MEMORY)
            return PARSE_GIVE_UP;
        if (took == BROKEN && message.n == rest.n && !in->datagram) { /* seen when more comes */
            taken->need = rest.n + 1;
            break;
        }
        if (took == BROKEN)
            return broken(s, in->direction);
        add_frame(s, in->direction, message);
        rest = slice_from(rest, message.n);
        if (in->datagram && in->direction == TO_SERVER)
            break;
    }
    taken->bytes = in->datagram ? in->bytes.n : in->bytes.n - rest.n;
    return PARSE_OK;
}

/* As in Suricata the next message begins behind missing bytes. */
static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    (void)s;
    (void)direction;
    (void)bytes;
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct ldap_tx *ldap = (struct ldap_tx *)tx;
    for (struct ldap_message *m = ldap->first, *next; m; m = next) {
        next = m->next;
        free(m);
    }
    free(ldap->request);
    buf_fini(&ldap->operations);
    buf_fini(&ldap->codes);
    buf_fini(&ldap->frame);
    app_memory_give(s, ldap->memory);
}

/* Rules go through the responses one by one: it goes on from the one before. */
static const struct ldap_message *response(struct ldap_tx *tx, unsigned index)
{
    if (!tx->asked || index < tx->asked_index) {
        tx->asked = tx->first;
        tx->asked_index = 0;
    }
    while (tx->asked && tx->asked_index < index && tx->asked->next) {
        tx->asked = tx->asked->next;
        tx->asked_index++;
    }
    return tx->asked && tx->asked_index == index ? tx->asked : NULL;
}

static enum buffer_answer request_attribute(const struct ldap_message *m, unsigned index,
                                            struct view_buffer *out)
{
    struct cursor c = cursor_of(m->attributes);
    struct slice type;
    if (index >= LDAP_NAMES_MOST)
        return BUFFER_NONE;
    do {
        if (!ldap_attribute_next(m, &c, &type))
            return BUFFER_NONE;
    } while (index--);
    return answer_bytes(type, out);
}

static enum buffer_answer response_attribute(const struct ldap_tx *tx, unsigned index,
                                             struct view_buffer *out)
{
    if (index >= LDAP_NAMES_MOST)
        return BUFFER_NONE;
    for (const struct ldap_message *m = tx->first; m; m = m->next) {
        struct cursor c = cursor_of(m->attributes);
        struct slice type;
        while (m->operation == LDAP_SEARCH_ENTRY && ldap_attribute_next(m, &c, &type))
            if (!index--)
                return answer_bytes(type, out);
    }
    return BUFFER_NONE;
}

static enum buffer_answer of_request(const struct ldap_message *m, enum buffer_id id, unsigned index,
                                     struct view_buffer *out)
{
    if (!m)
        return BUFFER_NONE;
    if (id == BUFFER_LDAP_REQUEST_ATTRIBUTE_TYPE && ldap_is_request(m->operation))
        return request_attribute(m, index, out);
    if (id == BUFFER_LDAP_REQUEST_OPERATION && !index)
        return answer_number(m->operation, out);
    if (id == BUFFER_LDAP_REQUEST_DN && !index && m->dn.p && ldap_is_request(m->operation))
        return answer_bytes(m->dn, out);
    return BUFFER_NONE;
}

static enum buffer_answer of_responses(struct ldap_tx *tx, enum buffer_id id, unsigned index,
                                       struct view_buffer *out)
{
    const struct ldap_message *m;
    switch (id) {
    case BUFFER_LDAP_RESPONSES_ATTRIBUTE_TYPE:
        return response_attribute(tx, index, out);
    case BUFFER_LDAP_RESPONSES_DN:
        m = response(tx, index);
        return m ? answer_bytes(ldap_is_request(m->operation) ? (struct slice){0} : m->dn, out) : BUFFER_NONE;
    case BUFFER_LDAP_RESPONSES_MESSAGE:
        m = response(tx, index);
        return m ? answer_bytes(m->text, out) : BUFFER_NONE;
    case BUFFER_LDAP_RESPONSES_OPERATION:
        return index ? BUFFER_NONE : answer_bytes(buf_slice(&tx->operations), out);
    case BUFFER_LDAP_RESPONSES_RESULT_CODE:
        return index ? BUFFER_NONE : answer_bytes(buf_slice(&tx->codes), out);
    case BUFFER_LDAP_RESPONSES_COUNT:
        return index ? BUFFER_NONE : answer_number(tx->count, out);
    default:
        return BUFFER_NONE;
    }
}

static enum buffer_answer of_frame(const struct ldap_tx *tx, enum buffer_id id, unsigned index,
                                   struct view_buffer *out)
{
    bool here = id == BUFFER_LDAP_FRAME_PDU && !index && tx->frame.n;
    return here ? answer_bytes(buf_slice(&tx->frame), out) : BUFFER_NONE;
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    struct ldap_tx *ldap = (struct ldap_tx *)tx;
    (void)s;
    if (is_frame(tx) || id == BUFFER_LDAP_FRAME_PDU)
        return of_frame(ldap, id, index, out);
    if (direction == TO_SERVER)
        return of_request(ldap->request, id, index, out);
    if (of_responses(ldap, id, index, out) == BUFFER_HERE)
        return BUFFER_HERE;
    return tx->complete[TO_CLIENT] ? BUFFER_NONE : BUFFER_LATER;
}

const struct app_parser ldap_parser = {
    .proto = APP_LDAP,
    .tx_size = sizeof(struct ldap_tx),
    .parse = parse,
    .gap = gap,
    .tx_free = tx_free,
    .buffer = buffer,
};
