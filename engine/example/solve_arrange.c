/*
 * The order in which steps are placed. Steps that count from the one before stay behind it: such a group
 * moves as a whole. First what has a position, then what may lie anywhere, then what ends the buffer, then
 * regular expressions, which fit themselves around what is there.
 */
#include <stdlib.h>

#include "example/solving.h"
#include "rule/content.h"

enum { LONG = 4096 };

enum rank {
    RANK_PLACED,
    RANK_OFFSET = 1 << 17,
    RANK_ANYWHERE = 1 << 20,
    RANK_PCRE_EARLY,
    RANK_ENDING,
    RANK_PCRE
};

static uint32_t rank_of_head(const struct solving *s, const struct solve_item *item)
{
    const struct content *content = step_content(item->step);
    if (item->regex.count || item->pcre_negated)
        return s->attempt % 4 == 1 ? RANK_PCRE_EARLY : RANK_PCRE;
    if (!content || content->flags & CONTENT_NEGATED)
        return RANK_PLACED;
    if (content->flags & CONTENT_DEPTH) /* first what must end first */
        return (uint32_t)content->depth & 0x1ffff;
    if (content->flags & CONTENT_OFFSET)
        return RANK_OFFSET + ((uint32_t)content->offset & 0xffff);
    return RANK_ANYWHERE;
}

static int by_rank(const void *a, const void *b)
{
    const struct solve_item *x = *(struct solve_item *const *)a, *y = *(struct solve_item *const *)b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return (x > y) - (x < y);
}

/* Later attempts take what may lie anywhere in another order. */
static void stir(struct solving *s, uint32_t groups)
{
    uint32_t from = 0;
    for (unsigned i = 0; i < s->count; i++) {
        uint32_t group = s->items[i].group;
        const struct content *content = step_content(s->items[i].step);
        if (s->attempt == 3 && s->items[i].group_begins) /* the longest first: it may have the others in it */
            from = content && content->length < LONG ? (LONG - content->length) << 8 | group : group;
        if (s->attempt == 3)
            s->items[i].group = from;
        else if (s->attempt % 5 == 2)
            s->items[i].group = groups - group;
        else if (s->attempt > 4)
            s->items[i].group = (uint32_t)((group * 2654435761u * s->attempt) >> 8 & 0xffff) << 8 | group;
    }
}

void solve_arrange(struct solving *s)
{
    uint32_t groups = 0, from = 0;
    for (unsigned i = 0; i < s->count; i++) {
        struct solve_item *item = &s->items[i];
        if (item->group_begins || i == 0) {
            groups++;
            from = i;
            item->rank = rank_of_head(s, item);
        }
        item->group = groups;
        item->rank = s->items[from].rank;
        if (item->ends_buffer && item->rank < RANK_ENDING)
            for (unsigned k = from; k <= i; k++)
                s->items[k].rank = RANK_ENDING;
        s->order[i] = item;
    }
    if (s->variables && s->attempt < 6) /* what is read first is used later */
        return;
    stir(s, groups);
    qsort(s->order, s->count, sizeof *s->order, by_rank);
}
