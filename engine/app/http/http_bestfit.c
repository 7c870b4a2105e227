#include "app/http/http_bestfit.h"

enum { NONE = '?', SURROGATE = 0xed, SURROGATE_SECOND = 0xa0, FULLWIDTH = 0xff01, FULLWIDTH_LAST = 0xff5e };

static const struct {
    uint16_t code_point;
    uint8_t byte;
} nearest[] = {
#include "app/http/http_bestfit_list.h"
};

uint8_t http_bestfit(uint32_t code_point)
{
    if (code_point <= UINT8_MAX)
        return (uint8_t)code_point;
    if (code_point >= FULLWIDTH && code_point <= FULLWIDTH_LAST)
        return (uint8_t)(code_point - FULLWIDTH + '!');
    size_t from = 0, to = sizeof nearest / sizeof nearest[0];
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (nearest[middle].code_point == code_point)
            return nearest[middle].byte;
        if (nearest[middle].code_point < code_point)
            from = middle + 1;
        else
            to = middle;
    }
    return NONE;
}

/* How many bytes follow one that begins a character; -1: it begins none. */
static int more_bytes(uint8_t c)
{
    return c < 0x80 ? 0 : c < 0xc0 ? -1 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : c < 0xf5 ? 3 : -1;
}

size_t http_bestfit_utf8(uint8_t *p, size_t n)
{
    size_t out = 0;
    for (size_t i = 0; i < n;) {
        uint8_t c = p[i++];
        int more = more_bytes(c);
        uint32_t code_point = more <= 0 ? c : c & (0x3fu >> more);
        if (more < 0 || (c == SURROGATE && i < n && p[i] >= SURROGATE_SECOND)) {
            p[out++] = NONE;
            continue;
        }
        for (; more && i < n && (p[i] & 0xc0) == 0x80; more--)
            code_point = code_point << 6 | (p[i++] & 0x3fu);
        if (more && i == n)
            break; /* cut short */
        p[out++] = more ? NONE : http_bestfit(code_point);
    }
    return out;
}
