/* The payloads of IKE version 2 (RFC 7296, 3): as in Suricata one that has not its form spoils all of them.
 */
#include "app/ike/ike_message.h"

enum { PAYLOAD_HEAD = 4, TRANSFORM_HEAD = 8, PROPOSAL_HEAD = 8 };
enum {
    SA = 33,
    KEY_EXCHANGE,
    IDENT_INITIATOR,
    IDENT_RESPONDER,
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    AUTHENTICATION,
    NONCE,
    NOTIFY,
    DELETE,
    VENDOR,
    SELECTORS_INITIATOR,
    SELECTORS_RESPONDER,
};
enum { PROTOCOL_AH = 2 };

static void remark(struct ike2 *out, enum ike2_remark what)
{
    out->remarks |= (uint16_t)(1U << what);
}

bool ike2_payload_next(struct cursor *c, uint8_t *next, struct slice *body)
{
    uint8_t reserved;
    uint16_t length;
    return cursor_u8(c, next) && cursor_u8(c, &reserved) && cursor_be16(c, &length) &&
           length >= PAYLOAD_HEAD && cursor_bytes(c, length - (size_t)PAYLOAD_HEAD, body);
}

/* Ciphers that keep what they encrypt from being changed (RFC 5282, 5529, 7634). */
static bool is_authenticated(uint16_t enc)
{
    return (enc >= 14 && enc <= 16) || (enc >= 18 && enc <= 20) || (enc >= 25 && enc <= 28);
}

static void judge(struct ike2 *out, uint8_t type, uint16_t id)
{
    switch (type) {
    case IKE2_ENC: /* DES, 3DES, RC5, IDEA, CAST, Blowfish; none */
        if ((id >= 1 && id <= 9) || id == IKE2_ENC_NULL)
            remark(out, IKE2_WEAK_ENC);
        break;
    case IKE2_PRF: /* MD5, SHA-1 */
        if (id == 0)
            remark(out, IKE2_INVALID_PROPOSAL);
        else if (id <= 2)
            remark(out, IKE2_WEAK_PRF);
        break;
    case IKE2_AUTH: /* MD5, SHA-1, DES, AES-XCBC */
        if (id >= 1 && id <= 7)
            remark(out, IKE2_WEAK_AUTH);
        break;
    case IKE2_DH: /* of less than 2,048 bits */
        if (id == 0)
            remark(out, IKE2_INVALID_PROPOSAL);
        else if (id == 1 || id == 2 || id == 5 || id == 22)
            remark(out, IKE2_WEAK_DH);
        break;
    case IKE2_ESN:
        break;
    default:
        remark(out, IKE2_UNKNOWN_PROPOSAL);
    }
}

struct proposal {
    bool has_dh, protects;
};

/* In the numbers of version 1. */
static void choose(struct ike_chosen *out, uint8_t type, uint16_t id)
{
    static const uint8_t attributes[IKE2_TRANSFORMS] = {
        [IKE2_ENC] = 1, [IKE2_PRF] = 13, [IKE2_AUTH] = 3, [IKE2_DH] = 4};
    uint8_t attribute = type < IKE2_TRANSFORMS ? attributes[type] : 0;
    if (!attribute || out->there >> attribute & 1)
        return;
    out->there |= UINT32_C(1) << attribute;
    out->value[attribute] = id;
}

/* RFC 7296, 3.3.2. A length below the header's is the header's. */
static bool take_transform(struct cursor *c, struct proposal *p, struct ike2 *out)
{
    uint8_t last, reserved, type;
    uint16_t length, id;
    if (!cursor_u8(c, &last) || !cursor_u8(c, &reserved) || !cursor_be16(c, &length) ||
        !cursor_u8(c, &type) || !cursor_u8(c, &reserved) || !cursor_be16(c, &id) ||
        !cursor_skip(c, length > TRANSFORM_HEAD ? length - (size_t)TRANSFORM_HEAD : 0))
        return false;
    judge(out, type, id);
    p->has_dh |= type == IKE2_DH;
    p->protects |= (type == IKE2_AUTH && id) || (type == IKE2_ENC && is_authenticated(id));
    if (type && type < IKE2_TRANSFORMS) {
        out->came |= (uint8_t)(1U << type);
        out->last[type] = id;
    }
    choose(&out->first, type, id);
    return true;
}

