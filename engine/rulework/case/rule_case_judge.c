#include "rulework/case/rule_case_judge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/grow.h"
#include "match/probe.h"
#include "rule/rule.h"

enum { FAULTS_MOST = 64 };

int case_fault_add(struct case_outcome *outcome, unsigned line, struct buf *text)
{
    int rc = buf_append_byte(text, 0);
    if (!rc && outcome->fault_count < FAULTS_MOST)
        rc = grow_array(&outcome->faults, outcome->fault_count, &outcome->fault_capacity);
    if (rc || outcome->fault_count == FAULTS_MOST) {
        buf_fini(text);
        return rc;
    }
    outcome->faults[outcome->fault_count++] = (struct case_fault){(char *)text->p, line};
    *text = (struct buf){0};
    return 0;
}

struct trial_config case_trial(const struct rule_case *test, const struct settings *settings)
{
    struct trial_config config = {.settings = settings};
    if (test->capture) {
        config.captures = &test->capture;
        config.capture_count = 1;
    } else {
        config.frames = test->frames.list;
        config.frame_count = test->frames.count;
    }
    return config;
}

static bool is_end(const struct address *address, uint16_t port, const struct craft_end *end)
{
    return (!end->address.version || address_equal(address, &end->address)) &&
           (!end->port || port == end->port);
}

/* Whether the alert is of a flow of that name, in either direction. */
static bool is_of_flow(const struct rule_case *test, const struct trial_alert *a, const char *name)
{
    for (uint32_t i = 0; i < test->flows.count; i++) {
        const struct craft_flow *f = &test->flows.list[i];
        if (!f->name || strcmp(f->name, name) != 0)
            continue;
        if ((is_end(&a->source, a->source_port, &f->client) &&
             is_end(&a->destination, a->destination_port, &f->server)) ||
            (is_end(&a->source, a->source_port, &f->server) &&
             is_end(&a->destination, a->destination_port, &f->client)))
            return true;
    }
    return false;
}

uint32_t case_count(const struct rule_case *test, const struct trial *trial, const struct case_sid *sid)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < trial->count; i++) {
        const struct trial_alert *a = &trial->list[i];
        count += a->rule->sid == sid->sid && (sid->transaction < 0 || sid->transaction == a->transaction) &&
                 (sid->packet < 0 || (uint64_t)sid->packet == a->packet) &&
                 (!sid->flow || is_of_flow(test, a, sid->flow));
    }
    return count;
}

static const struct rule *find_rule(const struct case_judging *j, int64_t sid)
{
    const struct rule_list *list = ruleset_rules(j->set->loaded.ruleset);
    for (uint32_t i = 0; i < list->count; i++)
        if (list->rules[i]->sid == sid)
            return list->rules[i];
    return NULL;
}

/* Where the alerts of a sid are: "(packets 7, 12)". */
static int put_places(const struct trial *trial, int64_t sid, struct buf *out)
{
    const char *before = " (packets ";
    int rc = 0;
    unsigned shown = 0;
    for (uint32_t i = 0; i < trial->count && shown < 8 && !rc; i++) {
        if (trial->list[i].rule->sid != sid)
            continue;
        rc = trial->list[i].packet ? buf_printf(out, "%s%" PRIu64, before, trial->list[i].packet)
                                   : buf_printf(out, "%sa flow's end", before);
        before = ", ";
        shown++;
    }
    return rc || !shown ? rc : buf_append_byte(out, ')');
}

static int judge_expected(const struct case_judging *j, const struct trial *trial, const struct case_sid *sid)
{
    const struct rule *rule = find_rule(j, sid->sid);
    uint32_t count = case_count(j->outcome->test, trial, sid);
    struct buf text = {0};
    if (rule && (sid->count < 0 ? count > 0 : count == (uint64_t)sid->count))
        return 0;
    int rc;
    if (!rule)
        rc = buf_printf(&text, "sid %" PRId64 " is expected, and no rule that was loaded has it", sid->sid);
    else if (sid->count < 0)
        rc = buf_printf(&text, "sid %" PRId64 " does not alert", sid->sid);
    else
        rc = buf_printf(&text, "sid %" PRId64 " alerts %u times, not %" PRId64, sid->sid, count, sid->count);
    rc = rc ? rc : put_places(trial, sid->sid, &text);
    if (!rc && rule && !count)
        rc = case_why(j, (uint32_t)sid->sid, NULL, &text);
    if (!rc)
        return case_fault_add(j->outcome, sid->line, &text);
    buf_fini(&text);
    return rc;
}

