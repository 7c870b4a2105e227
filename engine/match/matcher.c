#include "match/matcher.h"
#include "flow/flow.h"

#include <stdlib.h>

#include "app/session.h"
#include "base/grow.h"
#include "match/ends.h"
#include "match/gate.h"
#include "match/group.h"
#include "match/profiling.h"
#include "match/transaction.h"

struct matcher *matcher_new(const struct matcher_config *config)
{
    struct matcher *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->config = *config;
    m->ruleset = config->ruleset;
    pool_init(&m->flow_matches, sizeof(struct flow_match), SIZE_MAX / 2);
    m->eval = eval_new();
    m->match_capacity = 2 * m->ruleset->count + 16;
    m->matches = calloc(m->match_capacity, sizeof *m->matches);
    m->profile = config->profile ? match_profile_new(m->ruleset->count) : NULL;
    m->watched = probe_asks(config->probe) || m->profile;
    if (matcher_rules_init(&m->rules, m->ruleset) || !m->eval || !m->matches ||
        (config->profile && !m->profile)) {
        matcher_free(m);
        return NULL;
    }
    return m;
}

void matcher_free(struct matcher *m)
{
    if (!m)
        return;
    pool_fini(&m->flow_matches);
    transaction_matches_free(m);
    buf_fini(&m->transformed[0]);
    buf_fini(&m->transformed[1]);
    buf_fini(&m->named[0]);
    buf_fini(&m->named[1]);
    buf_fini(&m->chunk_names.rules);
    buf_fini(&m->passed);
    buf_fini(&m->identity);
    eval_free(m->eval);
    free(m->matches);
    match_profile_free(m->profile);
    matcher_rules_fini(&m->rules);
    free(m);
}

/*
 * Suricata 8.0.8 alerts twice for what hooks in before flow or stream: at the hook, and with the rest, unless
 * the packet was dropped before its flow was looked up.
 */
static bool matches_twice(const struct rule_header *header)
{
    bool drops = header->action == ACTION_DROP || header->action == ACTION_REJECT;
    return header->hook == HOOK_PRE_STREAM || (header->hook == HOOK_PRE_FLOW && !drops);
}

/* As in Suricata the chain of the side whose packet has matched: a rule about the name that a client asks for
 * means the client's own. */
static void want_certificates(const struct view *view)
{
    struct app_session *session = view->flow ? view->flow->app_state : NULL;
    if (session)
        session->store_certificates |= (uint8_t)(1u << view->direction);
}

void matcher_add_match(struct matcher *m, uint32_t rule, const struct view *view, struct app_tx *tx)
{
    if (m->match_count + 2 > m->match_capacity &&
        grow_array(&m->matches, m->match_count + 1, &m->match_capacity)) {
        m->counters.no_memory++;
        return;
    }
    const struct compiled_rule *compiled = &m->ruleset->rules[rule];
    bool from_stream = view->kind == VIEW_STREAM;
    bool packet_only = !tx && compiled->flags & COMPILED_STREAM && !from_stream;
    enum rule_scope scope = compiled->rule->header.scope;
    if (!tx && compiled->rule->header.protocol == PROTOCOL_APP)
        tx = view->brought; /* as in Suricata an alert on a datagram shows what is in it */
    m->counters.matches++;
    if (m->config.probe)
        m->config.probe->happened(m->config.probe->ctx, PROBE_MATCHED, compiled->rule, view, tx);
    rule_changes(m, compiled, view);
    if (compiled->rule->files.certificates)
        want_certificates(view);
    struct match match = {
        .rule = rule,
        .from_stream = from_stream,
        .flow_scope = scope == SCOPE_DEFAULT ? compiled->flags & COMPILED_FLOW_SCOPE && !packet_only
                                             : scope == SCOPE_FLOW,
        .tx = tx,
    };
    m->matches[m->match_count++] = match;
    if (matches_twice(&compiled->rule->header))
        m->matches[m->match_count++] = match;
}

/*
 * Whether the rule has anything to look for in the packet itself. An empty payload is only looked into (where
 * a negation holds) when the packet has made a chunk of its stream ready, as in Suricata.
 */
