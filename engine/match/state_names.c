#include "match/state_names.h"

#include <errno.h>
#include <stdlib.h>

#include "flow/flow.h"
#include "match/flow_match.h"
#include "match/store.h"
#include "rule/rule_list.h"
#include "rule/state_op.h"

static bool is_of_flow(const struct state_op *op)
{
    return op->store == STORE_FLOWBIT || op->store == STORE_FLOWINT;
}

static int by_key(const void *left, const void *right)
{
    const struct state_name_entry *a = left, *b = right;
    return (a->key > b->key) - (a->key < b->key);
}

/* With `names` NULL counts them only. */
static uint32_t collect(struct state_names *names, const struct rule_list *rules)
{
    uint32_t count = 0;
    for (uint32_t r = 0; r < rules->count; r++)
        for (uint32_t s = 0; s < rules->rules[r]->state_count; s++) {
            const struct state_op *op = &rules->rules[r]->state[s];
            for (uint32_t n = 0; is_of_flow(op) && n < op->name_count; n++, count++)
                if (names)
                    names->list[count] = (struct state_name_entry){op->names[n].key, op->names[n].text};
        }
    return count;
}

int state_names_init(struct state_names *names, const struct rule_list *rules)
{
    uint32_t count = collect(NULL, rules);
    if (!count)
        return 0;
    names->list = calloc(count, sizeof *names->list);
    if (!names->list)
        return -ENOMEM;
    collect(names, rules);
    qsort(names->list, count, sizeof *names->list, by_key);
    for (uint32_t i = 0; i < count; i++)
        if (!names->count || names->list[names->count - 1].key != names->list[i].key)
            names->list[names->count++] = names->list[i];
    return 0;
}

void state_names_fini(struct state_names *names)
{
    free(names->list);
    *names = (struct state_names){0};
}

const char *state_names_find(const struct state_names *names, uint64_t key)
{
    struct state_name_entry wanted = {.key = key};
    const struct state_name_entry *found =
        names->count ? bsearch(&wanted, names->list, names->count, sizeof wanted, by_key) : NULL;
    return found ? found->text : NULL;
}

static int by_order(const void *left, const void *right)
{
    const struct flow_note *a = left, *b = right;
    return (a->order > b->order) - (a->order < b->order);
}

unsigned flow_notes(const struct flow *flow, bool counters, struct flow_note notes[FLOW_NOTES_MOST])
{
    const struct flow_match *match = flow->match_state;
    if (!match)
        return 0;
    unsigned count = flow_memory_notes(&match->memory, counters, notes, FLOW_NOTES_MOST);
    if (count > 1)
        qsort(notes, count, sizeof *notes, by_order);
    return count;
}
