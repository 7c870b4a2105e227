#include "match/ends.h"
#include "match/gate.h"
#include "match/profiling.h"
#include "match/strain.h"
#include "flow/flow.h"
#include "rule/capture.h"
#include "rule/content.h"
#include "rule/state_op.h"

/* A packet without a flow counts as going to the server; of a flow's state nothing holds there. */
static enum rule_fit flow_fit(uint32_t flags, const struct view *view)
{
    uint32_t of_state =
        RULE_ESTABLISHED | RULE_NOT_ESTABLISHED | RULE_STATELESS | RULE_ONLY_FRAG | RULE_NO_FRAG;
    uint32_t of_direction = RULE_TO_SERVER | RULE_TO_CLIENT;
    if (flags & of_state && !view->flow)
        return UNFIT_FLOW;
    uint32_t this = !view->flow || view->direction == TO_SERVER ? RULE_TO_SERVER : RULE_TO_CLIENT;
    if (flags & of_direction && !(flags & this))
        return UNFIT_DIRECTION;
    if ((flags & RULE_ESTABLISHED && !view->established) ||
        (flags & RULE_NOT_ESTABLISHED && view->established))
        return UNFIT_ESTABLISHED;
    if (flags & RULE_APP_NEWS && !view->app_news)
        return UNFIT_NEWS;
    bool fragment = view->packet->source == PACKET_DEFRAGMENTED;
    return (flags & RULE_ONLY_FRAG && !fragment) || (flags & RULE_NO_FRAG && fragment) ? UNFIT_FRAGMENT
                                                                                       : RULE_FITS;
}

/* flow:only_stream and no_stream, of a rule that looks at the payload at all. */
static bool kind_fits(const struct compiled_rule *compiled, const struct view *view)
{
    uint32_t flags = compiled->rule_flags;
    if (!(compiled->flags & COMPILED_CHAINS) || view->kind == VIEW_TRANSACTION)
        return true;
    return !(flags & RULE_ONLY_STREAM && view->kind != VIEW_STREAM) &&
           !(flags & RULE_NO_STREAM && view->kind != VIEW_PACKET);
}

/* The first state_op that does not hold, or state_count. */
static uint32_t state_fits(struct matcher *m, const struct rule *rule, const struct view *view)
{
    struct flow_memory none = {0};
    struct flow_match *match = view->flow ? view->flow->match_state : NULL;
    for (uint32_t i = 0; i < rule->state_count; i++) {
        const struct state_op *op = &rule->state[i];
        if (!state_verb_is_test(op->verb))
            continue;
        if (state_op_shared(op))
            wait_turn(m);
        if (!state_holds(op, match ? &match->memory : &none, m->config.shared, view))
            return i;
    }
    return rule->state_count;
}

/* tcp:flow_start: the first packet of each direction. */
static bool hook_fits(const struct rule_header *header, const struct view *view)
{
    return header->hook != HOOK_FLOW_START || (view->flow && view->flow->packets[view->direction] <= 1);
}

enum rule_fit rule_fit(struct matcher *m, const struct compiled_rule *compiled, const struct view *view,
                       uint32_t *index)
{
    const struct packet *packet = view->packet;
    if (compiled->layers && !(compiled->layers & packet_protocols(packet)))
        return UNFIT_LAYERS;
    enum rule_fit fit = flow_fit(compiled->rule_flags, view);
    if (fit != RULE_FITS)
        return fit;
    if (!kind_fits(compiled, view))
        return UNFIT_KIND;
    if (!flow_app_is(view->flow, compiled->apps))
        return UNFIT_APP;
    const struct rule *rule = compiled->rule;
    if (!hook_fits(&rule->header, view))
        return UNFIT_HOOK;
    if (!ends_fit(m->rules.ends, m->ruleset->gates[compiled - m->ruleset->rules].ends, view))
        return UNFIT_ENDS;
    m->counters.evaluations++;
    for (*index = 0; *index < rule->test_count; ++*index)
        if (!rule->tests[*index].ops->match(rule->tests[*index].data, view))
            return UNFIT_TEST;
    if (rule->flags & RULE_SHARED_SETS)
        wait_turn(m);
    *index = state_fits(m, rule, view);
    return *index < rule->state_count ? UNFIT_STATE : RULE_FITS;
}

bool rule_fits(struct matcher *m, const struct compiled_rule *compiled, const struct view *view)
{
    m->fit = rule_fit(m, compiled, view, &m->unfit_index);
    return m->fit == RULE_FITS;
}

