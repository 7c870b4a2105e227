#include "match/transaction.h"
#include "flow/flow.h"

#include "app/engine.h"
#include "app/file/file.h"
#include "match/chunk_names.h"
#include "match/gate.h"
#include "match/look_memo.h"
#include "match/profiling.h"
#include "match/scan.h"
#include "match/transaction_fit.h"
#include "match/transaction_look.h"
#include "match/transaction_stage.h"
#include "rule/chain_instance.h"
#include "rule/transform.h"

/* What the rules see of one transaction. */
struct tx_view {
    struct matcher *matcher;
    struct app_session *session;
    struct app_tx *tx;
    enum direction direction;
    struct tx_stage stage;
    uint32_t chunk;            /* the number of the stream's chunk; 0 without one */
    struct view_buffer window; /* of the stream: from new_from on this chunk, before it what is still there */
    struct app_tx *like;       /* looked at before in this look, for the first time; matcher.passed is its */
    bool named[2];             /* matcher.named has the rules that the stream, or its new part, names */
};

/* Nothing of a transaction changes while the rules look at it: a first instance is asked for once. */
static const struct known_buffer *first_instance(const struct tx_view *view, enum buffer_id id)
{
    struct known_buffer *known = &view->matcher->known[id];
    if (known->look != view->matcher->look) {
        known->look = view->matcher->look;
        known->answer = app_buffer(view->session, view->tx, view->direction, id, 0, &known->buffer);
    }
    return known;
}

static enum buffer_answer tx_buffer(void *ctx, enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct tx_view *view = ctx;
    if (!index) {
        const struct known_buffer *known = first_instance(view, id);
        *out = known->buffer;
        return known->answer;
    }
    struct known_buffer *known = &view->matcher->known[id];
    uint64_t look = view->matcher->look;
    if (index == 1 && known->next_look == look)
        return known->more_may_come ? BUFFER_LATER : BUFFER_NONE;
    enum buffer_answer answer = app_buffer(view->session, view->tx, view->direction, id, index, out);
    if (index == 1 && answer != BUFFER_HERE) {
        known->next_look = look;
        known->more_may_come = answer == BUFFER_LATER;
    } else {
        known->look = 0; /* instances may be made in one place */
    }
    return answer;
}

static const struct view_app_ops tx_ops = {.buffer = tx_buffer};

/* What can hold a literal that no earlier look at this window of a body has found. */
static struct slice unscanned(const struct view_buffer *buffer)
{
    enum { LITERAL_LESS_ONE = FAST_PATTERN_MOST - 1 };
    return slice_from(buffer->bytes,
                      buffer->scanned_to > LITERAL_LESS_ONE ? buffer->scanned_to - LITERAL_LESS_ONE : 0);
}

/* A first instance's twin may be the same bytes; an only one stays where it is for the whole look. */
static void scan_instance(struct matcher *m, const struct buffer_space *space,
                          const struct view_buffer *buffer, bool looked, bool first, struct scan_queue *only)
{
    uint32_t transforms = space->like->transform_count;
    struct slice bytes = looked && !transforms ? unscanned(buffer) : buffer->bytes;
    const struct database *database = m->ruleset->spaces[space->literals_in].database;
    if (first && space->twin)
        prefilter_twin(m, database, bytes);
    else if (only && !transforms)
        scan_soon(m, only, database, bytes);
    else if (!transforms || transforms_apply(space->like->transforms, transforms, &bytes, m->transformed))
        scan_block(m, database, bytes, false);
}

/* Scans what the rules have not seen of one buffer. True when no more of it will come. */
static bool scan_space(struct matcher *m, const struct buffer_space *space, struct tx_view *view, bool looked,
                       struct scan_queue *queue)
{
    const struct known_buffer *known = first_instance(view, space->buffer);
    enum buffer_answer answer = known->answer;
    bool only = space->whole && view->session->parser->lasting && known->buffer.last;
    if (answer == BUFFER_HERE)
        scan_instance(m, space, &known->buffer, looked, true, only ? queue : NULL);
    for (unsigned index = 1; answer == BUFFER_HERE && !only; index++) {
        struct view_buffer buffer;
        answer = tx_buffer(view, space->buffer, index, &buffer);
        if (answer != BUFFER_HERE)
            break;
        scan_instance(m, space, &buffer, looked, false, NULL);
        if (space->whole)
            m->known[space->buffer].renewed = m->look;
    }
    return answer != BUFFER_LATER;
}

