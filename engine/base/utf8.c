#include "base/utf8.h"

bool utf8_valid(struct slice s)
{
    for (size_t i = 0; i < s.n;) {
        uint8_t lead = s.p[i];
        size_t more = lead < 0x80 ? 0 : lead >= 0xc2 && lead < 0xe0 ? 1 : (lead & 0xf0) == 0xe0 ? 2 : 3;
        if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || s.n - i <= more)
            return false;
        uint8_t second = more ? s.p[i + 1] : 0;
        if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
            (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f))
            return false;
        for (size_t k = 1; k <= more; k++)
            if ((s.p[i + k] & 0xc0) != 0x80)
                return false;
        i += more + 1;
    }
    return true;
}
