/*
 * Rules and all that they refer to, read and compiled for a run. Owns the ruleset and what rules point to at
 * run time (datasets, reputation, geoip). One thread builds it.
 */
#ifndef SLUICE_RUN_RULES_H
#define SLUICE_RUN_RULES_H

#include "match/ruleset.h"
#include "run/settings/settings.h"

struct loaded_rules {
    struct ruleset *ruleset;
    struct datasets *datasets;
    struct reputation *reputation;
    struct geoip *geoip;
    uint32_t count, refused, unsupported;
    double seconds;
};

struct rules_config {
    const struct settings *settings;
    const char *const *paths;
    size_t path_count;
    struct datasets *datasets_before;                  /* in use, to be followed (datasets_follow); or NULL */
    const char *text;                                  /* rules beside those of the files, or NULL */
    void (*select)(void *ctx, struct rule_list *list); /* may take rules out before they are compiled; NULL */
    const struct log *log;
    rule_refused_fn refused; /* may be NULL */
    void *ctx;
};

/* 0, or a negative errno with *err; call loaded_rules_fini either way. */
int loaded_rules_init(struct loaded_rules *rules, const struct rules_config *config, struct err *err);

/* Rules that are wrong, those apart that need what is not built yet. */
uint32_t loaded_rules_wrong(const struct loaded_rules *rules);

/*
 * Whether a run may go on with this set, by what its settings say of wrong rules (enum wrong_rules).
 * `before`: as many are wrong in the set whose place it would take; UINT32_MAX at a start. A set of which
 * nothing is left is never taken. 0 or -EBADMSG with *err.
 */
int loaded_rules_accept(const struct loaded_rules *rules, const struct live_settings *settings,
                        uint32_t before, struct err *err);

void loaded_rules_fini(struct loaded_rules *rules);

#endif
