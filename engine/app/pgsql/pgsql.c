/*
 * The PostgreSQL parser. Answers belong to requests in their order, whatever is sent at once: each ends with
 * the server's ReadyForQuery, or where it asks for something. Requests of the extended protocol make no
 * transaction, as in Suricata; that they are answered is counted.
 *
 * After a gap parsing goes on at the next segment that begins like a message. Of several requests that wait
 * when some of the server's bytes are missing, only the last is taken to be answered by what follows.
 */
#include "app/answer.h"
#include "app/pgsql/pgsql_message.h"
#include "app/pgsql/pgsql_session.h"

/* An event that no request is about gets a transaction of its own. */
static void raise_alone(struct app_session *s, enum direction direction, enum app_event event)
{
    struct app_tx *tx = s->last ? s->last : app_tx_new(s);
    if (tx)
        app_tx_event(s, tx, direction, event);
}

static bool awaits_choice(const struct pgsql_tx *tx)
{
    return tx && !tx->before && (tx->request.kind == PGSQL_SSL || tx->request.kind == PGSQL_GSS);
}

/* One byte; an old server may answer with an error. */
static bool take_choice(struct app_session *s, enum direction direction, struct slice *rest)
{
    struct pgsql_tx *tx = direction == TO_CLIENT ? pgsql_answering(s) : NULL;
    if (!awaits_choice(tx) || !memchr("SGN", rest->p[0], 3))
        return false;
    pgsql_take_choice(s, tx, rest->p[0]);
    *rest = slice_from(*rest, 1);
    return true;
}

static enum parse_status bad_length(struct app_session *s, enum direction direction)
{
    raise_alone(s, direction, APP_EVENT_PGSQL_INVALID_LENGTH);
    return PARSE_BAD;
}

static bool take(struct app_session *s, enum direction direction, const struct pgsql_message *m)
{
    if (direction == TO_SERVER)
        return pgsql_take_request(s, m);
    pgsql_take_answer(s, m);
    return true;
}

static void skip(struct pgsql *p, enum direction direction, struct slice *rest)
{
    size_t n = p->skip[direction] < rest->n ? (size_t)p->skip[direction] : rest->n;
    *rest = slice_from(*rest, n);
    p->skip[direction] -= n;
}

/* What is left of `rest` was not taken; *need as in app_taken. */
static enum parse_status next_message(struct app_session *s, enum direction direction, struct slice *rest,
                                      size_t *need)
{
    struct pgsql *p = s->state;
    struct pgsql_header h;
    enum pgsql_read read = pgsql_read_header(*rest, direction, &h);
    if (read == PGSQL_BAD_LENGTH)
        return bad_length(s, direction);
    size_t whole = read == PGSQL_READ ? h.header + (size_t)pgsql_wanted(&h, direction) : rest->n + 1;
    if (rest->n < whole) {
        *need = whole;
        return PARSE_OK;
    }
    struct pgsql_message m = {h.type, h.length, slice_first(slice_from(*rest, h.header), whole - h.header)};
    p->skip[direction] = h.header + (uint64_t)h.length - whole;
    *rest = slice_from(*rest, whole);
    return take(s, direction, &m) ? PARSE_OK : PARSE_GIVE_UP;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct pgsql *p = s->state;
    enum direction direction = in->direction;
    struct slice rest = in->bytes;
    enum parse_status status = PARSE_OK;
    skip(p, direction, &rest);
    if (p->lost[direction] && rest.n && !pgsql_plausible(rest, direction))
        rest = slice_of(NULL, 0);
    if (rest.n)
        p->lost[direction] = false;
    while (rest.n && !taken->need && !status && !s->change && !p->encrypted && !app_full(s)) {
        if (take_choice(s, direction, &rest))
            continue;
        status = next_message(s, direction, &rest, &taken->need);
        skip(p, direction, &rest);
    }
    taken->bytes = in->bytes.n - rest.n;
    return p->encrypted && !s->change ? PARSE_DONE : status;
}

static void answers_lost(struct app_session *s)
{
    struct pgsql *p = s->state;
    struct pgsql_tx *tx = pgsql_answering(s);
    while (tx && tx->tx.next) {
        app_tx_complete(s, &tx->tx, TO_CLIENT);
        tx = pgsql_answering(s);
    }
    if (tx)
        tx->before = 0;
    p->unanswered = 0;
}

static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct pgsql *p = s->state;
    bool inside = bytes <= p->skip[direction];
    p->skip[direction] = inside ? p->skip[direction] - bytes : 0;
    if (inside)
        return PARSE_OK;
    p->lost[direction] = true;
    if (direction == TO_CLIENT)
        answers_lost(s);
    return PARSE_OK;
}

static int open_session(struct app_session *s)
{
    struct pgsql *p = s->state;
    p->authentication = PGSQL_AUTH_NONE;
    return 0;
}

static void tx_free(struct app_session *s, struct app_tx *app_tx)
{
    struct pgsql_tx *tx = (struct pgsql_tx *)app_tx;
    struct pgsql *p = s->state;
    if (p->answering == tx)
        p->answering = (struct pgsql_tx *)app_tx->next;
    if (p->copying == tx)
        p->copying = NULL;
    buf_fini(&tx->request.text);
    buf_fini(&tx->answer.sasl_final);
    buf_fini(&tx->answer.parameters);
    buf_fini(&tx->answer.command);
    buf_fini(&tx->answer.error);
    app_memory_give(s, tx->memory);
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *app_tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct pgsql_request *r = &((const struct pgsql_tx *)app_tx)->request;
    (void)s;
    (void)direction;
    if (id != BUFFER_PGSQL_QUERY || index || r->kind != PGSQL_QUERY)
        return BUFFER_NONE;
    return answer_bytes(buf_slice(&r->text), out);
}

const struct app_parser pgsql_parser = {
    .proto = APP_PGSQL,
    .state_size = sizeof(struct pgsql),
    .tx_size = sizeof(struct pgsql_tx),
    .open = open_session,
    .parse = parse,
    .gap = gap,
    .tx_free = tx_free,
    .buffer = buffer,
};
