#include "rulework/explain/explain_reasons.h"

#include <inttypes.h>

#include "rule/rule.h"
#include "rule/state_op.h"
#include "rulework/explain/explain_company.h"

static int put_setters(struct buf *out, const struct explanation *x, const struct state_op *op)
{
    bool any = false;
    int rc = 0;
    for (uint32_t i = 0; !rc && i < x->count; i++) {
        const struct rule *rule = x->list[i].rule;
        for (uint32_t s = 0; !rc && s < rule->state_count; s++) {
            const struct state_op *other = &rule->state[s];
            if (state_verb_is_test(other->verb) || other->store != op->store || !other->name_count ||
                other->names[0].key != op->names[0].key)
                continue;
            any = true;
            rc = buf_printf(out, "%s is set by sid %u, which matched %" PRIu64 " times\n", op->names[0].text,
                            rule->sid, x->list[i].matched);
        }
    }
    return rc || any ? rc : buf_printf(out, "%s is set by no rule here\n", op->names[0].text);
}

int explain_reasons(const struct explanation *x, const struct explained_rule *r, struct buf *out)
{
    int rc = 0;
    for (uint32_t i = 0; !rc && i < r->rule->state_count && !r->matched; i++)
        if (state_verb_is_test(r->rule->state[i].verb) && r->rule->state[i].name_count)
            rc = put_setters(out, x, &r->rule->state[i]);
    if (!rc && r->silenced)
        rc = buf_printf(out, "a threshold silenced %" PRIu64 " matches\n", r->silenced);
    if (!rc && r->lost)
        rc = buf_printf(out, "%" PRIu64 " matches came past the %d alerts that a packet may raise\n", r->lost,
                        ALERTS_PER_PACKET);
    if (!rc && r->matched && r->rule->header.action == ACTION_PASS && !r->alerted)
        rc = buf_printf(out, "it is a pass rule: what it matches raises no alert\n");
    if (!rc && r->matched && r->rule->flags & RULE_NOALERT)
        rc = buf_printf(out, "it has noalert\n");
    if (!rc && r->matched && r->rule->header.action == ACTION_CONFIG)
        rc = buf_printf(out, "it is a config rule: what it matches raises no alert\n");
    return rc ? rc : explain_company_print(r, out);
}
