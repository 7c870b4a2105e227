#include "rulework/setters.h"

#include "rule/rule.h"
#include "rule/rule_list.h"
#include "rule/state_op.h"

static bool sets(const struct rule *rule, const struct state_op *wanted)
{
    for (uint32_t i = 0; i < rule->state_count; i++) {
        const struct state_op *op = &rule->state[i];
        if (state_verb_is_test(op->verb) || op->store != wanted->store)
            continue;
        for (uint32_t a = 0; a < op->name_count; a++)
            for (uint32_t b = 0; b < wanted->name_count; b++)
                if (op->names[a].key == wanted->names[b].key)
                    return true;
    }
    return false;
}

void rules_keep_setters(const struct rule_list *list, bool *keep)
{
    bool more = true;
    while (more) {
        more = false;
        for (uint32_t i = 0; i < list->count; i++) {
            for (uint32_t s = 0; keep[i] && s < list->rules[i]->state_count; s++) {
                const struct state_op *op = &list->rules[i]->state[s];
                for (uint32_t j = 0; state_verb_is_test(op->verb) && j < list->count; j++) {
                    if (keep[j] || !sets(list->rules[j], op))
                        continue;
                    keep[j] = more = true;
                }
            }
        }
    }
}
