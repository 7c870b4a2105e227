#include "app/der.h"

/* X.690, 8.1.2: a number of 31 or more stands behind the first byte, seven bits a byte. */
static bool skip_number(struct cursor *c, uint8_t first)
{
    enum { LONG = 0x1f, MORE = 0x80 };
    uint8_t byte = MORE;
    if ((first & LONG) != LONG)
        return true;
    while (byte & MORE)
        if (!cursor_u8(c, &byte))
            return false;
    return true;
}

/* X.690, 8.1.3. */
static enum der_status read_length(struct cursor *c, uint64_t *n)
{
    enum { LONG = 0x80, RESERVED = 0xff };
    uint8_t first, byte;
    if (!cursor_u8(c, &first))
        return DER_NO_HEADER;
    *n = first;
    if (!(first & LONG))
        return DER_WHOLE;
    if (first == LONG || first == RESERVED)
        return DER_MALFORMED;
    *n = 0;
    for (unsigned left = first & (LONG - 1); left; left--) {
        if (!cursor_u8(c, &byte))
            return DER_NO_HEADER;
        if (*n >> 56)
            return DER_MALFORMED;
        *n = *n << 8 | byte;
    }
    return DER_WHOLE;
}

enum der_status der_read(struct cursor *c, uint8_t *tag, struct slice *content)
{
    struct cursor at = *c;
    uint8_t first;
    uint64_t n;
    if (!cursor_u8(&at, &first))
        return DER_NO_HEADER;
    if (!skip_number(&at, first))
        return DER_MALFORMED;
    enum der_status status = read_length(&at, &n);
    if (status)
        return status;
    if (n > cursor_left(&at) || !cursor_bytes(&at, (size_t)n, content))
        return DER_NO_CONTENT;
    *tag = first;
    *c = at;
    return DER_WHOLE;
}

bool der_next(struct cursor *c, uint8_t *tag, struct slice *content)
{
    return der_read(c, tag, content) == DER_WHOLE;
}

bool der_take(struct cursor *c, uint8_t tag, struct slice *content)
{
    struct cursor at = *c;
    uint8_t found;
    if (!der_next(&at, &found, content) || found != tag)
        return false;
    *c = at;
    return true;
}
