/*
 * The order of the stages for one packet:
 *
 *   flow lookup -> was it established? -> TCP state and reassembly -> flow state and deadline
 *     -> protocol detection -> application parser -> view of the packet, of the stream chunk that has become
 *     ready, of the transactions that changed -> matching -> sink -> release
 *
 * Raw streams are inspected in chunks: chunk.h.
 */
#include "inspect/inspect.h"

#include <stdlib.h>

#include "app/detect.h"
#include "app/file/file.h"
#include "inspect/inspector.h"
#include "inspect/renew.h"
#include "inspect/rest.h"
#include "inspect/tell.h"
#include "match/profile.h"
#include "match/renew.h"
#include "match/ruleset.h"
#include "packet/rewrite.h"
#include "rule/view.h"

enum { BLOCKS_AT_END = 4096 };

static void flow_ended(void *ctx, struct flow *flow);
static bool flow_passed(void *ctx, struct flow *flow);
static void flow_idle(void *ctx, struct flow *flow);
static void end_streams(struct inspector *in, struct flow *flow);

/* What hangs on a flow whose turn comes soon. */
static void fetch_state(const struct flow *flow)
{
    enum { LINE = 64, TCP_LINES = 7 };
    if (!flow)
        return;
    for (int i = 0; flow->tcp && i < TCP_LINES; i++)
        __builtin_prefetch((const char *)flow->tcp + (ptrdiff_t)i * LINE);
    __builtin_prefetch(flow->inspect_state);
    __builtin_prefetch(flow->app_state);
    __builtin_prefetch(flow->match_state);
}

static void transaction_ended(void *ctx, struct app_session *session, struct app_tx *tx)
{
    struct inspector *in = ctx;
    (void)session;
    matcher_transaction_end(in->matcher, tx);
}

static void wait_turn(void *ctx)
{
    struct inspector *in = ctx;
    if (in->config.matcher.wait_turn)
        in->config.matcher.wait_turn(in->config.matcher.ctx);
}

static void wait_hosts(void *ctx, const struct flow *flow)
{
    struct inspector *in = ctx;
    if (in->config.wait_hosts)
        in->config.wait_hosts(in->config.matcher.ctx, flow);
}

/* What the settings say of the application layer, and what the rules ask of it. */
static struct app_config app_config(const struct inspector *in)
{
    struct app_config config = in->config.app;
    uint8_t hashes;
    ruleset_wanted(in->config.matcher.ruleset, config.wanted);
    ruleset_files(in->config.matcher.ruleset, &hashes, &config.files.rules_store);
    for (int h = 0; h < FILE_HASHES; h++)
        config.files.hashes[h] |= hashes >> h & 1;
    config.logged = in->config.sink.transaction != NULL;
    return config;
}

static struct app_engine *make_app(struct inspector *in)
{
    struct app_config config = app_config(in);
    struct app_hooks hooks = {
        .tx_free = transaction_ended, .wait_turn = wait_turn, .wait_hosts = wait_hosts, .ctx = in};
    return app_engine_new(&config, &hooks);
}

struct inspector *inspector_new(const struct inspect_config *config)
{
    struct inspector *in = calloc(1, sizeof *in);
    if (!in)
        return NULL;
    in->config = *config;
    in->config.flows.ended = flow_ended;
    in->config.flows.passed = flow_passed;
    in->config.flows.idle = flow_idle;
    in->config.flows.fetch = fetch_state;
    in->config.flows.ctx = in;
    chunks_init(&in->chunks, config->chunk_to_server, config->chunk_to_client);
    in->flows = flow_table_new(&in->config.flows);
    if (!in->config.tcp.most_sessions) /* a flow without one would not be reassembled */
        in->config.tcp.most_sessions = config->flows.most_flows;
    in->tcp = tcp_engine_new(&in->config.tcp);
    in->config.matcher.inline_mode = config->tcp.inline_mode;
    in->config.matcher.rewrites = config->rewrites;
    in->matcher = matcher_new(&in->config.matcher);
    in->app = make_app(in);
    in->untold = app_config_untold(&config->app);
    if (!in->flows || !in->tcp || !in->matcher || !in->app) {
        inspector_free(in);
        return NULL;
    }
    in->raw_streams = ruleset_has_stream_rules(config->matcher.ruleset);
    return in;
}

