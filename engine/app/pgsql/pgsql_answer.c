/* What the server says. */
#include "app/pgsql/pgsql_message.h"
#include "app/pgsql/pgsql_session.h"
#include "base/cursor.h"

struct pgsql_tx *pgsql_answering(struct app_session *s)
{
    struct pgsql *p = s->state;
    while (p->answering && p->answering->tx.complete[TO_CLIENT])
        p->answering = (struct pgsql_tx *)p->answering->tx.next;
    return p->answering;
}

void pgsql_answered(struct app_session *s, struct pgsql_tx *tx)
{
    app_tx_complete(s, &tx->tx, TO_CLIENT);
    app_raw_wanted(s, TO_CLIENT);
    pgsql_answering(s);
}

void pgsql_take_choice(struct app_session *s, struct pgsql_tx *tx, uint8_t byte)
{
    struct pgsql *p = s->state;
    bool accepted = byte == (tx->request.kind == PGSQL_SSL ? 'S' : 'G');
    tx->answer.encryption = accepted ? PGSQL_ACCEPTED : PGSQL_REFUSED;
    app_tx_changed(s, &tx->tx, TO_CLIENT);
    if (accepted && tx->request.kind == PGSQL_SSL)
        app_change_protocol(s, APP_UNKNOWN);
    p->encrypted = accepted;
    pgsql_answered(s, tx);
}

static void malformed(struct app_session *s, struct pgsql_tx *tx)
{
    app_tx_event(s, &tx->tx, TO_CLIENT, APP_EVENT_PGSQL_MALFORMED_RESPONSE);
}

static const char *authentication_name(uint32_t code)
{
    switch (code) {
    case PGSQL_AUTH_OK:
        return "authentication_ok";
    case PGSQL_AUTH_KERBEROS:
        return "authentication_kerberos_v5";
    case PGSQL_AUTH_CLEARTEXT:
        return "authentication_cleartext_password";
    case PGSQL_AUTH_SCM:
        return "authentication_scm_credential";
    case PGSQL_AUTH_GSS:
        return "authentication_gss";
    case PGSQL_AUTH_GSS_NEXT:
        return "authentication_gss_continue";
    case PGSQL_AUTH_SSPI:
        return "authentication_sspi";
    case PGSQL_AUTH_SASL:
        return "authentication_sasl";
    case PGSQL_AUTH_SASL_NEXT:
        return "authentication_sasl_continue";
    default:
        return NULL;
    }
}

/* All but the two that end an exchange ask for something: the client's next message is another request. */
static void take_authentication(struct app_session *s, struct pgsql_tx *tx, struct slice body)
{
    struct pgsql *p = s->state;
    struct pgsql_answer *a = &tx->answer;
    struct cursor c = cursor_of(body);
    uint32_t code;
    struct slice salt;
    if (!cursor_be32(&c, &code) ||
        (!authentication_name(code) && code != PGSQL_AUTH_MD5 && code != PGSQL_AUTH_SASL_FINAL)) {
        malformed(s, tx);
        return;
    }
    if (authentication_name(code))
        a->message = authentication_name(code);
    if (code == PGSQL_AUTH_MD5 && cursor_bytes(&c, sizeof a->salt, &salt)) {
        memcpy(a->salt, salt.p, sizeof a->salt);
        a->has_salt = true;
    }
    if (code == PGSQL_AUTH_SASL_FINAL)
        app_memory_append_own(s, &tx->memory, &a->sasl_final, slice_from(body, c.at), PGSQL_TEXT_MOST);
    if (code == PGSQL_AUTH_OK || code == PGSQL_AUTH_SASL_FINAL)
        return;
    p->authentication = code;
    pgsql_answered(s, tx);
}

/* "name\0value\0" */
static void take_parameter(struct app_session *s, struct pgsql_tx *tx, struct slice body)
{
    unsigned texts = 0;
    for (size_t i = 0; i < body.n; i++)
        texts += !body.p[i];
    if (texts != 2 || body.p[body.n - 1])
        malformed(s, tx);
    else
        app_memory_append_own(s, &tx->memory, &tx->answer.parameters, body, PGSQL_TEXT_MOST);
}

static bool of_start(const struct pgsql_tx *tx)
{
    return tx->request.kind != PGSQL_QUERY && tx->request.kind != PGSQL_COPY;
}

/* Fields until an empty one. Before a connection is open it ends there. */
static void take_error(struct app_session *s, struct pgsql_tx *tx, const struct pgsql_message *m)
{
    struct buf *error = &tx->answer.error;
    buf_clear(error);
    if (m->body.n == m->length && (!m->body.n || m->body.p[m->body.n - 1]))
        malformed(s, tx);
    app_memory_append_own(s, &tx->memory, error, m->body, PGSQL_TEXT_MOST);
    if (of_start(tx))
        pgsql_answered(s, tx);
}

