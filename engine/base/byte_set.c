#include "base/byte_set.h"

struct byte_set byte_set_all(void)
{
    return (struct byte_set){{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};
}

struct byte_set byte_set_of(uint8_t byte, bool nocase)
{
    struct byte_set set = {0};
    byte_set_add(&set, byte);
    uint8_t other = byte ^ 0x20;
    if (nocase && (other | 0x20) >= 'a' && (other | 0x20) <= 'z')
        byte_set_add(&set, other);
    return set;
}

struct byte_set byte_set_and(struct byte_set a, struct byte_set b)
{
    for (unsigned i = 0; i < 4; i++)
        a.bits[i] &= b.bits[i];
    return a;
}

bool byte_set_empty(const struct byte_set *set)
{
    return !(set->bits[0] | set->bits[1] | set->bits[2] | set->bits[3]);
}

int byte_set_only(const struct byte_set *set)
{
    int found = -1;
    for (unsigned i = 0; i < 4; i++) {
        uint64_t word = set->bits[i];
        if (!word)
            continue;
        if (found >= 0 || word & (word - 1))
            return -1;
        found = (int)(i * 64) + __builtin_ctzll(word);
    }
    return found;
}
