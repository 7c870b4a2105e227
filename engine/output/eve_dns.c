/* DNS and mDNS in EVE: version 3 of Suricata's form, one record a message. */
#include "app/dns.h"
#include "output/eve_app.h"

#include <stdio.h>

static const char *type_name(uint16_t type, char text[16])
{
    static const struct {
        uint16_t number;
        const char *name;
    } names[] = {
#define DNS_TYPE(number, name) {number, name},
#include "base/dns_type_list.h"
#undef DNS_TYPE
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].number == type)
            return names[i].name;
    snprintf(text, 16, "TYPE%u", type);
    return text;
}

static const char *rcode_name(unsigned rcode, char text[16])
{
    static const char *const names[] = {"NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
                                        "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE"};
    if (rcode < sizeof names / sizeof names[0])
        return names[rcode];
    snprintf(text, 16, "RCODE%u", rcode);
    return text;
}

static json_t *address_text(struct slice bytes)
{
    struct address address = {.version = bytes.n == 4 ? 4 : 6};
    char text[ADDRESS_TEXT];
    memcpy(address.bytes, bytes.p, bytes.n == 4 ? 4 : 16);
    address_print(&address, text);
    return json_string(text);
}

/* The strings of TXT (RFC 1035, 3.3.14), one by one. */
static json_t *txt_text(struct slice data)
{
    size_t n = data.n ? data.p[0] : 0;
    return json_bytes(slice_first(slice_from(data, 1), n));
}

static json_t *soa_object(struct json_writer *w, const struct dns_message *m, const struct dns_record *r)
{
    static const char *const keys[] = {"serial", "refresh", "retry", "expire", "minimum"};
    json_t *soa = json_object();
    json_put_bytes(w, soa, "mname", dns_text(m, r->data));
    json_put_bytes(w, soa, "rname", dns_text(m, r->mailbox));
    for (int i = 0; i < 5; i++)
        json_put_uint(w, soa, keys[i], r->soa[i]);
    return soa;
}

static json_t *srv_object(struct json_writer *w, const struct dns_message *m, const struct dns_record *r)
{
    json_t *srv = json_object();
    json_put_uint(w, srv, "priority", r->number[0]);
    json_put_uint(w, srv, "weight", r->number[1]);
    json_put_uint(w, srv, "port", r->number[2]);
    json_put_bytes(w, srv, "name", dns_text(m, r->data));
    return srv;
}

static json_t *sshfp_object(struct json_writer *w, const struct dns_message *m, const struct dns_record *r)
{
    struct buf text = {0};
    struct slice print = dns_text(m, r->data);
    for (size_t i = 0; i < print.n; i++)
        if (buf_printf(&text, i ? ":%02x" : "%02x", print.p[i]))
            w->failed = true;
    json_t *sshfp = json_object();
    json_put_bytes(w, sshfp, "fingerprint", buf_slice(&text));
    json_put_uint(w, sshfp, "algo", r->number[0]);
    json_put_uint(w, sshfp, "type", r->number[1]);
    buf_fini(&text);
    return sshfp;
}

/* What the record says; *key is its member. NULL when its type is not shown. */
static json_t *record_data(struct json_writer *w, const struct dns_message *m, const struct dns_record *r,
                           const char **key)
{
    struct slice data = dns_text(m, r->data);
    *key = "rdata";
    switch (r->type) {
    case DNS_A:
        return data.n == 4 ? address_text(data) : NULL;
    case DNS_AAAA:
        return data.n == 16 ? address_text(data) : NULL;
    case DNS_CNAME:
    case DNS_NS:
    case DNS_PTR:
    case DNS_MX:
        return json_bytes(data);
    case DNS_TXT:
        return txt_text(data);
    case DNS_SOA:
        *key = "soa";
        return soa_object(w, m, r);
    case DNS_SRV:
        *key = "srv";
        return srv_object(w, m, r);
    case DNS_SSHFP:
        *key = "sshfp";
        return sshfp_object(w, m, r);
    default:
        return NULL;
    }
}

static json_t *record_object(struct json_writer *w, const struct dns_message *m, const struct dns_record *r)
{
    char text[16];
    const char *key;
    json_t *object = json_object();
    json_put_bytes(w, object, "rrname", dns_text(m, r->name));
    json_put_text(w, object, "rrtype", type_name(r->type, text));
    json_put_uint(w, object, "ttl", r->ttl);
    json_t *data = record_data(w, m, r, &key);
    if (data)
        json_put(w, object, key, data);
    return object;
}

static void put_records(struct json_writer *w, json_t *object, const char *key, const struct dns_message *m,
                        enum dns_section section)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < m->record_count[section]; i++)
        if (m->records[section][i].type != DNS_OPT) /* of the transport (RFC 6891), not of a name */
            json_append(w, list, record_object(w, m, &m->records[section][i]));
    if (json_array_size(list))
        json_put(w, object, key, list);
    else
        json_decref(list);
}

