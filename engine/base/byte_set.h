/* Sets of bytes. Pure. */
#ifndef SLUICE_BASE_BYTE_SET_H
#define SLUICE_BASE_BYTE_SET_H

#include <stdbool.h>
#include <stdint.h>

struct byte_set {
    uint64_t bits[4];
};

static inline bool byte_set_has(const struct byte_set *set, uint8_t byte)
{
    return set->bits[byte >> 6] >> (byte & 63) & 1;
}

static inline void byte_set_add(struct byte_set *set, uint8_t byte)
{
    set->bits[byte >> 6] |= UINT64_C(1) << (byte & 63);
}

struct byte_set byte_set_all(void);
struct byte_set byte_set_of(uint8_t byte, bool nocase);
struct byte_set byte_set_and(struct byte_set a, struct byte_set b);
bool byte_set_empty(const struct byte_set *set);
int byte_set_only(const struct byte_set *set); /* its one byte, or -1 when there are more, or none */

#endif