void inspector_free(struct inspector *in)
{
    if (!in)
        return;
    flow_table_free(in->flows);
    tcp_engine_free(in->tcp);
    matcher_free(in->matcher);
    app_engine_free(in->app);
    chunks_fini(&in->chunks);
    free(in);
}

static bool closing(const struct tcp_session *session)
{
    switch (session->state) {
    case TCP_STATE_LAST_ACK:
    case TCP_STATE_CLOSE_WAIT:
    case TCP_STATE_CLOSING:
    case TCP_STATE_CLOSED:
        return true;
    default:
        return false;
    }
}

void inspector_report(struct inspector *in, const struct alert_queue *alerts, const struct view *packet,
                      const struct view *stream)
{
    in->counters.alerts += alerts->count;
    bool dropped = (alerts->count || alerts->drops) && tell_alerts(&in->config, alerts, packet, stream);
    in->drops = in->drops || alerts->drops || dropped;
}

/* After the alerts, which show what came. */
static void rewrite(struct inspector *in, const struct alert_queue *alerts, const struct packet *packet)
{
    for (unsigned i = 0; i < alerts->replacement_count; i++)
        in->rewritten |= packet_rewrite(packet, alerts->replacements[i].at, alerts->replacements[i].bytes);
}

static bool encrypted(const struct app_session *session)
{
    return session->bypass && !session->raw_first;
}

/* An ICMP error about a packet of the flow: what the flow itself says is for rules to see with its own
 * packets. */
static bool is_icmp(const struct view *packet)
{
    return packet->packet->layers & LAYER_ICMPV4;
}

static void tell_session(const struct inspector *in, const struct view *packet, struct app_session *session)
{
    tell_files(&in->config.sink, packet, session, packet->direction);
    tell_certificates(&in->config.sink, packet, session);
    tell_transactions(&in->config.sink, packet, session);
}

/* The packet, the chunk of its stream that is ready, the transactions that changed. */
static void match(struct inspector *in, struct view *packet, bool all)
{
    struct flow *flow = is_icmp(packet) ? NULL : packet->flow;
    struct app_session *session = flow ? flow->app_state : NULL;
    struct alert_queue alerts;
    struct view stream;
    bool chunk = false;
    if (flow && flow->tcp && !(flow->flags & FLOW_NO_PAYLOAD)) {
        struct view_buffer payload;
        bool wanted = session && session->sides[packet->direction].raw_wanted;
        if (chunk_unwanted(flow, packet->direction))
            chunk_pass_over(&in->chunks, flow, packet->direction);
        else
            chunk = chunk_next(&in->chunks, flow, packet->direction,
                               all || wanted || in->config.tcp.inline_mode, &payload);
        in->counters.stream_bytes = in->chunks.bytes;
        if (chunk) {
            if (wanted)
                session->sides[packet->direction].raw_wanted = false;
            stream = *packet;
            stream.kind = VIEW_STREAM;
            stream.payload = payload;
        }
    }
    matcher_packet(in->matcher, packet, chunk ? &stream : NULL, session, &alerts);
    inspector_report(in, &alerts, packet, chunk ? &stream : NULL);
    rewrite(in, &alerts, packet->packet);
    if (session) {
        if (session->sides[packet->direction].changed)
            app_seen(session, packet->direction);
        if (session->first)
            tell_session(in, packet, session);
        app_inspected(session, packet->direction);
        if (encrypted(session)) /* from the next packet on there is nothing to see */
            flow->flags |= FLOW_NO_PAYLOAD;
    }
    if (chunk)
        chunk_release(&in->chunks, flow, packet->direction);
}

static struct tcp_result follow_tcp(struct inspector *in, struct flow *flow, struct packet *packet,
                                    enum direction *direction)
{
    struct tcp_result result = tcp_packet(in->tcp, flow, packet, direction);
    if (result.restarted) {
        if (flow->inspect_state)
            *(struct flow_progress *)flow->inspect_state = (struct flow_progress){0};
        app_session_end(in->app, flow);
        flow->app_start[TO_SERVER] = flow->app_start[TO_CLIENT] = 0;
    }
    if (flow->tcp)
        inspector_parse_streams(in, flow, packet, *direction);
    return result;
}

