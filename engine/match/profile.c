#include "match/profiling.h"
#include "flow/flow.h"

#include <errno.h>
#include <stdlib.h>

#include "rule/state_op.h"

struct match_profile {
    struct rule_profile **rules; /* by place in the order of evaluation; NULL: never a candidate */
    uint32_t count;
    uint64_t lost;
    uint64_t clock_ticks; /* what reading the clock costs */
};

/* The least of many readings one after the other. */
static uint64_t cost_of_clock(void)
{
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 1000; i++) {
        uint64_t from = profile_ticks(), took = profile_ticks() - from;
        least = took < least ? took : least;
    }
    return least;
}

struct match_profile *match_profile_new(uint32_t rules)
{
    struct match_profile *profile = calloc(1, sizeof *profile);
    if (!profile)
        return NULL;
    profile->count = rules;
    profile->clock_ticks = cost_of_clock();
    profile->rules = calloc((size_t)rules + 1, sizeof(struct rule_profile *));
    if (profile->rules)
        return profile;
    free(profile);
    return NULL;
}

void match_profile_free(struct match_profile *profile)
{
    if (!profile)
        return;
    for (uint32_t i = 0; i < profile->count; i++)
        free(profile->rules[i]);
    free(profile->rules);
    free(profile);
}

uint32_t match_profile_count(const struct match_profile *profile)
{
    return profile->count;
}

const struct rule_profile *match_profile_rule(const struct match_profile *profile, uint32_t place)
{
    return profile->rules[place];
}

uint64_t match_profile_lost(const struct match_profile *profile)
{
    return profile->lost;
}

static struct rule_profile *profile_of(struct match_profile *profile, uint32_t place, const struct rule *rule)
{
    struct rule_profile *p = profile->rules[place];
    if (p)
        return p;
    p = calloc(1, sizeof *p + (rule->option_count + 1) * sizeof p->options[0]);
    if (p)
        p->rule = rule;
    return profile->rules[place] = p;
}

/*
 * The heaviest of many flows in a few places (Metwally et al., Space-Saving): a flow that has no place takes
 * that of the lightest, and its sum, so that no flow is ever told lighter than it was.
 */
static struct profile_flow *flow_place(struct rule_profile *p, uint64_t id)
{
    struct profile_flow *least = &p->flows[0];
    for (uint32_t i = 0; i < p->flow_count; i++) {
        if (p->flows[i].id == id)
            return &p->flows[i];
        if (p->flows[i].ticks < least->ticks)
            least = &p->flows[i];
    }
    if (p->flow_count < PROFILE_FLOWS)
        least = &p->flows[p->flow_count++];
    least->over = least->ticks;
    least->count = 0;
    least->id = id;
    return least;
}

static void add_flow(struct rule_profile *p, const struct flow *flow, uint64_t ticks)
{
    struct profile_flow *place = flow_place(p, flow->id);
    if (!place->count) {
        place->client = flow->client;
        place->server = flow->server;
        place->client_port = flow->client_port;
        place->server_port = flow->server_port;
        place->protocol = flow->protocol;
    }
    place->count++;
    place->ticks += ticks;
}

/* Where an evaluation that did not match ended: one of p's sums. */
static struct profile_sum *end_of(const struct matcher *m, struct rule_profile *p, enum rule_outcome outcome)
{
    const struct rule *rule = p->rule;
    uint32_t option = NO_OPTION;
    if (outcome == OUTCOME_FAILED && m->eval->chain->step_count)
        option = m->eval->deepest->option;
    else if (outcome == OUTCOME_UNFIT && m->fit < UNFIT_TEST)
        return &p->unfit[m->fit];
    else if (outcome == OUTCOME_UNFIT)
        option =
            m->fit == UNFIT_TEST ? rule->tests[m->unfit_index].option : rule->state[m->unfit_index].option;
    return &p->options[option < rule->option_count ? option : rule->option_count];
}

struct profile_start profile_begin(const struct matcher *m)
{
    struct profile_start start = {.waiting = m->waiting_ticks, .bytes = m->eval->inspected};
    start.ticks = profile_ticks();
    return start;
}

static void add_sum(struct profile_sum *sum, uint64_t count, uint64_t ticks)
{
    sum->count += count;
    sum->ticks += ticks;
}

void profile_end(struct matcher *m, uint32_t rule, const struct view *view, enum rule_outcome outcome,
                 const struct profile_start *start)
{
    uint64_t took = profile_ticks() - start->ticks;
    uint64_t idle = m->waiting_ticks - start->waiting + m->profile->clock_ticks;
    took = took > idle ? took - idle : 0;
    struct rule_profile *p = profile_of(m->profile, rule, m->ruleset->rules[rule].rule);
    if (!p) {
        m->profile->lost++;
        return;
    }
    bool unfit = outcome == OUTCOME_UNFIT && m->fit < UNFIT_TEST;
    p->candidates++;
    p->evaluations += outcome != OUTCOME_SETTLED && !unfit;
    p->matches += outcome == OUTCOME_MATCHED;
    p->ticks += took;
    p->most = took > p->most ? took : p->most;
    p->bytes += m->eval->inspected - start->bytes;
    add_sum(&p->outcomes[outcome], 1, took);
    if (outcome == OUTCOME_UNFIT || outcome == OUTCOME_FAILED)
        add_sum(end_of(m, p, outcome), 1, took);
    if (view->flow)
        add_flow(p, view->flow, took);
}

/* A flow belongs to one worker: no two have the same. */
static void add_flows(struct rule_profile *sum, const struct rule_profile *part)
{
    for (uint32_t i = 0; i < part->flow_count; i++) {
        const struct profile_flow *flow = &part->flows[i];
        struct profile_flow *least = &sum->flows[0];
        for (uint32_t j = 1; j < sum->flow_count; j++)
            least = sum->flows[j].ticks < least->ticks ? &sum->flows[j] : least;
        if (sum->flow_count < PROFILE_FLOWS)
            sum->flows[sum->flow_count++] = *flow;
        else if (flow->ticks > least->ticks)
            *least = *flow;
    }
}

static void add_rule(struct rule_profile *sum, const struct rule_profile *part)
{
    sum->candidates += part->candidates;
    sum->evaluations += part->evaluations;
    sum->matches += part->matches;
    sum->ticks += part->ticks;
    sum->most = part->most > sum->most ? part->most : sum->most;
    sum->bytes += part->bytes;
    for (int i = 0; i < OUTCOMES; i++)
        add_sum(&sum->outcomes[i], part->outcomes[i].count, part->outcomes[i].ticks);
    for (int i = 0; i < UNFIT_TEST; i++)
        add_sum(&sum->unfit[i], part->unfit[i].count, part->unfit[i].ticks);
    for (uint32_t i = 0; i <= part->rule->option_count; i++)
        add_sum(&sum->options[i], part->options[i].count, part->options[i].ticks);
    add_flows(sum, part);
}

int match_profile_add(struct match_profile *sum, const struct match_profile *part)
{
    for (uint32_t i = 0; i < part->count; i++) {
        const struct rule_profile *p = part->rules[i];
        struct rule_profile *to = p ? profile_of(sum, i, p->rule) : NULL;
        if (p && !to)
            return -ENOMEM;
        if (p)
            add_rule(to, p);
    }
    sum->lost += part->lost;
    return 0;
}
