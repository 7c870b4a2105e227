/* PostgreSQL in EVE: a record for each request, with what the server has answered. */
#include "app/config.h"
#include "app/pgsql/pgsql.h"
#include "app/session.h"
#include "output/eve_app.h"

#include <stdio.h>

/* The next text that ends with NUL. False: there is none. */
static bool next_text(struct slice *rest, struct slice *text)
{
    const uint8_t *end = rest->n ? memchr(rest->p, 0, rest->n) : NULL;
    if (!end)
        return false;
    *text = slice_of(rest->p, (size_t)(end - rest->p));
    *rest = slice_from(*rest, text->n + 1);
    return true;
}

/* A name is the text of the wire, NUL and all, so that it may be a key. */
static bool next_pair(struct slice *rest, const char **name, struct slice *value)
{
    struct slice key;
    if (!next_text(rest, &key) || !next_text(rest, value))
        return false;
    *name = (const char *)key.p;
    return true;
}

static void put_pairs(struct json_line *l, const char *key, struct slice rest, const char *but)
{
    const char *name;
    struct slice value;
    struct line_mark mark = line_mark(l);
    line_open_list(l, key);
    while (next_pair(&rest, &name, &value)) {
        if (but && !strcmp(name, but))
            continue;
        line_open(l, NULL);
        line_bytes(l, name, value);
        line_close(l);
    }
    line_close_filled(l, mark);
}

static void put_startup(struct json_line *l, const struct pgsql_request *r)
{
    enum { VERSION = 16 };
    char version[VERSION];
    const char *name;
    struct slice rest = buf_slice(&r->text), value;
    snprintf(version, sizeof version, "%u.%u", r->major, r->minor);
    line_text(l, "protocol_version", version);
    line_open(l, "startup_parameters");
    while (next_pair(&rest, &name, &value))
        if (!strcmp(name, "user")) {
            line_bytes(l, "user", value);
            break;
        }
    put_pairs(l, "optional_parameters", buf_slice(&r->text), "user");
    line_close(l);
}

