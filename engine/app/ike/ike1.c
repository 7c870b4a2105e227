/*
 * The header of both versions, and the payloads of IKE version 1 (RFC 2408, 3). As in Suricata a list ends
 * quietly where it is cut, and only a security association that breaks within makes the message none.
 */
#include "app/ike/ike_message.h"

enum { PAYLOAD_HEAD = 4, IPSEC_DOI = 1, FLAG_ENCRYPTED = 1, TYPES = 32 };
enum { SA = 1, PROPOSAL = 2, TRANSFORM = 3, KEY_EXCHANGE = 4, NONCE = 10, VENDOR = 13 };

static bool read_header(struct slice datagram, struct ike_header *h)
{
    struct cursor c = cursor_of(datagram);
    uint8_t version;
    uint32_t length;
    if (!cursor_bytes(&c, IKE_SPI, &h->initiator) || !cursor_bytes(&c, IKE_SPI, &h->responder) ||
        !cursor_u8(&c, &h->next) || !cursor_u8(&c, &version) || !cursor_u8(&c, &h->exchange) ||
        !cursor_u8(&c, &h->flags) || !cursor_be32(&c, &h->id) || !cursor_be32(&c, &length))
        return false;
    h->major = version >> 4;
    h->minor = version & 0xf;
    h->payloads = slice_from(datagram, c.at);
    return (h->major == 1 || h->major == 2) && length == datagram.n;
}

bool ike_header_read(struct slice datagram, struct ike_header *out)
{
    static const uint8_t marker[4];
    if (read_header(datagram, out))
        return true;
    return datagram.n >= sizeof marker && memcmp(datagram.p, marker, sizeof marker) == 0 &&
           read_header(slice_from(datagram, sizeof marker), out);
}

struct reading {
    struct ike1 *out;
    const struct ike1_visitor *visitor;
};

/* The generic header, and the body that it says; one that is too short has none. */
static bool take_payload(struct cursor *c, uint8_t *next, struct slice *body)
{
    struct cursor at = *c;
    uint8_t reserved;
    uint16_t length;
    if (!cursor_u8(&at, next) || !cursor_u8(&at, &reserved) || !cursor_be16(&at, &length) ||
        !cursor_bytes(&at, length > PAYLOAD_HEAD ? length - (size_t)PAYLOAD_HEAD : 0, body))
        return false;
    *c = at;
    return true;
}

static void came(struct ike1 *out, uint8_t type)
{
    if (type < TYPES)
        out->types |= UINT32_C(1) << type;
}

/* RFC 2408, 3.6: a number, an id, two reserved bytes. */
static void take_transform(const struct reading *r, struct slice body)
{
    enum { HEAD = 4 };
    came(r->out, TRANSFORM);
    if (body.n < HEAD)
        return;
    struct slice attributes = slice_from(body, HEAD);
    if (!r->out->transforms++)
        r->out->attributes = attributes;
    if (r->visitor && r->visitor->transform)
        r->visitor->transform(r->visitor->ctx, attributes);
}

/* RFC 2408, 3.5. How many transforms it says is not looked at. */
static bool take_proposal(const struct reading *r, struct slice body)
{
    struct cursor c = cursor_of(body);
    uint8_t number, protocol, spi, count, next = TRANSFORM;
    struct slice transform;
    came(r->out, PROPOSAL);
    if (!cursor_u8(&c, &number) || !cursor_u8(&c, &protocol) || !cursor_u8(&c, &spi) ||
        !cursor_u8(&c, &count) || !cursor_skip(&c, spi))
        return false;
    while (next == TRANSFORM && take_payload(&c, &next, &transform))
        take_transform(r, transform);
    return true;
}

/* RFC 2408, 3.4. What another domain of interpretation says in it is not known. */
static bool take_sa(const struct reading *r, struct slice body)
{
    struct cursor c = cursor_of(body);
    uint32_t doi, situation;
    uint8_t next = PROPOSAL;
    struct slice proposal;
    if (!cursor_be32(&c, &doi))
        return false;
    r->out->has_doi = true;
    r->out->doi = doi;
    if (doi != IPSEC_DOI)
        return true;
    if (!cursor_be32(&c, &situation))
        return false;
    while (next == PROPOSAL && take_payload(&c, &next, &proposal))
        if (!take_proposal(r, proposal))
            return false;
    return true;
}

static bool take_body(const struct reading *r, uint8_t type, struct slice body)
{
    came(r->out, type);
    switch (type) {
    case SA:
        return take_sa(r, body);
    case PROPOSAL:
        return take_proposal(r, body);
    case TRANSFORM:
        take_transform(r, body);
        return true;
    case KEY_EXCHANGE:
        r->out->key = body;
        return true;
    case NONCE:
        r->out->nonce = body;
        return true;
    case VENDOR:
        if (r->visitor && r->visitor->vendor)
            r->visitor->vendor(r->visitor->ctx, body);
        return true;
    default:
        return true;
    }
}

bool ike1_read(const struct ike_header *header, struct ike1 *out, const struct ike1_visitor *visitor)
{
    struct reading r = {.out = out, .visitor = visitor};
    struct cursor c = cursor_of(header->payloads);
    uint8_t type = header->next, next;
    struct slice body;
    *out = (struct ike1){.encrypted = header->flags & FLAG_ENCRYPTED};
    came(out, type);
    while (!out->encrypted && take_payload(&c, &next, &body)) {
        if (!take_body(&r, type, body))
            return false;
        type = next;
    }
    return true;
}

/* RFC 2408, 3.3 */
bool ike1_attribute_next(struct cursor *c, struct ike1_attribute *out)
{
    enum { SHORT_FORM = 0x8000 };
    uint16_t type, length;
    *out = (struct ike1_attribute){0};
    if (!cursor_be16(c, &type) || !cursor_be16(c, &length))
        return false;
    out->type = type & (SHORT_FORM - 1);
    if (type & SHORT_FORM) {
        out->is_number = true;
        out->number = length;
        return true;
    }
    if (!cursor_bytes(c, length, &out->bytes))
        return false;
    struct cursor value = cursor_of(out->bytes);
    out->is_number = length == sizeof out->number && cursor_be32(&value, &out->number);
    return true;
}

void ike1_choose(struct slice attributes, struct ike_chosen *out)
{
    struct cursor c = cursor_of(attributes);
    struct ike1_attribute a;
    while (ike1_attribute_next(&c, &a))
        if (a.is_number && a.type && a.type < IKE_ATTRIBUTES && !(out->there >> a.type & 1)) {
            out->there |= UINT32_C(1) << a.type;
            out->value[a.type] = a.number;
        }
}
