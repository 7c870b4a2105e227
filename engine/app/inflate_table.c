#include "app/inflate_table.h"

#include <assert.h>
#include <string.h>

enum { CODE_MOST = 15 }; /* bits */

/* What a symbol means, without the bits of its code. */
static uint32_t meaning(enum inflate_alphabet alphabet, unsigned symbol)
{
    /* RFC 1951, 3.2.5 */
    static const uint16_t length_base[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                           31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const uint8_t length_extra[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                           2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    static const uint16_t distance_base[] = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                             33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                             1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    enum { END_OF_BLOCK = 256, FIRST_LENGTH = 257, LENGTH_SYMBOLS = 29, DISTANCE_SYMBOLS = 30 };
    if (alphabet == ALPHABET_CODES)
        return symbol << ENTRY_BASE_AT;
    if (alphabet == ALPHABET_DISTANCES) {
        if (symbol >= DISTANCE_SYMBOLS)
            return ENTRY_OTHER | ENTRY_INVALID;
        uint32_t extra = symbol < 2 ? 0 : symbol / 2 - 1;
        return (uint32_t)distance_base[symbol] << ENTRY_BASE_AT | extra;
    }
    if (symbol < END_OF_BLOCK)
        return ENTRY_LITERAL | symbol << ENTRY_BASE_AT;
    if (symbol == END_OF_BLOCK)
        return ENTRY_OTHER | ENTRY_END;
    if (symbol - FIRST_LENGTH >= LENGTH_SYMBOLS)
        return ENTRY_OTHER | ENTRY_INVALID;
    return (uint32_t)length_base[symbol - FIRST_LENGTH] << ENTRY_BASE_AT |
           length_extra[symbol - FIRST_LENGTH];
}

static uint32_t entry_of(uint32_t meaning, unsigned bits)
{
    return meaning + bits + (bits << 8);
}

struct maker {
    enum inflate_alphabet alphabet;
    uint32_t *table;
    uint32_t entries_most;
    uint16_t left[CODE_MOST + 1];         /* symbols by length of their code, that are not in the table yet */
    uint16_t symbols[INFLATE_LENGTHS];    /* by length of their code, then by themselves */
    unsigned longest, root;               /* bits of the longest code, of the first table's index */
    uint32_t code;                        /* the next one, its first bit lowest */
    uint32_t second, second_size, prefix; /* table at hand: begin, entries, the code's first bits */
};

/* Canonical codes count upwards from their first bit; here that is the lowest. */
static void count_up(struct maker *m, unsigned bits)
{
    uint32_t bit = 1u << (bits - 1);
    while (m->code & bit)
        bit >>= 1;
    m->code = bit ? (m->code & (bit - 1)) + bit : 0;
}

/* Short codes: the table has 1 << bits entries, and doubles with each further bit. */
static const uint16_t *fill_first(struct maker *m, const uint16_t *symbol)
{
    for (unsigned bits = 1; bits <= m->root; bits++) {
        size_t half = (size_t)1 << (bits - 1);
        memcpy(m->table + half, m->table, half * sizeof m->table[0]);
        for (; m->left[bits]; m->left[bits]--) {
            m->table[m->code] = entry_of(meaning(m->alphabet, *symbol++), bits);
            count_up(m, bits);
        }
    }
    return symbol;
}

/* How many bits index the second table that begins with a code of so many more than the first. */
static unsigned second_bits(const struct maker *m, unsigned more)
{
    int room = 1 << more;
    while (m->root + more < m->longest) {
        room -= m->left[m->root + more];
        if (room <= 0)
            break;
        more++;
        room <<= 1;
    }
    return more;
}

static bool fill_second(struct maker *m, const uint16_t *symbol)
{
    uint32_t mask = (1u << m->root) - 1;
    for (unsigned bits = m->root + 1; bits <= m->longest; bits++) {
        unsigned more = bits - m->root;
        for (; m->left[bits]; m->left[bits]--) {
            if ((m->code & mask) != m->prefix) {
                unsigned index_bits = second_bits(m, more);
                m->prefix = m->code & mask;
                m->second += m->second_size;
                m->second_size = 1u << index_bits;
                if (m->second + m->second_size > m->entries_most)
                    return false; /* never: a complete code needs no more */
                m->table[m->prefix] =
                    ENTRY_OTHER | ENTRY_TABLE | m->second << ENTRY_BASE_AT | index_bits << 8 | m->root;
            }
            uint32_t entry = entry_of(meaning(m->alphabet, *symbol++), more);
            for (uint32_t i = m->code >> m->root; i < m->second_size; i += 1u << more)
                m->table[m->second + i] = entry;
            count_up(m, bits);
        }
    }
    return true;
}

/* Nothing, or one code of one bit. */
static void fill_incomplete(struct maker *m)
{
    m->table[0] = m->table[1] = entry_of(ENTRY_OTHER | ENTRY_INVALID, 1); /* a code length 0, too */
    if (m->longest)
        m->table[0] = entry_of(meaning(m->alphabet, m->symbols[0]), 1);
}

static void sort(struct maker *m, const uint8_t *lengths, unsigned count)
{
    uint16_t at[CODE_MOST + 2] = {0};
    for (unsigned bits = 1; bits <= CODE_MOST; bits++)
        at[bits + 1] = (uint16_t)(at[bits] + m->left[bits]);
    for (unsigned symbol = 0; symbol < count; symbol++)
        if (lengths[symbol])
            m->symbols[at[lengths[symbol]]++] = (uint16_t)symbol;
}

bool inflate_table_make(enum inflate_alphabet alphabet, const uint8_t *lengths, unsigned count,
                        uint32_t *table, uint8_t *bits)
{
    static const uint8_t roots[] = {CODE_BITS, LENGTH_BITS, DISTANCE_BITS};
    static const uint16_t entries[] = {CODE_ENTRIES, LENGTH_ENTRIES, DISTANCE_ENTRIES};
    struct maker m = {.alphabet = alphabet, .table = table, .entries_most = entries[alphabet]};
    assert(count <= INFLATE_LENGTHS);
    for (unsigned symbol = 0; symbol < count; symbol++)
        m.left[lengths[symbol]]++;
    m.left[0] = 0;
    int room = 1;
    for (unsigned length = 1; length <= CODE_MOST; length++) {
        room = 2 * room - m.left[length];
        if (room < 0)
            return false;
        if (m.left[length])
            m.longest = length;
    }
    if (room && m.longest && (alphabet == ALPHABET_CODES || m.longest > 1))
        return false;
    sort(&m, lengths, count);
    m.root = !m.longest ? 1 : m.longest < roots[alphabet] ? m.longest : roots[alphabet];
    *bits = (uint8_t)m.root;
    if (room) {
        fill_incomplete(&m);
        return true;
    }
    m.second = 0;
    m.second_size = 1u << m.root;
    m.prefix = UINT32_MAX;
    return fill_second(&m, fill_first(&m, m.symbols));
}
