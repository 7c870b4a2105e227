/*
 * Records lie in cells, of which there are four sizes, at a place that the hash of the bytes names: to look
 * one up touches the lines of the cache that it fills and no other, and those are fetched as soon as it is
 * asked for. What comes to a cell takes the place of what was in it.
 */
#include "match/scan_memo.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/huge.h"

enum {
    LINE = 64,  /* bytes, of the cache */
    SIZES = 4,  /* of cells: the last has room for the longest record */
    FEW = 2,    /* patterns that a cell of the usual size has room for */
    BEGIN = 64, /* buffers that were asked about: short runs go without memory for it */
    TRIAL = 256,
    WORTH = TRIAL / 4, /* of a trial so many must be known: a miss costs a third of what a hit saves */
    REST = 15 * TRIAL  /* buffers that are not asked about after a trial that was not worth it */
};

static const struct cells { /* of one size */
    uint32_t size, count;   /* bytes of each; a power of two */
    uint32_t at;            /* of the first */
} cells[SIZES] = {
    {LINE, 16384, 0},
    {2 * LINE, 8192, 16384 * LINE},
    {4 * LINE, 4096, 32768 * LINE},
    {8 * LINE, 2048, 49152 * LINE},
};

enum { MEMORY = 65536 * LINE };
static_assert(MEMORY % HUGE_PAGE == 0, "whole pages");

struct use { /* of a database */
    uint16_t rest, tries, hits;
    bool spilled; /* buffers in which so much was found that the next larger cell has them */
};

struct scan_memo {
    uint8_t *cells; /* NULL until there is something to keep */
    uint32_t asked;
    struct use uses[];
};

struct scan_memo *scan_memo_new(uint32_t databases)
{
    return calloc(1, sizeof(struct scan_memo) + databases * sizeof(struct use));
}

void scan_memo_free(struct scan_memo *memo)
{
    if (!memo)
        return;
    huge_unmap(memo->cells, MEMORY);
    free(memo);
}

/* Whether it is worth to ask about a buffer of that database. */
static bool worth_asking(struct use *use)
{
    if (use->rest) {
        use->rest--;
        return false;
    }
    if (use->tries == TRIAL) {
        use->rest = use->hits < WORTH ? REST : 0;
        use->tries = use->hits = 0;
    }
    use->tries++;
    return true;
}

bool scan_memo_rests(struct scan_memo *memo, uint32_t database)
{
    struct use *use = &memo->uses[database];
    if (use->rest)
        use->rest--;
    return use->rest;
}

static const uint8_t *bytes_of(const struct known_scan *known)
{
    return (const uint8_t *)&known->patterns[known->count];
}

static bool is_of(const struct known_scan *known, uint32_t database, struct slice bytes)
{
    return known->length == bytes.n && known->database == database &&
           !memcmp(bytes_of(known), bytes.p, bytes.n);
}

/* The next larger cell has room for whatever is found in what is usually in this one. */
static_assert(sizeof(struct known_scan) + SCAN_MEMO_BYTES + SCAN_MEMO_PATTERNS * sizeof(uint32_t) <= 8 * LINE,
              "the longest record has a cell");

static size_t record_size(size_t bytes, size_t patterns)
{
    return sizeof(struct known_scan) + patterns * sizeof(uint32_t) + bytes;
}

/* The size of the cell that a record is looked for in. */
static unsigned usual_size(size_t bytes)
{
    unsigned i = 0;
    while (i + 1 < SIZES && record_size(bytes, FEW) > cells[i].size)
        i++;
    return i;
}

static struct known_scan *cell_of(const struct scan_memo *memo, unsigned size, uint64_t key)
{
    return (void *)&memo->cells[cells[size].at + (key & (cells[size].count - 1)) * cells[size].size];
}

static void fetch(const struct known_scan *cell, size_t bytes)
{
    for (size_t at = 0; at < record_size(bytes, 0); at += LINE)
        __builtin_prefetch((const uint8_t *)cell + at);
}

bool scan_memo_ask(struct scan_memo *memo, uint32_t database, struct slice bytes, struct scan_note *note)
{
    enum { ODD = 0x9e3779b1 }; /* a key has its database in it: the same bytes are scanned in several */
    if (bytes.n > SCAN_MEMO_BYTES || !worth_asking(&memo->uses[database]))
        return false;
    note->key = hash_slice(bytes, 0) + (uint64_t)database * (uint32_t)ODD;
    note->database = database;
    note->count = 0;
    if (memo->cells)
        fetch(cell_of(memo, usual_size(bytes.n), note->key), bytes.n);
    return true;
}

const struct known_scan *scan_memo_find(struct scan_memo *memo, struct slice bytes,
                                        const struct scan_note *note)
{
    struct use *use = &memo->uses[note->database];
    if (!memo->cells)
        return NULL;
    unsigned size = usual_size(bytes.n), last = size + (use->spilled && size + 1 < SIZES);
    for (; size <= last; size++) {
        const struct known_scan *known = cell_of(memo, size, note->key);
        if (is_of(known, note->database, bytes)) {
            use->hits++;
            return known;
        }
    }
    return NULL;
}

static bool begin(struct scan_memo *memo)
{
    if (memo->cells)
        return true;
    if (++memo->asked < BEGIN)
        return false;
    memo->asked = 0;
    memo->cells = huge_map(MEMORY); /* zeros: records of no bytes */
    return memo->cells;
}

void scan_memo_keep(struct scan_memo *memo, struct slice bytes, const struct scan_note *note)
{
    if (note->count > SCAN_MEMO_PATTERNS || !begin(memo))
        return;
    unsigned size = usual_size(bytes.n);
    if (record_size(bytes.n, note->count) > cells[size].size) {
        memo->uses[note->database].spilled = true;
        size++;
    }
    struct known_scan *known = cell_of(memo, size, note->key);
    known->database = note->database;
    known->length = (uint16_t)bytes.n;
    known->count = (uint16_t)note->count;
    memcpy(known->patterns, note->patterns, note->count * sizeof note->patterns[0]);
    memcpy(&known->patterns[note->count], bytes.p, bytes.n);
}
