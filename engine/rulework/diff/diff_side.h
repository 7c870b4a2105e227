/*
 * One side of a comparison of alerts: those of a rule set over captures, by the replay's own pipeline and
 * writer of EVE, or those of an EVE file. Owns alerts and texts. One thread.
 */
#ifndef SLUICE_RULEWORK_DIFF_SIDE_H
#define SLUICE_RULEWORK_DIFF_SIDE_H

#include <stdatomic.h>

#include "run/rules.h"
#include "rulework/diff/eve_alerts.h"

struct rule_said { /* how a rule reads; sorted by gid and sid */
    uint32_t gid, sid;
    char *text;    /* in one form, whatever its layout; NULL when it was refused */
    char *message; /* NULL when it was refused */
    char *refusal; /* why, with file, line and column; NULL */
};

struct diff_side {
    const char *name; /* borrowed */
    struct eve_alerts alerts;
    struct rule_said *rules; /* none of an EVE file */
    uint32_t rule_count, rule_capacity, loaded, refused;
    bool has_rules;
    bool out_of_memory;
};

struct diff_run {
    struct settings *settings; /* its output is set */
    const char *const *captures;
    size_t capture_count;
    unsigned workers;
    const struct log *log;
    atomic_bool *stop;
};

/* Each 0, or a negative errno with *err; diff_side_fini either way. `path`: a file or folder of rules; an EVE
 * file. */
int diff_side_rules(struct diff_side *side, const char *path, const struct diff_run *run, struct err *err);
int diff_side_eve(struct diff_side *side, const char *path, struct err *err);
void diff_side_fini(struct diff_side *side);

/* NULL when there is none. */
const struct rule_said *diff_side_rule(const struct diff_side *side, uint32_t gid, uint32_t sid);

#endif
