/* The messages of RFC 4120, 5.4 and 5.9, as far as rules and records ask. */
#include "app/der.h"
#include "app/krb5/krb5.h"

/* An element with an explicit tag [number], at the cursor: what it holds. */
static bool take_field(struct cursor *c, unsigned number, struct cursor *inside)
{
    struct slice content;
    if (!der_take(c, (uint8_t)(DER_CONTEXT_INSIDE | number), &content))
        return false;
    *inside = cursor_of(content);
    return true;
}

static bool take_number(struct cursor *c, unsigned number, int32_t *out)
{
    struct cursor inside;
    struct slice bytes;
    if (!take_field(c, number, &inside) || !der_take(&inside, DER_INTEGER, &bytes) || !bytes.n || bytes.n > 4)
        return false;
    uint32_t value = bytes.p[0] & 0x80 ? UINT32_MAX : 0;
    for (size_t i = 0; i < bytes.n; i++)
        value = value << 8 | bytes.p[i];
    *out = (int32_t)value;
    return true;
}

static void skip_field(struct cursor *c, unsigned number)
{
    struct cursor ignored;
    take_field(c, number, &ignored);
}

static bool take_realm(struct cursor *c, unsigned number, struct slice *out)
{
    struct cursor inside;
    return take_field(c, number, &inside) && der_take(&inside, DER_GENERAL, out);
}

/* 5.2.2: PrincipalName, its type and the list of its parts. */
static bool take_name(struct cursor *c, unsigned number, struct slice *out)
{
    enum { TYPE, PARTS };
    struct cursor field, name, list;
    struct slice content;
    int32_t type;
    if (!take_field(c, number, &field) || !der_take(&field, DER_SEQUENCE, &content))
        return false;
    name = cursor_of(content);
    return take_number(&name, TYPE, &type) && take_field(&name, PARTS, &list) &&
           der_take(&list, DER_SEQUENCE, out);
}

bool krb5_part_next(struct cursor *c, struct slice *part)
{
    return der_take(c, DER_GENERAL, part);
}

/* 5.2.9: EncryptedData begins with its type. */
static bool take_encryption(struct cursor *c, unsigned number, int32_t *out)
{
    struct cursor field, data;
    struct slice content;
    if (!take_field(c, number, &field) || !der_take(&field, DER_SEQUENCE, &content))
        return false;
    data = cursor_of(content);
    return take_number(&data, 0, out);
}

/* 5.4.1: KDC-REQ-BODY. */
static bool read_body(struct slice body, struct krb5_message *m)
{
    enum { OPTIONS, CNAME, REALM, SNAME };
    struct cursor c = cursor_of(body);
    skip_field(&c, OPTIONS);
    take_name(&c, CNAME, &m->cname);
    if (!take_realm(&c, REALM, &m->realm))
        return false;
    take_name(&c, SNAME, &m->sname);
    return true;
}

static bool read_request(struct cursor *c, struct krb5_message *m)
{
    enum { VERSION = 1, TYPE, PADATA, BODY };
    struct cursor field;
    struct slice body;
    int32_t number;
    if (!take_number(c, VERSION, &number) || !take_number(c, TYPE, &number))
        return false;
    skip_field(c, PADATA);
    return take_field(c, BODY, &field) && der_take(&field, DER_SEQUENCE, &body) && read_body(body, m);
}

/* 5.3: of the ticket its server and its encryption. */
static bool read_ticket(struct cursor *c, struct krb5_message *m)
{
    enum { TICKET_TAG = 0x61, VERSION = 0, REALM, SNAME, ENCRYPTED };
    struct slice content, realm;
    struct cursor ticket;
    int32_t version;
    if (!der_take(c, TICKET_TAG, &content))
        return false;
    ticket = cursor_of(content);
    if (!der_take(&ticket, DER_SEQUENCE, &content))
        return false;
    ticket = cursor_of(content);
    return take_number(&ticket, VERSION, &version) && take_realm(&ticket, REALM, &realm) &&
           take_name(&ticket, SNAME, &m->sname) && take_encryption(&ticket, ENCRYPTED, &m->ticket);
}

/* 5.4.2 */
static bool read_answer(struct cursor *c, struct krb5_message *m)
{
    enum { VERSION, TYPE, PADATA, REALM, CNAME, TICKET, ENCRYPTED };
    struct cursor ticket;
    int32_t number;
    if (!take_number(c, VERSION, &number) || !take_number(c, TYPE, &number))
        return false;
    skip_field(c, PADATA);
    m->has_encryption = true;
    return take_realm(c, REALM, &m->realm) && take_name(c, CNAME, &m->cname) &&
           take_field(c, TICKET, &ticket) && read_ticket(&ticket, m) &&
           take_encryption(c, ENCRYPTED, &m->encryption);
}

/* 5.9.1 */
static bool read_error(struct cursor *c, struct krb5_message *m)
{
    enum { VERSION, TYPE, CTIME, CUSEC, STIME, SUSEC, CODE, CREALM, CNAME, REALM, SNAME };
    struct slice realm;
    int32_t number;
    if (!take_number(c, VERSION, &number) || !take_number(c, TYPE, &number))
        return false;
    for (unsigned field = CTIME; field < CODE; field++)
        skip_field(c, field);
    if (!take_number(c, CODE, &m->error))
        return false;
    take_realm(c, CREALM, &m->realm);
    take_name(c, CNAME, &m->cname);
    return take_realm(c, REALM, &realm) && take_name(c, SNAME, &m->sname);
}

bool krb5_message_read(struct slice bytes, struct krb5_message *out)
{
    enum { APPLICATION = 0x60, NUMBER = 0x1f };
    struct cursor c = cursor_of(bytes);
    struct slice content;
    uint8_t tag;
    *out = (struct krb5_message){0};
    if (!der_next(&c, &tag, &content) || (tag & ~NUMBER) != APPLICATION)
        return false;
    c = cursor_of(content);
    if (!der_take(&c, DER_SEQUENCE, &content))
        return false;
    c = cursor_of(content);
    out->type = tag & NUMBER;
    switch (out->type) {
    case KRB5_AS_REQ:
    case KRB5_TGS_REQ:
        return read_request(&c, out);
    case KRB5_AS_REP:
    case KRB5_TGS_REP:
        return read_answer(&c, out);
    case KRB5_ERROR:
        return read_error(&c, out);
    default:
        return false;
    }
}

bool krb5_encryption_weak(int32_t encryption)
{
    enum { AES128_SHA1 = 17, AES256_SHA2 = 20, CAMELLIA128 = 25, CAMELLIA256 };
    return !((encryption >= AES128_SHA1 && encryption <= AES256_SHA2) || encryption == CAMELLIA128 ||
             encryption == CAMELLIA256);
}