static void put_mechanism(struct json_line *l, struct slice name)
{
    static const struct {
        const char *wire, *shown;
    } known[] = {{"SCRAM-SHA-256", "scram_SHA256"}, {"SCRAM-SHA-256-PLUS", "scram_SHA256_plus"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (slice_equal(name, slice_str(known[i].wire))) {
            line_text(l, "sasl_authentication_mechanism", known[i].shown);
            return;
        }
    line_bytes(l, "sasl_authentication_mechanism", name);
}

static void put_copied_in(struct json_line *l, const struct pgsql_request *r)
{
    line_open(l, "copy_data_in");
    line_uint(l, "msg_count", r->rows.count);
    line_uint(l, "data_size", r->rows.size);
    line_close(l);
    if (r->copy_done)
        line_text(l, "message", "copy_done");
    if (r->copy_failed)
        line_bytes(l, "copy_fail", buf_slice(&r->text));
}

static void put_request(struct json_line *l, const struct pgsql_request *r, bool passwords)
{
    struct slice text = buf_slice(&r->text);
    switch (r->kind) {
    case PGSQL_STARTUP:
        put_startup(l, r);
        break;
    case PGSQL_SSL:
        line_text(l, "message", "SSL Request");
        break;
    case PGSQL_GSS:
        line_text(l, "message", "GSSENC Request");
        break;
    case PGSQL_CANCEL:
        line_text(l, "message", "cancel_request");
        line_uint(l, "process_id", r->process);
        line_uint(l, "secret_key", r->key);
        break;
    case PGSQL_PASSWORD:
        if (passwords)
            line_bytes(l, "password", text);
        else
            line_bool(l, "password_redacted", true);
        break;
    case PGSQL_SASL_FIRST:
        put_mechanism(l, slice_first(text, r->data));
        if (text.n > r->data)
            line_bytes(l, "sasl_param", slice_from(text, r->data));
        break;
    case PGSQL_SASL_NEXT:
        line_bytes(l, "sasl_response", text);
        break;
    case PGSQL_TOKEN:
        line_text(l, "message", "gss_response");
        break;
    case PGSQL_QUERY:
        line_bytes(l, "simple_query", text);
        break;
    case PGSQL_COPY:
        put_copied_in(l, r);
        break;
    default:
        line_text(l, "message", "termination_message");
        break;
    }
}

static const char *error_name(char letter)
{
    static const struct {
        char letter;
        const char *name;
    } names[] = {
        {'S', "severity_localizable"},
        {'V', "severity_non_localizable"},
        {'C', "code"},
        {'M', "message"},
        {'D', "detail"},
        {'H', "hint"},
        {'P', "position"},
        {'p', "internal_position"},
        {'q', "internal_query"},
        {'W', "where"},
        {'s', "schema_name"},
        {'t', "table_name"},
        {'c', "column_name"},
        {'d', "data_type_name"},
        {'n', "constraint_name"},
        {'F', "file"},
        {'L', "line"},
        {'R', "routine"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].letter == letter)
            return names[i].name;
    return NULL;
}

/* Each field once, however often it came. True when there is a "message" among them. */
static bool put_error(struct json_line *l, struct slice rest)
{
    struct slice field;
    uint64_t seen = 0;
    while (next_text(&rest, &field) && field.n) {
        char letter = (char)field.p[0];
        uint64_t bit = letter >= 'A' && letter <= 'z' ? UINT64_C(1) << (letter - 'A') : 0;
        if (!error_name(letter) || seen & bit)
            continue;
        seen |= bit;
        line_bytes(l, error_name(letter), slice_from(field, 1));
    }
    return seen >> ('M' - 'A') & 1;
}

static void put_copy(struct json_line *l, const struct pgsql_answer *a)
{
    line_open(l, a->copy == 'G'   ? "copy_in_response"
                 : a->copy == 'H' ? "copy_out_response"
                                  : "copy_both_response");
    line_bool(l, "malformed", a->copy_malformed);
    line_uint(l, "columns", a->copy_malformed ? 0 : a->columns);
    line_close(l);
}

static void put_rows(struct json_line *l, const struct pgsql_rows *rows)
{
    line_uint(l, "data_rows", rows->count);
    line_uint(l, "data_size", rows->size);
}

static void put_results(struct json_line *l, const struct pgsql_tx *tx)
{
    const struct pgsql_answer *a = &tx->answer;
    if (a->has_copy)
        put_copy(l, a);
    if (a->copied.count) {
        line_open(l, "copy_data_out");
        line_uint(l, "row_count", a->copied.count);
        line_uint(l, "data_size", a->copied.size);
        line_close(l);
    }
    if (a->described) {
        line_bool(l, "row_description_malformed", a->description_malformed);
        line_uint(l, "field_count", a->fields);
    }
    if (a->rows.count)
        put_rows(l, &a->rows);
    else if (a->command.n && tx->request.rows.count)
        put_rows(l, &tx->request.rows);
    if (a->command.n)
        line_bytes(l, "command_completed", buf_slice(&a->command));
}

static void put_answer(struct json_line *l, const struct pgsql_tx *tx)
{
    const struct pgsql_answer *a = &tx->answer;
    if (a->encryption)
        line_bool(l, tx->request.kind == PGSQL_SSL ? "ssl_accepted" : "gss_accepted",
                  a->encryption == PGSQL_ACCEPTED);
    if (a->has_salt)
        line_bytes(l, "authentication_md5_password", slice_of(a->salt, sizeof a->salt));
    if (a->sasl_final.n)
        line_bytes(l, "authentication_sasl_final", buf_slice(&a->sasl_final));
    put_pairs(l, "parameter_status", buf_slice(&a->parameters), NULL);
    if (a->has_key) {
        line_uint(l, "process_id", a->process);
        line_uint(l, "secret_key", a->key);
    }
    put_results(l, tx);
    if (!put_error(l, buf_slice(&a->error)) && a->message)
        line_text(l, "message", a->message);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *app_tx, bool alert)
{
    const struct pgsql_tx *tx = (const struct pgsql_tx *)app_tx;
    (void)alert;
    line_open(l, "pgsql");
    line_uint(l, "tx_id", app_tx->id + 1);
    if (tx->request.kind) {
        line_open(l, "request");
        put_request(l, &tx->request, session->config->pgsql_passwords);
        line_close(l);
    }
    struct line_mark mark = line_mark(l);
    line_open(l, "response");
    put_answer(l, tx);
    if (l->more)
        line_close(l);
    else
        line_undo(l, mark);
    line_close(l);
    return true;
}

const struct eve_app eve_app_pgsql = {.record = RECORD_PGSQL, .own_tx_id = true, .of_flow = true, .put = put};
