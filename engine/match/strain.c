#include "match/strain.h"
#include "flow/flow.h"

#include "match/worker.h"
#include "rule/chain.h"

enum {
    FREE = 8,       /* evaluations that meet their limits before these sink */
    STRAIN_MOST = 8 /* 11 steps are left then: enough for most rules, where they match at once */
};

static unsigned strain_of(const struct flow *flow)
{
    const struct flow_match *match = flow ? flow->match_state : NULL;
    unsigned strain = 0;
    while (match && strain < STRAIN_MOST && match->spent >> strain >= FREE)
        strain++;
    return strain;
}

void strain_begin(struct matcher *m, const struct view *view)
{
    eval_reset(m->eval, view);
    m->eval->strain = strain_of(view->flow);
}

void strain_end(struct matcher *m, const struct view *view)
{
    if (!m->eval->spent)
        return;
    m->counters.spent++;
    struct flow_match *match = view->flow ? flow_match_get(m, view->flow) : NULL;
    if (match && match->spent < UINT32_MAX)
        match->spent++;
}
