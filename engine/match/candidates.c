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

bool candidates_take(struct candidates *set, struct candidate_walk *walk, uint32_t *rule, unsigned *views)
{
    for (; walk->summary_word < set->summary_words; walk->summary_word++) {
        uint64_t summary = set->summary[walk->summary_word];
        if (!summary)
            continue;
        uint32_t word = walk->summary_word * 64 + (uint32_t)__builtin_ctzll(summary);
        uint64_t *packet = &set->views[CANDIDATE_PACKET][word];
        uint64_t *stream = &set->views[CANDIDATE_STREAM][word];
        uint64_t first = (*packet | *stream) & -(*packet | *stream);
        *views =
            (*packet & first ? 1u << CANDIDATE_PACKET : 0u) | (*stream & first ? 1u << CANDIDATE_STREAM : 0u);
        *rule = word * 64 + (uint32_t)__builtin_ctzll(first);
        *packet &= ~first;
        *stream &= ~first;
        if (!(*packet | *stream))
            set->summary[walk->summary_word] &= summary - 1;
        return true;
    }
    return false;
}
