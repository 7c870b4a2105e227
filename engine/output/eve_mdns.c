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

static void put_strings(struct json_line *l, const char *key, struct slice rest)
{
    struct slice string;
    line_open_list(l, key);
    while (eve_dns_string(&rest, &string))
        line_bytes(l, NULL, string);
    line_close_list(l);
}

static void put_record(struct json_line *l, const struct dns_message *m, const struct dns_record *r)
{
    char type[TYPE_TEXT];
    struct slice bytes = dns_text(m, r->data);
    line_open(l, NULL);
    eve_dns_name(l, "rrname", m, r->name);
    if (r->data.cut && eve_dns_is_text(r->type))
        line_bool(l, "rdata_truncated", true);
    type_text(r->type, type);
    if (r->type == DNS_TXT)
        put_strings(l, type, bytes);
    else if (!eve_dns_data(l, type, m, r))
        line_bytes(l, type, bytes);
    line_close(l);
}

static void put_records(struct json_line *l, const char *key, const struct dns_message *m,
                        enum dns_section section)
{
    struct line_mark mark = line_mark(l);
    line_open_list(l, key);
    for (uint32_t i = 0; i < m->record_count[section]; i++)
        if (eve_dns_shown(section, &m->records[section][i]))
            put_record(l, m, &m->records[section][i]);
    line_close_filled(l, mark);
}

static void put_questions(struct json_line *l, const struct dns_message *m)
{
    if (!m->question_count)
        return;
    line_open_list(l, "queries");
    for (uint32_t i = 0; i < m->question_count; i++) {
        char type[TYPE_TEXT];
        line_open(l, NULL);
        eve_dns_name(l, "rrname", m, m->questions[i].name);
        type_text(m->questions[i].type, type);
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
    } flags[] = {{DNS_AA, "aa"}, {DNS_TC, "tc"}, {DNS_RD, "rd"}, {DNS_RA, "ra"},
                 {DNS_Z, "z"},   {DNS_AD, "ad"}, {DNS_CD, "cd"}};
    struct line_mark mark = line_mark(l);
    line_open_list(l, "flags");
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (m->flags & flags[i].bit)
            line_text(l, NULL, flags[i].name);
    line_close_filled(l, mark);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct dns_tx *dns = (const struct dns_tx *)tx;
    const struct dns_message *m = &dns->message;
    line_open(l, "mdns");
    (void)session;
    (void)alert;
    line_text(l, "type", dns->response ? "response" : "request");
    line_uint(l, "id", m->id);
    put_flags(l, m);
    line_uint(l, "opcode", dns_opcode(m));
    line_uint(l, "rcode", dns_rcode(m));
    put_questions(l, m);
    put_records(l, "answers", m, DNS_ANSWERS);
    put_records(l, "authorities", m, DNS_AUTHORITIES);
    put_records(l, "additionals", m, DNS_ADDITIONALS);
    line_close(l);
    return true;
}

const struct eve_app eve_app_mdns = {.record = RECORD_MDNS, .own_tx_id = true, .put = put};
