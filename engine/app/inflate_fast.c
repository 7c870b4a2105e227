/* The fast way through deflated symbols: see inflate.c. */
#include <endian.h>

#include "app/inflate_private.h"

/* Shifts by any register and masks of any width are one instruction each where the processor has them. */
#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define FAST_CLONES __attribute__((target_clones("bmi2", "default")))
#else
#define FAST_CLONES
#endif

/* Into each of the clones. */
#define INLINE static inline __attribute__((always_inline))

/* Everything that the rounds below have in registers. */
struct fast {
    uint64_t hold;
    unsigned held; /* at least so many bits; the ones above are right, and come again */
    const uint8_t *in;
    uint8_t *out;
    uint64_t lengths, distances; /* masks of the tables' indices */
};

INLINE void refill(struct fast *f)
{
    uint64_t next;
    memcpy(&next, f->in, sizeof next);
    f->hold |= le64toh(next) << f->held;
    f->in += (63 - f->held) >> 3;
    f->held |= 56;
}

INLINE void drop(struct fast *f, unsigned bits)
{
    f->hold >>= bits;
    f->held -= bits;
}

/* The entry's code is dropped with the bits that follow it: base and these. `before`: hold with all of them.
 */
INLINE uint32_t value_of(uint32_t entry, uint64_t before)
{
    return (entry >> ENTRY_BASE_AT & ENTRY_BASE_MASK) +
           (uint32_t)((before & mask_of(entry & 0xff)) >> (entry >> 8 & 0xf));
}

/* Writes up to COPIED bytes past the end. */
INLINE void copy_fast(uint8_t *to, uint32_t distance, uint32_t length)
{
    const uint8_t *from = to - distance;
    uint8_t *end = to + length;
    if (distance >= COPIED) {
        do {
            memcpy(to, from, COPIED);
            to += COPIED;
            from += COPIED;
        } while (to < end);
    } else if (distance == 1) {
        do {
            memset(to, *from, COPIED);
            to += COPIED;
        } while (to < end);
    } else if (distance >= COPIED / 2) {
        do {
            memcpy(to, from, COPIED / 2);
            to += COPIED / 2;
            from += COPIED / 2;
        } while (to < end);
    } else {
        do
            *to++ = *from++;
        while (to < end);
    }
}

/* A symbol that is no literal: the new state. `entry` was looked up, and is not dropped. */
INLINE enum inflate_state fast_match(const struct inflate *z, struct fast *f, uint32_t entry)
{
    uint64_t before = f->hold;
    drop(f, entry & 0xff);
    if (entry & ENTRY_OTHER) {
        if (entry & ENTRY_TABLE) {
            uint64_t index = f->hold & mask_of(entry >> 8 & 0xf);
            entry = z->tables.lengths[(entry >> ENTRY_BASE_AT & ENTRY_BASE_MASK) + index];
            before = f->hold;
            drop(f, entry & 0xff);
        }
        if (entry & ENTRY_LITERAL) {
            *f->out++ = (uint8_t)(entry >> ENTRY_BASE_AT);
            return STATE_SYMBOL;
        }
        if (entry & ENTRY_OTHER)
            return entry & ENTRY_END ? STATE_BLOCK : STATE_BAD;
    }
    uint32_t length = value_of(entry, before);
    entry = z->tables.distances[f->hold & f->distances];
    before = f->hold;
    drop(f, entry & 0xff);
    if (entry & ENTRY_OTHER) {
        if (entry & ENTRY_TABLE) {
            uint64_t index = f->hold & mask_of(entry >> 8 & 0xf);
            entry = z->tables.distances[(entry >> ENTRY_BASE_AT & ENTRY_BASE_MASK) + index];
            before = f->hold;
            drop(f, entry & 0xff);
        }
        if (entry & ENTRY_OTHER)
            return STATE_BAD;
    }
    uint32_t distance = value_of(entry, before);
    if (distance > (size_t)(f->out - z->window))
        return STATE_BAD;
    copy_fast(f->out, distance, length);
    f->out += length;
    return STATE_SYMBOL;
}

/* Puts the literal out whose entry was looked up, and looks the next one up. */
INLINE uint32_t fast_literal(const struct inflate *z, struct fast *f, uint32_t entry)
{
    drop(f, entry & 0xff);
    *f->out++ = (uint8_t)(entry >> ENTRY_BASE_AT);
    return z->tables.lengths[f->hold & f->lengths];
}

/*
 * Rounds of up to three literals and a match. 56 bits are held after each refill: three literals by the first
 * table and the next look into it take 44 at most; a symbol and an offset, 15 + 5 + 15 + 13.
 */
FAST_CLONES void inflate_fast(struct inflate *z, struct slice *in)
{
    struct fast f = {.hold = z->hold,
                     .held = z->held,
                     .in = in->p,
                     .out = z->window + z->at,
                     .lengths = mask_of(z->tables.length_bits),
                     .distances = mask_of(z->tables.distance_bits)};
    const uint8_t *full = z->window + z->given + INFLATE_PIECE, *enough = in->p + in->n - FAST_INPUT;
    enum inflate_state state;
    do {
        refill(&f);
        uint32_t entry = z->tables.lengths[f.hold & f.lengths];
        state = STATE_SYMBOL;
        if (entry & ENTRY_LITERAL) {
            entry = fast_literal(z, &f, entry);
            if (entry & ENTRY_LITERAL) {
                entry = fast_literal(z, &f, entry);
                if (entry & ENTRY_LITERAL) {
                    fast_literal(z, &f, entry);
                    continue;
                }
            }
            refill(&f);
        }
        state = fast_match(z, &f, entry);
    } while (state == STATE_SYMBOL && f.in <= enough && f.out < full);
    f.in -= f.held >> 3;
    z->held = f.held & 7;
    z->hold = f.hold & mask_of(z->held);
    *in = slice_from(*in, (size_t)(f.in - in->p));
    z->at = (size_t)(f.out - z->window);
    z->state = (uint8_t)state;
}
