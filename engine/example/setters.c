#include "example/setters.h"

#include <stdlib.h>

#include "base/grow.h"
#include "rule/rule.h"
#include "rule/rule_list.h"
#include "rule/state_op.h"

struct setter {
    uint64_t key;
    enum state_store store;
    uint32_t order;
    const struct rule *rule;
};

struct setters {
    struct setter *list; /* by key, then in the rules' order */
    uint32_t count, capacity;
};

static int compare(const void *a, const void *b)
{
    const struct setter *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static bool sets(enum state_verb verb)
{
    return verb == VERB_SET || verb == VERB_TOGGLE || verb == VERB_ADD || verb == VERB_ASSIGN;
}

static int add_rule(struct setters *setters, const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->state_count; i++) {
        const struct state_op *op = &rule->state[i];
        for (uint32_t n = 0; sets(op->verb) && n < op->name_count; n++) {
            if (grow_array(&setters->list, setters->count, &setters->capacity))
                return -1;
            setters->list[setters->count] = (struct setter){
                .key = op->names[n].key, .store = op->store, .order = setters->count, .rule = rule};
            setters->count++;
        }
    }
    return 0;
}

struct setters *setters_new(const struct rule_list *list)
{
    struct setters *setters = calloc(1, sizeof *setters);
    for (uint32_t i = 0; setters && i < list->count; i++) {
        if (add_rule(setters, list->rules[i])) {
            setters_free(setters);
            return NULL;
        }
    }
    if (setters && setters->count)
        qsort(setters->list, setters->count, sizeof *setters->list, compare);
    return setters;
}

void setters_free(struct setters *setters)
{
    if (!setters)
        return;
    free(setters->list);
    free(setters);
}

static uint32_t first_of(const struct setters *setters, uint64_t key)
{
    uint32_t low = 0, high = setters->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (setters->list[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct rule *setters_find(const struct setters *setters, const struct state_op *test, unsigned n)
{
    for (uint32_t i = 0; i < test->name_count; i++) {
        uint64_t key = test->names[i].key;
        for (uint32_t k = first_of(setters, key); k < setters->count && setters->list[k].key == key; k++)
            if (setters->list[k].store == test->store && n-- == 0)
                return setters->list[k].rule;
    }
    return NULL;
}