/* What the packet makes of its flow holds from the next packet on: the rules saw it as it was before. */
static void update_flow(struct inspector *in, const struct view *view)
{
    struct flow *flow = view->flow;
    if (!flow)
        return;
    if ((flow->app_state || flow->tcp) && in->config.flows.idle_s)
        flow->flags |= FLOW_AWAKE;
    if (flow->tcp) {
        flow_table_update(in->flows, flow, tcp_flow_state(flow->tcp));
        rest_over(in->app, in->matcher, flow);
    } else if (flow->protocol != 6) {
        flow_table_update(in->flows, flow, FLOW_NEW); /* the table knows who was heard */
    }
}

static struct app_tx *brought(const struct flow *flow, enum direction direction)
{
    const struct app_session *session = flow->app_state;
    return session && session->last && session->last->changed[direction] ? session->last : NULL;
}

/* What had been queued when the verdict came is dropped here; what comes later the kernel lets through
 * again, and it begins anew (flow/table.c). */
static bool is_over(struct inspector *in, struct flow *flow, struct packet *packet)
{
    if (flow && flow->flags & FLOW_BLOCKED) {
        in->counters.after_verdict++;
        packet->dropped = flow->flags & FLOW_DROPPED;
        return true;
    }
    if (!flow || flow->state != FLOW_BYPASSED)
        return false;
    bypass_packet(in->config.bypass, &in->bypassed, flow, packet->time_ns, packet->bytes.n);
    return true;
}

/* What has come of its streams is inspected as at the flow's end: nothing more will. */
static void consider_bypass(struct inspector *in, struct flow *flow, uint64_t now_ns)
{
    const struct app_session *session = flow->app_state;
    enum bypass_reason reason = BYPASS_NO;
    if (in->config.bypass)
        reason = bypass_reason(in->config.bypass, flow, session && session->bypass);
    if (reason == BYPASS_NO || !bypass_begin(in->config.bypass, &in->bypassed, flow, reason, now_ns))
        return;
    if (flow->tcp) {
        end_streams(in, flow);
        stream_stop(&flow->tcp->streams[TO_SERVER]);
        stream_stop(&flow->tcp->streams[TO_CLIENT]);
    }
    flow->flags |= FLOW_NO_PACKET | FLOW_NO_PAYLOAD;
    flow->flags &= ~(uint32_t)FLOW_AWAKE;
    flow_table_update(in->flows, flow, FLOW_BYPASSED);
}

/* Detects the protocol, parses; says whether the flow was turned round, since it began with an answer. */
static bool take_datagram(struct inspector *in, struct view *view)
{
    const struct packet *packet = view->packet;
    bool turned = app_detect_but(view->flow, view->direction, packet->payload, in->untold);
    if (turned)
        view->direction = !view->direction;
    if (view->flow->app_state && app_full(view->flow->app_state))
        inspector_look(in, view->flow, packet, view->direction);
    app_parse_datagram(in->app, view->flow, view->direction, packet->payload, packet->time_ns);
    view->brought = brought(view->flow, view->direction);
    return turned;
}

