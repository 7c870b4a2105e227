#include "match/candidates.h"

#include <errno.h>
#include <stdlib.h>

int candidates_init(struct candidates *set, uint32_t rules)
{
    uint32_t words = rules / 64 + 1;
    set->summary_words = words / 64 + 1;
    set->summary = calloc(set->summary_words, sizeof *set->summary);
    set->words = calloc(words, sizeof *set->words);
    return set->summary && set->words ? 0 : -ENOMEM;
}

void candidates_fini(struct candidates *set)
{
    free(set->summary);
    free(set->words);
}

bool candidates_beyond(struct candidates *set, uint32_t *at)
{
    for (*at = CANDIDATES_TOP; *at < set->summary_words; ++*at)
        if (set->summary[*at])
            return true;
    set->top = 0;
    return false;
}
