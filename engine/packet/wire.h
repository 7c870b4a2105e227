/*
 * Reads fields of a header at fixed offsets, in network order. Out of bounds reads as 0: the decoder checks
 * each header's length first, and then the compiler sees through the check here. Borrows; any thread.
 */
#ifndef SLUICE_PACKET_WIRE_H
#define SLUICE_PACKET_WIRE_H

#include "base/slice.h"

static inline uint8_t wire_u8(struct slice s, size_t at)
{
    return at < s.n ? s.p[at] : 0;
}

static inline uint16_t wire_be16(struct slice s, size_t at)
{
    if (s.n < 2 || at > s.n - 2)
        return 0;
    uint16_t v;
    memcpy(&v, s.p + at, sizeof v);
    return __builtin_bswap16(v);
}

static inline uint32_t wire_be32(struct slice s, size_t at)
{
    if (s.n < 4 || at > s.n - 4)
        return 0;
    uint32_t v;
    memcpy(&v, s.p + at, sizeof v);
    return __builtin_bswap32(v);
}

/* Copies `n` bytes from `at`, or zeroes the target when they are not all there. */
static inline void wire_copy(struct slice s, size_t at, void *to, size_t n)
{
    if (s.n < n || at > s.n - n)
        memset(to, 0, n);
    else
        memcpy(to, s.p + at, n);
}

#endif