/* The answers once more, by type. */
static void put_grouped(struct json_writer *w, json_t *object, const struct dns_message *m)
{
    json_t *grouped = json_object();
    for (uint32_t i = 0; i < m->record_count[DNS_ANSWERS]; i++) {
        const struct dns_record *r = &m->records[DNS_ANSWERS][i];
        char text[16];
        const char *key, *name = type_name(r->type, text);
        json_t *data = record_data(w, m, r, &key), *list = json_object_get(grouped, name);
        if (!data)
            continue;
        if (!list) {
            list = json_array();
            json_put(w, grouped, name, list);
        }
        json_append(w, list, data);
    }
    if (json_object_size(grouped))
        json_put(w, object, "grouped", grouped);
    else
        json_decref(grouped);
}

static void lower(char *text)
{
    for (; *text; text++)
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text | 0x20);
}

static void put_questions(struct json_writer *w, json_t *object, const struct dns_message *m, bool mdns)
{
    if (!m->question_count)
        return;
    json_t *list = json_array();
    for (uint32_t i = 0; i < m->question_count; i++) {
        char text[16], name[16];
        json_t *question = json_object();
        json_put_bytes(w, question, "rrname", dns_text(m, m->questions[i].name));
        snprintf(name, sizeof name, "%s", type_name(m->questions[i].type, text));
        if (mdns)
            lower(name);
        json_put_text(w, question, "rrtype", name);
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

static bool put_dns(struct json_writer *w, json_t *object, struct app_session *session, struct app_tx *tx,
                    bool alert)
{
    const struct dns_tx *dns = (const struct dns_tx *)tx;
    const struct dns_message *m = &dns->message;
    char text[16];
    json_t *body = json_object();
    (void)session;
    (void)alert;
    json_put_uint(w, body, "version", 3);
    json_put_text(w, body, "type", dns->response ? "response" : "request");
    json_put_uint(w, body, "tx_id", tx->id);
    json_put_uint(w, body, "id", m->id);
    put_flags(w, body, m);
    json_put_uint(w, body, "opcode", dns_opcode(m));
    json_put_text(w, body, "rcode", rcode_name(dns_rcode(m), text));
    put_questions(w, body, m, false);
    put_records(w, body, "answers", m, DNS_ANSWERS);
    put_grouped(w, body, m);
    put_records(w, body, "authorities", m, DNS_AUTHORITIES);
    put_records(w, body, "additionals", m, DNS_ADDITIONALS);
    json_put(w, object, "dns", body);
    return true;
}

const struct eve_app eve_app_dns = {.record = RECORD_DNS, .own_tx_id = true, .put = put_dns};

/* mDNS has a form of its own: a record's data under the name of its type. */
static void put_mdns_record(struct json_writer *w, json_t *list, const struct dns_message *m,
                            const struct dns_record *r)
{
    char name[16], text[16];
    const char *key;
    json_t *data = r->type == DNS_TXT ? NULL : record_data(w, m, r, &key);
    json_t *object = json_object();
    json_put_bytes(w, object, "rrname", dns_text(m, r->name));
    snprintf(name, sizeof name, "%s", type_name(r->type, text));
    lower(name);
    if (r->type == DNS_TXT) {
        struct slice rest = dns_text(m, r->data);
        json_t *strings = json_array();
        while (rest.n) {
            json_append(w, strings, txt_text(rest));
            rest = slice_from(rest, 1u + rest.p[0]);
        }
        json_put(w, object, name, strings);
    } else if (data) {
        json_put(w, object, name, data);
    }
    json_append(w, list, object);
}

static void put_mdns_records(struct json_writer *w, json_t *object, const char *key,
                             const struct dns_message *m, enum dns_section section)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < m->record_count[section]; i++)
        put_mdns_record(w, list, m, &m->records[section][i]);
    if (json_array_size(list))
        json_put(w, object, key, list);
    else
        json_decref(list);
}

static bool put_mdns(struct json_writer *w, json_t *object, struct app_session *session, struct app_tx *tx,
                     bool alert)
{
    const struct dns_tx *dns = (const struct dns_tx *)tx;
    const struct dns_message *m = &dns->message;
    json_t *body = json_object(), *flags = json_array();
    (void)session;
    (void)alert;
    json_put_text(w, body, "type", dns->response ? "response" : "request");
    json_put_uint(w, body, "id", m->id);
    if (m->flags & DNS_AA)
        json_append(w, flags, json_string("aa"));
    if (m->flags & DNS_TC)
        json_append(w, flags, json_string("tc"));
    if (json_array_size(flags))
        json_put(w, body, "flags", flags);
    else
        json_decref(flags);
    json_put_uint(w, body, "opcode", dns_opcode(m));
    json_put_uint(w, body, "rcode", dns_rcode(m));
    put_questions(w, body, m, true);
    put_mdns_records(w, body, "answers", m, DNS_ANSWERS);
    put_mdns_records(w, body, "authorities", m, DNS_AUTHORITIES);
    put_mdns_records(w, body, "additionals", m, DNS_ADDITIONALS);
    json_put(w, object, "mdns", body);
    return true;
}

const struct eve_app eve_app_mdns = {.record = RECORD_MDNS, .own_tx_id = true, .put = put_mdns};
