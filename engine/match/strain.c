#include "match/strain.h"
#include "flow/flow.h"

#include "match/worker.h"
#include "rule/chain.h"

enum {
    CHEAP = 64,       /* steps of an evaluation that are not counted */
    FREE = 8192,      /* steps before the limits sink, and between that and the next time */
    BYTES_A_STEP = 4, /* what a flow carries makes up for as much */
    STRAIN_MOST = 8
};

static unsigned strain_of(const struct flow *flow)
{
    const struct flow_match *match = flow ? flow->match_state : NULL;
    if (!match || match->work < FREE)
        return 0;
    uint64_t earned = (flow->bytes[TO_SERVER] + flow->bytes[TO_CLIENT]) / BYTES_A_STEP;
    uint64_t strain = match->work > earned ? (match->work - earned) / FREE : 0;
    return strain < STRAIN_MOST ? (unsigned)strain : STRAIN_MOST;
}

void strain_begin(struct matcher *m, const struct view *view)
{
    eval_reset(m->eval, view);
    m->eval->strain = strain_of(view->flow);
}

void strain_end(struct matcher *m, const struct view *view)
{
    unsigned work = m->eval->work;
    m->counters.spent += m->eval->spent;
    if (work <= CHEAP || !view->flow)
        return;
    struct flow_match *match = flow_match_get(m, view->flow);
    if (match)
        match->work = UINT32_MAX - match->work > work - CHEAP ? match->work + work - CHEAP : UINT32_MAX;
}