void inspector_packet(struct inspector *in, struct packet *packet)
{
    in->counters.packets++;
    in->counters.bytes += packet->bytes.n;
    struct view view = {
        .kind = VIEW_PACKET,
        .packet = packet,
        .payload = {.bytes = packet->payload, .first = true, .last = true},
    };
    view.flow = flow_table_packet(in->flows, packet, &view.direction);
    if (is_over(in, view.flow, packet))
        return;
    if (view.flow) {
        view.flow->flags &= ~(uint32_t)FLOW_OVER;
        app_wake(in->app, view.flow);
    }
    bool closes = false;
    struct tcp_result tcp = {0};
    in->drops = in->rewritten = false;
    uint8_t detected = view.flow ? view.flow->app_detect : 0;
    if (!view.flow) {
        in->counters.without_flow++;
    } else if (packet->layers & LAYER_TCP && view.flow->protocol == 6) {
        if (!packet->bad_checksum)
            tcp = follow_tcp(in, view.flow, packet, &view.direction);
        view.payload_in_stream = tcp.payload_in_stream;
        closes = view.flow->tcp && closing(view.flow->tcp);
    } else if (packet->layers & LAYER_UDP && take_datagram(in, &view)) {
        detected = 0;
    }
    view.established = view.flow && flow_is_established(view.flow);
    view.app_news = view.flow && app_detect_news(view.flow, view.direction, detected);
    if (view.flow) {
        view.app_event = view.flow->app_event;
        view.flow->app_event = 0;
    }
    match(in, &view, closes);
    if ((packet->events.count || view.app_event) && in->config.sink.packet_events)
        in->config.sink.packet_events(in->config.sink.ctx, &view);
    packet->rewritten = in->rewritten;
    if (in->config.tcp.inline_mode)
        packet->dropped = in->drops || tcp.differs || (tcp.refused && !in->config.tcp.pass_invalid) ||
                          (view.flow && view.flow->flags & (FLOW_DROP | FLOW_DROPPED));
    update_flow(in, &view);
    if (view.flow)
        consider_bypass(in, view.flow, packet->time_ns);
}

static void inspect_end(struct inspector *in, struct flow *flow, enum direction direction)
{
    struct packet packet = inspector_end_packet(flow, direction);
    struct view view = {
        .kind = VIEW_PACKET,
        .direction = direction,
        .packet = &packet,
        .flow = flow,
        .payload_in_stream = true,
        .established = true,
    };
    match(in, &view, true);
}

bool inspector_rest(struct inspector *in, struct flow *flow, enum direction direction)
{
    struct stream *stream = &flow->tcp->streams[direction];
    struct flow_progress *progress = chunks_progress(&in->chunks, flow);
    if (!progress)
        return false;
    uint64_t before = UINT64_MAX;
    int i = 0;
    for (; i < BLOCKS_AT_END; i++) {
        const struct app_session *session = flow->app_state;
        bool bytes = in->raw_streams && !chunk_unwanted(flow, direction) &&
                     progress->streams[direction].inspected != before &&
                     stream->inspectable > progress->streams[direction].inspected;
        if (!bytes && !(session && session->sides[direction].changed))
            break;
        before = progress->streams[direction].inspected;
        inspect_end(in, flow, direction);
    }
    return i > 0;
}

/* As in Suricata a connection that is still open when its flow ends has a packet that stands for the end of
 * each direction, whether or not anything is left of it: rules about its protocol and nothing else see it. */
static bool ends_open(const struct flow *flow)
{
    return flow->tcp->state != TCP_STATE_CLOSED && flow->app != APP_UNKNOWN && flow->app != APP_FAILED &&
           !(flow->flags & FLOW_NO_PACKET);
}

/* After a change of protocol there is another parser, for what the first one left. */
static void end_streams(struct inspector *in, struct flow *flow)
{
    bool inspected[DIRECTIONS] = {false};
    for (int i = 0; i < CHANGES_MOST; i++) {
        inspector_parse_streams(in, flow, NULL, TO_SERVER);
        struct app_session *session = flow->app_state;
        if (session)
            app_complete_all(session);
        if (!(flow->flags & FLOW_NO_PACKET)) {
            inspected[TO_SERVER] |= inspector_rest(in, flow, TO_SERVER);
            inspected[TO_CLIENT] |= inspector_rest(in, flow, TO_CLIENT);
        }
        if (!session || !session->change)
            break;
    }
    for (int d = 0; d < DIRECTIONS && ends_open(flow); d++)
        if (!inspected[d])
            inspect_end(in, flow, (enum direction)d);
}

/* What the flow's end has left of its transactions is told, not inspected. */
static void log_rest(struct inspector *in, struct flow *flow)
{
    struct app_session *session = flow->app_state;
    if (!session)
        return;
    struct packet packet = inspector_end_packet(flow, TO_SERVER);
    struct view view = {.direction = TO_SERVER, .packet = &packet, .flow = flow};
    app_complete_all(session);
    tell_files(&in->config.sink, &view, session, TO_SERVER);
    tell_files(&in->config.sink, &view, session, TO_CLIENT);
    tell_transactions(&in->config.sink, &view, session);
}

