/* LDAP in EVE: one record a request with its responses. What a message holds is read again (RFC 4511). */
#include "app/der.h"
#include "app/ldap/ldap.h"
#include "base/utf8.h"
#include "output/eve_app.h"

#include <stdio.h>

enum { NAME_TEXT = 24, LIST_MOST = 1000, SHOWN_MOST = 256, HEX_MOST = 2 * 1024 };

enum {
    CONTEXT_1 = DER_CONTEXT | 1,
    CONTEXT_7 = DER_CONTEXT | 7,
    CONTEXT_10 = DER_CONTEXT | 10,
    CONTEXT_11 = DER_CONTEXT | 11
};

static const char *operation_name(uint8_t number)
{
    switch (number) {
#define LDAP_OPERATION(number, name) \
    case number:                     \
        return name;
#include "base/ldap_name_list.h"
#undef LDAP_OPERATION
    default:
        return "unknown";
    }
}

static const char *result_name(uint32_t number)
{
    switch (number) {
#define LDAP_RESULT(number, name) \
    case number:                  \
        return name;
#include "base/ldap_name_list.h"
#undef LDAP_RESULT
    default:
        return NULL;
    }
}

static void put_hex(struct json_line *l, const char *key, struct slice bytes)
{
    char text[HEX_MOST + 1] = "";
    for (size_t i = 0; i < bytes.n && 2 * i < HEX_MOST; i++)
        sprintf(text + 2 * i, "%02x", bytes.p[i]);
    line_text(l, key, text);
}

/* A list of texts, under `key` when there are any. */
static void put_texts(struct json_line *l, const char *key, struct slice list)
{
    struct line_mark mark = line_mark(l);
    struct cursor c = cursor_of(list);
    struct slice text;
    line_open_list(l, key);
    for (unsigned i = 0; i < LIST_MOST && der_take(&c, DER_OCTET_STRING, &text); i++)
        line_bytes(l, NULL, text);
    line_close_filled(l, mark);
}

/* Attributes with values: SEQUENCE OF SEQUENCE { type, SET OF value }. */
static void put_attributes(struct json_line *l, const char *type_key, struct slice list)
{
    struct line_mark mark = line_mark(l);
    struct cursor c = cursor_of(list);
    struct slice pair, type, values;
    line_open_list(l, "attributes");
    for (unsigned i = 0; i < LIST_MOST && der_take(&c, DER_SEQUENCE, &pair); i++) {
        struct cursor inside = cursor_of(pair);
        if (!der_take(&inside, DER_OCTET_STRING, &type) || !utf8_valid(type))
            continue;
        line_open(l, NULL);
        line_bytes(l, type_key, type);
        if (der_take(&inside, DER_SET, &values))
            put_texts(l, "values", values);
        line_close(l);
    }
    line_close_filled(l, mark);
}

static void put_bind(struct json_line *l, const struct ldap_message *m)
{
    enum { SASL = DER_CONTEXT_INSIDE | 3 };
    struct cursor c = cursor_of(m->body);
    struct slice name, sasl, text;
    uint32_t version = 0;
    ldap_number(&c, DER_INTEGER, &version);
    line_uint(l, "version", version);
    line_bytes(l, "name", m->dn);
    if (!der_take(&c, DER_OCTET_STRING, &name) || !der_take(&c, SASL, &sasl))
        return;
    c = cursor_of(sasl);
    line_open(l, "sasl");
    if (der_take(&c, DER_OCTET_STRING, &text))
        line_bytes(l, "mechanism", text);
    if (der_take(&c, DER_OCTET_STRING, &text))
        put_hex(l, "credentials", text);
    line_close(l);
}

static void put_search(struct json_line *l, const struct ldap_message *m)
{
    static const struct {
        uint8_t tag;
        const char *name;
    } numbers[] = {{LDAP_ENUMERATED, "scope"},
                   {LDAP_ENUMERATED, "deref_alias"},
                   {DER_INTEGER, "size_limit"},
                   {DER_INTEGER, "time_limit"}};
    struct cursor c = cursor_of(m->body);
    struct slice element;
    uint32_t number;
    der_take(&c, DER_OCTET_STRING, &element);
    line_bytes(l, "base_object", m->dn);
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (ldap_number(&c, numbers[i].tag, &number))
            line_uint(l, numbers[i].name, number);
    if (der_take(&c, DER_BOOLEAN, &element))
        line_bool(l, "types_only", element.n && element.p[0]);
    if (der_take(&c, CONTEXT_7, &element)) { /* as there the one filter that is shown */
        line_open(l, "filter");
        line_text(l, "type", "present");
        line_bytes(l, "value", element);
        line_close(l);
    }
    put_texts(l, "attributes", m->attributes);
}

