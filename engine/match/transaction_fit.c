#include "match/transaction_fit.h"

#include "flow/flow.h"
#include "rule/state_op.h"

uint64_t tx_flow_state(const struct view *view)
{
    const struct flow_match *match = view->flow ? view->flow->match_state : NULL;
    return match ? match->memory.changed : 0;
}

/* Why the rule did not fit just now: by what the flow remembers, and so will until that changes? */
static uint64_t unfit_at(const struct matcher *m, const struct compiled_rule *compiled,
                         const struct view *view)
{
    if (m->fit != UNFIT_STATE)
        return RULE_MAY_FIT;
    enum state_store store = compiled->rule->state[m->unfit_index].store;
    return store == STORE_FLOWBIT || store == STORE_FLOWINT ? tx_flow_state(view) : RULE_MAY_FIT;
}

/* A body's window is scanned once, but a rule whose literal is in it may fit the flow only later; not so by
 * its ends, which stay the same. */
static bool may_fit_later(const struct matcher *m, const struct compiled_rule *compiled)
{
    if (m->fit == UNFIT_ENDS && !(compiled->flags & COMPILED_BOTH_SIDES))
        return false;
    return compiled->fast.chain && buffer_is_body(compiled->fast.chain->buffer);
}

bool tx_rule_asks(struct matcher *m, const struct compiled_rule *compiled, const struct view *view,
                  struct tx_side *side, struct tx_rule *known, bool over)
{
    if (known && !known->unfit)
        return !known->through;
    if (rule_fits(m, compiled, view))
        return true;
    if (probe_asks(m->config.probe))
        probe_evaluation(m, compiled, view);
    if (!known && !over && may_fit_later(m, compiled))
        known = tx_rule_add(m, side, compiled->id);
    if (known) {
        known->unfit = true;
        known->unfit_at = unfit_at(m, compiled, view);
    }
    return false;
}
