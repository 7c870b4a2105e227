#include "rulework/explain/explain.h"

#include <errno.h>
#include <stdlib.h>

#include "rule/rule.h"
#include "rulework/explain/explain_case.h"
#include "rulework/explain/explain_company.h"
#include "rulework/setters.h"
#include "rulework/trial.h"

struct explaining {
    const struct explain_config *config;
    struct explanation *out;
    struct eval *eval;
    bool no_such_sid, out_of_memory;
};

static bool is_asked(const struct explain_config *config, const struct rule *rule)
{
    for (size_t i = 0; i < config->sid_count; i++)
        if (config->sids[i] == rule->sid)
            return true;
    return !config->sid_count;
}

static void select_rules(void *ctx, struct rule_list *list)
{
    struct explaining *x = ctx;
    bool *keep = calloc(list->count + 1, sizeof *keep);
    uint32_t asked = 0;
    if (!keep) {
        x->out_of_memory = true;
        return;
    }
    for (uint32_t i = 0; i < list->count; i++)
        asked += keep[i] = is_asked(x->config, list->rules[i]);
    x->no_such_sid = !asked;
    rules_keep_setters(list, keep);
    rule_list_keep(list, keep);
    free(keep);
}

static void on_refused(void *ctx, const struct rule_refusal *refusal)
{
    const struct explaining *x = ctx;
    const struct explain_config *c = x->config;
    bool asked = !c->sid_count;
    for (size_t i = 0; i < c->sid_count; i++)
        asked |= c->sids[i] == refusal->sid;
    if (asked && c->refused)
        c->refused(c->ctx, refusal);
}

static struct explained_rule *find(struct explaining *x, const struct rule *rule)
{
    for (uint32_t i = 0; i < x->out->count; i++)
        if (x->out->list[i].rule == rule)
            return &x->out->list[i];
    return NULL;
}

/* Where a case of this flow and transaction is kept, or may be: NULL when nearer ones fill the list. */
static struct explain_case *place_for(struct explained_rule *r, const struct evaluation *e, uint32_t score)
{
    struct explain_case *least = NULL;
    uint64_t flow = e->view->flow ? e->view->flow->id : 0;
    int64_t transaction = e->tx ? (int64_t)e->tx->id : -1;
    for (uint32_t i = 0; i < r->case_count; i++) {
        struct explain_case *c = &r->cases[i];
        if (c->flow_id == flow && c->transaction == transaction && flow)
            return score > c->score ? c : NULL;
        if (!least || c->score <= least->score)
            least = c;
    }
    if (r->case_count < EXPLAIN_CASES)
        return &r->cases[r->case_count++];
    return score > least->score ? least : NULL;
}

static void on_evaluated(void *ctx, const struct evaluation *e)
{
    struct explaining *x = ctx;
    struct explained_rule *r = find(x, e->rule);
    if (!r || !r->asked)
        return;
    if (e->header_only) {
        if (e->view->packet->source != PACKET_FLOW_END && r->unfit_last[e->fit] != e->view->packet->number) {
            r->unfit[e->fit]++;
            r->unfit_last[e->fit] = e->view->packet->number;
        }
        if (e->fit == RULE_FITS)
            return;
    }
    uint32_t score = explain_score(x->eval, e);
    struct explain_case *at = score ? place_for(r, e, score) : NULL;
    if (!at)
        return;
    explain_case_fini(at);
    if (explain_case_make(at, x->eval, e, score))
        x->out_of_memory = true; /* told at the end */
}

static void on_happened(void *ctx, enum probe_event event, const struct rule *rule, const struct view *view,
                        struct app_tx *tx)
{
    (void)tx;
    struct explaining *x = ctx;
    struct explained_rule *r = find(x, rule);
    if (!r)
        return;
    r->matched += event == PROBE_MATCHED;
    r->silenced += event == PROBE_SILENCED;
    r->lost += event == PROBE_LOST;
    r->alerted += event == PROBE_ALERTED;
    bool at_end = view->packet->source == PACKET_FLOW_END;
    if (event == PROBE_ALERTED && r->taken_count < EXPLAIN_FIRED)
        r->taken[r->taken_count++] = (struct explain_taken){
            .packet = at_end ? UINT64_MAX : view->packet->number, .flow_id = view->flow ? view->flow->id : 0};
    if (event == PROBE_ALERTED && r->fired_count < EXPLAIN_FIRED)
        r->fired_at[r->fired_count++] = at_end ? 0 : view->packet->number;
}

