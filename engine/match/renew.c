#include "match/renew.h"

#include <errno.h>
#include <stdlib.h>

#include "match/ends.h"
#include "match/group.h"
#include "match/look_memo.h"
#include "match/profile.h"
#include "match/transaction.h"

static int allocate_scratch(struct matcher_rules *r)
{
    uint32_t count = r->ruleset->database_count;
    struct database **databases = calloc(count + 1, sizeof(struct database *));
    if (!databases)
        return -1;
    groups_databases(r->ruleset, databases);
    int result = 0;
    for (uint32_t i = 0; i < count && !result; i++)
        result = hs_alloc_scratch(databases[i]->hs, &r->scratch) == HS_SUCCESS ? 0 : -1;
    free(databases);
    return result;
}

int matcher_rules_init(struct matcher_rules *r, struct ruleset *ruleset)
{
    uint32_t databases = ruleset->database_count + 1;
    r->ruleset = ruleset_ref(ruleset);
    r->ends = ends_memo_new(ruleset->ends);
    r->pattern_seen = calloc(ruleset->pattern_most + 1, sizeof *r->pattern_seen);
    r->idle = calloc(databases, sizeof *r->idle);
    r->memo = scan_memo_new(databases + LOOK_MEMO_KINDS);
    if (candidates_init(&r->candidates, ruleset->count) || !r->ends || !r->pattern_seen || !r->idle ||
        !r->memo || allocate_scratch(r))
        return -ENOMEM;
    return 0;
}

void matcher_rules_fini(struct matcher_rules *r)
{
    for (uint32_t i = 0; i < r->ruleset->database_count; i++) {
        for (uint32_t s = 0; r->idle && s < r->idle[i].count; s++)
            hs_close_stream(r->idle[i].list[s], NULL, NULL, NULL);
    }
    hs_free_scratch(r->scratch);
    candidates_fini(&r->candidates);
    ends_memo_free(r->ends);
    free(r->pattern_seen);
    free(r->idle);
    scan_memo_free(r->memo);
    ruleset_unref(r->ruleset);
}

struct matcher_rules *matcher_rules_new(struct ruleset *ruleset)
{
    struct matcher_rules *r = calloc(1, sizeof *r);
    if (r && matcher_rules_init(r, ruleset)) {
        matcher_rules_free(r);
        return NULL;
    }
    return r;
}

void matcher_rules_free(struct matcher_rules *r)
{
    if (r)
        matcher_rules_fini(r);
    free(r);
}

struct ruleset *matcher_rules_ruleset(const struct matcher_rules *r)
{
    return r->ruleset;
}

void matcher_rewrite(struct matcher *m, bool rewrites)
{
    m->config.rewrites = rewrites;
}

void matcher_renew(struct matcher *m, struct matcher_rules *rules)
{
    struct matcher_rules before = m->rules;
    m->rules = *rules;
    m->ruleset = m->rules.ruleset;
    *rules = before;
    transaction_matches_free(m); /* their size is that of a ruleset */
    match_profile_free(m->profile);
    m->profile = NULL;
    m->watched = probe_asks(m->config.probe);
}
