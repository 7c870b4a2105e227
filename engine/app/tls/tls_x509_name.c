/* Names of certificates as text (RFC 5280, 4.1.2.4 and 4.2.1.6), as Suricata prints them. */
#include <errno.h>

#include "app/der.h"
#include "base/utf8.h"
#include "app/tls/tls_x509.h"

static const struct attribute {
    struct slice object;
    const char *name;
} attributes[] = {
#define ATTRIBUTE(object, name) {{(const uint8_t *)object, sizeof object - 1}, name},
#include "app/tls/x509_attribute_list.h"
#undef ATTRIBUTE
};

/* "1.2.840.113549": X.690, 8.19. An arc that is cut short is left out. */
static int object_text(struct slice object, struct buf *text)
{
    uint64_t arc = 0;
    bool first = true;
    int rc = 0;
    for (size_t i = 0; !rc && i < object.n; i++) {
        uint8_t byte = object.p[i];
        if (first) {
            rc = buf_printf(text, "%u.%u", byte / 40, byte % 40);
            first = false;
            continue;
        }
        arc = arc << 7 | (byte & 0x7f);
        if (byte & 0x80)
            continue;
        rc = buf_printf(text, ".%llu", (unsigned long long)arc);
        arc = 0;
    }
    return rc;
}

static int attribute_name(struct slice object, struct buf *text)
{
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++)
        if (slice_equal(object, attributes[i].object))
            return buf_append(text, slice_str(attributes[i].name));
    int rc = buf_append(text, slice_str("OID("));
    if (!rc)
        rc = object_text(object, text);
    return rc ? rc : buf_append_byte(text, ')');
}

static int append_code_point(uint32_t c, struct buf *text)
{
    uint8_t bytes[4];
    size_t n;
    if (c < 0x80) {
        return buf_append_byte(text, (uint8_t)c);
    } else if (c < 0x800) {
        bytes[0] = (uint8_t)(0xc0 | c >> 6);
        n = 2;
    } else if (c < 0x10000) {
        bytes[0] = (uint8_t)(0xe0 | c >> 12);
        n = 3;
    } else {
        bytes[0] = (uint8_t)(0xf0 | c >> 18);
        n = 4;
    }
    for (size_t i = 1; i < n; i++)
        bytes[i] = (uint8_t)(0x80 | (c >> 6 * (n - 1 - i) & 0x3f));
    return buf_append(text, slice_of(bytes, n));
}

/* UTF-16, big endian; a byte that is left over counts as one of its own. -EBADMSG: a lone surrogate. */
static int bmp_text(struct slice s, struct buf *text)
{
    struct cursor c = cursor_of(s);
    int rc = 0;
    while (!rc && cursor_left(&c)) {
        uint16_t unit, low = 0;
        uint8_t byte = 0;
        if (!cursor_be16(&c, &unit)) {
            cursor_u8(&c, &byte);
            rc = append_code_point(byte, text);
        } else if (unit < 0xd800 || unit > 0xdfff) {
            rc = append_code_point(unit, text);
        } else if (unit < 0xdc00 && cursor_be16(&c, &low) && low >= 0xdc00 && low < 0xe000) {
            rc = append_code_point(0x10000 + ((unit & 0x3ffu) << 10 | (low & 0x3ffu)), text);
        } else {
            rc = -EBADMSG;
        }
    }
    return rc;
}

/* 0, -ENOMEM; -EBADMSG: not the text that its type promises. */
static int value_text(uint8_t tag, struct slice value, struct buf *text)
{
    int rc = 0;
    switch (tag) {
    case DER_UTF8:
    case DER_NUMERIC:
    case DER_PRINTABLE:
    case DER_T61:
    case DER_VIDEOTEX:
    case DER_IA5:
    case DER_GRAPHIC:
    case DER_VISIBLE:
    case DER_GENERAL:
        return utf8_valid(value) ? buf_append(text, value) : -EBADMSG;
    case DER_BMP:
        return bmp_text(value, text);
    default:
        for (size_t i = 0; !rc && i < value.n; i++)
            rc = buf_printf(text, "%02X", value.p[i]);
        return rc;
    }
}

