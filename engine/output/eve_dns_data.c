/* The data of DNS records (RFC 1035, 3.3) in EVE, as Suricata 8 shows it. */
#include "output/eve_dns.h"

#include <stdio.h>

#include "base/cursor.h"

const char *eve_dns_type(uint16_t type, char text[DNS_NUMBER_TEXT], bool *known)
{
    static const struct {
        uint16_t number;
        const char *name;
    } names[] = {
#define DNS_TYPE(number, name) {number, name},
#include "base/dns_type_list.h"
#undef DNS_TYPE
    };
    if (known)
        *known = true;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].number == type)
            return names[i].name;
    if (known)
        *known = false;
    snprintf(text, DNS_NUMBER_TEXT, "%u", type);
    return text;
}

void eve_dns_name(struct json_writer *w, json_t *object, const char *key, const struct dns_message *m,
                  struct dns_text name)
{
    char cut[32];
    json_put_bytes(w, object, key, dns_text(m, name));
    if (!name.cut)
        return;
    snprintf(cut, sizeof cut, "%s_truncated", key);
    json_put(w, object, cut, json_true());
}

bool eve_dns_string(struct slice *rest, struct slice *out)
{
    if (!rest->n)
        return false;
    size_t n = rest->p[0];
    *out = slice_first(slice_from(*rest, 1), n);
    *rest = slice_from(*rest, 1 + n);
    return true;
}

bool eve_dns_shown(enum dns_section section, const struct dns_record *record)
{
    return section != DNS_ADDITIONALS || record->type != DNS_OPT || record->data.n;
}

/* By its length, whether A or AAAA. */
static json_t *address(struct slice bytes)
{
    if (bytes.n != 4 && bytes.n != 16)
        return json_string("");
    struct address address = {.version = bytes.n == 4 ? 4 : 6};
    char text[ADDRESS_TEXT];
    memcpy(address.bytes, bytes.p, bytes.n);
    address_print(&address, text);
    return json_string(text);
}

static json_t *soa(struct json_writer *w, const struct dns_message *m, const struct dns_record *r)
{
    static const char *const keys[] = {"serial", "refresh", "retry", "expire", "minimum"};
    struct cursor c = cursor_of(slice_from(buf_slice(&m->text), (size_t)r->more.at + r->more.n));
    json_t *object = json_object();
    eve_dns_name(w, object, "mname", m, r->data);
    eve_dns_name(w, object, "rname", m, r->more);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        uint32_t number = 0;
        cursor_be32(&c, &number);
        json_put_uint(w, object, keys[i], number);
    }
    return object;
}

static json_t *srv(struct json_writer *w, const struct dns_message *m, const struct dns_record *r)
{
    static const char *const keys[] = {"priority", "weight", "port"};
    struct cursor c = cursor_of(dns_text(m, r->more));
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        uint16_t number = 0;
        cursor_be16(&c, &number);
        json_put_uint(w, object, keys[i], number);
    }
    json_put_bytes(w, object, "name", dns_text(m, r->data));
    return object;
}

static void put_hex(struct json_writer *w, json_t *object, const char *key, struct slice bytes,
                    const char *between)
{
    struct buf text = {0};
    for (size_t i = 0; i < bytes.n; i++)
        if (buf_printf(&text, "%s%02x", i ? between : "", bytes.p[i]))
            w->failed = true;
    json_put_bytes(w, object, key, buf_slice(&text));
    buf_fini(&text);
}

static json_t *sshfp(struct json_writer *w, struct slice data)
{
    json_t *object = json_object();
    put_hex(w, object, "fingerprint", slice_from(data, 2), ":");
    json_put_uint(w, object, "algo", data.p[0]);
    json_put_uint(w, object, "type", data.p[1]);
    return object;
}

/* RFC 6891, 6.1.2. */
static json_t *options(struct json_writer *w, struct slice data)
{
    struct cursor c = cursor_of(data);
    json_t *list = json_array();
    uint16_t code, n;
    struct slice bytes;
    while (cursor_be16(&c, &code) && cursor_be16(&c, &n) && cursor_bytes(&c, n, &bytes)) {
        json_t *option = json_object();
        json_put_uint(w, option, "code", code);
        put_hex(w, option, "data", bytes, "");
        json_append(w, list, option);
    }
    return list;
}

json_t *eve_dns_data(struct json_writer *w, const struct dns_message *m, const struct dns_record *r)
{
    struct slice data = dns_text(m, r->data);
    switch (r->type) {
    case DNS_A:
    case DNS_AAAA:
        return address(data);
    case DNS_NS:
    case DNS_CNAME:
    case DNS_PTR:
    case DNS_MX:
    case DNS_NULL:
        return json_bytes(data);
    case DNS_SOA:
        return soa(w, m, r);
    case DNS_SRV:
        return srv(w, m, r);
    case DNS_SSHFP:
        return data.n >= 2 ? sshfp(w, data) : NULL;
    case DNS_OPT:
        return options(w, data);
    default:
        return NULL;
    }
}
