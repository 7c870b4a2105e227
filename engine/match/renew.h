/*
 * Other rules for a matcher that is in use. What it needs of a ruleset is made beforehand, by any thread, and
 * what it needed of the one before is freed afterwards, by any thread; the exchange itself is a few pointers.
 */
#ifndef SLUICE_MATCH_RENEW_H
#define SLUICE_MATCH_RENEW_H

#include <stdbool.h>

struct matcher;
struct matcher_rules;
struct ruleset;

/* Takes a reference to the ruleset. NULL when memory is short. */
struct matcher_rules *matcher_rules_new(struct ruleset *ruleset);
void matcher_rules_free(struct matcher_rules *rules);
struct ruleset *matcher_rules_ruleset(const struct matcher_rules *rules);

/*
 * In the matcher's thread, between packets: `rules` are the matcher's from here on, and what it had is in
 * *rules. They are of a ruleset that ruleset_succeed has made the next one.
 */
void matcher_renew(struct matcher *matcher, struct matcher_rules *rules);

/* Likewise: matcher_config.rewrites, from here on. */
void matcher_rewrite(struct matcher *matcher, bool rewrites);

#endif
