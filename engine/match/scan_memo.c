/*
 * Most records are small, and lie in cells: a line of the cache each, at a place that the hash of the bytes
 * names, so that looking one up touches a single line. The others lie one behind the other in a ring, at
 * positions that only grow; a slot of the table names the last one with its hash. What is more than a ring's
 * length behind has been written over. A record does not cross the ring's end.
 */
#include "match/scan_memo.h"

#include <stdlib.h>

#include "base/hash.h"

enum {
    SLOTS = 16384,
    CELLS = 16384,
    CELL = 64, /* bytes: a line of the cache */
    CELL_ROOM = CELL - sizeof(struct known_scan),
    RING = 2 << 20,
    ALIGNED = 8,
    BEGIN = 64, /* buffers that were asked about: short runs go without memory for it */
    TRIAL = 256,
    WORTH = TRIAL / 4, /* of a trial so many must be known: a miss costs a third of what a hit saves */
    REST = 15 * TRIAL  /* buffers that are not asked about after a trial that was not worth it */
};

struct slot {
    uint64_t key, at; /* at: of the record, and 1; 0: none */
};

struct use { /* of a database */
    uint16_t rest, tries, hits;
    bool spilled; /* small buffers in which so much was found that no cell holds it lie in the ring */
};

struct scan_memo {
    uint8_t *memory; /* of all that follows; NULL until there is something to keep */
    uint8_t *cells;  /* none is of no bytes: that one is empty */
    struct slot *slots;
    uint8_t *ring;
    uint64_t end; /* of the last record */
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
    free(memo->memory);
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

static const uint8_t *bytes_of(const struct known_scan *known)
{
    return (const uint8_t *)&known->patterns[known->count];
}

static bool is_of(const struct known_scan *known, uint32_t database, struct slice bytes)
{
    return known->length == bytes.n && known->database == database &&
           !memcmp(bytes_of(known), bytes.p, bytes.n);
}

static struct known_scan *cell_of(const struct scan_memo *memo, uint64_t key)
{
    return (void *)&memo->cells[key % CELLS * CELL];
}

/* Whether a cell may hold it. */
static bool is_small(size_t bytes, size_t patterns)
{
    return bytes && bytes + patterns * sizeof(uint32_t) <= CELL_ROOM;
}

static const struct known_scan *find_in_ring(const struct scan_memo *memo, uint64_t key, uint32_t database,
                                             struct slice bytes)
{
    const struct slot *slot = &memo->slots[key % SLOTS];
    if (slot->key != key || !slot->at || memo->end - (slot->at - 1) > RING)
        return NULL;
    const struct known_scan *known = (const void *)&memo->ring[(slot->at - 1) % RING];
    return is_of(known, database, bytes) ? known : NULL;
}

static const struct known_scan *find(const struct scan_memo *memo, uint64_t key, uint32_t database,
                                     struct slice bytes)
{
    bool small = is_small(bytes.n, 0);
    if (small && is_of(cell_of(memo, key), database, bytes))
        return cell_of(memo, key);
    return !small || memo->uses[database].spilled ? find_in_ring(memo, key, database, bytes) : NULL;
}

const struct known_scan *scan_memo_find(struct scan_memo *memo, uint32_t database, struct slice bytes,
                                        struct scan_note *note, bool *keep)
{
    struct use *use = &memo->uses[database];
    *keep = bytes.n <= SCAN_MEMO_BYTES && worth_asking(use);
    if (!*keep)
        return NULL;
    enum { ODD = 0x9e3779b1 }; /* a key has its database in it: the same bytes are scanned in several */
    note->key = hash_slice(bytes, 0) + (uint64_t)database * (uint32_t)ODD;
    note->database = database;
    note->count = 0;
    const struct known_scan *known = memo->memory ? find(memo, note->key, database, bytes) : NULL;
    if (known)
        use->hits++;
    return known;
}

static bool begin(struct scan_memo *memo)
{
    if (memo->memory)
        return true;
    if (++memo->asked < BEGIN)
        return false;
    memo->asked = 0;
    enum { CLEARED = CELLS * CELL + SLOTS * sizeof(struct slot) };
    memo->memory = malloc(CELL + CLEARED + RING);
    if (!memo->memory)
        return false;
    memo->cells = memo->memory + (CELL - (uintptr_t)memo->memory % CELL) % CELL;
    memset(memo->cells, 0, CLEARED);
    memo->slots = (void *)(memo->cells + CELLS * CELL);
    memo->ring = (uint8_t *)(memo->slots + SLOTS);
    return true;
}

static void write_record(struct known_scan *known, struct slice bytes, const struct scan_note *note)
{
    known->database = note->database;
    known->length = (uint16_t)bytes.n;
    known->count = (uint16_t)note->count;
    memcpy(known->patterns, note->patterns, note->count * sizeof note->patterns[0]);
    memcpy(&known->patterns[note->count], bytes.p, bytes.n);
}

static void put_into_ring(struct scan_memo *memo, struct slice bytes, const struct scan_note *note)
{
    size_t patterns = note->count * sizeof note->patterns[0];
    size_t size = (sizeof(struct known_scan) + patterns + bytes.n + ALIGNED - 1) & ~(size_t)(ALIGNED - 1);
    uint64_t at = memo->end;
    if (at % RING + size > RING)
        at += RING - at % RING;
    write_record((void *)&memo->ring[at % RING], bytes, note);
    memo->slots[note->key % SLOTS] = (struct slot){.key = note->key, .at = at + 1};
    memo->end = at + size;
}

void scan_memo_keep(struct scan_memo *memo, struct slice bytes, const struct scan_note *note)
{
    if (note->count > SCAN_MEMO_PATTERNS || !begin(memo))
        return;
    if (is_small(bytes.n, note->count)) {
        write_record(cell_of(memo, note->key), bytes, note);
        return;
    }
    memo->uses[note->database].spilled |= is_small(bytes.n, 0);
    put_into_ring(memo, bytes, note);
}
