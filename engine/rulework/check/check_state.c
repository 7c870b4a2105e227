/* Marks of a flow or host that a rule changes and asks for: all it asks is asked first, whatever the order.
 */
#include "rule/rule.h"
#include "rule/state_op.h"
#include "rulework/check/check_rule.h"

static bool share_a_name(const struct state_op *a, const struct state_op *b)
{
    for (uint32_t i = 0; i < a->name_count; i++)
        for (uint32_t j = 0; j < b->name_count; j++)
            if (a->names[i].key == b->names[j].key)
                return true;
    return false;
}

/* "Set it, unless it is set" is asked either way round, and means the same. */
static bool order_misleads(const struct state_op *change, const struct state_op *test)
{
    return !state_verb_is_test(change->verb) && state_verb_is_test(test->verb) &&
           test->verb != VERB_ISNOTSET && change->store == test->store && change->track == test->track &&
           change->option < test->option && share_a_name(change, test);
}

/* The change before it that looks as if it counted; NULL: none. */
static const struct state_op *change_before(const struct rule *rule, const struct state_op *test)
{
    for (uint32_t i = 0; i < rule->state_count; i++)
        if (order_misleads(&rule->state[i], test))
            return &rule->state[i];
    return NULL;
}

void check_state(struct checking *c)
{
    const struct rule *rule = c->rule;
    for (uint32_t i = 0; i < rule->state_count; i++) {
        const struct state_op *test = &rule->state[i], *change = change_before(rule, test);
        if (!change || test->option >= c->text.option_count || change->option >= c->text.option_count)
            continue;
        struct slice first = option_whole(&c->text.options[change->option]);
        struct finding *finding =
            check_report(c, FINDING_STATE_ORDER, option_whole(&c->text.options[test->option]),
                         "this is asked before %.*s is done: it sees what earlier packets have left",
                         (int)(first.n < 80 ? first.n : 80), (const char *)first.p);
        check_hint(c, finding, "write what is asked first, so that the rule reads as it runs");
    }
}
