/*
 * From the rules that matched to the alerts: in the order of evaluation thresholds are counted, actions take
 * hold, and a pass ends it. What stands behind a pass is neither counted by thresholds nor alerted.
 */
#include "match/profiling.h"
#include "app/parser.h"
#include "flow/flow.h"
#include "rule/content.h"
#include "rule/state_op.h"

#include <stdlib.h>

static int compare_match(const void *left, const void *right)
{
    const struct match *a = left, *b = right;
    if (a->rule != b->rule || !a->tx || !b->tx)
        return (a->rule > b->rule) - (a->rule < b->rule);
    return (a->tx->id > b->tx->id) - (a->tx->id < b->tx->id);
}

/* IP-only rules matched first, and each of the two parts is in order: usually there is nothing to do. */
static void sort_matches(struct matcher *m)
{
    for (uint32_t i = 1; i < m->match_count; i++) {
        if (m->matches[i - 1].rule > m->matches[i].rule) {
            qsort(m->matches, m->match_count, sizeof *m->matches, compare_match);
            return;
        }
    }
}

/* False past the most alerts of a packet. */
static bool keep_alert(struct matcher *m, struct alert_queue *alerts, const struct match *match,
                       const struct rule *rule, enum rule_action action)
{
    if (alerts->count == ALERTS_PER_PACKET) {
        alerts->lost++;
        m->counters.alerts_lost++;
        return false;
    }
    alerts->list[alerts->count++] =
        (struct alert){.rule = rule, .action = action, .from_stream = match->from_stream, .tx = match->tx};
    m->counters.alerts++;
    return true;
}

static bool counts_in_flow(const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->threshold_count; i++)
        if (rule->thresholds[i].track == TRACK_FLOW)
            return true;
    return false;
}

static bool counts_across_flows(const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->threshold_count; i++)
        if (rule->thresholds[i].track != TRACK_FLOW && rule->thresholds[i].kind != THRESHOLD_SUPPRESS)
            return true;
    return false;
}

/* Told before the worker's turn, as most matches are past a limit. */
static bool is_settled(const struct matcher *m, const struct rule *rule, const struct view *view,
                       enum threshold_verdict *said)
{
    const uint64_t *until_ns = m->config.until_ns;
    uint64_t now_ns = view->packet->time_ns;
    return !m->waited && until_ns &&
           threshold_settled(rule, m->config.shared, view, *until_ns > now_ns ? *until_ns : now_ns, said);
}

static enum threshold_verdict count_threshold(struct matcher *m, const struct rule *rule,
                                              const struct view *view, enum rule_action *action)
{
    enum threshold_verdict said;
    if (!rule->threshold_count)
        return THRESHOLD_ALERT;
    if (is_settled(m, rule, view, &said))
        return said;
    struct flow_memory none = {0};
    struct flow_match *match = view->flow && counts_in_flow(rule) ? flow_match_get(m, view->flow) : NULL;
    if (counts_across_flows(rule))
        wait_turn(m);
    said = threshold_check(rule, match ? &match->memory : &none, m->config.shared, view, action);
    flow_state_fini(&none);
    return said;
}

static void mark_flow(struct flow *flow, const struct match *match, enum rule_action action)
{
    if (!flow || !match->flow_scope)
        return;
    if (action == ACTION_PASS)
        flow->flags |= FLOW_PASS;
    else if (action == ACTION_DROP || action == ACTION_REJECT)
        flow->flags |= FLOW_DROP;
}

_Static_assert(sizeof(((struct content_places *)0)->list) / sizeof(struct content_place) ==
                   REPLACEMENTS_PER_PACKET,
               "as many places as replacements");

static bool replaces(const struct rule *rule)
{
    for (uint32_t c = 0; c < rule->chain_count; c++)
        for (uint32_t s = 0; s < rule->chains[c].step_count; s++) {
            const struct content *content = step_content(&rule->chains[c].steps[s]);
            if (content && content->replacement)
                return true;
        }
    return false;
}

/* Where the rule matches in the packet's own payload; a match across packets replaces nothing. */
static void find_replacements(struct matcher *m, const struct compiled_rule *compiled,
                              const struct view *packet, struct alert_queue *alerts)
{
    struct content_places places = {.most = REPLACEMENTS_PER_PACKET - alerts->replacement_count};
    if (!m->config.rewrites || !replaces(compiled->rule))
        return;
    m->eval->replaced = &places;
    bool matches = rule_chains_match(m, compiled, packet);
    for (unsigned i = 0; matches && i < places.count; i++) {
        const struct content *content = places.list[i].content;
        alerts->replacements[alerts->replacement_count++] =
            (struct replacement){places.list[i].at, slice_of(content->replacement, content->length)};
    }
    m->eval->replaced = NULL;
}

/* As in Suricata whether or not the rule gets to alert. */
static void mark_bypass(const struct matcher *m, struct flow *flow)
{
    for (uint32_t i = 0; flow && i < m->match_count; i++)
        if (m->ruleset->rules[m->matches[i].rule].rule_flags & RULE_BYPASS)
            flow->flags |= FLOW_NO_PACKET | FLOW_NO_PAYLOAD | FLOW_BYPASS;
}

static void take_hold(struct alert_queue *alerts, const struct rule *rule, enum rule_action action)
{
    if (action != ACTION_DROP && action != ACTION_REJECT)
        return;
    if (!alerts->drop.rule)
        alerts->drop = (struct alert){.rule = rule, .action = action};
    if (action == ACTION_REJECT)
        alerts->rejects |= (uint8_t)(1 << rule->header.reject);
}

void verdict(struct matcher *m, const struct view *packet, const struct view *stream,
             struct alert_queue *alerts)
{
    sort_matches(m);
    mark_bypass(m, packet->flow);
    for (uint32_t i = 0; i < m->match_count; i++) {
        const struct match *match = &m->matches[i];
        const struct rule *rule = m->ruleset->rules[match->rule].rule;
        const struct view *view = match->from_stream && stream ? stream : packet;
        enum rule_action action = rule->header.action;
        enum threshold_verdict said = count_threshold(m, rule, view, &action);
        if (said != THRESHOLD_ALERT && m->config.probe)
            m->config.probe->happened(m->config.probe->ctx, PROBE_SILENCED, rule, view, match->tx);
        if (said != THRESHOLD_ALERT && action == ACTION_PASS)
            continue;
        bool speaks = action == ACTION_PASS ? rule->flags & RULE_ALERT : action != ACTION_CONFIG;
        if (speaks && said == THRESHOLD_ALERT && !(rule->flags & RULE_NOALERT)) {
            bool kept = keep_alert(m, alerts, match, rule, action);
            if (m->config.probe)
                m->config.probe->happened(m->config.probe->ctx, kept ? PROBE_ALERTED : PROBE_LOST, rule, view,
                                          match->tx);
        }
        bool holds = said != THRESHOLD_WAITS;
        if (holds)
            take_hold(alerts, rule, action);
        if (holds || !m->config.inline_mode) /* where packets are copies Suricata does not wait */
            mark_flow(packet->flow, match, action);
        find_replacements(m, &m->ruleset->rules[match->rule], packet, alerts);
        if (action == ACTION_PASS)
            break;
    }
}
