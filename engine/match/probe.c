#include "match/worker.h"

static void tell(struct matcher *m, const struct compiled_rule *compiled, const struct view *view,
                 bool header_only)
{
    struct evaluation e = {.rule = compiled->rule, .view = view, .header_only = header_only};
    e.fit = rule_fit(m, compiled, view, &e.index);
    m->config.probe->evaluated(m->config.probe->ctx, &e);
}

void probe_evaluation(struct matcher *m, const struct compiled_rule *compiled, const struct view *view)
{
    tell(m, compiled, view, false);
}

void probe_headers(struct matcher *m, const struct view *packet)
{
    for (uint32_t i = 0; i < m->ruleset->count; i++)
        tell(m, &m->ruleset->rules[i], packet, true);
}
