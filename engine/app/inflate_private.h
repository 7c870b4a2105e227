/* What the two ways of inflate.c and inflate_fast.c share. */
#ifndef SLUICE_APP_INFLATE_PRIVATE_H
#define SLUICE_APP_INFLATE_PRIVATE_H

#include "app/inflate.h"
#include "app/inflate_table.h"

enum {
    DISTANCE_MOST = 32768,
    LENGTH_MOST = 258,
    FAST_LITERALS = 3, /* of one round */
    FAST_INPUT = 16,   /* bytes that a round looks at, at most */
    COPIED = 16,       /* bytes at a time, and so many past the end */
    PAST_PIECE = FAST_LITERALS + LENGTH_MOST + COPIED,
    WINDOW = DISTANCE_MOST + 4 * INFLATE_PIECE + PAST_PIECE,
};

/* Of the decoder: see inflate.c. */
enum inflate_state {
    STATE_BLOCK,
    STATE_STORED,
    STATE_COPY,
    STATE_COUNTS,
    STATE_CODES,
    STATE_LENGTHS,
    STATE_SYMBOL,
    STATE_LITERAL,
    STATE_LENGTH,
    STATE_DISTANCE,
    STATE_OFFSET,
    STATE_MATCH,
    STATE_END,
    STATE_BAD
};

struct inflate {
    uint64_t hold; /* bits that were taken and not used, the next one lowest */
    unsigned held; /* so many of them */
    uint8_t state; /* enum inflate_state */
    bool last;     /* the block at hand is */
    bool fixed;    /* the tables are those of the fixed codes */
    uint8_t code_bits;
    uint16_t length_count, distance_count, code_count, have; /* of a block's header: have of them are read */
    uint32_t entry;                                          /* whose extra bits are waited for */
    uint32_t length, distance;                               /* of the match, or of what is stored */
    size_t at, given;
    uint8_t lengths[INFLATE_LENGTHS + INFLATE_DISTANCES];
    uint32_t codes[CODE_ENTRIES];
    struct inflate_tables tables;
    uint8_t window[WINDOW];
};

static inline uint64_t mask_of(unsigned bits)
{
    return ((uint64_t)1 << bits) - 1;
}

/*
 * Symbols, as long as FAST_INPUT bytes are there and the piece is not full. To be called in STATE_SYMBOL,
 * with both; leaves the state that the slow way goes on from.
 */
void inflate_fast(struct inflate *inflate, struct slice *in);

#endif