/* Whether what is there of the transaction allows the rule to match. */
static bool gate_open(const struct rule_gate *gate, const struct tx_view *tx)
{
    for (unsigned i = 0; i < gate->demand_count; i++) {
        const struct demand *demand = &gate->demands[i];
        const struct known_buffer *known = first_instance(tx, (enum buffer_id)demand->buffer);
        if (known->answer == BUFFER_NONE ||
            (known->answer == BUFFER_HERE && !demand_holds(demand, known->buffer.bytes)))
            return false;
    }
    return true;
}

/* A transaction has no stream: its candidates are named by a literal, or have none, or they wait for more. */
static const enum candidate_view view_named = CANDIDATE_PACKET, view_waiting = CANDIDATE_STREAM;

/* Of all that the rules of its plan have a literal, or a gate, for. */
static void find_candidates(struct matcher *m, struct tx_view *view, const struct transaction_plan *plan,
                            struct transaction_match *match)
{
    uint64_t *scanned = &match->scanned[(uint32_t)view->direction * transaction_scanned_words(m)];
    bool looked = match->looked[view->direction];
    struct scan_queue queue;
    queue.count = 0;
    for (uint32_t i = 0; i < plan->space_count; i++) {
        uint64_t bit = UINT64_C(1) << i % 64;
        if (!(scanned[i / 64] & bit) &&
            scan_space(m, &m->ruleset->spaces[plan->spaces[i]], view, looked, &queue))
            scanned[i / 64] |= bit;
    }
    scan_all(m, &queue);
    for (uint32_t i = 0; i < plan->unkeyed_count; i++)
        if (gate_open(&m->ruleset->gates[plan->unkeyed[i]], view))
            candidates_add(&m->rules.candidates, view_named, plan->unkeyed[i]);
}

/* The same, where it was found before of the same bytes from what is known of them. */
static void recall_candidates(struct matcher *m, struct tx_view *view, const struct transaction_plan *plan,
                              struct transaction_match *match, struct look_note *note)
{
    enum direction direction = view->direction;
    if (!look_memo_find(m, view->session, view->tx, direction, match, note)) {
        find_candidates(m, view, plan, match);
        if (note->keep)
            look_memo_scanned(m, direction, match, note);
    }
    match->looked[direction] = true;
}

/*
 * Those named by the raw stream, in which what this transaction has seen with the chunk before is passed
 * over: a rule named there has been evaluated, and waits if need be.
 */
static void find_in_payload(struct matcher *m, struct tx_view *tx, const struct transaction_plan *plan,
                            struct tx_side *side)
{
    enum { LITERAL_LESS_ONE = FAST_PATTERN_MOST - 1 };
    struct slice bytes = tx->window.bytes;
    size_t new_from = tx->window.new_from;
    if (!plan->payload || !side->met || !bytes.n)
        return;
    bool part = side->chunk && side->chunk + 1 == tx->chunk && new_from > LITERAL_LESS_ONE;
    if (part)
        bytes = slice_from(bytes, new_from - LITERAL_LESS_ONE);
    side->chunk = tx->chunk;
    if (!chunk_names_add(m, !part))
        chunk_names_scan(m, m->ruleset->spaces[plan->payload - 1].database, bytes, &m->named[part],
                         &tx->named[part]);
}

static void add_waiting_of(struct matcher *m, const struct tx_side *side, uint64_t state, uint32_t from)
{
    bool all = probe_asks(m->config.probe);
    for (uint32_t i = 0; i < side->count; i++) {
        const struct tx_rule *known = &side->rules[i];
        uint32_t rule = RULE_NONE;
        if (!known->through && (all || tx_rule_may_fit(known, state)))
            rule = lineage_rule(&m->ruleset->lineage, known->id);
        if (rule != RULE_NONE && rule >= from) /* it may have gone with an older ruleset */
            candidates_add(&m->rules.candidates, view_waiting, rule);
    }
}