static void put_change(struct json_line *l, struct slice change)
{
    static const char *const names[] = {"add", "delete", "replace"};
    struct cursor c = cursor_of(change);
    struct slice modification, type, values;
    char text[NAME_TEXT];
    uint32_t number;
    if (!ldap_number(&c, LDAP_ENUMERATED, &number) || !der_take(&c, DER_SEQUENCE, &modification))
        return;
    snprintf(text, sizeof text, "%u", number);
    line_open(l, NULL);
    line_text(l, "operation", number < 3 ? names[number] : text);
    line_open(l, "modification");
    c = cursor_of(modification);
    if (der_take(&c, DER_OCTET_STRING, &type))
        line_bytes(l, "attribute_type", type);
    if (der_take(&c, DER_SET, &values))
        put_texts(l, "attribute_values", values);
    line_close(l);
    line_close(l);
}

/* What follows the name in a request that begins with one. */
static struct cursor behind_name(const struct ldap_message *m)
{
    struct cursor c = cursor_of(m->body);
    struct slice name;
    der_take(&c, DER_OCTET_STRING, &name);
    return c;
}

static void put_modify(struct json_line *l, const struct ldap_message *m)
{
    struct line_mark mark;
    struct cursor c = behind_name(m);
    struct slice list, change;
    line_bytes(l, "object", m->dn);
    if (!der_take(&c, DER_SEQUENCE, &list))
        return;
    c = cursor_of(list);
    mark = line_mark(l);
    line_open_list(l, "changes");
    for (unsigned i = 0; i < LIST_MOST && der_take(&c, DER_SEQUENCE, &change); i++)
        put_change(l, change);
    line_close_filled(l, mark);
}

static void put_add(struct json_line *l, const struct ldap_message *m)
{
    struct cursor c = behind_name(m);
    struct slice list;
    line_bytes(l, "entry", m->dn);
    if (der_take(&c, DER_SEQUENCE, &list))
        put_attributes(l, "name", list);
}

static void put_mod_dn(struct json_line *l, const struct ldap_message *m)
{
    struct cursor c = behind_name(m);
    struct slice element;
    line_bytes(l, "entry", m->dn);
    if (der_take(&c, DER_OCTET_STRING, &element))
        line_bytes(l, "new_rdn", element);
    if (der_take(&c, DER_BOOLEAN, &element))
        line_bool(l, "delete_old_rdn", element.n && element.p[0]);
    if (der_take(&c, DER_CONTEXT, &element))
        line_bytes(l, "new_superior", element);
}

static void put_compare(struct json_line *l, const struct ldap_message *m)
{
    struct cursor c = behind_name(m);
    struct slice assertion, element;
    line_bytes(l, "entry", m->dn);
    if (!der_take(&c, DER_SEQUENCE, &assertion))
        return;
    c = cursor_of(assertion);
    line_open(l, "attribute_value_assertion");
    if (der_take(&c, DER_OCTET_STRING, &element))
        line_bytes(l, "description", element);
    if (der_take(&c, DER_OCTET_STRING, &element))
        line_bytes(l, "value", element);
    line_close(l);
}

/* A name and a value, with these tags, where they are there. */
static void put_pair(struct json_line *l, struct cursor c, uint8_t name_tag, uint8_t value_tag)
{
    struct slice element;
    uint8_t tag;
    while (der_next(&c, &tag, &element)) {
        if (tag == name_tag)
            line_bytes(l, "name", element);
        if (tag == value_tag)
            line_bytes(l, "value", element);
    }
}

