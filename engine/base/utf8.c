#include "base/utf8.h"

size_t utf8_length(struct slice text)
{
    uint8_t lead = text.n ? text.p[0] : 0;
    size_t n = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : (lead & 0xf0) == 0xe0 ? 3 : 4;
    if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || text.n < n)
        return 0;
    uint8_t second = n > 1 ? text.p[1] : 0;
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
        (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f))
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((text.p[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

bool utf8_valid(struct slice text)
{
    for (size_t i = 0, n; i < text.n; i += n) {
        n = text.p[i] < 0x80 ? 1 : utf8_length(slice_of(text.p + i, text.n - i));
        if (!n)
            return false;
    }
    return true;
}

void utf8_clean(char *text)
{
    struct slice rest = slice_str(text);
    for (size_t n; rest.n; rest = slice_from(rest, n)) {
        char *at = text + (rest.p - (const uint8_t *)text);
        n = utf8_length(rest);
        bool control = (uint8_t)*at < ' ' || *at == 127;
        if (!n || (control && *at != '\t' && *at != '\n'))
            *at = '.';
        n += !n;
    }
}
