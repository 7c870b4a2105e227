/*
 * Two ways through the same states. As long as there is enough input, symbols are read in a loop that looks
 * at nothing else (fast); near the end of the input or of a piece, one step at a time (slow):
 *
 *   BLOCK -> STORED -> COPY -------------------------> BLOCK
 *         -> COUNTS -> CODES -> LENGTHS -> SYMBOL      ... and behind the last block END
 *         -> (fixed codes) --------------> SYMBOL -> BLOCK
 *   SYMBOL -> LITERAL -> SYMBOL
 *          -> LENGTH -> DISTANCE -> OFFSET -> MATCH -> SYMBOL
 *
 * 1. The slow way takes a byte only when the step at hand needs it: between steps less than a byte is held,
 * as in zlib. The fast one gives back what it has taken too much.
 * 2. window[0, at) was put out, of which [0, given) was handed out. The fast way may go past the piece.
 * 3. At least DISTANCE_MOST bytes before `at` are kept, once there were so many.
 */
#include "app/inflate.h"

#include "app/inflate_private.h"

size_t inflate_size(void)
{
    return sizeof(struct inflate);
}

void inflate_begin(struct inflate *z)
{
    z->hold = 0;
    z->held = 0;
    z->state = STATE_BLOCK;
    z->last = z->fixed = false;
    z->at = z->given = 0;
}

static bool take_byte(struct inflate *z, struct slice *in)
{
    if (!in->n)
        return false;
    z->hold |= (uint64_t)*in->p++ << z->held;
    in->n--;
    z->held += 8;
    return true;
}

/* False when the input ends before. */
static bool need(struct inflate *z, struct slice *in, unsigned bits)
{
    while (z->held < bits)
        if (!take_byte(z, in))
            return false;
    return true;
}

static uint32_t take(struct inflate *z, unsigned bits)
{
    uint32_t value = (uint32_t)(z->hold & mask_of(bits));
    z->hold >>= bits;
    z->held -= bits;
    return value;
}

static void bad(struct inflate *z)
{
    z->state = STATE_BAD;
}

/* RFC 1951, 3.2.6 */
static void use_fixed_codes(struct inflate *z)
{
    z->state = STATE_SYMBOL;
    if (z->fixed)
        return;
    z->fixed = true;
    memset(z->lengths, 8, 144);
    memset(z->lengths + 144, 9, 112);
    memset(z->lengths + 256, 7, 24);
    memset(z->lengths + 280, 8, 8);
    inflate_table_make(ALPHABET_LENGTHS, z->lengths, INFLATE_LENGTHS, z->tables.lengths,
                       &z->tables.length_bits);
    memset(z->lengths, 5, INFLATE_DISTANCES);
    inflate_table_make(ALPHABET_DISTANCES, z->lengths, INFLATE_DISTANCES, z->tables.distances,
                       &z->tables.distance_bits);
}

/* The steps: false when they want input, or room. */
static bool begin_block(struct inflate *z, struct slice *in)
{
    enum { STORED, FIXED, DYNAMIC };
    if (z->last) {
        z->hold = 0; /* up to the next byte */
        z->held = 0;
        z->state = STATE_END;
        return true;
    }
    if (!need(z, in, 3))
        return false;
    z->last = take(z, 1);
    switch (take(z, 2)) {
    case STORED:
        take(z, z->held % 8);
        z->state = STATE_STORED;
        break;
    case FIXED:
        use_fixed_codes(z);
        break;
    case DYNAMIC:
        z->state = STATE_COUNTS;
        break;
    default:
        bad(z);
    }
    return true;
}

static bool begin_stored(struct inflate *z, struct slice *in)
{
    if (!need(z, in, 32))
        return false;
    uint32_t both = take(z, 32);
    z->length = both & 0xffff;
    z->state = STATE_COPY;
    if (z->length != (both >> 16 ^ 0xffff))
        bad(z);
    return true;
}

static size_t room(const struct inflate *z)
{
    size_t made = z->at - z->given;
    return made < INFLATE_PIECE ? INFLATE_PIECE - made : 0;
}

static bool copy_stored(struct inflate *z, struct slice *in)
{
    size_t n = room(z) < z->length ? room(z) : z->length;
    n = n < in->n ? n : in->n;
    if (n)
        memcpy(z->window + z->at, in->p, n);
    z->at += n;
    *in = slice_from(*in, n);
    z->length -= (uint32_t)n;
    if (z->length)
        return false;
    z->state = STATE_BLOCK;
    return true;
}

