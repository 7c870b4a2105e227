#include "rule/keyword/content_search.h"

#include <stdlib.h>

enum {
    FOLD_CHUNK = 4096,  /* bytes folded at a time, on the stack */
    FOLD_PATTERN = 1024 /* longest pattern that is looked for in folded chunks */
};

static inline uint8_t fold(uint8_t c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

struct content_search *content_search_new(struct slice pattern)
{
    struct content_search *search = malloc(sizeof *search);
    if (!search)
        return NULL;
    uint8_t most = pattern.n < 255 ? (uint8_t)pattern.n : 255;
    memset(search->shift, most, sizeof search->shift);
    for (size_t i = 0; i + 1 < pattern.n; i++) {
        size_t shift = pattern.n - 1 - i;
        uint8_t step = shift < 255 ? (uint8_t)shift : 255;
        uint8_t c = fold(pattern.p[i]);
        search->shift[c] = step;
        if (c >= 'a' && c <= 'z')
            search->shift[c & 0xdf] = step;
    }
    return search;
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

/* Horspool (R. N. Horspool, Practical fast searching in strings, 1980) until it has compared too often. */
static size_t find_nocase(const struct content_search *search, struct slice pattern, struct slice in)
{
    size_t last = pattern.n - 1, compared = 0, most = 256 + 4 * in.n;
    size_t at = 0;
    while (at + pattern.n <= in.n) {
        uint8_t under = in.p[at + last];
        if (fold(under) == pattern.p[last]) {
            size_t i = 0;
            while (i < last && fold(in.p[at + i]) == pattern.p[i])
                i++;
            if (i == last)
                return at;
            compared += i;
            if (compared > most && pattern.n <= FOLD_PATTERN) {
                size_t found = find_folded(pattern, slice_from(in, at + 1));
                return found == SEARCH_NONE ? found : at + 1 + found;
            }
        }
        at += search->shift[under];
    }
    return SEARCH_NONE;
}

size_t content_search_find(const struct content_search *search, struct slice pattern, struct slice in)
{
    if (in.n < pattern.n)
        return SEARCH_NONE;
    if (search)
        return find_nocase(search, pattern, in);
    const uint8_t *found = memmem(in.p, in.n, pattern.p, pattern.n);
    return found ? (size_t)(found - in.p) : SEARCH_NONE;
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

size_t search_memo_find(struct search_memo *memo, const struct content_search *search, struct slice pattern,
                        struct slice in, size_t from, size_t upto)
{
    if (upto > in.n)
        upto = in.n;
    if (from > upto || upto - from < pattern.n)
        return SEARCH_NONE;
    size_t start = from, at;
    if (memo_ask(memo, pattern.n, &start, upto, &at))
        return at;
    if (start < upto) {
        at = content_search_find(search, pattern, slice_of(in.p + start, upto - start));
        if (at != SEARCH_NONE)
            at += start;
    } else {
        at = SEARCH_NONE;
    }
    if (memo)
        *memo = (struct search_memo){.known = true, .from = from, .upto = upto, .at = at};
    return at;
}