static bool looks_at_packet(const struct compiled_rule *rule, const struct view *packet, bool chunk)
{
    uint32_t flags = rule->flags;
    if (flags & COMPILED_REAL_PACKET && packet->packet->source == PACKET_FLOW_END)
        return false;
    if (packet->packet->invalid && !(flags & (COMPILED_EVENT_ONLY | COMPILED_IP_ONLY)))
        return false;
    if (!(flags & COMPILED_PAYLOAD))
        return true;
    if (packet->packet->source == PACKET_FLOW_END || (!packet->payload.bytes.n && !chunk) ||
        (packet->flow && packet->flow->flags & FLOW_NO_PAYLOAD))
        return false;
    return flags & COMPILED_PACKET || !packet->payload_in_stream;
}

struct scene {                          /* what the candidates of one packet are evaluated against */
    const struct view *packet, *stream; /* stream: NULL without a chunk */
    struct view whole;                  /* the packet; its empty payload too, when there is a chunk */
    struct stream_scan *scan;
};

/* A rule matches once at most, in the stream or in the packet. */
static enum rule_outcome evaluate(struct matcher *m, uint32_t rule, unsigned views, const struct scene *s)
{
    const struct compiled_rule *compiled = &m->ruleset->rules[rule];
    enum rule_outcome outcome = OUTCOME_SETTLED;
    if (s->stream && views & 1u << CANDIDATE_STREAM && compiled->flags & COMPILED_STREAM) {
        if (rule_matches_stream(m, rule, s->stream, s->scan)) {
            matcher_add_match(m, rule, s->stream, NULL);
            return OUTCOME_MATCHED;
        }
        outcome = m->fit == RULE_FITS ? OUTCOME_FAILED : OUTCOME_UNFIT;
    }
    if (!(views & 1u << CANDIDATE_PACKET) || !looks_at_packet(compiled, s->packet, s->stream != NULL))
        return outcome;
    if (!rule_fits(m, compiled, &s->whole))
        return OUTCOME_UNFIT;
    if (!rule_chains_match(m, compiled, &s->whole))
        return OUTCOME_FAILED;
    matcher_add_match(m, rule, s->packet, NULL);
    return OUTCOME_MATCHED;
}

/* For those who ask, before an evaluation and after it. */
static struct profile_start watch(struct matcher *m, uint32_t rule, const struct view *view)
{
    if (probe_asks(m->config.probe))
        probe_evaluation(m, &m->ruleset->rules[rule], view);
    return m->profile ? profile_begin(m) : (struct profile_start){0};
}

/* Evaluates and empties the candidates. */
static void evaluate_candidates(struct matcher *m, const struct view *packet, const struct view *stream,
                                struct stream_scan *scan)
{
    uint32_t rule;
    unsigned views;
    bool watched = m->watched;
    struct scene scene = {.packet = packet, .stream = stream, .whole = *packet, .scan = scan};
    scene.whole.empty_payload = stream != NULL;
    while (candidates_take(&m->rules.candidates, &rule, &views)) {
        if (!gate_has_ports(&m->ruleset->gates[rule], packet->packet) && !probe_asks(m->config.probe))
            continue;
        m->counters.candidates++;
        const struct view *view = stream && views & 1u << CANDIDATE_STREAM ? stream : &scene.whole;
        struct profile_start start;
        if (watched)
            start = watch(m, rule, view);
        enum rule_outcome outcome = evaluate(m, rule, views, &scene);
        if (watched && m->profile)
            profile_end(m, rule, view, outcome, &start);
    }
}

/* The candidates, if there are any. */
static void evaluate_any(struct matcher *m, const struct view *packet, const struct view *stream,
                         struct stream_scan *scan)
{
    if (!candidates_empty(&m->rules.candidates))
        evaluate_candidates(m, packet, stream, scan);
}

/*
 * IP-only rules: on the first packet of each direction, and those that a later ruleset has brought on the
 * next one; on every packet without a flow.
 */
