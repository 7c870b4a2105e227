/*
 * What rules cost: how often each was a candidate and was evaluated, how long that took, where it ended, in
 * which flows. Kept by a matcher whose configuration asks for it; costs one branch a candidate otherwise.
 *
 * A profile belongs to its matcher. Others read it once the matcher's thread has ended; profiles of several
 * workers with one ruleset can be added. Times are in ticks of profile_clock.h, with the clock's own
 * cost and the wait for other workers taken off.
 */
#ifndef SLUICE_MATCH_PROFILE_H
#define SLUICE_MATCH_PROFILE_H

#include "match/probe.h"
#include "packet/address.h"

enum rule_outcome { /* of one evaluation */
                    OUTCOME_MATCHED,
                    OUTCOME_UNFIT,   /* by what is no chain: header, flow, tests, state */
                    OUTCOME_FAILED,  /* by a chain */
                    OUTCOME_LATER,   /* of a transaction: more of it may come */
                    OUTCOME_SETTLED, /* it was decided before, or there was nothing to look into */
                    OUTCOMES
};

struct profile_sum {
    uint64_t count, ticks;
};

enum { PROFILE_FLOWS = 8 };

struct profile_flow {   /* one of those in which the rule took longest */
    uint64_t id, count; /* flow.id; evaluations */
    uint64_t ticks;     /* at most; at least ticks - over: what the flow before it in this place had taken */
    uint64_t over;
    struct address client, server;
    uint16_t client_port, server_port;
    uint8_t protocol; /* of IP */
};

struct rule_profile {
    const struct rule *rule;
    uint64_t candidates;  /* evaluations that were begun */
    uint64_t evaluations; /* of these, whose packet fitted the header: options were asked */
    uint64_t matches;     /* before thresholds */
    uint64_t ticks, most; /* of all, of the longest */
    uint64_t bytes;       /* of the buffers that were looked into */
    struct profile_flow flows[PROFILE_FLOWS];
    uint32_t flow_count;
    struct profile_sum outcomes[OUTCOMES];
    struct profile_sum unfit[UNFIT_TEST]; /* by enum rule_fit, below UNFIT_TEST */
    struct profile_sum options[];         /* by place in rule->options: those that failed first, with one
                                             more place for what no option asks */
};

struct match_profile;
struct matcher;

/* NULL when none was asked for, and after the rules were exchanged. */
const struct match_profile *matcher_profile(const struct matcher *matcher);

struct match_profile *match_profile_new(uint32_t rules); /* NULL when memory is short */
void match_profile_free(struct match_profile *profile);

/* How many rules there are, and one that was a candidate; NULL for one that was not. */
uint32_t match_profile_count(const struct match_profile *profile);
const struct rule_profile *match_profile_rule(const struct match_profile *profile, uint32_t place);

/* Evaluations that were not counted since memory was short. */
uint64_t match_profile_lost(const struct match_profile *profile);

/* Adds another worker's, of the same ruleset. 0 or -ENOMEM. */
int match_profile_add(struct match_profile *sum, const struct match_profile *part);

#endif
