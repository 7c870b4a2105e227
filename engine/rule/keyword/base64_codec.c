#include "rule/keyword/base64_codec.h"

#include <errno.h>

enum { NOT_BASE64 = -1, PADDING = 64 };

static int sextet(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : c == '=' ? PADDING : NOT_BASE64;
}

/* Up to four sextets to bytes; padding shortens the group. False for padding where a sextet must be. */
static bool put_group(const int group[4], int count, struct buf *out)
{
    int padding = 4 - count;
    uint32_t bits = 0;
    if (count < 2 || group[0] == PADDING || group[1] == PADDING)
        return false;
    for (int i = 0; i < 4; i++) {
        int value = i < count ? group[i] : PADDING;
        if (i < count && value == PADDING)
            padding++;
        bits = bits << 6 | (uint32_t)(value == PADDING ? 0 : value);
    }
    /* The caller has reserved the room. */
    for (int i = 0; i < 3 - padding; i++)
        out->p[out->n++] = (uint8_t)(bits >> (16 - 8 * i));
    return true;
}

int base64_decode(enum base64_mode mode, struct slice in, struct buf *out)
{
    size_t before = out->n;
    int group[4], count = 0;
    if (buf_reserve(out, in.n / 4 * 3 + 3))
        return -ENOMEM;
    for (size_t i = 0; i < in.n; i++) {
        int value = sextet(in.p[i]);
        if (value == NOT_BASE64 && mode == BASE64_RFC2045)
            continue;
        if (value == NOT_BASE64 && mode == BASE64_STRICT)
            goto bad;
        if (value == NOT_BASE64)
            break;
        group[count++] = value;
        if (count < 4)
            continue;
        bool early = mode == BASE64_STRICT && i + 1 < in.n && group[3] == PADDING;
        if (early || !put_group(group, 4, out))
            goto bad;
        count = 0;
    }
    if (count && mode == BASE64_STRICT)
        goto bad;
    if (count && mode == BASE64_RFC4648 && !put_group(group, count, out))
        goto bad;
    return out->n > before;
bad:
    out->n = before;
    return 0;
}
