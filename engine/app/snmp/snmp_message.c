/* The messages of SNMP: RFC 1157, 4.1; RFC 3416, 3; RFC 3412, 6; RFC 3414, 2.4. */
#include "app/der.h"
#include "app/snmp/snmp.h"
#include "base/utf8.h"

enum { PDU_TAG = 0xa0, PDU_LAST = 8, USM_MODEL = 3 };

static bool take_number(struct cursor *c, uint8_t tag, int64_t *out)
{
    struct slice bytes;
    if (!der_take(c, tag, &bytes) || !bytes.n || bytes.n > 8)
        return false;
    uint64_t value = bytes.p[0] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < bytes.n; i++)
        value = value << 8 | bytes.p[i];
    *out = (int64_t)value;
    return true;
}

/* Of the numbers that are never negative, in 32 bits. */
static bool take_u32(struct cursor *c, uint32_t *out)
{
    int64_t number;
    if (!take_number(c, DER_INTEGER, &number) || number < 0 || number > UINT32_MAX)
        return false;
    *out = (uint32_t)number;
    return true;
}

bool snmp_binding_next(struct cursor *c, struct slice *name)
{
    struct slice pair, value;
    uint8_t tag;
    if (!der_take(c, DER_SEQUENCE, &pair))
        return false;
    struct cursor inside = cursor_of(pair);
    return der_take(&inside, DER_OBJECT, name) && der_next(&inside, &tag, &value);
}

static bool read_bindings(struct cursor *c, struct snmp_message *m)
{
    struct slice name;
    if (!der_take(c, DER_SEQUENCE, &m->bindings))
        return false;
    struct cursor list = cursor_of(m->bindings);
    while (cursor_left(&list))
        if (!snmp_binding_next(&list, &name))
            return false;
    return true;
}

/* RFC 1157, 4.1.6 */
static bool read_trap(struct cursor *c, struct snmp_message *m)
{
    enum { IP_ADDRESS = 0x40, TIME_TICKS = 0x43 };
    uint32_t specific;
    int64_t ticks;
    return der_take(c, DER_OBJECT, &m->trap_oid) && der_take(c, IP_ADDRESS, &m->trap_address) &&
           take_u32(c, &m->trap_type) && take_u32(c, &specific) && take_number(c, TIME_TICKS, &ticks) &&
           read_bindings(c, m);
}

/* The number of a PDU's tag, which is taken in its long form as well (X.690, 8.1.2.4). */
static bool take_pdu(struct cursor *c, uint8_t *number, struct slice *content)
{
    enum { NUMBER = 0x1f };
    struct slice element = slice_of(c->p + c->at, cursor_left(c));
    uint8_t tag;
    if (!der_next(c, &tag, content) || (tag & ~NUMBER) != PDU_TAG)
        return false;
    *number = (tag & NUMBER) == NUMBER ? element.p[1] : tag & NUMBER;
    return *number <= PDU_LAST;
}

static bool read_pdu(struct cursor *c, struct snmp_message *m)
{
    struct slice content;
    uint32_t id, index;
    if (!take_pdu(c, &m->pdu, &content))
        return false;
    struct cursor inside = cursor_of(content);
    if (m->pdu == SNMP_TRAP_V1)
        return read_trap(&inside, m);
    return take_u32(&inside, &id) && take_u32(&inside, &m->error) && take_u32(&inside, &index) &&
           read_bindings(&inside, m);
}

static bool read_usm(struct slice parameters, struct snmp_message *m)
{
    struct cursor c = cursor_of(parameters);
    struct slice content, engine;
    uint32_t boots, time;
    if (!der_take(&c, DER_SEQUENCE, &content))
        return false;
    c = cursor_of(content);
    m->has_usm = der_take(&c, DER_OCTET_STRING, &engine) && take_u32(&c, &boots) && take_u32(&c, &time) &&
                 der_take(&c, DER_OCTET_STRING, &m->usm);
    return m->has_usm;
}

/* A scoped PDU, or what is encrypted. */
static bool read_data(struct cursor *c, struct snmp_message *m)
{
    struct slice content, engine, name; /* of the context */
    if (der_take(c, DER_OCTET_STRING, &content)) {
        m->encrypted = true;
        return true;
    }
    if (!der_take(c, DER_SEQUENCE, &content))
        return false;
    struct cursor scoped = cursor_of(content);
    return der_take(&scoped, DER_OCTET_STRING, &engine) && der_take(&scoped, DER_OCTET_STRING, &name) &&
           read_pdu(&scoped, m);
}

static bool read_version_3(struct cursor *c, struct snmp_message *m)
{
    struct slice content, flags, parameters;
    uint32_t id, size, model;
    if (!der_take(c, DER_SEQUENCE, &content))
        return false;
    struct cursor head = cursor_of(content);
    if (!take_u32(&head, &id) || !take_u32(&head, &size) || !der_take(&head, DER_OCTET_STRING, &flags) ||
        !take_u32(&head, &model) || !der_take(c, DER_OCTET_STRING, &parameters))
        return false;
    m->other_model = model != USM_MODEL;
    return (m->other_model || read_usm(parameters, m)) && read_data(c, m);
}

bool snmp_message_read(struct slice bytes, struct snmp_message *out)
{
    struct cursor c = cursor_of(bytes);
    struct slice content;
    uint32_t version;
    *out = (struct snmp_message){0};
    if (!der_take(&c, DER_SEQUENCE, &content))
        return false;
    c = cursor_of(content);
    if (!take_u32(&c, &version))
        return false;
    if (version == 3) {
        out->version = 3;
        return read_version_3(&c, out);
    }
    if (version > 1)
        return false;
    out->version = (uint8_t)(version + 1);
    return der_take(&c, DER_OCTET_STRING, &out->community) && utf8_valid(out->community) && read_pdu(&c, out);
}
