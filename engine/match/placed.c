#include "match/placed.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "match/database.h"
#include "rule/keyword/content_search.h"

enum {
    PLACES_MOST = 8, /* each costs every packet a look */
    VOTES_LEAST = 2,
    WIDTH_MOST = 4,      /* bytes that are hashed */
    BITS_A_LITERAL = 16, /* of a filter */
    BITS_LEAST = 6,      /* as a power of two: a word */
    BITS_MOST = 24,
    WORD_BITS = 64,
};

#define CASE_BITS UINT32_C(0x20202020) /* set, upper and lower case are the same */

struct placed_literal {
    uint32_t key; /* its first bytes, without case */
    struct placed_limits limits;
    struct literal literal;
};

struct spot { /* literals of one place whose keys are as long */
    uint32_t place, width, votes;
    struct placed_literal *literals; /* by key */
    uint32_t count, capacity;
};

struct probe { /* what has to be known of a spot to pass it by */
    uint16_t place, end;
    uint32_t mask;   /* of the key */
    uint32_t filter; /* index of its first word */
    uint32_t shift;  /* of the hash: what is left numbers a bit of the filter */
};

struct placed {
    struct probe probes[PLACES_MOST];
    struct spot *spots; /* by where their keys end */
    uint32_t count, capacity;
    uint64_t *filters; /* bits of the hashes there are */
};

static uint32_t key_of(const uint8_t *bytes, uint32_t width)
{
    uint32_t key = 0;
    for (uint32_t i = 0; i < width; i++)
        key |= (uint32_t)(bytes[i] | 0x20) << 8 * i;
    return key;
}

static uint32_t hash_of(uint32_t key, uint32_t shift)
{
    return key * UINT32_C(0x9e3779b1) >> shift;
}

static uint32_t width_of(uint32_t length)
{
    return length < WIDTH_MOST ? length : WIDTH_MOST;
}

static struct spot *spot_at(const struct placed *table, uint32_t place, uint32_t width)
{
    for (uint32_t i = 0; i < table->count; i++)
        if (table->spots[i].place == place && table->spots[i].width == width)
            return &table->spots[i];
    return NULL;
}

int placed_vote(struct placed **table, uint32_t place, uint32_t length, uint32_t votes)
{
    if (!*table && !(*table = calloc(1, sizeof **table)))
        return -ENOMEM;
    struct placed *t = *table;
    struct spot *spot = spot_at(t, place, width_of(length));
    if (!spot) {
        if (grow_array(&t->spots, t->count, &t->capacity))
            return -ENOMEM;
        spot = &t->spots[t->count++];
        *spot = (struct spot){.place = place, .width = width_of(length)};
    }
    spot->votes += votes;
    return 0;
}

static int compare_ends(const void *left, const void *right)
{
    const struct spot *a = left, *b = right;
    uint32_t end = a->place + a->width, other = b->place + b->width;
    return end != other ? (end > other ? 1 : -1) : (a->place > b->place) - (a->place < b->place);
}

static int compare_votes(const void *left, const void *right)
{
    const struct spot *a = left, *b = right;
    return a->votes != b->votes ? (a->votes < b->votes ? 1 : -1) : compare_ends(left, right);
}

void placed_elect(struct placed *table)
{
    qsort(table->spots, table->count, sizeof *table->spots, compare_votes);
    while (table->count > PLACES_MOST || (table->count && table->spots[table->count - 1].votes < VOTES_LEAST))
        table->count--;
    qsort(table->spots, table->count, sizeof *table->spots, compare_ends);
}

bool placed_looks(const struct placed *table, uint32_t place, uint32_t length)
{
    return spot_at(table, place, width_of(length));
}

static struct placed_literal *find_same(const struct spot *spot, const struct literal *literal)
{
    for (uint32_t i = 0; i < spot->count; i++) {
        const struct literal *other = &spot->literals[i].literal;
        if (other->rule == literal->rule && other->nocase == literal->nocase &&
            other->length == literal->length && !memcmp(other->bytes, literal->bytes, literal->length))
            return &spot->literals[i];
    }
    return NULL;
}

static void widen(struct placed_limits *limits, const struct placed_limits *more)
{
    if (more->port_from < limits->port_from)
        limits->port_from = more->port_from;
    if (more->port_to > limits->port_to)
        limits->port_to = more->port_to;
    if (more->size_from < limits->size_from)
        limits->size_from = more->size_from;
    if (more->size_to > limits->size_to)
        limits->size_to = more->size_to;
}

