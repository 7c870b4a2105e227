#include "match/database.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/grow.h"
#include "match/cache.h"
#include "match/fast_pattern.h"
#include "rule/keyword/content_search.h"

enum { COMPILE_THREADS = 8 };

static const uint8_t zeros[FAST_PATTERN_MOST];

struct database *database_new(bool streaming)
{
    struct database *database = calloc(1, sizeof *database);
    if (database)
        database->streaming = streaming;
    return database;
}

void database_free(struct database *database)
{
    if (!database)
        return;
    hs_free_database(database->hs);
    free(database->start);
    free(database->rules);
    free(database->zero_lengths);
    free(database->literals);
    free(database);
}

int database_add(struct database *database, const struct literal *literal)
{
    if (grow_array(&database->literals, database->literal_count, &database->literal_capacity))
        return -ENOMEM;
    database->literals[database->literal_count++] = *literal;
    return 0;
}

static uint8_t folded(const struct literal *literal, uint32_t at)
{
    uint8_t byte = literal->bytes[at];
    return literal->nocase && byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 'a' - 'A') : byte;
}

static bool is_zeros(const struct literal *literal)
{
    return literal->length <= sizeof zeros && !memcmp(literal->bytes, zeros, literal->length);
}

/* Orders by what Hyperscan would find: literals that compare equal here are one pattern. */
static int compare_pattern(const struct literal *a, const struct literal *b)
{
    bool zero = is_zeros(a), both = zero && is_zeros(b);
    if (zero != is_zeros(b))
        return zero ? 1 : -1;
    if (both)
        return (a->length > b->length) - (a->length < b->length);
    if (a->nocase != b->nocase)
        return a->nocase ? 1 : -1;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    for (uint32_t i = 0; i < a->length; i++) {
        int difference = folded(a, i) - folded(b, i);
        if (difference)
            return difference;
    }
    return 0;
}

static int compare_literal(const void *left, const void *right)
{
    const struct literal *a = left, *b = right;
    int pattern = compare_pattern(a, b);
    return pattern ? pattern : (a->rule > b->rule) - (a->rule < b->rule);
}

/* Gives equal literals one id. */
static int number_patterns(struct database *d)
{
    qsort(d->literals, d->literal_count, sizeof *d->literals, compare_literal);
    d->start = malloc((d->literal_count + 1) * sizeof *d->start);
    d->rules = malloc((d->literal_count + 1) * sizeof *d->rules);
    if (!d->start || !d->rules)
        return -ENOMEM;
    for (uint32_t i = 0; i < d->literal_count; i++) {
        if (i == 0 || compare_pattern(&d->literals[i - 1], &d->literals[i]))
            d->start[d->count++] = i;
        d->rules[i] = d->literals[i].rule;
    }
    d->start[d->count] = d->literal_count;
    return 0;
}

/* Takes the literals of zeros from Hyperscan, unless there would be nothing left. */
static int set_zeros_apart(struct database *d)
{
    uint32_t others = 0;
    while (others < d->count && !is_zeros(&d->literals[d->start[others]]))
        others++;
    if (d->streaming || !others || others == d->count)
        return 0;
    d->zeros = d->count - others;
    d->zero_lengths = malloc(d->zeros * sizeof *d->zero_lengths);
    for (uint32_t i = 0; d->zero_lengths && i < d->zeros; i++)
        d->zero_lengths[i] = (uint16_t)d->literals[d->start[others + i]].length;
    return d->zero_lengths ? 0 : -ENOMEM;
}

uint32_t database_zeros(const struct database *d, struct slice bytes)
{
    uint32_t found = 0;
    while (found < d->zeros &&
           content_search_find(false, slice_of(zeros, d->zero_lengths[found]), bytes) != SEARCH_NONE)
        found++;
    return found;
}

/* Hyperscan's arguments, in parallel arrays. */
struct patterns {
    const char **expressions;
    size_t *lengths;
    unsigned *flags, *ids;
    struct slice *literals;
    char *text; /* the literals as Hyperscan wants them, one after the other */
    uint32_t count;
};

static void patterns_fini(struct patterns *p)
{
    free(p->expressions);
    free(p->lengths);
    free(p->flags);
    free(p->ids);
    free(p->text);
}