/* A name and 18 bytes for each field. */
static void take_description(struct app_session *s, struct pgsql_tx *tx, const struct pgsql_message *m)
{
    enum { COUNT = 2, FIELD_LEAST = 19 };
    struct pgsql_answer *a = &tx->answer;
    struct cursor c = cursor_of(m->body);
    a->described = true;
    a->fields = 0;
    a->rows = (struct pgsql_rows){0};
    cursor_be16(&c, &a->fields);
    a->description_malformed = m->length < COUNT || (m->length - COUNT) / FIELD_LEAST < a->fields;
    if (a->description_malformed)
        malformed(s, tx);
}

/* A length of four bytes for each value. */
static void take_row(struct app_session *s, struct pgsql_tx *tx, const struct pgsql_message *m)
{
    enum { COUNT = 2, LENGTH = 4 };
    struct pgsql_answer *a = &tx->answer;
    struct cursor c = cursor_of(m->body);
    uint16_t values = 0;
    a->rows.count++;
    if (!cursor_be16(&c, &values) || m->length < COUNT + LENGTH * (uint32_t)values)
        malformed(s, tx);
    else
        a->rows.size += m->length - COUNT - LENGTH * (uint32_t)values;
}

static void take_command(struct app_session *s, struct pgsql_tx *tx, struct slice body)
{
    struct pgsql_answer *a = &tx->answer;
    buf_clear(&a->command);
    if (!body.n || body.p[body.n - 1])
        malformed(s, tx);
    else
        app_memory_append_own(s, &tx->memory, &a->command, slice_first(body, body.n - 1), PGSQL_TEXT_MOST);
}

/* A format, and a format for each column. */
static void take_copy(struct app_session *s, struct pgsql_tx *tx, const struct pgsql_message *m)
{
    enum { HEAD = 3, COLUMN = 2 };
    struct pgsql_answer *a = &tx->answer;
    struct cursor c = cursor_of(slice_from(m->body, 1));
    a->has_copy = true;
    a->copy = m->type;
    a->columns = 0;
    a->copy_malformed = !cursor_be16(&c, &a->columns) || m->length != HEAD + COLUMN * (uint32_t)a->columns;
    if (a->copy_malformed)
        malformed(s, tx);
    if (m->type == 'G')
        pgsql_answered(s, tx);
}

static void take_key(struct app_session *s, struct pgsql_tx *tx, struct slice body)
{
    struct cursor c = cursor_of(body);
    if (cursor_be32(&c, &tx->answer.process) && cursor_be32(&c, &tx->answer.key))
        tx->answer.has_key = true;
    else
        malformed(s, tx);
}

static void add(struct app_session *s, struct pgsql_tx *tx, const struct pgsql_message *m)
{
    struct pgsql_answer *a = &tx->answer;
    switch (m->type) {
    case 'R':
        take_authentication(s, tx, m->body);
        break;
    case 'S':
        take_parameter(s, tx, m->body);
        break;
    case 'K':
        take_key(s, tx, m->body);
        break;
    case 'E':
        take_error(s, tx, m);
        break;
    case 'T':
        take_description(s, tx, m);
        break;
    case 'D':
        take_row(s, tx, m);
        break;
    case 'C':
        take_command(s, tx, m->body);
        break;
    case 'G':
    case 'H':
    case 'W':
        take_copy(s, tx, m);
        break;
    case 'd':
        a->copied.count++;
        a->copied.size += m->length;
        break;
    case 'c':
        a->message = "copy_done";
        break;
    default:
        break;
    }
}

/* Data is awaited. Where the extended protocol has asked for it, the Sync that came along is passed over. */
static void begin_copy_in(struct pgsql *p, const struct pgsql_tx *tx)
{
    p->copy_in = true;
    p->copy_sync = !tx;
    if (!tx)
        p->unanswered = 0;
}

/* The server is ready for the next query. */
static void ready(struct app_session *s, struct pgsql_tx *tx)
{
    struct pgsql *p = s->state;
    if (p->copy_in) /* no data has come for which it had asked */
        p->copy_in = p->copy_sync = false;
    else if (tx && tx->before)
        tx->before--;
    else if (tx)
        pgsql_answered(s, tx);
    else if (p->unanswered)
        p->unanswered--;
}

static bool is_of_nobody(uint8_t type)
{
    return type == 'N' || type == 'A'; /* notices, notifications */
}

void pgsql_take_answer(struct app_session *s, const struct pgsql_message *m)
{
    struct pgsql_tx *tx = pgsql_answering(s);
    if (m->type == 'G')
        begin_copy_in(s->state, tx);
    if (m->type == 'Z') {
        ready(s, tx);
        return;
    }
    if (!tx || tx->before || is_of_nobody(m->type))
        return;
    if (m->type != 'D' && m->type != 'd' && ++tx->answer.messages > PGSQL_ANSWERS_MOST)
        app_tx_event(s, &tx->tx, TO_CLIENT, APP_EVENT_PGSQL_TOO_MANY_RESPONSES);
    app_tx_changed(s, &tx->tx, TO_CLIENT);
    add(s, tx, m);
}