static bool read_counts(struct inflate *z, struct slice *in)
{
    enum { LENGTHS_MOST = 286, DISTANCES_MOST = 30 };
    if (!need(z, in, 14))
        return false;
    z->length_count = (uint16_t)(take(z, 5) + 257);
    z->distance_count = (uint16_t)(take(z, 5) + 1);
    z->code_count = (uint16_t)(take(z, 4) + 4);
    z->have = 0;
    memset(z->lengths, 0, INFLATE_CODES);
    z->state = STATE_CODES;
    if (z->length_count > LENGTHS_MOST || z->distance_count > DISTANCES_MOST)
        bad(z);
    return true;
}

static bool read_codes(struct inflate *z, struct slice *in)
{
    static const uint8_t order[INFLATE_CODES] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                 11, 4,  12, 3, 13, 2, 14, 1, 15};
    for (; z->have < z->code_count; z->have++) {
        if (!need(z, in, 3))
            return false;
        z->lengths[order[z->have]] = (uint8_t)take(z, 3);
    }
    z->have = 0;
    z->state = STATE_LENGTHS;
    if (!inflate_table_make(ALPHABET_CODES, z->lengths, INFLATE_CODES, z->codes, &z->code_bits))
        bad(z);
    return true;
}

/* The entry for the next bits; false while it needs more of them. */
static bool peek(struct inflate *z, struct slice *in, const uint32_t *table, unsigned bits, uint32_t *entry)
{
    for (;;) {
        *entry = table[z->hold & mask_of(bits)];
        if ((*entry >> 8 & 0xf) <= z->held)
            return true;
        if (!take_byte(z, in))
            return false;
    }
}

/* 16: the one before again; 17 and 18: zeros. False when the input ends; what is wrong becomes the state. */
static bool repeat_length(struct inflate *z, struct slice *in, unsigned symbol, unsigned code)
{
    static const struct {
        uint8_t bits, base;
    } repeats[] = {{2, 3}, {3, 3}, {7, 11}};
    enum { SAME = 16 };
    unsigned bits = repeats[symbol - SAME].bits;
    if (!need(z, in, code + bits))
        return false;
    take(z, code);
    if (symbol == SAME && !z->have) {
        bad(z);
        return true;
    }
    uint8_t length = symbol == SAME ? z->lengths[z->have - 1] : 0;
    unsigned times = repeats[symbol - SAME].base + take(z, bits);
    if (z->have + times > (unsigned)z->length_count + z->distance_count) {
        bad(z);
        return true;
    }
    memset(z->lengths + z->have, length, times);
    z->have = (uint16_t)(z->have + times);
    return true;
}

static void use_dynamic_codes(struct inflate *z)
{
    enum { END_OF_BLOCK = 256 };
    z->state = STATE_SYMBOL;
    z->fixed = false;
    if (!z->lengths[END_OF_BLOCK] ||
        !inflate_table_make(ALPHABET_LENGTHS, z->lengths, z->length_count, z->tables.lengths,
                            &z->tables.length_bits) ||
        !inflate_table_make(ALPHABET_DISTANCES, z->lengths + z->length_count, z->distance_count,
                            z->tables.distances, &z->tables.distance_bits))
        bad(z);
}

static bool read_lengths(struct inflate *z, struct slice *in)
{
    enum { REPEATS = 16 };
    uint32_t entry;
    while (z->have < z->length_count + z->distance_count) {
        if (!peek(z, in, z->codes, z->code_bits, &entry))
            return false;
        unsigned symbol = entry >> ENTRY_BASE_AT, code = entry & 0xff;
        if (symbol < REPEATS) {
            take(z, code);
            z->lengths[z->have++] = (uint8_t)symbol;
        } else if (!repeat_length(z, in, symbol, code)) {
            return false;
        }
        if (z->state == STATE_BAD)
            return true;
    }
    use_dynamic_codes(z);
    return true;
}

/* Drops the code of the next symbol, in one table or two. */
static bool read_entry(struct inflate *z, struct slice *in, const uint32_t *table, unsigned bits,
                       uint32_t *out)
{
    uint32_t entry;
    for (;;) {
        entry = table[z->hold & mask_of(bits)];
        unsigned first = entry & 0xff, code = entry >> 8 & 0xf;
        if (entry & ENTRY_OTHER && entry & ENTRY_TABLE) {
            if (first <= z->held) {
                uint32_t at = entry >> ENTRY_BASE_AT & ENTRY_BASE_MASK;
                entry = table[at + (z->hold >> first & mask_of(code))];
                code = first + (entry >> 8 & 0xf);
            } else {
                code = first;
            }
        }
        if (code <= z->held && !(entry & ENTRY_OTHER && entry & ENTRY_TABLE)) {
            take(z, code);
            *out = entry;
            return true;
        }
        if (!take_byte(z, in))
            return false;
    }
}