static bool flow_passed(void *ctx, struct flow *flow)
{
    struct inspector *in = ctx;
    const struct bypass_ops *ops = in->config.bypass;
    return bypass_take(ops, &in->bypassed, flow) && (ops->begin(ops->ctx, flow), true);
}

/*
 * What both sides have completed waits for the next packet of its direction, which may be long in coming: the
 * rules look now, and the memory goes.
 */
static void flow_idle(void *ctx, struct flow *flow)
{
    struct inspector *in = ctx;
    struct app_session *session = flow->app_state;
    if (flow->flags & (FLOW_BLOCKED | FLOW_NO_PACKET))
        return;
    if (in->config.sink.flow_ending)
        in->config.sink.flow_ending(in->config.sink.ctx, flow);
    if (session && app_waits_for_look(session))
        inspector_look(in, flow, NULL, TO_SERVER);
    rest_silent(in->app, in->matcher, flow);
}

/* What is left of it is inspected, and told. */
static void finish_flow(struct inspector *in, struct flow *flow)
{
    app_wake(in->app, flow);
    if (flow->tcp) {
        tcp_session_end(in->tcp, flow);
        end_streams(in, flow);
    }
    log_rest(in, flow);
}

static void flow_ended(void *ctx, struct flow *flow)
{
    struct inspector *in = ctx;
    if (flow->state == FLOW_BYPASSED) {
        bypass_take(in->config.bypass, &in->bypassed, flow);
        in->bypassed.closed++;
    }
    if (in->config.sink.flow_ending)
        in->config.sink.flow_ending(in->config.sink.ctx, flow);
    if (!(flow->flags & FLOW_OVER))
        finish_flow(in, flow);
    if (in->config.sink.flow)
        in->config.sink.flow(in->config.sink.ctx, flow);
    app_session_end(in->app, flow);
    matcher_flow_end(in->matcher, flow);
    tcp_session_free(in->tcp, flow);
    chunks_flow_end(&in->chunks, flow);
}

void inspector_fetch(const struct inspector *in, const struct packet *packet, enum inspect_fetch step)
{
    if (!packet->flow_hash)
        return;
    switch (step) {
    case FETCH_PLACE:
        flow_table_prefetch(in->flows, packet);
        break;
    case FETCH_FLOW:
        flow_table_prefetch_flow(in->flows, packet);
        break;
    case FETCH_STATE:
        fetch_state(flow_table_first(in->flows, packet));
        break;
    }
}

void inspector_advance(struct inspector *in, uint64_t now_ns)
{
    flow_table_advance(in->flows, now_ns);
}

void inspector_finish(struct inspector *in)
{
    flow_table_end_all(in->flows);
}

void inspector_rewrite(struct inspector *in, bool rewrites)
{
    matcher_rewrite(in->matcher, rewrites);
}

void inspector_renew(struct inspector *in, struct matcher_rules *rules)
{
    in->config.matcher.ruleset = matcher_rules_ruleset(rules);
    matcher_renew(in->matcher, rules);
    in->raw_streams = ruleset_has_stream_rules(in->config.matcher.ruleset);
    in->renewals++;
    struct app_config config = app_config(in);
    app_engine_renew(in->app, &config);
}

void inspector_each_flow(const struct inspector *in, void (*visit)(void *ctx, const struct flow *flow),
                         void *ctx)
{
    flow_table_each(in->flows, visit, ctx);
}

const struct inspect_counters *inspector_counters(const struct inspector *in)
{
    return &in->counters;
}

const struct bypass_counters *inspector_bypass_counters(const struct inspector *in)
{
    return &in->bypassed;
}

const struct flow_counters *inspector_flow_counters(const struct inspector *in)
{
    return flow_table_counters(in->flows);
}

const struct tcp_counters *inspector_tcp_counters(const struct inspector *in)
{
    return tcp_engine_counters(in->tcp);
}

const struct matcher_counters *inspector_matcher_counters(const struct inspector *in)
{
    return matcher_counters(in->matcher);
}

const struct match_profile *inspector_profile(const struct inspector *in)
{
    return matcher_profile(in->matcher);
}

const struct app_counters *inspector_app_counters(const struct inspector *in)
{
    return app_engine_counters(in->app);
}
