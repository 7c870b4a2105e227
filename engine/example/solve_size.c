/* What options say of lengths: isdataat, bsize, urilen, dsize. */
#include "example/solving.h"
#include "rule/keyword/size.h"

bool solve_size(struct solving *s, unsigned at)
{
    const struct solve_item *item = s->order[at];
    const struct isdataat *is = step_isdataat(item->step);
    int64_t count = is->count;
    struct draft *d = &s->draft;
    if (is->count_is_variable)
        count = (uint32_t)s->values[(uint32_t)is->count % RULE_VARIABLES];
    int64_t wanted = is->relative ? s->cursor + count : item->base + count + 1;
    if (wanted < 0 || wanted > DRAFT_MOST)
        return false;
    if (!is->negated)
        return draft_reach(d, (uint32_t)wanted) && solve_rest(s, at + 1);
    /* It has fewer than that. */
    if (wanted == 0 || d->count >= wanted)
        return false;
    int64_t room = wanted - 1 - d->count;
    draft_freeze(d, is->relative ? s->cursor + 1 : 0, d->count);
    if (d->tail > room)
        d->tail = (uint16_t)room;
    return solve_rest(s, at + 1);
}

bool solve_sizes_hold(const struct solving *s, uint32_t count)
{
    for (unsigned i = 0; i < s->size_count; i++)
        if (count < s->size_bases[i] || !uint_condition_holds(s->sizes[i], count - s->size_bases[i]))
            return false;
    return true;
}

bool solve_fit_sizes(struct solving *s)
{
    struct draft *d = &s->draft;
    for (uint32_t count = d->count; count <= DRAFT_MOST; count++) {
        if (!solve_sizes_hold(s, count))
            continue;
        if (count == d->count && !s->size_count)
            return true;
        if (!draft_stretch(d, count, s->attempt % 4 < 2))
            return false;
        draft_freeze(d, 0, d->count);
        d->tail = 0;
        return true;
    }
    return false;
}
