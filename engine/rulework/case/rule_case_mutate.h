/*
 * How good tests are: each rule is broken in every way that mutant.h knows, and the tests that speak of it
 * are run on what came out. A mutant that none of them notices survives.
 */
#ifndef SLUICE_RULEWORK_RULE_CASE_MUTATE_H
#define SLUICE_RULEWORK_RULE_CASE_MUTATE_H

#include "base/buf.h"
#include "rulework/case/rule_case_run.h"

struct mutated_rule {
    const struct rule *rule;
    const struct case_set *set;
    uint32_t killed, refused; /* noticed; no rule any more, and not counted */
    char **survivors;         /* what was broken */
    uint32_t survivor_count, survivor_capacity;
    bool untested; /* no test speaks of it, or those that do fail on the rule by itself */
};

struct mutation_report {
    struct mutated_rule *list;
    uint32_t count;
    uint32_t killed, survived, refused, untested;
    double seconds;
};

/* After cases_run, with its report. 0, or a negative errno with *err; call mutation_report_fini either way.
 */
int cases_mutate(const struct case_run_config *config, const struct case_report *cases,
                 struct mutation_report *out, struct err *err);
void mutation_report_fini(struct mutation_report *report);

/* Survivors and the score, for a person; one JSON object. 0 or -ENOMEM. */
int mutation_print_text(const struct mutation_report *report, struct buf *out);
int mutation_print_json(const struct mutation_report *report, struct buf *out);

#endif
