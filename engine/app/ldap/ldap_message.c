/* Messages of LDAP: sections are those of RFC 4511. */
#include "app/ldap/ldap_message.h"

#include <stdlib.h>

#include "app/der.h"
#include "base/utf8.h"

struct ldap_message *ldap_message_new(struct slice bytes)
{
    struct ldap_message *m = calloc(1, sizeof *m + bytes.n);
    if (m && bytes.n)
        memcpy(m->bytes, bytes.p, bytes.n);
    if (m)
        m->n = bytes.n;
    return m;
}

bool ldap_number(struct cursor *c, uint8_t tag, uint32_t *out)
{
    struct slice bytes;
    uint64_t value;
    if (!der_take(c, tag, &bytes) || !bytes.n || bytes.n > 5 || bytes.p[0] & 0x80)
        return false;
    struct cursor number = cursor_of(bytes);
    if (!cursor_uint(&number, bytes.n, &value) || value > UINT32_MAX)
        return false;
    *out = (uint32_t)value;
    return true;
}

/* 4.1.2: text. */
static bool take_text(struct cursor *c, struct slice *out)
{
    return der_take(c, DER_OCTET_STRING, out) && utf8_valid(*out);
}

/* 4.1.9 */
static bool read_result(struct cursor *c, struct ldap_message *m)
{
    m->has_code = ldap_number(c, LDAP_ENUMERATED, &m->code);
    return m->has_code && take_text(c, &m->dn) && take_text(c, &m->text);
}

/* 4.2: a password, or SASL. */
static bool read_bind(struct cursor *c, struct ldap_message *m)
{
    struct slice authentication;
    uint32_t version;
    uint8_t tag;
    return ldap_number(c, DER_INTEGER, &version) && take_text(c, &m->dn) &&
           der_next(c, &tag, &authentication) && (tag == DER_CONTEXT || tag == (DER_CONTEXT_INSIDE | 3));
}

/* 4.5.1 */
static bool read_search(struct cursor *c, struct ldap_message *m)
{
    struct slice element;
    uint32_t number;
    uint8_t tag;
    return take_text(c, &m->dn) && ldap_number(c, LDAP_ENUMERATED, &number) &&
           ldap_number(c, LDAP_ENUMERATED, &number) && ldap_number(c, DER_INTEGER, &number) &&
           ldap_number(c, DER_INTEGER, &number) && der_take(c, DER_BOOLEAN, &element) &&
           der_next(c, &tag, &element) && der_take(c, DER_SEQUENCE, &m->attributes);
}

/* A name and a list. */
static bool read_named_list(struct cursor *c, struct ldap_message *m)
{
    return take_text(c, &m->dn) && der_take(c, DER_SEQUENCE, &m->attributes);
}

static bool read_mod_dn(struct cursor *c, struct ldap_message *m)
{
    struct slice name, flag;
    return take_text(c, &m->dn) && take_text(c, &name) && der_take(c, DER_BOOLEAN, &flag);
}

static bool read_operation(struct ldap_message *m)
{
    struct cursor c = cursor_of(m->body);
    struct slice name;
    switch (m->operation) {
    case LDAP_BIND_REQUEST:
        return read_bind(&c, m);
    case LDAP_SEARCH_REQUEST:
        return read_search(&c, m);
    case LDAP_SEARCH_ENTRY:
    case LDAP_MODIFY_REQUEST:
    case LDAP_ADD_REQUEST:
    case LDAP_COMPARE_REQUEST:
        return read_named_list(&c, m);
    case LDAP_DEL_REQUEST:
        m->dn = m->body;
        return utf8_valid(m->dn);
    case LDAP_MOD_DN_REQUEST:
        return read_mod_dn(&c, m);
    case LDAP_EXTENDED_REQUEST:
        return der_take(&c, DER_CONTEXT, &name);
    case LDAP_BIND_RESPONSE:
    case LDAP_SEARCH_DONE:
    case LDAP_MODIFY_RESPONSE:
    case LDAP_ADD_RESPONSE:
    case LDAP_DEL_RESPONSE:
    case LDAP_MOD_DN_RESPONSE:
    case LDAP_COMPARE_RESPONSE:
    case LDAP_EXTENDED_RESPONSE:
        return read_result(&c, m);
    case LDAP_UNBIND_REQUEST:
    case LDAP_ABANDON_REQUEST:
    case LDAP_SEARCH_REFERENCE:
    case LDAP_INTERMEDIATE:
        return true;
    default:
        return false;
    }
}

bool ldap_message_read(struct ldap_message *m)
{
    enum { APPLICATION = 0x40, CLASS = 0xc0, NUMBER = 0x1f };
    struct cursor c = cursor_of(slice_of(m->bytes, m->n));
    struct slice content;
    uint8_t tag;
    if (!der_take(&c, DER_SEQUENCE, &content))
        return false;
    c = cursor_of(content);
    if (!ldap_number(&c, DER_INTEGER, &m->id) || !der_next(&c, &tag, &m->body) ||
        (tag & CLASS) != APPLICATION)
        return false;
    m->operation = tag & NUMBER;
    der_take(&c, DER_CONTEXT_INSIDE, &m->controls);
    return read_operation(m);
}

/* Where the type lies in an element of the list. */
static bool take_type(uint8_t operation, struct slice element, struct slice *type)
{
    struct cursor c = cursor_of(element);
    uint32_t change;
    if (operation == LDAP_MODIFY_REQUEST) {
        if (!ldap_number(&c, LDAP_ENUMERATED, &change) || !der_take(&c, DER_SEQUENCE, &element))
            return false;
        c = cursor_of(element);
    }
    return der_take(&c, DER_OCTET_STRING, type);
}

bool ldap_attribute_next(const struct ldap_message *m, struct cursor *c, struct slice *type)
{
    struct slice element;
    for (;;) {
        if (m->operation == LDAP_SEARCH_REQUEST || m->operation == LDAP_COMPARE_REQUEST) {
            bool first = !c->at;
            if (!der_take(c, DER_OCTET_STRING, type) || (m->operation == LDAP_COMPARE_REQUEST && !first))
                return false; /* what is compared stands behind */
        } else if (!der_take(c, DER_SEQUENCE, &element)) {
            return false;
        } else if (!take_type(m->operation, element, type)) {
            continue;
        }
        if (utf8_valid(*type))
            return true;
    }
}

bool ldap_is_request(uint8_t operation)
{
    switch (operation) {
    case LDAP_BIND_REQUEST:
    case LDAP_UNBIND_REQUEST:
    case LDAP_SEARCH_REQUEST:
    case LDAP_MODIFY_REQUEST:
    case LDAP_ADD_REQUEST:
    case LDAP_DEL_REQUEST:
    case LDAP_MOD_DN_REQUEST:
    case LDAP_COMPARE_REQUEST:
    case LDAP_ABANDON_REQUEST:
    case LDAP_EXTENDED_REQUEST:
        return true;
    default:
        return false;
    }
}
