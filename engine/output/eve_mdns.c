/* mDNS in EVE, in a form of its own: a record's data stands under the name of its type. */
#include "output/eve_dns.h"

enum { TYPE_TEXT = 16 };

/* The type in lower case. */
static void type_text(uint16_t type, char text[TYPE_TEXT])
{
    char number[DNS_NUMBER_TEXT];
    const char *name = eve_dns_type(type, number, NULL);
    size_t n = 0;
    for (; name[n] && n + 1 < TYPE_TEXT; n++)
        text[n] = (char)(name[n] >= 'A' && name[n] <= 'Z' ? name[n] | 0x20 : name[n]);
    text[n] = '\0';
}

static json_t *strings(struct json_writer *w, struct slice rest)
{
    json_t *list = json_array();
    struct slice string;
    while (eve_dns_string(&rest, &string))
        json_append(w, list, json_bytes(string));
    return list;
}

static json_t *record_object(struct json_writer *w, const struct dns_message *m, const struct dns_record *r)
{
    char type[TYPE_TEXT];
    struct slice bytes = dns_text(m, r->data);
    json_t *object = json_object();
    eve_dns_name(w, object, "rrname", m, r->name);
    json_t *data = r->type == DNS_TXT ? strings(w, bytes) : eve_dns_data(w, m, r);
    if (r->data.cut && json_is_string(data))
        json_put(w, object, "rdata_truncated", json_true());
    type_text(r->type, type);
    json_put(w, object, type, data ? data : json_bytes(bytes));
    return object;
}

static void put_records(struct json_writer *w, json_t *object, const char *key, const struct dns_message *m,
                        enum dns_section section)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < m->record_count[section]; i++)
        if (eve_dns_shown(section, &m->records[section][i]))
            json_append(w, list, record_object(w, m, &m->records[section][i]));
    if (json_array_size(list))
        json_put(w, object, key, list);
    else
        json_decref(list);
}

static void put_questions(struct json_writer *w, json_t *object, const struct dns_message *m)
{
    if (!m->question_count)
        return;
    json_t *list = json_array();
    for (uint32_t i = 0; i < m->question_count; i++) {
        char type[TYPE_TEXT];
        json_t *question = json_object();
        eve_dns_name(w, question, "rrname", m, m->questions[i].name);
        type_text(m->questions[i].type, type);
        json_put_text(w, question, "rrtype", type);
        json_append(w, list, question);
    }
    json_put(w, object, "queries", list);
}

static void put_flags(struct json_writer *w, json_t *object, const struct dns_message *m)
{
    static const struct {
        unsigned bit;
        const char *name;
    } flags[] = {{DNS_AA, "aa"}, {DNS_TC, "tc"}, {DNS_RD, "rd"}, {DNS_RA, "ra"},
                 {DNS_Z, "z"},   {DNS_AD, "ad"}, {DNS_CD, "cd"}};
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (m->flags & flags[i].bit)
            json_append(w, list, json_string(flags[i].name));
    if (json_array_size(list))
        json_put(w, object, "flags", list);
    else
        json_decref(list);
}

static bool put(struct json_writer *w, json_t *object, struct app_session *session, struct app_tx *tx,
                bool alert)
{
    const struct dns_tx *dns = (const struct dns_tx *)tx;
    const struct dns_message *m = &dns->message;
    json_t *body = json_object();
    (void)session;
    (void)alert;
    json_put_text(w, body, "type", dns->response ? "response" : "request");
    json_put_uint(w, body, "id", m->id);
    put_flags(w, body, m);
    json_put_uint(w, body, "opcode", dns_opcode(m));
    json_put_uint(w, body, "rcode", dns_rcode(m));
    put_questions(w, body, m);
    put_records(w, body, "answers", m, DNS_ANSWERS);
    put_records(w, body, "authorities", m, DNS_AUTHORITIES);
    put_records(w, body, "additionals", m, DNS_ADDITIONALS);
    json_put(w, object, "mdns", body);
    return true;
}

const struct eve_app eve_app_mdns = {.record = RECORD_MDNS, .own_tx_id = true, .put = put};
