/* What the client says. */
#include "app/pgsql/pgsql_message.h"
#include "app/pgsql/pgsql_session.h"
#include "base/cursor.h"

static struct pgsql_tx *new_request(struct app_session *s, enum pgsql_request_kind kind)
{
    struct pgsql *p = s->state;
    struct pgsql_tx *tx = (struct pgsql_tx *)app_tx_new(s);
    if (!tx)
        return NULL;
    if (s->alive > PGSQL_OPEN_MOST)
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_PGSQL_TOO_MANY_TRANSACTIONS);
    tx->request.kind = (uint8_t)kind;
    app_tx_changed(s, &tx->tx, TO_SERVER);
    if (kind == PGSQL_TERMINATE || kind == PGSQL_CANCEL || kind == PGSQL_NOTHING) {
        app_tx_complete(s, &tx->tx, TO_CLIENT); /* nobody answers */
        return tx;
    }
    tx->before = p->unanswered;
    p->unanswered = 0;
    if (!p->answering)
        p->answering = tx;
    return tx;
}

static void whole(struct app_session *s, struct pgsql_tx *tx)
{
    app_tx_complete(s, &tx->tx, TO_SERVER);
    app_raw_wanted(s, TO_SERVER);
}

static void malformed(struct app_session *s, struct pgsql_tx *tx)
{
    app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_PGSQL_MALFORMED_REQUEST);
}

static enum pgsql_request_kind kind_of_start(uint32_t code)
{
    switch (code) {
    case PGSQL_CODE_SSL:
        return PGSQL_SSL;
    case PGSQL_CODE_GSS:
        return PGSQL_GSS;
    case PGSQL_CODE_CANCEL:
        return PGSQL_CANCEL;
    default:
        return PGSQL_STARTUP;
    }
}

/* Names and values, each ended by NUL, and an empty name. */
static bool take_parameters(struct app_session *s, struct pgsql_tx *tx, struct slice body)
{
    size_t n = body.n;
    if (n < 2 || body.p[n - 1] || body.p[n - 2])
        return false;
    unsigned texts = 0;
    for (size_t i = 0; i + 1 < n; i++)
        texts += !body.p[i];
    app_memory_append_own(s, &tx->memory, &tx->request.text, slice_first(body, n - 1), PGSQL_TEXT_MOST);
    return texts % 2 == 0;
}

static bool take_start(struct app_session *s, struct slice body)
{
    struct cursor c = cursor_of(body);
    uint32_t code = 0;
    cursor_be32(&c, &code);
    struct pgsql_tx *tx = new_request(s, kind_of_start(code));
    if (!tx)
        return false;
    struct pgsql_request *r = &tx->request;
    r->major = (uint16_t)(code >> 16);
    r->minor = (uint16_t)code;
    if (r->kind == PGSQL_CANCEL && (!cursor_be32(&c, &r->process) || !cursor_be32(&c, &r->key)))
        malformed(s, tx);
    if (r->kind == PGSQL_STARTUP && !take_parameters(s, tx, slice_from(body, c.at)))
        malformed(s, tx);
    whole(s, tx);
    return true;
}

static bool take_text(struct app_session *s, enum pgsql_request_kind kind, const struct pgsql_message *m)
{
    struct pgsql_tx *tx = new_request(s, kind);
    if (!tx)
        return false;
    const uint8_t *end = m->body.n ? memchr(m->body.p, 0, m->body.n) : NULL;
    size_t n = end ? (size_t)(end - m->body.p) : m->body.n;
    app_memory_append_own(s, &tx->memory, &tx->request.text, slice_first(m->body, n), PGSQL_QUERY_MOST);
    if (!end && m->body.n == m->length)
        malformed(s, tx);
    whole(s, tx);
    return true;
}

static bool take_bytes(struct app_session *s, enum pgsql_request_kind kind, const struct pgsql_message *m)
{
    struct pgsql_tx *tx = new_request(s, kind);
    if (!tx)
        return false;
    app_memory_append_own(s, &tx->memory, &tx->request.text, m->body, PGSQL_TEXT_MOST);
    whole(s, tx);
    return true;
}

