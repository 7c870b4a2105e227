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

static void put_record_head(struct json_line *l, const struct dns_message *m, const struct dns_record *r)
{
    char text[DNS_NUMBER_TEXT];
    eve_dns_name(l, "rrname", m, r->name);
    line_text(l, "rrtype", eve_dns_type(r->type, text, NULL));
    line_uint(l, "ttl", r->ttl);
}

/* One entry, but of TXT one for each string. */
static void put_record(struct json_line *l, const struct dns_message *m, const struct dns_record *r)
{
    struct slice rest = dns_text(m, r->data), string;
    while (r->type == DNS_TXT && eve_dns_string(&rest, &string)) {
        line_open(l, NULL);
        put_record_head(l, m, r);
        line_bytes(l, "rdata", string);
        line_close(l);
    }
    if (r->type == DNS_TXT)
        return;
    line_open(l, NULL);
    put_record_head(l, m, r);
    eve_dns_data(l, data_key(r->type), m, r);
    if (r->data.cut && eve_dns_is_text(r->type))
        line_bool(l, "rdata_truncated", true);
    line_close(l);
}

static void put_records(struct json_line *l, const char *key, const struct dns_message *m,
                        enum dns_section section)
{
    struct line_mark mark = line_mark(l);
    bool some = false;
    line_open_list(l, key);
    for (uint32_t i = 0; i < m->record_count[section]; i++) {
        const struct dns_record *r = &m->records[section][i];
        if (!eve_dns_shown(section, r))
            continue;
        some = true;
        put_record(l, m, r);
    }
    if (some)
        line_close_list(l);
    else
        line_undo(l, mark);
}

/* A string each of TXT. */
static bool put_grouped_data(struct json_line *l, const struct dns_message *m, const struct dns_record *r)
{
    struct slice rest = dns_text(m, r->data), string;
    if (r->type != DNS_TXT)
        return eve_dns_data(l, NULL, m, r);
    while (eve_dns_string(&rest, &string))
        line_bytes(l, NULL, string);
    return true;
}

/* The answers of the type of answer `at`, from that one on; false: it has nothing to show. */
static bool put_group(struct json_line *l, const struct dns_message *m, uint32_t at)
{
    const struct dns_record *answers = m->records[DNS_ANSWERS];
    char text[DNS_NUMBER_TEXT];
    struct line_mark mark = line_mark(l);
    line_open_list(l, eve_dns_type(answers[at].type, text, NULL));
    if (!put_grouped_data(l, m, &answers[at])) {
        line_undo(l, mark);
        return false;
    }
    for (uint32_t i = at + 1; i < m->record_count[DNS_ANSWERS]; i++)
        if (answers[i].type == answers[at].type)
            put_grouped_data(l, m, &answers[i]);
    line_close_list(l);
    return true;
}

/* The answers once more, by type. */
static void put_grouped(struct json_line *l, const struct dns_message *m)
{
    enum { TYPES = 64 }; /* those whose data is shown are below */
    uint64_t done = 0;
    if (!m->record_count[DNS_ANSWERS])
        return;
    line_open(l, "grouped");
    for (uint32_t i = 0; i < m->record_count[DNS_ANSWERS]; i++) {
        uint16_t type = m->records[DNS_ANSWERS][i].type;
        if (type >= TYPES || type == DNS_OPT || done & UINT64_C(1) << type)
            continue;
        if (put_group(l, m, i))
            done |= UINT64_C(1) << type;
    }
    line_close(l);
}

/* Alerts leave out questions of a type without a name. */
static void put_questions(struct json_line *l, const struct dns_message *m, bool alert)
{
    line_open_list(l, "queries");
    for (uint32_t i = 0; i < m->question_count; i++) {
        const struct dns_question *q = &m->questions[i];
        char text[DNS_NUMBER_TEXT];
        bool known;
        const char *type = eve_dns_type(q->type, text, &known);
        if (alert && !known)
            continue;
        line_open(l, NULL);
        eve_dns_name(l, "rrname", m, q->name);
        line_text(l, "rrtype", type);
        line_close(l);
    }
    line_close_list(l);
}

static void put_flags(struct json_line *l, const struct dns_message *m)
{
    static const struct {
        unsigned bit;
        const char *name;
    } flags[] = {{DNS_QR, "qr"}, {DNS_AA, "aa"}, {DNS_TC, "tc"},
                 {DNS_RD, "rd"}, {DNS_RA, "ra"}, {DNS_Z, "z"}};
    char text[8];
    snprintf(text, sizeof text, "%x", m->flags);
    line_text(l, "flags", text);
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (m->flags & flags[i].bit)
            line_bool(l, flags[i].name, true);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct dns_tx *dns = (const struct dns_tx *)tx;
    const struct dns_message *m = &dns->message;
    char text[DNS_NUMBER_TEXT];
    (void)session;
    if (!alert && !m->question_count)
        return false;
    line_open(l, "dns");
    line_uint(l, "version", 3);
    line_text(l, "type", dns->response ? "response" : "request");
    line_uint(l, "tx_id", tx->id);
    line_uint(l, "id", m->id);
    put_flags(l, m);
    line_uint(l, "opcode", dns_opcode(m));
    line_text(l, "rcode", rcode_name(dns_rcode(m), text));
    put_questions(l, m, alert);
    put_records(l, "answers", m, DNS_ANSWERS);
    if (!alert)
        put_grouped(l, m);
    put_records(l, "authorities", m, DNS_AUTHORITIES);
    put_records(l, "additionals", m, DNS_ADDITIONALS);
    line_close(l);
    return true;
}

const struct eve_app eve_app_dns = {.record = RECORD_DNS, .own_tx_id = true, .one_sided = true, .put = put};
