/*
 * DER elements (X.690) as certificates have them: a tag of one byte, a definite length, and what lies inside.
 * Lengths with needless leading zeros are taken, as Suricata's reader does; long tags and indefinite lengths
 * are not. Borrowed slices; pure functions, any thread.
 */
#ifndef SLUICE_APP_DER_H
#define SLUICE_APP_DER_H

#include "base/cursor.h"

enum der_tag {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_OBJECT = 0x06,
    DER_UTF8 = 0x0c,
    DER_NUMERIC = 0x12,
    DER_PRINTABLE = 0x13,
    DER_T61 = 0x14,
    DER_VIDEOTEX = 0x15,
    DER_IA5 = 0x16,
    DER_UTC_TIME = 0x17,
    DER_TIME = 0x18,
    DER_GRAPHIC = 0x19,
    DER_VISIBLE = 0x1a,
    DER_GENERAL = 0x1b,
    DER_BMP = 0x1e,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT = 0x80, /* | number */
    DER_CONTEXT_INSIDE = 0xa0,
};

/* The next element: its tag and content. False, and the cursor stays, when there is none that is whole. */
static inline bool der_next(struct cursor *c, uint8_t *tag, struct slice *content)
{
    enum { LONG_TAG = 0x1f, LENGTH_BYTES_MOST = 8 };
    struct cursor at = *c;
    uint8_t kind, first;
    uint64_t n;
    if (!cursor_u8(&at, &kind) || (kind & LONG_TAG) == LONG_TAG || !cursor_u8(&at, &first) || first == 0x80)
        return false;
    n = first;
    if (first & 0x80 && ((first & 0x7f) > LENGTH_BYTES_MOST || !cursor_uint(&at, first & 0x7f, &n)))
        return false;
    if (n > cursor_left(&at) || !cursor_bytes(&at, (size_t)n, content))
        return false;
    *tag = kind;
    *c = at;
    return true;
}

/* The next element if it is of that tag; else the cursor stays. */
static inline bool der_take(struct cursor *c, uint8_t tag, struct slice *content)
{
    struct cursor at = *c;
    uint8_t found;
    if (!der_next(&at, &found, content) || found != tag)
        return false;
    *c = at;
    return true;
}

/* Why der_next finds nothing: what is there ends before the length does, before the content does, or is no
 * DER. */
enum der_damage { DER_NO_HEADER, DER_NO_CONTENT, DER_MALFORMED };

static inline enum der_damage der_damage(const struct cursor *c)
{
    enum { LENGTH_BYTES_MOST = 8 };
    struct cursor at = *c;
    uint8_t kind, first;
    uint64_t n;
    if (!cursor_u8(&at, &kind) || !cursor_u8(&at, &first))
        return DER_NO_HEADER;
    if (first == 0x80 || (first & 0x80 && (first & 0x7f) > LENGTH_BYTES_MOST))
        return DER_MALFORMED;
    if (first & 0x80 && !cursor_uint(&at, first & 0x7f, &n))
        return DER_NO_HEADER;
    return DER_NO_CONTENT;
}

#endif
