/*
 * Tables by which the codes of deflate (RFC 1951, 3.2) are read: the next bits of the input are the index,
 * the entry says what they mean and how many of them that took. Codes longer than the first table's index are
 * read in a second one. Pure. For app/inflate.c only.
 */
#ifndef SLUICE_APP_INFLATE_TABLE_H
#define SLUICE_APP_INFLATE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * An entry. The low byte is the number of bits to drop: of the code, and of what follows it and is added to
 * the base; bits 8 to 11 are those of the code. Of an ENTRY_TABLE they are the bits of the first table and
 * those of the second, and its base is where that begins.
 */
#define ENTRY_LITERAL 0x80000000u
enum {
    ENTRY_BASE_AT = 16, /* a literal, a length, a distance, a code length */
    ENTRY_BASE_MASK = 0x7fff,
    ENTRY_OTHER = 1 << 15, /* one of the three below */
    ENTRY_TABLE = 1 << 14,
    ENTRY_END = 1 << 13,
    ENTRY_INVALID = 1 << 12,
};

enum {
    INFLATE_LENGTHS = 288,
    INFLATE_DISTANCES = 32,
    INFLATE_CODES = 19,
    LENGTH_BITS = 11, /* of the first table's index */
    DISTANCE_BITS = 8,
    CODE_BITS = 7,
    /* The largest tables that complete codes can make (zlib's examples/enough.c counts them). */
    LENGTH_ENTRIES = 2342,
    DISTANCE_ENTRIES = 402,
    CODE_ENTRIES = 1 << CODE_BITS,
};

enum inflate_alphabet { ALPHABET_CODES, ALPHABET_LENGTHS, ALPHABET_DISTANCES };

struct inflate_tables {
    uint32_t lengths[LENGTH_ENTRIES]; /* and literals */
    uint32_t distances[DISTANCE_ENTRIES];
    uint8_t length_bits, distance_bits; /* of the index; fewer where all codes are short */
};

/*
 * The table of a code given by the length of each symbol's. *bits becomes those of its index. False where
 * zlib does not take it: over-subscribed, or incomplete, but for a single code of one bit in the two larger
 * alphabets.
 */
bool inflate_table_make(enum inflate_alphabet alphabet, const uint8_t *lengths, unsigned count,
                        uint32_t *table, uint8_t *bits);

#endif