/* The name of a mechanism, and data behind its length (-1: none). */
static bool take_sasl_first(struct app_session *s, const struct pgsql_message *m)
{
    enum { LENGTH = 4 };
    struct pgsql_tx *tx = new_request(s, PGSQL_SASL_FIRST);
    if (!tx)
        return false;
    const uint8_t *end = m->body.n ? memchr(m->body.p, 0, m->body.n) : NULL;
    size_t name = end ? (size_t)(end - m->body.p) : m->body.n;
    struct buf *text = &tx->request.text;
    app_memory_append_own(s, &tx->memory, text, slice_first(m->body, name), PGSQL_TEXT_MOST);
    tx->request.data = (uint32_t)text->n;
    app_memory_append_own(s, &tx->memory, text, slice_from(m->body, name + 1 + LENGTH), PGSQL_TEXT_MOST);
    if (!end || m->body.n < name + 1 + LENGTH)
        malformed(s, tx);
    whole(s, tx);
    return true;
}

/* "p" is what the server has asked for. */
static bool take_proof(struct app_session *s, const struct pgsql_message *m)
{
    const struct pgsql *p = s->state;
    switch (p->authentication) {
    case PGSQL_AUTH_SASL:
        return take_sasl_first(s, m);
    case PGSQL_AUTH_SASL_NEXT:
        return take_bytes(s, PGSQL_SASL_NEXT, m);
    case PGSQL_AUTH_KERBEROS:
    case PGSQL_AUTH_SCM:
    case PGSQL_AUTH_GSS:
    case PGSQL_AUTH_GSS_NEXT:
    case PGSQL_AUTH_SSPI:
        return take_bytes(s, PGSQL_TOKEN, m);
    default:
        return take_text(s, PGSQL_PASSWORD, m);
    }
}

static bool take_end(struct app_session *s)
{
    struct pgsql_tx *tx = new_request(s, PGSQL_TERMINATE);
    if (tx)
        whole(s, tx);
    return tx;
}

/* All data of a copy is one request; of what nobody has asked for nothing is kept. */
static bool take_copied(struct app_session *s, const struct pgsql_message *m)
{
    struct pgsql *p = s->state;
    if (!p->copying && !p->copy_in)
        return true;
    if (!p->copying)
        p->copying = new_request(s, PGSQL_COPY);
    struct pgsql_tx *tx = p->copying;
    p->copy_in = false;
    if (!tx)
        return false;
    if (m->type == 'd') {
        tx->request.rows.count++;
        tx->request.rows.size += m->length;
        return true;
    }
    tx->request.copy_done = m->type == 'c';
    tx->request.copy_failed = m->type == 'f';
    app_memory_append_own(s, &tx->memory, &tx->request.text, m->body, PGSQL_TEXT_MOST);
    p->copying = NULL;
    whole(s, tx);
    return true;
}

/* Has an answer of its own, and is no transaction. While data is copied Sync means nothing. */
static void wait_aside(struct pgsql *p, uint8_t type)
{
    if (p->copying || p->copy_in)
        return;
    if (type == 'S' && p->copy_sync)
        p->copy_sync = false;
    else if (p->unanswered < UINT32_MAX)
        p->unanswered++;
}

bool pgsql_take_request(struct app_session *s, const struct pgsql_message *m)
{
    switch (m->type) {
    case 0:
        return take_start(s, m->body);
    case 'p':
        return take_proof(s, m);
    case 'Q':
        return take_text(s, PGSQL_QUERY, m);
    case 'X':
        return take_end(s);
    case 'd':
    case 'c':
    case 'f':
        return take_copied(s, m);
    case 'S': /* Sync */
    case 'F': /* a call of a function */
        wait_aside(s->state, m->type);
        return true;
    default:
        return true;
    }
}
