#include "rule/keyword/content_search.h"

#include <immintrin.h>

enum {
    FOLD_CHUNK = 4096,   /* bytes folded at a time, on the stack */
    FOLD_PATTERN = 1024, /* longest pattern that is looked for in folded chunks */
    MISSES = 16          /* of one memo, before it is searched to the end */
};

static inline uint8_t fold(uint8_t c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

bool content_search_at(bool nocase, struct slice pattern, struct slice in)
{
    if (in.n < pattern.n)
        return false;
    if (!nocase)
        return memcmp(in.p, pattern.p, pattern.n) == 0;
    for (size_t i = 0; i < pattern.n; i++)
        if (fold(in.p[i]) != pattern.p[i])
            return false;
    return true;
}

/* Linear whatever the bytes are (memmem is): folds the text piece by piece, each overlapping the one before.
 */
static size_t find_folded(struct slice pattern, struct slice in)
{
    uint8_t chunk[FOLD_CHUNK + FOLD_PATTERN];
    for (size_t at = 0; at + pattern.n <= in.n; at += FOLD_CHUNK) {
        size_t n = in.n - at < FOLD_CHUNK + pattern.n - 1 ? in.n - at : FOLD_CHUNK + pattern.n - 1;
        for (size_t i = 0; i < n; i++)
            chunk[i] = fold(in.p[at + i]);
        const uint8_t *found = memmem(chunk, n, pattern.p, pattern.n);
        if (found)
            return at + (size_t)(found - chunk);
    }
    return SEARCH_NONE;
}

static size_t find_linear(bool nocase, struct slice pattern, struct slice in)
{
    if (nocase)
        return find_folded(pattern, in);
    const uint8_t *found = in.p ? memmem(in.p, in.n, pattern.p, pattern.n) : NULL;
    return found ? (size_t)(found - in.p) : SEARCH_NONE;
}

/* What a place must have to be looked at closely: the pattern's first byte and its last one, further on. */
struct ends {
    const uint8_t *first_at, *last_at; /* of the first place */
    size_t places;
    uint8_t first, last, first_case, last_case; /* case: the bit that is set before bytes are compared */
};

static uint8_t case_of(bool nocase, uint8_t byte)
{
    return nocase && byte >= 'a' && byte <= 'z' ? 0x20 : 0;
}

static bool ends_fit(const struct ends *e, size_t at)
{
    return (e->first_at[at] | e->first_case) == e->first && (e->last_at[at] | e->last_case) == e->last;
}

/* The first block of LANES places, from `at` on, of which some fit: *fit has their bits. None: what is
 * behind. */
typedef size_t block_search(const struct ends *ends, size_t at, uint32_t *fit);

static inline __m128i fit_16(const uint8_t *bytes, __m128i byte, __m128i casing)
{
    return _mm_cmpeq_epi8(_mm_or_si128(_mm_loadu_si128((const __m128i *)bytes), casing), byte);
}

static inline size_t search_16(const struct ends *e, size_t at, uint32_t *fit)
{
    __m128i first = _mm_set1_epi8((char)e->first), first_case = _mm_set1_epi8((char)e->first_case);
    __m128i last = _mm_set1_epi8((char)e->last), last_case = _mm_set1_epi8((char)e->last_case);
    const uint8_t *first_at = e->first_at, *last_at = e->last_at;
    size_t places = e->places;
    for (*fit = 0; places - at >= 16; at += 16) {
        __m128i both =
            _mm_and_si128(fit_16(first_at + at, first, first_case), fit_16(last_at + at, last, last_case));
        if ((*fit = (uint32_t)_mm_movemask_epi8(both)))
            break;
    }
    return at;
}

#define AVX2 __attribute__((target("avx2")))

static inline AVX2 __m256i fit_32(const uint8_t *bytes, __m256i byte, __m256i casing)
{
    return _mm256_cmpeq_epi8(_mm256_or_si256(_mm256_loadu_si256((const __m256i *)bytes), casing), byte);
}

static AVX2 size_t search_32(const struct ends *e, size_t at, uint32_t *fit)
{
    __m256i first = _mm256_set1_epi8((char)e->first), first_case = _mm256_set1_epi8((char)e->first_case);
    __m256i last = _mm256_set1_epi8((char)e->last), last_case = _mm256_set1_epi8((char)e->last_case);
    const uint8_t *first_at = e->first_at, *last_at = e->last_at;
    size_t places = e->places;
    for (*fit = 0; places - at >= 32; at += 32) {
        __m256i both =
            _mm256_and_si256(fit_32(first_at + at, first, first_case), fit_32(last_at + at, last, last_case));
        if ((*fit = (uint32_t)_mm256_movemask_epi8(both)))
            break;
    }
    return at;
}

struct search {
    struct slice pattern, in;
    struct ends ends;
    size_t at, compared; /* places before this do not fit; bytes that were compared closely */
    bool nocase;
};

static bool has_compared_much(const struct search *s)
{
    return s->compared > 256 + 4 * s->in.n && s->pattern.n <= FOLD_PATTERN;
}

/* Looks at blocks as long as there are whole ones, and not too much was compared. Inline, so that `search` is
 * known: most windows of a chain are short. */
static inline __attribute__((always_inline)) size_t find_in_blocks(struct search *s, block_search *search,
                                                                   size_t lanes)
{
    uint32_t fit;
    for (; !has_compared_much(s); s->at += lanes) {
        s->at = search(&s->ends, s->at, &fit);
        if (!fit)
            break;
        for (; fit; fit &= fit - 1) {
            size_t place = s->at + (unsigned)__builtin_ctz(fit);
            if (content_search_at(s->nocase, s->pattern, slice_from(s->in, place)))
                return place;
            s->compared += s->pattern.n;
        }
    }
    return SEARCH_NONE;
}

/*
 * Many places at a time: where first and last byte fit the rest is compared (W. Mula, SIMD-friendly
 * algorithms for substring searching, 2016), until that has been done too often.
 */
static size_t find_by_ends(struct search *s)
{
    enum { WIDE = 64 }; /* places, from which on it is worth to ask for AVX2 */
    size_t found = SEARCH_NONE;
    if (s->ends.places >= WIDE && __builtin_cpu_supports("avx2"))
        found = find_in_blocks(s, search_32, 32);
    if (found == SEARCH_NONE && s->ends.places - s->at >= 16)
        found = find_in_blocks(s, search_16, 16);
    if (found != SEARCH_NONE)
        return found;
    if (has_compared_much(s)) {
        found = find_linear(s->nocase, s->pattern, slice_from(s->in, s->at));
        return found == SEARCH_NONE ? found : s->at + found;
    }
    for (; s->at < s->ends.places; s->at++)
        if (ends_fit(&s->ends, s->at) && content_search_at(s->nocase, s->pattern, slice_from(s->in, s->at)))
            return s->at;
    return SEARCH_NONE;
}

size_t content_search_find(bool nocase, struct slice pattern, struct slice in)
{
    if (in.n < pattern.n)
        return SEARCH_NONE;
    if (!pattern.n)
        return 0;
    size_t last = pattern.n - 1;
    struct search search = {
        .pattern = pattern,
        .in = in,
        .nocase = nocase,
        .ends = {.first_at = in.p,
                 .last_at = in.p + last,
                 .places = in.n - last,
                 .first = pattern.p[0],
                 .last = pattern.p[last],
                 .first_case = case_of(nocase, pattern.p[0]),
                 .last_case = case_of(nocase, pattern.p[last])},
    };
    return find_by_ends(&search);
}

/* What the memo says of [from, upto): true with *at, or false with *from moved past what is known. */
static bool memo_ask(const struct search_memo *memo, size_t length, size_t *from, size_t upto, size_t *at)
{
    if (!memo || !memo->known || *from < memo->from)
        return false;
    if (memo->at != SEARCH_NONE) {
        if (*from > memo->at)
            return false;
        *at = upto - memo->at < length || upto < memo->at ? SEARCH_NONE : memo->at;
        return true;
    }
    if (upto <= memo->upto) {
        *at = SEARCH_NONE;
        return true;
    }
    size_t checked = memo->upto > length - 1 ? memo->upto - (length - 1) : 0;
    if (*from < checked)
        *from = checked;
    return false;
}

static void remember(struct search_memo *memo, size_t from, size_t upto, size_t at)
{
    uint8_t misses = memo->misses;
    if (at == SEARCH_NONE && misses < MISSES)
        misses++;
    *memo = (struct search_memo){.known = true, .from = from, .upto = upto, .at = at, .misses = misses};
}

size_t search_memo_find(struct search_memo *memo, bool nocase, struct slice pattern, struct slice in,
                        size_t from, size_t upto)
{
    if (upto > in.n)
        upto = in.n;
    if (from > upto || upto - from < pattern.n)
        return SEARCH_NONE;
    size_t start = from, at;
    if (memo_ask(memo, pattern.n, &start, upto, &at))
        return at;
    size_t end = memo && memo->misses >= MISSES ? in.n : upto;
    at = content_search_find(nocase, pattern, slice_of(in.p + start, end > start ? end - start : 0));
    if (at != SEARCH_NONE)
        at += start;
    if (memo)
        remember(memo, from, end, at);
    return at != SEARCH_NONE && upto - at >= pattern.n && at < upto ? at : SEARCH_NONE;
}