static int patterns_init(struct patterns *p, const struct database *d)
{
    size_t total = 1;
    p->count = d->count - d->zeros;
    for (uint32_t i = 0; i < p->count; i++)
        total += d->literals[d->start[i]].length;
    p->expressions = malloc((p->count + 1) * sizeof *p->expressions);
    p->lengths = malloc((p->count + 1) * sizeof *p->lengths);
    p->flags = malloc((p->count + 1) * sizeof *p->flags);
    p->ids = malloc((p->count + 1) * sizeof *p->ids);
    p->text = malloc(total);
    if (!p->expressions || !p->lengths || !p->flags || !p->ids || !p->text)
        return -ENOMEM;
    char *at = p->text;
    for (uint32_t i = 0; i < p->count; i++) {
        const struct literal *literal = &d->literals[d->start[i]];
        for (uint32_t b = 0; b < literal->length; b++)
            at[b] = (char)folded(literal, b);
        p->expressions[i] = at;
        p->lengths[i] = literal->length;
        p->ids[i] = i;
        /*
         * In a stream SINGLEMATCH would hold for the stream's whole life, and a rule could not become a
         * candidate again in a later chunk.
         */
        p->flags[i] = (literal->nocase ? HS_FLAG_CASELESS : 0u) | (d->streaming ? 0u : HS_FLAG_SINGLEMATCH);
        at += literal->length;
    }
    return 0;
}

static void patterns_key(const struct patterns *p, const struct database *d, struct cache_key *key)
{
    cache_key_init(key);
    uint32_t head[2] = {d->streaming, p->count};
    cache_key_add(key, head, sizeof head);
    for (uint32_t i = 0; i < p->count; i++) {
        uint64_t item[2] = {p->lengths[i], p->flags[i]};
        cache_key_add(key, item, sizeof item);
        cache_key_add(key, p->expressions[i], p->lengths[i]);
    }
    cache_key_done(key);
}

static int compile(struct database *d, const struct patterns *p, struct err *err)
{
    hs_compile_error_t *why = NULL;
    unsigned mode = d->streaming ? HS_MODE_STREAM : HS_MODE_BLOCK;
    hs_error_t code = hs_compile_lit_multi(p->expressions, p->flags, p->ids, p->lengths, p->count, mode, NULL,
                                           &d->hs, &why);
    if (code == HS_SUCCESS)
        return 0;
    int result = code == HS_NOMEM ? -ENOMEM : -EINVAL;
    err_set(err, result, "Hyperscan cannot compile %u literals: %s", p->count,
            why && why->message ? why->message : "no reason given");
    if (why)
        hs_free_compile_error(why);
    return result;
}

/* Where literals are few enough Hyperscan makes one, which its size tells: else a literal takes some 250
 * bytes. */
static bool has_automaton(const struct database *d)
{
    enum { LEAST = 64 << 10, LEAST_A_LITERAL = 1000 };
    return !d->streaming && d->bytes >= LEAST && d->bytes / d->count >= LEAST_A_LITERAL;
}

int database_compile(struct database *d, struct cache *cache, struct err *err)
{
    struct patterns p = {0};
    int result = number_patterns(d);
    if (!result)
        result = set_zeros_apart(d);
    if (!result)
        result = patterns_init(&p, d);
    if (result) {
        err_set(err, result, "out of memory while compiling literals");
        goto done;
    }
    struct cache_key key;
    if (cache)
        patterns_key(&p, d, &key);
    d->from_cache = cache && cache_read(cache, &key, &d->hs);
    if (!d->from_cache)
        result = compile(d, &p, err);
    if (!result && cache && !d->from_cache)
        cache_write(cache, &key, d->hs);
    if (!result) {
        hs_database_size(d->hs, &d->bytes);
        d->automaton = has_automaton(d);
    }
    free(d->literals);
    d->literals = NULL;
    d->literal_capacity = 0;
done:
    patterns_fini(&p);
    return result;
}

/* Work that the compiling threads share: each takes the next database until none is left. */
struct compile_work {
    struct database **databases;
    uint32_t count;
    struct cache *cache;
    atomic_uint next; /* relaxed: only hands out numbers */
    pthread_mutex_t lock;
    int result; /* of the first failure; under the lock, like *err */
    struct err *err;
};

static void *compile_thread(void *argument)
{
    struct compile_work *work = argument;
    for (;;) {
        unsigned i = atomic_fetch_add_explicit(&work->next, 1, memory_order_relaxed);
        if (i >= work->count)
            return NULL;
        struct err err = {0};
        int result = database_compile(work->databases[i], work->cache, &err);
        if (!result)
            continue;
        pthread_mutex_lock(&work->lock);
        if (!work->result) {
            work->result = result;
            *work->err = err;
        }
        pthread_mutex_unlock(&work->lock);
        return NULL;
    }
}

int databases_compile(struct database **databases, uint32_t count, struct cache *cache, struct err *err)
{
    struct compile_work work = {.databases = databases, .count = count, .cache = cache, .err = err};
    pthread_mutex_init(&work.lock, NULL);
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    pthread_t threads[COMPILE_THREADS];
    unsigned started = 0;
    while (started + 1 < COMPILE_THREADS && started + 1 < processors && started + 1 < count &&
           !pthread_create(&threads[started], NULL, compile_thread, &work))
        started++;
    compile_thread(&work);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&work.lock);
    return work.result;
}