static void put_result(struct json_line *l, const struct ldap_message *m)
{
    char text[NAME_TEXT];
    struct cursor c = cursor_of(m->body);
    struct slice element;
    uint8_t tag;
    snprintf(text, sizeof text, "unknown-%u", m->code);
    line_text(l, "result_code", result_name(m->code) ? result_name(m->code) : text);
    line_bytes(l, "matched_dn", m->dn);
    line_bytes(l, "message", m->text);
    while (m->operation == LDAP_BIND_RESPONSE && der_next(&c, &tag, &element))
        if (tag == CONTEXT_7)
            put_hex(l, "server_sasl_creds", element);
    if (m->operation == LDAP_EXTENDED_RESPONSE)
        put_pair(l, c, CONTEXT_10, CONTEXT_11);
}

static void put_fields(struct json_line *l, const struct ldap_message *m)
{
    switch (m->operation) {
    case LDAP_BIND_REQUEST:
        put_bind(l, m);
        break;
    case LDAP_SEARCH_REQUEST:
        put_search(l, m);
        break;
    case LDAP_SEARCH_ENTRY:
        line_bytes(l, "base_object", m->dn);
        put_attributes(l, "type", m->attributes);
        break;
    case LDAP_MODIFY_REQUEST:
        put_modify(l, m);
        break;
    case LDAP_ADD_REQUEST:
        put_add(l, m);
        break;
    case LDAP_DEL_REQUEST:
        line_bytes(l, "dn", m->dn);
        break;
    case LDAP_MOD_DN_REQUEST:
        put_mod_dn(l, m);
        break;
    case LDAP_COMPARE_REQUEST:
        put_compare(l, m);
        break;
    case LDAP_EXTENDED_REQUEST:
    case LDAP_INTERMEDIATE:
        put_pair(l, cursor_of(m->body), DER_CONTEXT, CONTEXT_1);
        break;
    default:
        put_result(l, m);
    }
}

/* Those whose fields are shown, in the direction that they belong to. */
static bool has_fields(const struct ldap_message *m, bool request)
{
    if (m->operation == LDAP_UNBIND_REQUEST || m->operation == LDAP_ABANDON_REQUEST ||
        m->operation == LDAP_SEARCH_REFERENCE)
        return false;
    return ldap_is_request(m->operation) == request;
}

static void put_controls(struct json_line *l, struct slice controls)
{
    struct line_mark mark = line_mark(l);
    struct cursor c = cursor_of(controls);
    struct slice control, element;
    line_open_list(l, "controls");
    for (unsigned i = 0; i < LIST_MOST && der_take(&c, DER_SEQUENCE, &control); i++) {
        struct cursor inside = cursor_of(control);
        bool critical;
        line_open(l, NULL);
        if (der_take(&inside, DER_OCTET_STRING, &element))
            line_bytes(l, "control_type", element);
        critical = der_take(&inside, DER_BOOLEAN, &element) && element.n && element.p[0];
        line_bool(l, "criticality", critical);
        if (der_take(&inside, DER_OCTET_STRING, &element))
            put_hex(l, "control_value", element);
        line_close(l);
    }
    line_close_filled(l, mark);
}

static void put_message(struct json_line *l, const struct ldap_message *m, bool request, bool with_id)
{
    if (request && with_id)
        line_uint(l, "message_id", m->id);
    line_text(l, "operation", operation_name(m->operation));
    if (!request && with_id)
        line_uint(l, "message_id", m->id);
    if (has_fields(m, request)) {
        line_open(l, operation_name(m->operation));
        put_fields(l, m);
        line_close(l);
    }
    put_controls(l, m->controls);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct ldap_tx *ldap = (const struct ldap_tx *)tx;
    struct line_mark mark;
    unsigned shown = 0;
    (void)session;
    (void)alert;
    if (ldap->frame.n)
        return false;
    line_open(l, "ldap");
    if (ldap->request) {
        line_open(l, "request");
        put_message(l, ldap->request, true, true);
        line_close(l);
    }
    mark = line_mark(l);
    line_open_list(l, "responses");
    for (const struct ldap_message *m = ldap->first; m && shown < SHOWN_MOST; m = m->next, shown++) {
        line_open(l, NULL);
        put_message(l, m, false, !ldap->request);
        line_close(l);
    }
    line_close_filled(l, mark);
    line_close(l);
    return true;
}

const struct eve_app eve_app_ldap = {.record = RECORD_LDAP, .no_tx_id = true, .of_flow = true, .put = put};
