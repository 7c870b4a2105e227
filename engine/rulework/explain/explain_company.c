#include "rulework/explain/explain_company.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/grow.h"
#include "flow/flow.h"
#include "packet/packet.h"
#include "rule/rule.h"
#include "rulework/setters.h"
#include "rulework/trial.h"

enum { HIDERS_MOST = 65536 };

struct hider { /* a match that may end what is looked at: of a flow, or of a packet */
    const struct rule *rule;
    uint64_t flow_id;
    uint64_t packet; /* UINT64_MAX at a flow's end */
};

struct company {
    const struct explain_config *config;
    struct explanation *out;
    bool others, out_of_memory;
    struct hider *hiders;
    uint32_t hider_count, hider_capacity;
    uint64_t packet, flow_id; /* that of `alerts` */
    uint32_t alerts[ALERTS_PER_PACKET];
    uint32_t alert_count;
};

static struct explained_rule *find(const struct explanation *x, const struct rule *rule)
{
    for (uint32_t i = 0; i < x->count; i++) {
        struct explained_rule *r = &x->list[i];
        if (r->asked && r->rule->sid == rule->sid && r->rule->gid == rule->gid)
            return r;
    }
    return NULL;
}

static bool hides(const struct rule *rule)
{
    return rule->header.action == ACTION_PASS || rule->header.action == ACTION_DROP ||
           rule->header.action == ACTION_REJECT || rule->flags & RULE_BYPASS;
}

/* By priority; rules about the state of flows are ordered by that first. */
static bool may_stand_before(const struct rule *rule, int priority)
{
    return hides(rule) || rule->state_count || (rule->priority <= priority && !(rule->flags & RULE_NOALERT));
}

static void select_company(void *ctx, struct rule_list *list)
{
    struct company *c = ctx;
    bool *keep = calloc(list->count + 1, sizeof *keep);
    int priority = 0;
    if (!keep) {
        c->out_of_memory = true;
        return;
    }
    for (uint32_t i = 0; i < c->out->count; i++)
        if (c->out->list[i].asked && c->out->list[i].rule->priority > priority)
            priority = c->out->list[i].rule->priority;
    for (uint32_t i = 0; i < list->count; i++) {
        bool asked = find(c->out, list->rules[i]) != NULL;
        keep[i] = asked || may_stand_before(list->rules[i], priority);
        c->others = c->others || (keep[i] && !asked);
    }
    rules_keep_setters(list, keep);
    rule_list_keep(list, keep);
    free(keep);
}

static uint64_t packet_of(const struct view *view)
{
    return view->packet->source == PACKET_FLOW_END ? UINT64_MAX : view->packet->number;
}

static void add_hider(struct company *c, const struct rule *rule, uint64_t packet, uint64_t flow_id)
{
    if (c->hider_count == HIDERS_MOST)
        return;
    if (grow_array(&c->hiders, c->hider_count, &c->hider_capacity)) {
        c->out_of_memory = true;
        return;
    }
    c->hiders[c->hider_count++] = (struct hider){rule, flow_id, packet};
}

static struct explain_taken *taken_at(struct explained_rule *r, uint64_t packet, uint64_t flow_id)
{
    for (uint32_t i = 0; i < r->taken_count; i++)
        if (r->taken[i].packet == packet && r->taken[i].flow_id == flow_id)
            return &r->taken[i];
    return NULL;
}

static void on_happened(void *ctx, enum probe_event event, const struct rule *rule, const struct view *view,
                        struct app_tx *tx)
{
    (void)tx;
    struct company *c = ctx;
    uint64_t packet = packet_of(view), flow_id = view->flow ? view->flow->id : 0;
    if (packet != c->packet || flow_id != c->flow_id)
        c->alert_count = 0;
    c->packet = packet;
    c->flow_id = flow_id;
    if (event == PROBE_ALERTED && c->alert_count < ALERTS_PER_PACKET)
        c->alerts[c->alert_count++] = rule->sid;
    if (event == PROBE_MATCHED && hides(rule))
        add_hider(c, rule, packet, flow_id);
    struct explained_rule *r = event == PROBE_MATCHED ? NULL : find(c->out, rule);
    if (!r)
        return;
    r->silenced += event == PROBE_SILENCED;
    r->lost += event == PROBE_LOST;
    struct explain_taken *taken = taken_at(r, packet, flow_id);
    if (event == PROBE_ALERTED) {
        if (r->fired_count < EXPLAIN_FIRED)
            r->fired_at[r->fired_count++] = packet == UINT64_MAX ? 0 : packet;
        r->alerted++;
        if (taken)
            taken->by = TAKEN_NOT;
    } else if (event == PROBE_LOST && taken && taken->by == TAKEN_UNKNOWN) {
        taken->by = TAKEN_BY_ALERTS;
        memcpy(taken->sids, c->alerts, c->alert_count * sizeof taken->sids[0]);
        taken->sid_count = c->alert_count;
    }
}

