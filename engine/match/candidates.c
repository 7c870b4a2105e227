#include "match/candidates.h"

#include <errno.h>
#include <stdlib.h>

int candidates_init(struct candidates *set, uint32_t rules)
{
    uint32_t words = rules / 64 + 1;
    set->summary_words = words / 64 + 1;
    set->summary = calloc(set->summary_words, sizeof *set->summary);
    for (int v = 0; v < CANDIDATE_VIEWS; v++)
        set->views[v] = calloc(words, sizeof *set->views[v]);
    return set->summary && set->views[CANDIDATE_PACKET] && set->views[CANDIDATE_STREAM] ? 0 : -ENOMEM;
}

void candidates_fini(struct candidates *set)
{
    free(set->summary);
    for (int v = 0; v < CANDIDATE_VIEWS; v++)
        free(set->views[v]);
}

/* The first word of the summary that is not zero, or summary_words. */
static uint32_t first_summary(const struct candidates *set)
{
    uint32_t at = (uint32_t)__builtin_ctzll(set->top);
    if (at < CANDIDATES_TOP)
        return at;
    while (at < set->summary_words && !set->summary[at])
        at++;
    return at;
}

static void clear_summary(struct candidates *set, uint32_t at, uint64_t first)
{
    set->summary[at] &= ~first;
    if (!set->summary[at] && at < CANDIDATES_TOP)
        set->top &= ~(1ull << at);
}

bool candidates_take_first(struct candidates *set, uint32_t *rule, unsigned *views)
{
    uint32_t at = first_summary(set);
    if (at == set->summary_words) {
        set->top = 0;
        return false;
    }
    uint64_t summary = set->summary[at];
    uint32_t word = at * 64 + (uint32_t)__builtin_ctzll(summary);
    uint64_t *packet = &set->views[CANDIDATE_PACKET][word];
    uint64_t *stream = &set->views[CANDIDATE_STREAM][word];
    uint64_t first = (*packet | *stream) & -(*packet | *stream);
    *views =
        (*packet & first ? 1u << CANDIDATE_PACKET : 0u) | (*stream & first ? 1u << CANDIDATE_STREAM : 0u);
    *rule = word * 64 + (uint32_t)__builtin_ctzll(first);
    *packet &= ~first;
    *stream &= ~first;
    if (!(*packet | *stream))
        clear_summary(set, at, summary & -summary);
    return true;
}
