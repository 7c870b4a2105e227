/*
 * Looking for a literal in bytes: the inner loop of content.
 *
 * A search_memo belongs to one evaluation: it remembers what one step's searches of the current buffer found,
 * so that backtracking, which asks from ever later places, stays linear in the buffer. One thread.
 */
#ifndef SLUICE_RULE_KEYWORD_CONTENT_SEARCH_H
#define SLUICE_RULE_KEYWORD_CONTENT_SEARCH_H

#include "base/slice.h"

#define SEARCH_NONE SIZE_MAX

/*
 * Index of the first occurrence of the pattern in `in`, or SEARCH_NONE. With `nocase` the pattern is lower
 * case and the case of `in` (ASCII) does not matter. Time is linear in both for patterns of up to 1,024
 * bytes.
 */
size_t content_search_find(bool nocase, struct slice pattern, struct slice in);

/* Whether the pattern lies at the start of `in`. */
bool content_search_at(bool nocase, struct slice pattern, struct slice in);

struct search_memo {
    size_t from, upto; /* what was asked: occurrences that lie within [from, upto) */
    size_t at;         /* the first of them, or SEARCH_NONE */
    bool known;
    uint8_t misses; /* after some the search goes on to the end, once */
};

static inline void search_memo_reset(struct search_memo *memo)
{
    memo->known = false;
    memo->misses = 0;
}

/* As content_search_find, in [from, upto) of `in`; the result counts from the start of `in`. memo may be
 * NULL. */
size_t search_memo_find(struct search_memo *memo, bool nocase, struct slice pattern, struct slice in,
                        size_t from, size_t upto);

/* Whether it is known that the pattern, of that length, is not in [from, upto). */
static inline bool search_memo_is_none(const struct search_memo *memo, size_t from, size_t upto,
                                       size_t length)
{
    return (memo->known && memo->at == SEARCH_NONE && from >= memo->from && upto <= memo->upto) ||
           from > upto || upto - from < length;
}

#endif
