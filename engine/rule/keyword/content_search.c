#include "rule/keyword/content_search.h"

#include <emmintrin.h>

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

static inline __m128i load(const uint8_t *p, bool nocase)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)p);
    if (!nocase)
        return bytes;
    /* 'A' to 'Z', and nothing else, come to lie at the upper end of signed bytes. */
    __m128i moved = _mm_add_epi8(bytes, _mm_set1_epi8(127 - 'Z'));
    __m128i upper = _mm_cmpgt_epi8(moved, _mm_set1_epi8(127 - ('Z' - 'A' + 1)));
    return _mm_or_si128(bytes, _mm_and_si128(upper, _mm_set1_epi8(0x20)));
}

/*
 * Sixteen places at a time: where first and last byte fit the rest is compared (W. Mula, SIMD-friendly
 * algorithms for substring searching, 2016), until that has been done too often. `nocase` is a constant where
 * this is called.
 */
static inline __attribute__((always_inline)) size_t find_by_ends(bool nocase, struct slice pattern,
                                                                 struct slice in)
{
    enum { LANES = 16 };
    size_t last = pattern.n - 1, places = in.n - last, most = 256 + 4 * in.n, compared = 0, at = 0;
    __m128i first_byte = _mm_set1_epi8((char)pattern.p[0]), last_byte = _mm_set1_epi8((char)pattern.p[last]);
    for (; places - at >= LANES; at += LANES) {
        __m128i fit = _mm_and_si128(_mm_cmpeq_epi8(load(in.p + at, nocase), first_byte),
                                    _mm_cmpeq_epi8(load(in.p + at + last, nocase), last_byte));
        for (unsigned lanes = (unsigned)_mm_movemask_epi8(fit); lanes; lanes &= lanes - 1) {
            size_t place = at + (unsigned)__builtin_ctz(lanes);
            if (content_search_at(nocase, pattern, slice_from(in, place)))
                return place;
            compared += pattern.n;
        }
        if (compared > most && pattern.n <= FOLD_PATTERN)
            break;
    }
    if (places - at >= LANES) {
        size_t found = find_linear(nocase, pattern, slice_from(in, at));
        return found == SEARCH_NONE ? found : at + found;
    }
    for (; at < places; at++)
        if (content_search_at(nocase, pattern, slice_from(in, at)))
            return at;
    return SEARCH_NONE;
}

size_t content_search_find(bool nocase, struct slice pattern, struct slice in)
{
    if (in.n < pattern.n)
        return SEARCH_NONE;
    if (!pattern.n)
        return 0;
    return nocase ? find_by_ends(true, pattern, in) : find_by_ends(false, pattern, in);
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
