#include "rule/keyword/base64_codec.h"

#include <errno.h>

enum { NOT_BASE64 = -1, PADDING = 64 };

/* Of each byte its sextet and one; 0: it is none. */
static const uint8_t places[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
    ['='] = 65};

static int sextet(uint8_t c)
{
    return places[c] - 1;
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

/* Groups of four sextets, as nearly all are. Returns how many bytes of `in` they take. */
static size_t put_whole_groups(struct slice in, struct buf *out)
{
    size_t i = 0;
    uint8_t *to = out->p + out->n;
    for (; i + 4 <= in.n; i += 4, to += 3) {
        int a = sextet(in.p[i]), b = sextet(in.p[i + 1]), c = sextet(in.p[i + 2]), d = sextet(in.p[i + 3]);
        if ((a | b | c | d) & ~63) /* padding, or none */
            break;
        uint32_t bits = (uint32_t)a << 18 | (uint32_t)b << 12 | (uint32_t)c << 6 | (uint32_t)d;
        to[0] = (uint8_t)(bits >> 16);
        to[1] = (uint8_t)(bits >> 8);
        to[2] = (uint8_t)bits;
    }
    out->n += i / 4 * 3;
    return i;
}

int base64_decode(enum base64_mode mode, struct slice in, struct buf *out)
{
    size_t before = out->n;
    int group[4], count = 0;
    if (buf_reserve(out, in.n / 4 * 3 + 3))
        return -ENOMEM;
    for (size_t i = put_whole_groups(in, out); i < in.n; i++) {
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
        i += put_whole_groups(slice_from(in, i + 1), out);
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