/* Rules from `from` on that have begun to match, and wait for more, or for the flow to be as they ask
 * (`state`: tx_flow_state). */
static void add_waiting(struct matcher *m, const struct transaction_match *match, enum direction direction,
                        uint64_t state, uint32_t from)
{
    add_waiting_of(m, &match->sides[direction], state, from);
    if (direction == TO_CLIENT)
        add_waiting_of(m, &match->sides[TO_SERVER], state, from);
}

static const struct chain *file_chain(const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->chain_count; i++)
        if (rule->chains[i].buffer == BUFFER_FILE)
            return &rule->chains[i];
    return NULL;
}

static uint16_t count_files(const struct tx_view *tx)
{
    uint16_t count = 0;
    while (app_file_at(tx->tx, tx->direction, count))
        count++;
    return count;
}

/* The rule has matched: what its filestore asks for is put into the store. */
static void store_files(struct matcher *m, const struct rule *rule, const struct tx_view *tx)
{
    const struct chain *chain = file_chain(rule);
    struct app_file *file;
    if (rule->files.store != FILE_STORE_FILE)
        app_file_store_all(tx->session, tx->tx, tx->direction, rule->files.store_sides,
                           rule->files.store == FILE_STORE_FLOW);
    for (unsigned i = 0; chain && (file = app_file_at(tx->tx, tx->direction, i)); i++)
        if (!file->logged && chain_fits(m->eval, chain, i))
            app_file_store(tx->session, file, rule->sid, rule->files.store == FILE_STORE_FILE);
}

/*
 * A rule with filestore that has matched: files that began since are stored too when they match. As in
 * Suricata it alerts once more for them, unless it asks more of a file than to be there.
 */
static void evaluate_again(struct matcher *m, uint32_t rule, const struct view *view, struct tx_view *tx,
                           struct tx_rule *known)
{
    const struct rule *asked = m->ruleset->rules[rule].rule;
    const struct chain *chain = file_chain(asked);
    uint16_t files = count_files(tx);
    bool more = files > known->files;
    known->files = files;
    eval_reset(m->eval, view);
    store_files(m, asked, tx);
    for (uint32_t i = 0; more && chain && i < chain->step_count; i++)
        more = !strcmp(chain->steps[i].ops->keyword, "filestore");
    if (more)
        matcher_add_match(m, rule, view, tx->tx);
}

static void tell_probe(struct matcher *m, const struct rule *rule, const struct view *view,
                       const struct tx_view *tx, uint64_t matched)
{
    struct evaluation e = {
        .rule = rule, .view = view, .matched = matched, .session = tx->session, .tx = tx->tx};
    m->config.probe->evaluated(m->config.probe->ctx, &e);
}

/* What names the rule is there once more. */
static bool named_anew(const struct matcher *m, const struct compiled_rule *compiled)
{
    return compiled->fast.chain && m->known[compiled->fast.chain->buffer].renewed == m->look;
}

/* Of these Suricata was seen to remember, beside a transaction's buffers, that the stream had matched. */
static bool remembers_stream(enum app_proto proto)
{
    return proto == APP_HTTP1 || proto == APP_TLS || proto == APP_SSH;
}