bool rule_chains_match(struct matcher *m, const struct compiled_rule *compiled, const struct view *view)
{
    const struct rule *rule = compiled->rule;
    if (!rule->chain_count)
        return true;
    strain_begin(m, view);
    bool all = true;
    for (uint32_t i = 0; i < rule->chain_count && all; i++)
        all = chain_match(m->eval, &rule->chains[i]);
    strain_end(m, view);
    return all;
}

/* Nothing remains of the rule once its literal was found: no chunk to come can add to it. */
static bool is_its_literal(const struct compiled_rule *compiled)
{
    const struct rule *rule = compiled->rule;
    const struct content *content = rule->chain_count == 1 && rule->chains[0].step_count == 1
                                        ? step_content(&rule->chains[0].steps[0])
                                        : NULL;
    return content && content->length == compiled->fast.literal.n;
}

/*
 * Across the edge: over what is still there from before this chunk, from the rule's last alert on. A match
 * must reach into the chunk (view_buffer.new_from).
 */
static bool matches_across(struct matcher *m, const struct compiled_rule *compiled, const struct view *stream,
                           uint64_t window, uint64_t since)
{
    size_t skip = since > window ? (size_t)(since - window) : 0;
    if (skip >= stream->payload.new_from)
        return false;
    struct view across = *stream;
    across.payload.bytes = slice_from(stream->payload.bytes, skip);
    across.payload.new_from = stream->payload.new_from - skip;
    across.payload.offset = 0;
    across.payload.first = across.payload.last = false;
    return rule_chains_match(m, compiled, &across);
}

bool rule_matches_stream(struct matcher *m, uint32_t rule, const struct view *stream,
                         struct stream_scan *scan)
{
    const struct compiled_rule *compiled = &m->ruleset->rules[rule];
    struct slice fresh = slice_from(stream->payload.bytes, stream->payload.new_from);
    if (!rule_fits(m, compiled, stream))
        return false;
    bool looks_back = compiled->flags & COMPILED_LOOK_BACK, sliding = m->config.inline_mode;
    /* The chunk alone (inline: the window): places count from its start and its end, as in Suricata. */
    struct view chunk = *stream;
    chunk.payload = (struct view_buffer){.bytes = fresh, .first = true, .last = true};
    if (sliding && !looks_back) {
        chunk.payload.bytes = stream->payload.bytes;
        chunk.payload.new_from = stream->payload.new_from;
    }
    bool matched = rule_chains_match(m, compiled, &chunk);
    if (!(looks_back || sliding) || scan->position < stream->payload.bytes.n)
        return matched;
    uint64_t end = scan->position, window = end - stream->payload.bytes.n;
    const struct pending *before = stream_scan_pending(scan, compiled->id);
    uint64_t since = before ? before->since : window;
    if (!matched && looks_back)
        matched = matches_across(m, compiled, stream, window, since);
    bool waits = compiled->fast.chain && !m->ruleset->no_prefilter && !is_its_literal(compiled);
    if (matched || (waits && !before))
        stream_scan_remember(m, scan,
                             &(struct pending){
                                 .id = compiled->id,
                                 .open = !matched,
                                 .since = matched ? end : since,
                                 .until = end,
                             });
    return matched;
}

/* What its regular expressions have captured in the evaluation that has just matched. */
static void keep_captures(struct matcher *m, const struct view *view)
{
    const struct captures *captures = m->eval->captures;
    struct flow_match *match = captures->count && view->flow ? flow_match_get(m, view->flow) : NULL;
    for (uint32_t i = 0; match && i < captures->count; i++) {
        const struct captured *captured = &captures->list[i];
        struct slice value = slice_of(captures->bytes.p + captured->at, captured->n);
        if (captured->capture->kind != CAPTURE_ALERT &&
            flow_variables_set(&match->memory.variables, captured->capture, value, view->packet,
                               view->kind == VIEW_TRANSACTION))
            m->counters.no_memory++;
    }
}

void rule_changes(struct matcher *m, const struct compiled_rule *compiled, const struct view *view)
{
    const struct rule *rule = compiled->rule;
    if (rule->flags & RULE_CAPTURES)
        keep_captures(m, view);
    for (uint32_t i = 0; i < rule->state_count; i++) {
        const struct state_op *op = &rule->state[i];
        if (state_verb_is_test(op->verb))
            continue;
        if (state_op_shared(op))
            wait_turn(m);
        struct flow_memory none = {0};
        struct flow_match *match = view->flow ? flow_match_get(m, view->flow) : NULL;
        state_change(op, match ? &match->memory : &none, m->config.shared, view);
        if (match)
            match->memory.changed = ++m->changes;
        flow_state_fini(&none);
    }
}