static int judge_never(const struct case_judging *j, const struct trial *trial, const struct case_sid *sid)
{
    uint32_t count = case_count(j->outcome->test, trial, sid);
    struct buf text = {0};
    int rc = 0;
    if (!find_rule(j, sid->sid))
        rc =
            buf_printf(&text, "sid %" PRId64 " must not alert, and no rule that was loaded has it", sid->sid);
    else if (count)
        rc = buf_printf(&text, "sid %" PRId64 " must not alert, and does", sid->sid);
    else
        return 0;
    rc = rc ? rc : put_places(trial, sid->sid, &text);
    if (!rc)
        return case_fault_add(j->outcome, sid->line, &text);
    buf_fini(&text);
    return rc;
}

static bool is_listed(const struct case_list_of_sids *list, uint32_t sid)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->list[i].sid == sid)
            return true;
    return false;
}

/* Alerts that nobody spoke of, each sid once. */
static int judge_others(const struct case_judging *j, const struct trial *trial)
{
    const struct rule_case *test = j->outcome->test;
    for (uint32_t i = 0; i < trial->count; i++) {
        const struct rule *rule = trial->list[i].rule;
        bool told = is_listed(&test->expect, rule->sid) || is_listed(&test->never, rule->sid);
        for (uint32_t k = 0; k < i && !told; k++)
            told = trial->list[k].rule->sid == rule->sid;
        if (told)
            continue;
        struct buf text = {0};
        int rc = buf_printf(&text, "sid %u alerts as well", rule->sid);
        rc = rc ? rc : put_places(trial, rule->sid, &text);
        rc = rc ? rc : buf_printf(&text, "\n%s", rule->message);
        rc = rc ? rc : case_fault_add(j->outcome, test->line, &text);
        if (rc) {
            buf_fini(&text);
            return rc;
        }
    }
    return 0;
}

/* ---- how often rules are evaluated ---- */

struct counting {
    const struct case_list_of_sids *budget;
    uint64_t *counts;
};

static void on_evaluated(void *ctx, const struct evaluation *e)
{
    struct counting *c = ctx;
    for (uint32_t i = 0; i < c->budget->count && !e->header_only; i++)
        c->counts[i] += c->budget->list[i].sid == e->rule->sid;
}

static void on_happened(void *ctx, enum probe_event event, const struct rule *rule, const struct view *view,
                        struct app_tx *tx)
{
    (void)ctx, (void)event, (void)rule, (void)view, (void)tx;
}

static int judge_budget(const struct case_judging *j, const struct counting *counting)
{
    int rc = 0;
    for (uint32_t i = 0; i < counting->budget->count && !rc; i++) {
        const struct case_sid *sid = &counting->budget->list[i];
        struct buf text = {0};
        if (sid->count < 0 || counting->counts[i] <= (uint64_t)sid->count)
            continue;
        rc = buf_printf(&text, "sid %" PRId64 " is evaluated %" PRIu64 " times, more than %" PRId64, sid->sid,
                        counting->counts[i], sid->count);
        rc = rc ? rc : case_fault_add(j->outcome, sid->line, &text);
    }
    return rc;
}

static int judge(const struct case_judging *j, const struct trial *trial)
{
    const struct rule_case *test = j->outcome->test;
    int rc = 0;
    for (uint32_t i = 0; i < test->expect.count && !rc; i++)
        rc = judge_expected(j, trial, &test->expect.list[i]);
    for (uint32_t i = 0; i < test->never.count && !rc; i++)
        rc = judge_never(j, trial, &test->never.list[i]);
    return rc || test->others ? rc : judge_others(j, trial);
}

int case_judge(const struct case_judging *j, struct err *err)
{
    const struct rule_case *test = j->outcome->test;
    struct counting counting = {.budget = &test->budget,
                                .counts = calloc(test->budget.count + 1, sizeof(uint64_t))};
    struct match_probe probe = {.evaluated = on_evaluated, .happened = on_happened, .ctx = &counting};
    struct trial_config config = case_trial(test, j->set->settings);
    struct trial trial = {0};
    config.ruleset = j->set->loaded.ruleset;
    config.probe = test->budget.count ? &probe : NULL;
    config.log = j->log;
    config.stop = j->stop;
    int rc = counting.counts ? trial_run(&config, &trial, err) : err_set(err, -ENOMEM, "out of memory");
    bool ran = !rc;
    if (!rc)
        rc = judge(j, &trial);
    if (!rc)
        rc = judge_budget(j, &counting);
    if (ran && rc)
        err_set(err, rc, "out of memory");
    trial_fini(&trial);
    free(counting.counts);
    return rc || !test->buffer_count ? rc : case_buffers(j, err);
}
