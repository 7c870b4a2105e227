#include "report/pending.h"

#include <stdlib.h>

#include "flow/flow.h"
#include "inspect/sink.h"
#include "rule/rule.h"
#include "rule/view.h"
#include "rulework/explain/explain_match.h"

enum { WASTED_MOST = 256 }; /* of a rule: explanations of matches that became no alert */

static void free_case(struct explain_case *explained)
{
    if (!explained)
        return;
    explain_case_fini(explained);
    free(explained);
}

void pending_clear(struct collector *c)
{
    for (uint32_t i = 0; i < c->pending_count; i++)
        free_case(c->pending[i].explained);
    c->pending_count = 0;
}

static struct report_rule *rule_of(struct collector *c, const struct rule *rule)
{
    return tally_get(&c->facts.rules, slice_of(&rule, sizeof rule));
}

/* Whether its next alert may be shown with its explanation. */
static bool is_wanted(struct collector *c, const struct rule *rule)
{
    bool silent = rule->flags & RULE_NOALERT ||
                  (rule->header.action == ACTION_PASS && !(rule->flags & RULE_ALERT)) ||
                  rule->header.action == ACTION_CONFIG;
    if (silent || c->pending_count == PENDING_MOST)
        return false;
    const struct report_rule *r = rule_of(c, rule);
    if (!r)
        return false;
    if (!r->alerts)
        return c->rules_kept[severity_of(rule->priority)] < REPORT_RULES && r->wasted < WASTED_MOST;
    return r->kept && r->explained < REPORT_EXPLAINED && r->wasted < WASTED_MOST;
}

static void waste(struct collector *c, const struct rule *rule)
{
    struct report_rule *r = rule_of(c, rule);
    if (r)
        r->wasted++;
}

/* They are of a packet before: a pass rule has ended its alerts. */
static void waste_all(struct collector *c)
{
    for (uint32_t i = 0; i < c->pending_count; i++)
        waste(c, c->pending[i].rule);
    pending_clear(c);
}

static void add(struct collector *c, const struct rule *rule, const struct view *view, struct app_tx *tx)
{
    uint64_t flow_id = view->flow ? view->flow->id : 0;
    const struct pending_match *last = c->pending_count ? &c->pending[c->pending_count - 1] : NULL;
    if (last &&
        (last->packet != view->packet || last->number != view->packet->number || last->flow_id != flow_id))
        waste_all(c);
    if (!is_wanted(c, rule))
        return;
    struct explain_case *explained = calloc(1, sizeof *explained);
    if (!explained || explain_match_make(explained, c->eval, rule, view, tx)) {
        free_case(explained);
        c->failed = true;
        return;
    }
    c->pending[c->pending_count++] = (struct pending_match){
        .rule = rule,
        .tx = tx,
        .packet = view->packet,
        .number = view->packet->number,
        .flow_id = flow_id,
        .explained = explained,
    };
}

static struct explain_case *take(struct collector *c, const struct rule *rule, const struct app_tx *tx)
{
    for (uint32_t i = 0; i < c->pending_count; i++) {
        if (c->pending[i].rule != rule || c->pending[i].tx != tx)
            continue;
        struct explain_case *explained = c->pending[i].explained;
        memmove(&c->pending[i], &c->pending[i + 1], (--c->pending_count - i) * sizeof c->pending[0]);
        return explained;
    }
    return NULL;
}

/*
 * A match is explained when it is made, since a transaction's buffers go on, unless a threshold may silence
 * it and its packet is still at hand when that is decided.
 */
static bool explained_with_alert(const struct rule *rule, const struct app_tx *tx)
{
    return rule->threshold_count && !tx;
}

void pending_happened(void *ctx, enum probe_event event, const struct rule *rule, const struct view *view,
                      struct app_tx *tx)
{
    struct collector *c = ctx;
    if (event == PROBE_MATCHED || event == PROBE_ALERTED) {
        if (explained_with_alert(rule, tx) == (event == PROBE_ALERTED))
            add(c, rule, view, tx);
        return;
    }
    struct explain_case *in_vain = take(c, rule, tx);
    if (in_vain)
        waste(c, rule);
    free_case(in_vain);
}

struct explain_case *pending_take(struct collector *c, const struct alert_record *alert)
{
    return take(c, alert->alert->rule, alert->alert->tx);
}