static void match_ip_only(struct matcher *m, const struct view *packet)
{
    uint32_t since = 0;
    if (packet->packet->source == PACKET_FLOW_END || !packet->packet->source_address.version)
        return;
    if (packet->flow) {
        /* An ICMP error in the flow that it quotes: neither looked at, nor the first of its direction. */
        if (packet->flow->protocol != packet->packet->ip.protocol)
            return;
        uint32_t *met = &packet->flow->rules_met[packet->direction];
        since = *met;
        if (since == m->ruleset->lineage.ids)
            return;
        *met = m->ruleset->lineage.ids;
    }
    prefilter_ip_only(m, packet->packet, since);
    evaluate_any(m, packet, NULL, NULL);
}

static void match_rules(struct matcher *m, const struct view *packet, const struct view *stream)
{
    struct stream_scan *scan = NULL;
    m->chunk_names.known = false;
    struct flow_match *match = stream ? flow_match_get(m, packet->flow) : NULL;
    if (match) {
        m->counters.stream_chunks++;
        scan = &match->scans[stream->direction];
        if (stream->payload.first)
            stream_scan_reset(m, scan);
        prefilter_stream(m, stream, scan);
    }
    if (!packet->packet->invalid && !(packet->flow && packet->flow->flags & FLOW_NO_PACKET))
        prefilter_packet(m, packet, match != NULL);
    prefilter_events(m, packet->packet);
    evaluate_any(m, packet, match ? stream : NULL, scan);
}

/* Whether there is anything to look at: mostly not. */
static bool transactions_due(const struct matcher *m, const struct view *packet, const struct view *stream,
                             const struct app_session *session)
{
    return session->first && (session->sides[packet->direction].changed || stream ||
                              m->ruleset->plans[session->parser->proto][packet->direction].stages);
}

static void reset(struct alert_queue *alerts)
{
    alerts->count = alerts->lost = alerts->replacement_count = 0;
    alerts->drop.rule = NULL;
    alerts->rejects = 0;
}

void matcher_packet(struct matcher *m, const struct view *packet, const struct view *stream,
                    struct app_session *session, struct alert_queue *alerts)
{
    reset(alerts);
    m->counters.packets++;
    m->match_count = 0;
    m->waited = false;
    ends_memo_turn(m->rules.ends);
    const struct flow *flow = packet->flow;
    if (flow && flow->flags & (FLOW_PASS | FLOW_DROP))
        return;
    if (!flow || flow->flags & FLOW_NO_PAYLOAD)
        stream = NULL;
    if (probe_asks(m->config.probe))
        probe_headers(m, packet);
    match_ip_only(m, packet);
    match_rules(m, packet, stream);
    if (session && flow && !(flow->flags & FLOW_NO_PACKET) && transactions_due(m, packet, stream, session))
        match_transactions(m, packet, stream, session);
    if (m->match_count)
        verdict(m, packet, stream, alerts);
}

void matcher_transactions(struct matcher *m, const struct view *packet, struct app_session *session,
                          struct alert_queue *alerts)
{
    reset(alerts);
    m->match_count = 0;
    m->waited = false;
    ends_memo_turn(m->rules.ends);
    if (packet->flow->flags & (FLOW_PASS | FLOW_DROP | FLOW_NO_PACKET))
        return;
    if (transactions_due(m, packet, NULL, session))
        match_transactions(m, packet, NULL, session);
    if (m->match_count)
        verdict(m, packet, NULL, alerts);
}

bool matcher_wants_stream(struct matcher *m, const struct flow *flow, enum direction direction)
{
    if (flow->flags & (FLOW_PASS | FLOW_DROP | FLOW_NO_PAYLOAD))
        return false;
    if (m->ruleset->payload_apps >> flow->app & 1)
        return true;
    const struct group *group = space_group(&m->ruleset->streams[direction], flow->server_port);
    return group->database || group->placed || group->unkeyed.count;
}

void matcher_transaction_end(struct matcher *m, struct app_tx *tx)
{
    transaction_match_put(m, tx);
}

void matcher_flow_rest(struct matcher *m, struct flow *flow, bool over)
{
    flow_match_rest(m, flow, over);
}

void matcher_flow_end(struct matcher *m, struct flow *flow)
{
    flow_match_put(m, flow->match_state);
    flow->match_state = NULL;
}

const struct matcher_counters *matcher_counters(const struct matcher *m)
{
    return &m->counters;
}

const struct match_profile *matcher_profile(const struct matcher *m)
{
    return m->profile;
}