/* A pass ends the packet's own list too; a drop or a bypass what comes after it in the flow. */
static bool explains(const struct hider *h, const struct explained_rule *r, const struct explain_taken *taken)
{
    bool pass = h->rule->header.action == ACTION_PASS;
    if (h->rule->sid == r->rule->sid && h->rule->gid == r->rule->gid)
        return false;
    if (h->flow_id != taken->flow_id)
        return false;
    return taken->flow_id && h->packet < taken->packet ? true : pass && h->packet == taken->packet;
}

static void blame(const struct company *c, struct explained_rule *r)
{
    for (uint32_t i = 0; i < r->taken_count; i++) {
        struct explain_taken *taken = &r->taken[i];
        for (uint32_t h = 0; h < c->hider_count && taken->by == TAKEN_UNKNOWN; h++) {
            if (!explains(&c->hiders[h], r, taken))
                continue;
            const struct rule *rule = c->hiders[h].rule;
            taken->by = rule->header.action == ACTION_PASS ? TAKEN_BY_PASS
                        : rule->flags & RULE_BYPASS        ? TAKEN_BY_BYPASS
                                                           : TAKEN_BY_DROP;
            taken->sids[0] = rule->sid;
            taken->sid_count = 1;
            taken->since = c->hiders[h].packet;
        }
    }
}

static int run(struct company *c, struct ruleset *ruleset, struct err *err)
{
    const struct explain_config *config = c->config;
    struct match_probe probe = {.happened = on_happened, .ctx = c};
    struct trial_config trying = {.settings = config->settings,
                                  .ruleset = ruleset,
                                  .frames = config->frames,
                                  .frame_count = config->frame_count,
                                  .captures = config->captures,
                                  .capture_count = config->capture_count,
                                  .alerts_most = 1,
                                  .probe = &probe,
                                  .log = config->log,
                                  .stop = config->stop};
    struct trial trial = {0};
    for (uint32_t i = 0; i < c->out->count; i++) {
        struct explained_rule *r = &c->out->list[i];
        r->alone = r->alerted;
        if (r->asked)
            r->alerted = r->silenced = r->lost = r->fired_count = 0;
    }
    int rc = trial_run(&trying, &trial, err);
    trial_fini(&trial);
    for (uint32_t i = 0; !rc && i < c->out->count; i++)
        if (c->out->list[i].asked)
            blame(c, &c->out->list[i]);
    return rc;
}

static bool any_alerted(const struct explanation *x)
{
    for (uint32_t i = 0; i < x->count; i++)
        if (x->list[i].asked && x->list[i].alerted)
            return true;
    return false;
}

int explain_company(const struct explain_config *config, struct explanation *out, struct err *err)
{
    if (!config->sid_count || !config->rule_path_count || !any_alerted(out))
        return 0;
    struct company c = {.config = config, .out = out};
    struct loaded_rules rules;
    struct rules_config reading = {
        .settings = config->settings,
        .paths = config->rule_paths,
        .path_count = config->rule_path_count,
        .select = select_company,
        .log = config->log,
        .ctx = &c,
    };
    int rc = loaded_rules_init(&rules, &reading, err);
    if (!rc && c.others)
        rc = run(&c, rules.ruleset, err);
    if (!rc && c.out_of_memory)
        rc = err_set(err, -ENOMEM, "out of memory");
    free(c.hiders);
    loaded_rules_fini(&rules);
    return rc;
}

static int put_place(struct buf *out, uint64_t packet)
{
    return packet == UINT64_MAX ? buf_printf(out, "at a flow's end: ")
                                : buf_printf(out, "with packet %" PRIu64 ": ", packet);
}

static int put_taken(struct buf *out, const struct explain_taken *taken)
{
    static const char *const whats[] = {[TAKEN_BY_PASS] = "pass rule",
                                        [TAKEN_BY_DROP] = "drop rule",
                                        [TAKEN_BY_BYPASS] = "rule with bypass,"};
    int rc = put_place(out, taken->packet);
    if (rc)
        return rc;
    if (taken->by == TAKEN_UNKNOWN)
        return buf_printf(out, "another rule of the file keeps it from alerting\n");
    if (taken->by != TAKEN_BY_ALERTS) {
        rc = buf_printf(out, "%s sid %u hid it", whats[taken->by], taken->sids[0]);
        if (!rc && taken->since != taken->packet)
            rc = buf_printf(out, ": it ended the inspection of the flow with packet %" PRIu64, taken->since);
        return rc ? rc : buf_append_byte(out, '\n');
    }
    rc = buf_printf(out, "the %d alerts that a packet may raise were taken by sid", ALERTS_PER_PACKET);
    for (uint32_t i = 0; !rc && i < taken->sid_count; i++)
        rc = buf_printf(out, "%s %u", i ? "," : "", taken->sids[i]);
    return rc ? rc : buf_append_byte(out, '\n');
}

int explain_company_print(const struct explained_rule *rule, struct buf *out)
{
    int rc = 0;
    if (rule->alone > rule->alerted)
        rc = buf_printf(out,
                        "by itself it fires %" PRIu64 " times: other rules of the file take %" PRIu64 "\n",
                        rule->alone, rule->alone - rule->alerted);
    for (uint32_t i = 0; !rc && i < rule->taken_count && rule->alone > rule->alerted; i++)
        if (rule->taken[i].by != TAKEN_NOT)
            rc = put_taken(out, &rule->taken[i]);
    return rc;
}
