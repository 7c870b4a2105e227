/* DNS in EVE: version 3 of Suricata's form, one record a message. */
#include "output/eve_dns.h"

#include <stdio.h>

static const char *rcode_name(unsigned rcode, char text[DNS_NUMBER_TEXT])
{
    static const char *const names[] = {"NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
                                        "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE"};
    if (rcode < sizeof names / sizeof names[0])
        return names[rcode];
    snprintf(text, DNS_NUMBER_TEXT, "%u", rcode);
    return text;
}

static const char *data_key(uint16_t type)
{
    switch (type) {
    case DNS_SOA:
        return "soa";
    case DNS_SRV:
        return "srv";
    case DNS_SSHFP:
        return "sshfp";
    case DNS_OPT:
        return "opt";
    default:
        return "rdata";
    }
}

static json_t *record_head(struct json_writer *w, const struct dns_message *m, const struct dns_record *r)
{
    char text[DNS_NUMBER_TEXT];
    json_t *object = json_object();
    eve_dns_name(w, object, "rrname", m, r->name);
    json_put_text(w, object, "rrtype", eve_dns_type(r->type, text, NULL));
    json_put_uint(w, object, "ttl", r->ttl);
    return object;
}

/* One entry, but of TXT one for each string. */
static void append_record(struct json_writer *w, json_t *list, const struct dns_message *m,
                          const struct dns_record *r)
{
    struct slice rest = dns_text(m, r->data), string;
    while (r->type == DNS_TXT && eve_dns_string(&rest, &string)) {
        json_t *object = record_head(w, m, r);
        json_put_bytes(w, object, "rdata", string);
        json_append(w, list, object);
    }
    if (r->type == DNS_TXT)
        return;
    json_t *object = record_head(w, m, r), *data = eve_dns_data(w, m, r);
    bool cut = r->data.cut && json_is_string(data);
    if (data)
        json_put(w, object, data_key(r->type), data);
    if (cut)
        json_put(w, object, "rdata_truncated", json_true());
    json_append(w, list, object);
}

static void put_records(struct json_writer *w, json_t *object, const char *key, const struct dns_message *m,
                        enum dns_section section)
{
    json_t *list = json_array();
    bool some = false;
    for (uint32_t i = 0; i < m->record_count[section]; i++) {
        const struct dns_record *r = &m->records[section][i];
        if (!eve_dns_shown(section, r))
            continue;
        some = true;
        append_record(w, list, m, r);
    }
    if (some)
        json_put(w, object, key, list);
    else
        json_decref(list);
}

static json_t *group_of(struct json_writer *w, json_t *grouped, uint16_t type)
{
    char text[DNS_NUMBER_TEXT];
    const char *name = eve_dns_type(type, text, NULL);
    json_t *list = json_object_get(grouped, name);
    if (list)
        return list;
    list = json_array();
    json_put(w, grouped, name, list);
    return list;
}

/* The answers once more, by type. */
static void put_grouped(struct json_writer *w, json_t *object, const struct dns_message *m)
{
    if (!m->record_count[DNS_ANSWERS])
        return;
    json_t *grouped = json_object();
    for (uint32_t i = 0; i < m->record_count[DNS_ANSWERS]; i++) {
        const struct dns_record *r = &m->records[DNS_ANSWERS][i];
        struct slice rest = dns_text(m, r->data), string;
        json_t *data = r->type == DNS_OPT ? NULL : eve_dns_data(w, m, r);
        if (data || r->type == DNS_TXT) {
            json_t *list = group_of(w, grouped, r->type);
            if (data)
                json_append(w, list, data);
            while (r->type == DNS_TXT && eve_dns_string(&rest, &string))
                json_append(w, list, json_bytes(string));
        }
    }
    json_put(w, object, "grouped", grouped);
}

/* Alerts leave out questions of a type without a name. */
static void put_questions(struct json_writer *w, json_t *object, const struct dns_message *m, bool alert)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < m->question_count; i++) {
        const struct dns_question *q = &m->questions[i];
        char text[DNS_NUMBER_TEXT];
        bool known;
        const char *type = eve_dns_type(q->type, text, &known);
        if (alert && !known)
            continue;
        json_t *question = json_object();
        eve_dns_name(w, question, "rrname", m, q->name);
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
    } flags[] = {{DNS_QR, "qr"}, {DNS_AA, "aa"}, {DNS_TC, "tc"},
                 {DNS_RD, "rd"}, {DNS_RA, "ra"}, {DNS_Z, "z"}};
    char text[8];
    snprintf(text, sizeof text, "%x", m->flags);
    json_put_text(w, object, "flags", text);
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (m->flags & flags[i].bit)
            json_put(w, object, flags[i].name, json_true());
}

static bool put(struct json_writer *w, json_t *object, struct app_session *session, struct app_tx *tx,
                bool alert)
{
    const struct dns_tx *dns = (const struct dns_tx *)tx;
    const struct dns_message *m = &dns->message;
    char text[DNS_NUMBER_TEXT];
    (void)session;
    if (!alert && !m->question_count)
        return false;
    json_t *body = json_object();
    json_put_uint(w, body, "version", 3);
    json_put_text(w, body, "type", dns->response ? "response" : "request");
    json_put_uint(w, body, "tx_id", tx->id);
    json_put_uint(w, body, "id", m->id);
    put_flags(w, body, m);
    json_put_uint(w, body, "opcode", dns_opcode(m));
    json_put_text(w, body, "rcode", rcode_name(dns_rcode(m), text));
    put_questions(w, body, m, alert);
    put_records(w, body, "answers", m, DNS_ANSWERS);
    if (!alert)
        put_grouped(w, body, m);
    put_records(w, body, "authorities", m, DNS_AUTHORITIES);
    put_records(w, body, "additionals", m, DNS_ADDITIONALS);
    json_put(w, object, "dns", body);
    return true;
}

const struct eve_app eve_app_dns = {.record = RECORD_DNS, .own_tx_id = true, .one_sided = true, .put = put};
