#include "base/utf16.h"

#include "base/cursor.h"

static int put_utf8(struct buf *out, uint32_t c)
{
    uint8_t text[4];
    size_t n = 0;
    if (c < 0x80) {
        text[n++] = (uint8_t)c;
    } else if (c < 0x800) {
        text[n++] = (uint8_t)(0xc0 | c >> 6);
        text[n++] = (uint8_t)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        text[n++] = (uint8_t)(0xe0 | c >> 12);
        text[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
        text[n++] = (uint8_t)(0x80 | (c & 0x3f));
    } else {
        text[n++] = (uint8_t)(0xf0 | c >> 18);
        text[n++] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
        text[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
        text[n++] = (uint8_t)(0x80 | (c & 0x3f));
    }
    return buf_append(out, slice_of(text, n));
}

enum { NOT_WHOLE = 0xfffd };

/* The next character; NOT_WHOLE for half a pair. False: the end. */
static bool next_character(struct cursor *c, uint32_t *code)
{
    uint16_t first, second;
    if (!cursor_le16(c, &first) || !first)
        return false;
    *code = first;
    if (first < 0xd800 || first >= 0xe000)
        return true;
    struct cursor ahead = *c;
    *code = NOT_WHOLE;
    if (first < 0xdc00 && cursor_le16(&ahead, &second) && second >= 0xdc00 && second < 0xe000) {
        *code = 0x10000 + ((uint32_t)(first - 0xd800) << 10) + (second - 0xdc00u);
        *c = ahead;
    }
    return true;
}

int utf16_text(struct slice units, struct buf *out)
{
    struct cursor c = cursor_of(units);
    uint32_t code;
    int rc = 0;
    while (!rc && next_character(&c, &code))
        rc = put_utf8(out, code);
    return rc;
}

bool utf16_valid(struct slice units)
{
    struct cursor c = cursor_of(units);
    uint32_t code;
    while (next_character(&c, &code))
        if (code == NOT_WHOLE)
            return false;
    return true;
}
