#include "match/lineage.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"
#include "match/compiled.h"

/* A rule of the old set: found by its (gid, sid), known by its text. */
struct ancestor {
    uint64_t key, text;
    uint32_t id;
};

int lineage_init(struct ruleset *ruleset)
{
    struct lineage *lineage = &ruleset->lineage;
    lineage->rules = malloc(((size_t)ruleset->count + 1) * sizeof *lineage->rules);
    if (!lineage->rules)
        return -ENOMEM;
    lineage->ids = ruleset->count;
    for (uint32_t i = 0; i < ruleset->count; i++)
        lineage->rules[i] = ruleset->rules[i].id = i;
    return 0;
}

void lineage_fini(struct lineage *lineage)
{
    free(lineage->rules);
}

/* The sets of the header are printed resolved: with another HOME_NET it is another rule. */
static int describe(const struct compiled_rule *compiled, struct buf *text, struct ancestor *out)
{
    buf_clear(text);
    if (rule_print(compiled->rule, text))
        return -ENOMEM;
    *out = (struct ancestor){
        .key = (uint64_t)compiled->rule->gid << 32 | compiled->rule->sid,
        .text = hash_slice(buf_slice(text), 0),
        .id = compiled->id,
    };
    return 0;
}

static int by_key(const void *left, const void *right)
{
    const struct ancestor *a = left, *b = right;
    return (a->key > b->key) - (a->key < b->key);
}

static int describe_all(const struct ruleset *ruleset, struct buf *text, struct ancestor *out)
{
    for (uint32_t i = 0; i < ruleset->count; i++)
        if (describe(&ruleset->rules[i], text, &out[i]))
            return -ENOMEM;
    if (ruleset->count)
        qsort(out, ruleset->count, sizeof *out, by_key);
    return 0;
}

/* (gid, sid) is unique within a ruleset. */
static int inherit(struct ruleset *fresh, const struct ruleset *old, const struct ancestor *ancestors,
                   struct buf *text)
{
    uint32_t next = old->lineage.ids;
    for (uint32_t i = 0; i < fresh->count; i++) {
        struct ancestor own;
        if (describe(&fresh->rules[i], text, &own))
            return -ENOMEM;
        const struct ancestor *same =
            old->count ? bsearch(&own, ancestors, old->count, sizeof own, by_key) : NULL;
        fresh->rules[i].id = same && same->text == own.text ? same->id : next++;
    }
    uint32_t *rules = malloc(((size_t)next + 1) * sizeof *rules);
    if (!rules)
        return -ENOMEM;
    for (uint32_t id = 0; id < next; id++)
        rules[id] = RULE_NONE;
    for (uint32_t i = 0; i < fresh->count; i++)
        rules[fresh->rules[i].id] = i;
    free(fresh->lineage.rules);
    fresh->lineage = (struct lineage){.generation = old->lineage.generation + 1, .ids = next, .rules = rules};
    return 0;
}

int ruleset_succeed(struct ruleset *fresh, const struct ruleset *old)
{
    struct buf text = {0};
    struct ancestor *ancestors = malloc(((size_t)old->count + 1) * sizeof *ancestors);
    int result = ancestors ? describe_all(old, &text, ancestors) : -ENOMEM;
    if (!result)
        result = inherit(fresh, old, ancestors, &text);
    free(ancestors);
    buf_fini(&text);
    return result;
}