static int load(struct explaining *x, struct err *err)
{
    const struct explain_config *c = x->config;
    struct explanation *out = x->out;
    struct rules_config rules = {
        .settings = c->settings,
        .paths = c->rule_paths,
        .path_count = c->rule_path_count,
        .text = c->rule_text,
        .select = select_rules,
        .log = c->log,
        .refused = on_refused,
        .ctx = x,
    };
    int rc = loaded_rules_init(&out->rules, &rules, err);
    if (!rc && x->out_of_memory)
        rc = err_set(err, -ENOMEM, "out of memory");
    if (!rc && x->no_such_sid)
        rc = err_set(err, -ENOENT,
                     c->sid_count ? "there is no rule of that sid that could be loaded"
                                  : "there is no rule that could be loaded");
    if (rc)
        return rc;
    const struct rule_list *list = ruleset_rules(out->rules.ruleset);
    out->list = calloc(list->count + 1, sizeof *out->list);
    if (!out->list)
        return err_set(err, -ENOMEM, "out of memory");
    for (uint32_t i = 0; i < list->count; i++)
        out->list[out->count++] =
            (struct explained_rule){.rule = list->rules[i], .asked = is_asked(c, list->rules[i])};
    return 0;
}

static int run(struct explaining *x, struct err *err)
{
    const struct explain_config *c = x->config;
    struct match_probe probe = {.evaluated = on_evaluated, .happened = on_happened, .ctx = x};
    struct trial_config config = {.settings = c->settings,
                                  .ruleset = x->out->rules.ruleset,
                                  .frames = c->frames,
                                  .frame_count = c->frame_count,
                                  .captures = c->captures,
                                  .capture_count = c->capture_count,
                                  .probe = &probe,
                                  .log = c->log,
                                  .stop = c->stop};
    struct trial trial = {0};
    x->eval = eval_new();
    if (x->eval)
        x->eval->only_asks = true;
    int rc = x->eval ? trial_run(&config, &trial, err) : err_set(err, -ENOMEM, "out of memory");
    x->out->packets = trial.packets;
    x->out->bad_checksums = trial.bad_checksums;
    trial_fini(&trial);
    eval_free(x->eval);
    return rc;
}

static int by_score(const void *a, const void *b)
{
    const struct explain_case *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return (x->packet > y->packet) - (x->packet < y->packet);
}

int explain(const struct explain_config *config, struct explanation *out, struct err *err)
{
    struct explaining x = {.config = config, .out = out};
    *out = (struct explanation){0};
    bool prefilter = config->settings->prefilter, cache = config->settings->cache;
    config->settings->prefilter = config->settings->cache = false;
    int rc = load(&x, err);
    if (!rc)
        rc = run(&x, err);
    config->settings->prefilter = prefilter;
    config->settings->cache = cache;
    if (!rc)
        rc = explain_company(config, out, err);
    if (!rc && x.out_of_memory)
        rc = err_set(err, -ENOMEM, "out of memory");
    for (uint32_t i = 0; i < out->count; i++)
        if (out->list[i].case_count)
            qsort(out->list[i].cases, out->list[i].case_count, sizeof out->list[i].cases[0], by_score);
    return rc;
}

void explain_fini(struct explanation *explanation)
{
    for (uint32_t i = 0; i < explanation->count; i++)
        for (uint32_t c = 0; c < explanation->list[i].case_count; c++)
            explain_case_fini(&explanation->list[i].cases[c]);
    free(explanation->list);
    loaded_rules_fini(&explanation->rules);
    *explanation = (struct explanation){0};
}