/* RFC 7296, 3.3.1. Past the transforms that it counts nothing is looked at. */
static bool take_proposal(struct cursor *c, struct ike2 *out)
{
    uint8_t last, reserved, number, protocol, spi, count;
    uint16_t length;
    struct slice rest;
    struct proposal p = {0};
    if (!cursor_u8(c, &last) || !cursor_u8(c, &reserved) || !cursor_be16(c, &length) ||
        !cursor_u8(c, &number) || !cursor_u8(c, &protocol) || !cursor_u8(c, &spi) || !cursor_u8(c, &count) ||
        length < PROPOSAL_HEAD || !cursor_bytes(c, length - (size_t)PROPOSAL_HEAD, &rest))
        return false;
    struct cursor inside = cursor_of(rest);
    if (!cursor_skip(&inside, spi))
        return false;
    while (count--)
        if (!take_transform(&inside, &p, out))
            return false;
    if (protocol == PROTOCOL_AH)
        remark(out, IKE2_NO_ENCRYPTION);
    if (!p.has_dh)
        remark(out, IKE2_NO_DH);
    if (!p.protects)
        remark(out, IKE2_NO_AUTH);
    return true;
}

/* One proposal at least; what follows and is none ends the list. */
static bool take_sa(struct slice body, struct ike2 *out)
{
    struct cursor c = cursor_of(body);
    bool some = false;
    for (;;) {
        struct ike2 tried = *out;
        if (!take_proposal(&c, &tried))
            return some;
        some = true;
        *out = tried;
    }
}

/* RFC 7296, 3.10: the SPI is there. */
static bool notify_fits(struct slice body)
{
    enum { HEAD = 4 };
    return body.n >= HEAD && body.n - HEAD >= body.p[1];
}

/* RFC 7296, 3.13: one selector at least, of IPv4 or IPv6. Its length is not looked at. */
static bool selectors_fit(struct slice body)
{
    enum { HEAD = 4, IPV4 = 7, IPV4_SELECTOR = 16, IPV6 = 8, IPV6_SELECTOR = 40 };
    struct slice first = slice_from(body, HEAD);
    return first.n && ((first.p[0] == IPV4 && first.n >= IPV4_SELECTOR) ||
                       (first.p[0] == IPV6 && first.n >= IPV6_SELECTOR));
}

static bool take_body(uint8_t type, struct slice body, struct ike2 *out)
{
    switch (type) {
    case SA:
        return take_sa(body, out);
    case KEY_EXCHANGE:
    case IDENT_INITIATOR:
    case IDENT_RESPONDER:
    case AUTHENTICATION:
        return body.n >= 4;
    case CERTIFICATE:
    case CERTIFICATE_REQUEST:
        return body.n >= 1;
    case NOTIFY:
        return notify_fits(body);
    case DELETE:
    case VENDOR:
        return body.n >= 8;
    case SELECTORS_INITIATOR:
    case SELECTORS_RESPONDER:
        return selectors_fit(body);
    default:
        return true;
    }
}

void ike2_read(const struct ike_header *header, struct ike2 *out)
{
    struct cursor c = cursor_of(header->payloads);
    uint8_t type = header->next, next;
    struct slice body;
    *out = (struct ike2){0};
    while (cursor_left(&c)) {
        if (!ike2_payload_next(&c, &next, &body) || !take_body(type, body, out)) {
            *out = (struct ike2){0};
            return;
        }
        type = next;
    }
    out->readable = true;
}
