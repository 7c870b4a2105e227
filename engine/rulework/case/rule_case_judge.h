/* One test, run and judged: what is wrong is added to its outcome. Any thread; the set is only read. */
#ifndef SLUICE_RULEWORK_RULE_CASE_JUDGE_H
#define SLUICE_RULEWORK_RULE_CASE_JUDGE_H

#include "rulework/case/rule_case_run.h"
#include "rulework/trial.h"

struct case_judging {
    const struct case_set *set;
    struct case_outcome *outcome;
    atomic_bool *stop;
    const struct log *log;
};

/* 0, or a negative errno with *err: a capture that cannot be read, memory. */
int case_judge(const struct case_judging *judging, struct err *err);

/* The trial's configuration for a test, without rules. */
struct trial_config case_trial(const struct rule_case *test, const struct settings *settings);

/* How many of the alerts are what the test speaks of. */
uint32_t case_count(const struct rule_case *test, const struct trial *trial, const struct case_sid *sid);

/* Adds a fault. 0 or -ENOMEM. */
int case_fault_add(struct case_outcome *outcome, unsigned line, struct buf *text);

/* rule_case_why.c: appends why no rule of that sid alerts on the test's capture: the option that decides.
 * `rules`: instead of the set's; NULL. 0 or -ENOMEM. */
int case_why(const struct case_judging *judging, uint32_t sid, const char *rules, struct buf *out);

/* rule_case_buffers.c: the buffers that the test asks for. 0, or a negative errno with *err. */
int case_buffers(const struct case_judging *judging, struct err *err);

#endif