static enum rule_outcome evaluate(struct matcher *m, uint32_t rule, const struct view *view,
                                  struct tx_view *tx, struct transaction_match *match)
{
    const struct compiled_rule *compiled = &m->ruleset->rules[rule];
    bool both = compiled->flags & COMPILED_BOTH_SIDES;
    struct tx_side *side = &match->sides[both ? TO_SERVER : tx->direction];
    struct tx_rule *known = tx_rule_find(side, compiled->id);
    m->counters.candidates++;
    if (known && known->fired) {
        evaluate_again(m, rule, view, tx, known);
        return OUTCOME_SETTLED;
    }
    if (known && known->through && named_anew(m, compiled)) {
        known->through = false;
        known->matched = 0;
    }
    if (!tx_rule_asks(m, compiled, view, side, known, tx->tx->complete[tx->direction]))
        return known && !known->unfit ? OUTCOME_SETTLED : OUTCOME_UNFIT;
    bool again = compiled->flags & COMPILED_AGAIN;
    if (known && again && !rule_fits(m, compiled, view))
        return OUTCOME_UNFIT;
    enum app_proto proto = tx->session->parser->proto;
    if (!tx_stage_fits(&tx->stage, proto, &compiled->rule->header.stage) ||
        !tx_stage_fits(&tx->stage, proto, &compiled->rule->stage))
        return OUTCOME_LATER;
    struct tx_look look = {
        .matched = known ? known->matched : 0,
        .over = tx->tx->complete[tx->direction],
        .stream_remembered = remembers_stream(proto),
    };
    if (probe_asks(m->config.probe))
        tell_probe(m, compiled->rule, view, tx, look.matched);
    else if (known && tx_wait_goes_on(m, compiled, view, known))
        return OUTCOME_LATER;
    enum chain_result result = tx_look_chains(m, compiled, view, &look);
    if (!known)
        known = tx_rule_add(m, side, compiled->id);
    if (!known)
        return OUTCOME_LATER;
    known->matched = look.matched;
    known->unfit = false;
    known->through = result != CHAIN_LATER && !again;
    match->sides[tx->direction].wants_payload |= look.wants_payload;
    if (result == CHAIN_LATER)
        tx_wait_begin(m, compiled, view, &look.missing, known);
    if (result != CHAIN_YES)
        return result == CHAIN_NO ? OUTCOME_FAILED : OUTCOME_LATER;
    matcher_add_match(m, rule, view, tx->tx);
    if (!compiled->rule->files.store)
        return OUTCOME_MATCHED;
    store_files(m, compiled->rule, tx);
    known->fired = true;
    known->through = false;
    known->files = count_files(tx);
    return OUTCOME_MATCHED;
}

/*
 * As in Suricata the stream is this chunk, so that what an earlier request has brought is not found, nor
 * missed, beside the URI of the next one; but for a rule that looks into a body it is what is still there,
 * too.
 */
static void show_stream(const struct compiled_rule *compiled, const struct tx_view *tx, struct view *view)
{
    if (!tx->window.bytes.n)
        return;
    view->payload = tx->window;
    view->payload.new_from = 0;
    if (compiled->flags & COMPILED_LOOK_BACK)
        return;
    view->payload.bytes = slice_from(tx->window.bytes, tx->window.new_from);
    view->payload.offset = 0;
    view->payload.first = true;
}

static void judge(struct matcher *m, uint32_t rule, struct view *view, struct tx_view *tx,
                  struct transaction_match *match)
{
    show_stream(&m->ruleset->rules[rule], tx, view);
    bool profiled = m->profile != NULL;
    struct profile_start start;
    if (profiled)
        start = profile_begin(m);
    enum rule_outcome outcome = evaluate(m, rule, view, tx, match);
    if (profiled)
        profile_end(m, rule, view, outcome, &start);
}

/* The rules have not looked at either side, and none waits. */
static bool is_new(const struct transaction_match *match, const struct tx_view *tx)
{
    const struct tx_side *side = &match->sides[tx->direction];
    return tx->tx->changed[tx->direction] && !match->looked[tx->direction] && !side->met && !side->count &&
           !match->sides[!tx->direction].count;
}

/*
 * A transaction like the one before: whoever sends one small message thousands of times has it searched once.
 * The same rules are evaluated, in the same order; what they find may still differ by what they remember.
 */