int placed_add(struct placed *table, const struct literal *literal, uint32_t place,
               const struct placed_limits *limits)
{
    uint32_t width = width_of(literal->length);
    struct spot *spot = table ? spot_at(table, place, width) : NULL;
    if (!spot)
        return -ENOSPC;
    struct placed_literal *same = find_same(spot, literal); /* of a hundred rules, to be compared once */
    if (same) {
        widen(&same->limits, limits);
        return 0;
    }
    if (grow_array(&spot->literals, spot->count, &spot->capacity))
        return -ENOMEM;
    spot->literals[spot->count++] =
        (struct placed_literal){.key = key_of(literal->bytes, width), .limits = *limits, .literal = *literal};
    return 0;
}

static int compare_keys(const void *left, const void *right)
{
    const struct placed_literal *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->literal.rule > b->literal.rule) - (a->literal.rule < b->literal.rule);
}

static void fill_filter(uint64_t *filter, const struct spot *spot, uint32_t shift)
{
    for (uint32_t i = 0; i < spot->count; i++) {
        uint32_t hash = hash_of(spot->literals[i].key, shift);
        filter[hash / WORD_BITS] |= UINT64_C(1) << hash % WORD_BITS;
    }
}

int placed_ready(struct placed *table)
{
    uint32_t words = 0;
    for (uint32_t i = 0; i < table->count; i++) {
        struct spot *spot = &table->spots[i];
        uint32_t bits = BITS_LEAST;
        while (bits < BITS_MOST && UINT32_C(1) << bits < spot->count * BITS_A_LITERAL)
            bits++;
        table->probes[i] = (struct probe){
            .place = (uint16_t)spot->place,
            .end = (uint16_t)(spot->place + spot->width),
            .mask = UINT32_MAX >> 8 * (WIDTH_MOST - spot->width),
            .filter = words,
            .shift = 32 - bits,
        };
        words += (UINT32_C(1) << bits) / WORD_BITS;
        if (spot->count)
            qsort(spot->literals, spot->count, sizeof *spot->literals, compare_keys);
    }
    table->filters = calloc(words + 1, sizeof *table->filters);
    for (uint32_t i = 0; table->filters && i < table->count; i++)
        fill_filter(table->filters + table->probes[i].filter, &table->spots[i], table->probes[i].shift);
    return table->filters ? 0 : -ENOMEM;
}

void placed_free(struct placed *table)
{
    if (!table)
        return;
    for (uint32_t i = 0; i < table->count; i++)
        free(table->spots[i].literals);
    free(table->spots);
    free(table->filters);
    free(table);
}

struct found_in { /* what the limits are about */
    uint16_t port, size;
};

static bool within(const struct placed_limits *limits, struct found_in in)
{
    return in.port >= limits->port_from && in.port <= limits->port_to && in.size >= limits->size_from &&
           in.size <= limits->size_to;
}

static void find_at(const struct spot *spot, uint32_t key, struct slice bytes, struct found_in in,
                    placed_visitor *visit, void *ctx)
{
    uint32_t low = 0, high = spot->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (spot->literals[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < spot->count && spot->literals[low].key == key; low++) {
        const struct literal *literal = &spot->literals[low].literal;
        if (within(&spot->literals[low].limits, in) &&
            content_search_at(literal->nocase, slice_of(literal->bytes, literal->length), bytes))
            visit(ctx, literal->rule);
    }
}

static uint32_t key_at(const struct probe *probe, struct slice bytes)
{
    uint32_t key;
    if ((size_t)probe->place + WIDTH_MOST > bytes.n)
        return key_of(bytes.p + probe->place, (uint32_t)probe->end - probe->place);
    memcpy(&key, bytes.p + probe->place, sizeof key);
    return (le32toh(key) | CASE_BITS) & probe->mask;
}

void placed_find(const struct placed *table, struct slice bytes, uint16_t port, placed_visitor *visit,
                 void *ctx)
{
    struct found_in in = {.port = port, .size = (uint16_t)(bytes.n < UINT16_MAX ? bytes.n : UINT16_MAX)};
    for (uint32_t i = 0; i < table->count && table->probes[i].end <= bytes.n; i++) {
        const struct probe *probe = &table->probes[i];
        uint32_t key = key_at(probe, bytes), hash = hash_of(key, probe->shift);
        if (table->filters[probe->filter + hash / WORD_BITS] >> hash % WORD_BITS & 1)
            find_at(&table->spots[i], key, slice_from(bytes, probe->place), in, visit, ctx);
    }
}