static bool read_symbol(struct inflate *z, struct slice *in)
{
    uint32_t entry;
    if (!read_entry(z, in, z->tables.lengths, z->tables.length_bits, &entry))
        return false;
    z->entry = entry;
    if (entry & ENTRY_LITERAL)
        z->state = STATE_LITERAL;
    else if (!(entry & ENTRY_OTHER))
        z->state = STATE_LENGTH;
    else if (entry & ENTRY_END)
        z->state = STATE_BLOCK;
    else
        bad(z);
    return true;
}

static bool put_literal(struct inflate *z)
{
    if (!room(z))
        return false;
    z->window[z->at++] = (uint8_t)(z->entry >> ENTRY_BASE_AT);
    z->state = STATE_SYMBOL;
    return true;
}

/* The base, and the bits that follow the code; the code is dropped already. */
static bool add_extra(struct inflate *z, struct slice *in, uint32_t *value)
{
    unsigned bits = (z->entry & 0xff) - (z->entry >> 8 & 0xf);
    if (!need(z, in, bits))
        return false;
    *value = (z->entry >> ENTRY_BASE_AT & ENTRY_BASE_MASK) + take(z, bits);
    return true;
}

static bool read_length(struct inflate *z, struct slice *in)
{
    if (!add_extra(z, in, &z->length))
        return false;
    z->state = STATE_DISTANCE;
    return true;
}

static bool read_distance(struct inflate *z, struct slice *in)
{
    if (!read_entry(z, in, z->tables.distances, z->tables.distance_bits, &z->entry))
        return false;
    z->state = STATE_OFFSET;
    if (z->entry & ENTRY_OTHER)
        bad(z);
    return true;
}

static bool read_offset(struct inflate *z, struct slice *in)
{
    if (!add_extra(z, in, &z->distance))
        return false;
    z->state = STATE_MATCH;
    return true;
}

static bool copy_match(struct inflate *z)
{
    size_t left = room(z);
    if (!left)
        return false;
    if (z->distance > z->at) {
        bad(z);
        return true;
    }
    for (; z->length && left; z->length--, left--, z->at++)
        z->window[z->at] = z->window[z->at - z->distance];
    if (z->length)
        return false;
    z->state = STATE_SYMBOL;
    return true;
}

static bool step(struct inflate *z, struct slice *in)
{
    switch ((enum inflate_state)z->state) {
    case STATE_BLOCK:
        return begin_block(z, in);
    case STATE_STORED:
        return begin_stored(z, in);
    case STATE_COPY:
        return copy_stored(z, in);
    case STATE_COUNTS:
        return read_counts(z, in);
    case STATE_CODES:
        return read_codes(z, in);
    case STATE_LENGTHS:
        return read_lengths(z, in);
    case STATE_SYMBOL:
        return read_symbol(z, in);
    case STATE_LITERAL:
        return put_literal(z);
    case STATE_LENGTH:
        return read_length(z, in);
    case STATE_DISTANCE:
        return read_distance(z, in);
    case STATE_OFFSET:
        return read_offset(z, in);
    case STATE_MATCH:
        return copy_match(z);
    default:
        return false;
    }
}

/* Moves what may be referred to, and what was not handed out, to the begin of the window. */
static void slide(struct inflate *z)
{
    size_t gone = z->at > DISTANCE_MOST ? z->at - DISTANCE_MOST : 0;
    if (z->at + INFLATE_PIECE + PAST_PIECE <= WINDOW || !gone)
        return;
    memmove(z->window, z->window + gone, z->at - gone);
    z->at -= gone;
    z->given -= gone;
}

enum inflate_status inflate_run(struct inflate *z, struct slice *in, struct slice *out)
{
    slide(z);
    for (bool goes_on = true; goes_on;) {
        if (z->state == STATE_SYMBOL && in->n >= FAST_INPUT && room(z))
            inflate_fast(z, in);
        goes_on = step(z, in);
    }
    size_t made = z->at - z->given;
    *out = slice_of(z->window + z->given, made < INFLATE_PIECE ? made : INFLATE_PIECE);
    z->given += out->n;
    if (z->given < z->at)
        return INFLATE_MORE;
    return z->state == STATE_END ? INFLATE_END : z->state == STATE_BAD ? INFLATE_BAD : INFLATE_MORE;
}
