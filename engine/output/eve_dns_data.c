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

void eve_dns_name(struct json_line *l, const char *key, const struct dns_message *m, struct dns_text name)
{
    char cut[32];
    line_bytes(l, key, dns_text(m, name));
    if (!name.cut)
        return;
    snprintf(cut, sizeof cut, "%s_truncated", key);
    line_bool(l, cut, true);
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
static void put_address(struct json_line *l, const char *key, struct slice bytes)
{
    struct address address = {.version = bytes.n == 4 ? 4 : bytes.n == 16 ? 6 : 0};
    char text[ADDRESS_TEXT];
    if (address.version)
        memcpy(address.bytes, bytes.p, bytes.n);
    address_print(&address, text);
    line_text(l, key, text);
}

static void put_soa(struct json_line *l, const char *key, const struct dns_message *m,
                    const struct dns_record *r)
{
    static const char *const keys[] = {"serial", "refresh", "retry", "expire", "minimum"};
    struct cursor c = cursor_of(slice_from(buf_slice(&m->text), (size_t)r->more.at + r->more.n));
    line_open(l, key);
    eve_dns_name(l, "mname", m, r->data);
    eve_dns_name(l, "rname", m, r->more);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        uint32_t number = 0;
        cursor_be32(&c, &number);
        line_uint(l, keys[i], number);
    }
    line_close(l);
}

static void put_srv(struct json_line *l, const char *key, const struct dns_message *m,
                    const struct dns_record *r)
{
    static const char *const keys[] = {"priority", "weight", "port"};
    struct cursor c = cursor_of(dns_text(m, r->more));
    line_open(l, key);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        uint16_t number = 0;
        cursor_be16(&c, &number);
        line_uint(l, keys[i], number);
    }
    line_bytes(l, "name", dns_text(m, r->data));
    line_close(l);
}

static void put_hex(struct json_line *l, const char *key, struct slice bytes, const char *between)
{
    struct buf text = {0};
    for (size_t i = 0; i < bytes.n; i++)
        if (buf_printf(&text, "%s%02x", i ? between : "", bytes.p[i]))
            l->failed = true;
    line_bytes(l, key, buf_slice(&text));
    buf_fini(&text);
}

static void put_sshfp(struct json_line *l, const char *key, struct slice data)
{
    line_open(l, key);
    put_hex(l, "fingerprint", slice_from(data, 2), ":");
    line_uint(l, "algo", data.p[0]);
    line_uint(l, "type", data.p[1]);
    line_close(l);
}

/* RFC 6891, 6.1.2. */
static void put_options(struct json_line *l, const char *key, struct slice data)
{
    struct cursor c = cursor_of(data);
    line_open_list(l, key);
    uint16_t code, n;
    struct slice bytes;
    while (cursor_be16(&c, &code) && cursor_be16(&c, &n) && cursor_bytes(&c, n, &bytes)) {
        line_open(l, NULL);
        line_uint(l, "code", code);
        put_hex(l, "data", bytes, "");
        line_close(l);
    }
    line_close_list(l);
}

bool eve_dns_is_text(uint16_t type)
{
    return type == DNS_A || type == DNS_AAAA || type == DNS_NS || type == DNS_CNAME || type == DNS_PTR ||
           type == DNS_MX || type == DNS_NULL;
}

bool eve_dns_data(struct json_line *l, const char *key, const struct dns_message *m,
                  const struct dns_record *r)
{
    struct slice data = dns_text(m, r->data);
    if (r->type == DNS_A || r->type == DNS_AAAA)
        put_address(l, key, data);
    else if (eve_dns_is_text(r->type))
        line_bytes(l, key, data);
    else if (r->type == DNS_SOA)
        put_soa(l, key, m, r);
    else if (r->type == DNS_SRV)
        put_srv(l, key, m, r);
    else if (r->type == DNS_SSHFP && data.n >= 2)
        put_sshfp(l, key, data);
    else if (r->type == DNS_OPT)
        put_options(l, key, data);
    else
        return false;
    return true;
}