/* "CN=a". *done: it has not the form of an attribute, and what follows it in its set is not read. */
static int attribute_text(struct cursor *set, bool first_of_set, bool first, struct buf *text, bool *done)
{
    struct slice attribute, object, value;
    uint8_t tag;
    *done = !der_take(set, DER_SEQUENCE, &attribute);
    if (*done)
        return 0;
    struct cursor inside = cursor_of(attribute);
    *done = !der_take(&inside, DER_OBJECT, &object) || !der_next(&inside, &tag, &value);
    if (*done)
        return 0;
    int rc = first_of_set && first ? 0 : buf_append(text, slice_str(first_of_set ? ", " : " + "));
    if (!rc)
        rc = attribute_name(object, text);
    if (!rc)
        rc = buf_append_byte(text, '=');
    return rc ? rc : value_text(tag, value, text);
}

int tls_x509_name(struct slice name, size_t most, struct buf *text)
{
    struct cursor sets = cursor_of(name);
    struct slice content;
    size_t start = text->n;
    int rc = 0;
    for (bool first = true; !rc && der_take(&sets, DER_SET, &content); first = false) {
        struct cursor set = cursor_of(content);
        bool done = false;
        bool any = false;
        while (!rc && !done && cursor_left(&set) && text->n - start < most) {
            rc = attribute_text(&set, !any, first, text, &done);
            any |= !done;
        }
        if (!any)
            break; /* a set of nothing ends the name */
    }
    if (rc == -EBADMSG) {
        text->n = start;
        rc = buf_append(text, slice_str("<X509Error: Invalid X.509 name>"));
    }
    return rc;
}

/* "Kind(" what ")" */
static int wrap(const char *kind, struct slice content, bool object, const char *end, struct buf *text)
{
    int rc = buf_printf(text, "%s(", kind);
    if (!rc)
        rc = object ? object_text(content, text) : buf_append(text, content);
    return rc ? rc : buf_append(text, slice_str(end));
}

/* As a list of numbers: Suricata does not write them as addresses. */
static int address_text(struct slice address, struct buf *text)
{
    int rc = buf_append_byte(text, '[');
    for (size_t i = 0; !rc && i < address.n; i++)
        rc = buf_printf(text, i ? ", %u" : "%u", address.p[i]);
    return rc ? rc : buf_append_byte(text, ']');
}

static int directory_text(struct slice content, struct buf *text)
{
    enum { DIRECTORY_MOST = 8192 };
    struct cursor c = cursor_of(content);
    struct slice name;
    if (!der_take(&c, DER_SEQUENCE, &name))
        return -EBADMSG;
    int rc = buf_append(text, slice_str("DirectoryName("));
    if (!rc)
        rc = tls_x509_name(name, DIRECTORY_MOST, text);
    return rc ? rc : buf_append_byte(text, ')');
}

static int general_name_text(uint8_t tag, struct slice content, struct buf *text)
{
    struct cursor c = cursor_of(content);
    struct slice object;
    switch (tag) {
    case DER_CONTEXT_INSIDE | 0:
        return der_take(&c, DER_OBJECT, &object) ? wrap("OtherName", object, true, ", [...])", text)
                                                 : -EBADMSG;
    case DER_CONTEXT | 1:
        return utf8_valid(content) ? wrap("RFC822Name", content, false, ")", text) : -EBADMSG;
    case DER_CONTEXT | 2:
    case DER_CONTEXT | 6:
        return utf8_valid(content) ? buf_append(text, content) : -EBADMSG;
    case DER_CONTEXT_INSIDE | 3:
        return buf_append(text, slice_str("X400Address(<unparsed>)"));
    case DER_CONTEXT_INSIDE | 4:
        return directory_text(content, text);
    case DER_CONTEXT_INSIDE | 5:
        return buf_append(text, slice_str("EDIPartyName(<unparsed>)"));
    case DER_CONTEXT | 7:
        return address_text(content, text);
    case DER_CONTEXT | 8:
        return wrap("RegisteredID", content, true, ")", text);
    default:
        return -EBADMSG;
    }
}

bool tls_x509_names_begin(struct slice extension, struct tls_x509_names *names)
{
    struct cursor c = cursor_of(extension);
    return der_take(&c, DER_SEQUENCE, &names->rest);
}

int tls_x509_names_next(struct tls_x509_names *names, struct buf *text)
{
    struct cursor c = cursor_of(names->rest);
    struct slice content;
    uint8_t tag;
    if (!cursor_left(&c))
        return 0;
    if (!der_next(&c, &tag, &content))
        return -EBADMSG;
    int rc = general_name_text(tag, content, text);
    names->rest = slice_from(names->rest, c.at);
    return rc ? rc : 1;
}
