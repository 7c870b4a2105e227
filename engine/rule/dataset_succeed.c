/*
 * One collection of sets takes the place of another while rules use that one (dataset.h): first whoever adds
 * to a set adds to its successor as well, then what is there is copied. Both happen under the lock of the
 * collection before, so that nothing is missed and nothing that was removed comes back.
 */
#include "rule/dataset_private.h"

enum { BUCKETS_AT_A_TIME = 512 };

/* From `*at` on; advances it. 0, or what `visit` has returned. The lock is held. */
static int visit_some(const struct dataset *set, uint64_t *at,
                      int (*visit)(void *ctx, const struct dataset_value *value), void *ctx)
{
    uint64_t end = *at + BUCKETS_AT_A_TIME;
    int result = 0;
    for (; *at < end && *at <= set->mask && !result; ++*at)
        for (const struct dataset_value *v = set->buckets[*at]; v && !result; v = v->next)
            result = visit(ctx, v);
    return result;
}

int dataset_each(struct dataset *set, int (*visit)(void *ctx, const struct dataset_value *value), void *ctx)
{
    uint64_t at = 0, mask = 0;
    bool more = true;
    int result = 0;
    while (more && !result) {
        pthread_mutex_lock(&set->all->lock);
        if (at && mask != set->mask) {
            at = 0;
            result = visit(ctx, NULL);
        }
        mask = set->mask;
        if (!result)
            result = visit_some(set, &at, visit, ctx);
        more = at <= mask;
        pthread_mutex_unlock(&set->all->lock);
    }
    return result;
}

void datasets_follow(struct datasets *all, struct datasets *before)
{
    all->before = before;
    before->after = all;
}

static int hand_over(void *ctx, const struct dataset_value *value)
{
    struct dataset *to = ctx;
    if (!value || !(value->learned || to->takes_all))
        return 0;
    pthread_mutex_lock(&to->all->lock);
    dataset_put(to, slice_of(value->bytes, value->length), value->reputation, value->learned);
    pthread_mutex_unlock(&to->all->lock);
    return 0;
}

static void set_successor(struct dataset *set, struct dataset *successor)
{
    pthread_mutex_lock(&set->all->lock);
    set->successor = successor;
    pthread_mutex_unlock(&set->all->lock);
}

void datasets_succeed(struct datasets *all)
{
    for (struct dataset *set = all->before ? all->before->sets : NULL; set; set = set->next) {
        struct dataset *successor = dataset_find(all, slice_str(set->name), set->type);
        if (!successor)
            continue;
        set_successor(set, successor);
        dataset_each(set, hand_over, successor);
    }
}

void datasets_part(struct datasets *all)
{
    for (struct dataset *set = all->before ? all->before->sets : NULL; set; set = set->next)
        set_successor(set, NULL);
    if (all->before)
        all->before->after = NULL;
    if (all->after)
        all->after->before = NULL;
}
