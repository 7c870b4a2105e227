/* Names as SMB carries them. */
#include "app/smb/smb_session.h"

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

static bool is_surrogate(uint32_t c)
{
    return c >= 0xd800 && c < 0xe000;
}

/* RFC 2781: half a pair stands for itself no more than for another character. */
static int put_utf16(struct cursor *c, struct buf *out)
{
    uint16_t first, second;
    while (cursor_le16(c, &first) && first) {
        uint32_t code = first;
        struct cursor ahead = *c;
        if (first >= 0xd800 && first < 0xdc00 && cursor_le16(&ahead, &second) && second >= 0xdc00 &&
            second < 0xe000) {
            code = 0x10000 + ((uint32_t)(first - 0xd800) << 10) + (second - 0xdc00u);
            *c = ahead;
        } else if (is_surrogate(code)) {
            code = 0xfffd;
        }
        int rc = put_utf8(out, code);
        if (rc)
            return rc;
    }
    return 0;
}

int smb_name(struct slice bytes, bool unicode, struct buf *out)
{
    bytes = slice_first(bytes, SMB_TEXT_MOST);
    if (unicode) {
        struct cursor c = cursor_of(bytes);
        return put_utf16(&c, out);
    }
    const uint8_t *end = bytes.n ? memchr(bytes.p, 0, bytes.n) : NULL;
    return buf_append(out, end ? slice_first(bytes, (size_t)(end - bytes.p)) : bytes);
}