static bool match_as_before(struct matcher *m, struct view *view, struct tx_view *tx,
                            struct transaction_match *match)
{
    const struct app_parser *parser = tx->session->parser;
    if (!tx->like || !parser->alike(tx->like, tx->tx, tx->direction))
        return false;
    const struct transaction_match *like = tx->like->match_state;
    uint32_t words = transaction_scanned_words(m), first = (uint32_t)tx->direction * words;
    memcpy(&match->scanned[first], &like->scanned[first], words * sizeof match->scanned[0]);
    match->looked[tx->direction] = match->sides[tx->direction].met = true;
    match->sides[tx->direction].chunk = like->sides[tx->direction].chunk;
    m->look++;
    uint32_t rule;
    for (size_t at = 0; at < m->passed.n; at += sizeof rule) {
        memcpy(&rule, m->passed.p + at, sizeof rule);
        judge(m, rule, view, tx, match);
    }
    return true;
}

/* Nothing has changed, and no new bytes of the stream are there that could name a rule or complete one. */
static bool is_still(const struct tx_view *tx, const struct transaction_plan *plan)
{
    return !tx->tx->changed[tx->direction] && !tx->window.bytes.n && !plan->stages;
}

static void match_transaction(struct matcher *m, struct view *view, struct tx_view *tx)
{
    const struct transaction_plan *plan = &m->ruleset->plans[tx->session->parser->proto][tx->direction];
    if (is_still(tx, plan) || (!plan->space_count && !plan->unkeyed_count && !plan->payload))
        return;
    struct transaction_match *match = transaction_match_get(m, tx->tx, tx->session->parser->proto);
    if (!match)
        return;
    struct tx_side *side = &match->sides[tx->direction];
    if (plan->stages)
        tx->stage = tx_stage_of(tx->session, tx->tx, tx->direction, side);
    bool changed = tx->tx->changed[tx->direction];
    bool is_first = tx->session->parser->alike && is_new(match, tx);
    if (is_first && match_as_before(m, view, tx, match))
        return;
    tx->like = NULL;
    buf_clear(&m->passed);
    side->met = side->met || changed;
    find_in_payload(m, tx, plan, side);
    if (!changed && !(side->wants_payload && tx->window.bytes.n) && candidates_empty(&m->rules.candidates))
        return;
    m->look++;
    struct look_note note;
    note.keep = note.gated = false;
    if (changed)
        recall_candidates(m, tx, plan, match, &note);
    side->wants_payload = false;
    uint64_t state = tx_flow_state(view);
    add_waiting(m, match, tx->direction, state, 0);
    uint32_t rule;
    unsigned views;
    while (candidates_take(&m->rules.candidates, &rule, &views)) {
        const struct rule_gate *gate = &m->ruleset->gates[rule];
        bool waiting = views & 1u << view_waiting;
        if (!(gate->sides & 1u << tx->direction) || !(waiting || note.gated || gate_open(gate, tx)))
            continue;
        if (note.keep && views & 1u << view_named)
            look_memo_add(&note, rule);
        is_first = is_first && buf_append(&m->passed, slice_of(&rule, sizeof rule)) == 0;
        judge(m, rule, view, tx, match);
        if (state != tx_flow_state(view)) { /* those behind it may fit now */
            state = tx_flow_state(view);
            add_waiting(m, match, tx->direction, state, rule + 1);
        }
    }
    if (note.keep)
        look_memo_keep(m, &note);
    tx->like = is_first ? tx->tx : NULL;
}

void match_transactions(struct matcher *m, const struct view *packet, const struct view *stream,
                        struct app_session *session)
{
    enum direction direction = packet->direction;
    struct tx_view tx = {.matcher = m, .session = session, .direction = direction};
    struct view view = *packet;
    view.kind = VIEW_TRANSACTION;
    view.app = &tx_ops;
    view.app_ctx = &tx;
    view.empty_payload = false;
    if (packet->payload_in_stream || packet->packet->source == PACKET_FLOW_END)
        view.payload = (struct view_buffer){0};
    if (stream) {
        tx.window = stream->payload;
        const struct flow_match *match = packet->flow->match_state;
        tx.chunk = match ? match->scans[direction].chunks : 0;
    }
    for (tx.tx = session->first; tx.tx; tx.tx = tx.tx->next)
        if (!tx.tx->unseen[direction])
            match_transaction(m, &view, &tx);
}
