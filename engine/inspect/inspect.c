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

#include "app/detect.h"
#include "app/file/file.h"
#include "flow/tcp_remains.h"
#include "inspect/inspector.h"
#include "inspect/rest.h"
#include "inspect/tell.h"
#include "packet/rewrite.h"
#include "rule/rule.h"
#include "rule/view.h"

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
    bool drops = alerts->drop.rule;
    if (!alerts->count && !drops)
        return;
    in->counters.alerts += alerts->count;
    bool dropped = tell_alerts(&in->config, alerts, packet, stream);
    in->drops = in->drops || drops || dropped;
    if (drops && !in->drop.rule)
        in->drop = (struct alert){.rule = alerts->drop.rule, .action = alerts->drop.action};
    in->rejects |= alerts->rejects;
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

void inspector_match(struct inspector *in, struct view *packet, bool all)
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
        if (flow->tcp->state == TCP_STATE_CLOSED)
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
    enum { DECIDED = FLOW_BLOCKED | FLOW_DROP | FLOW_DROPPED };
    if (!flow || (!(flow->flags & DECIDED) && flow->state != FLOW_BYPASSED))
        return false;
    if (flow->flags & FLOW_BLOCKED) {
        in->counters.after_verdict++;
        if (flow->flags & FLOW_DROPPED)
            packet->dropped = DROP_FLOW;
        return true;
    }
    if (in->config.tcp.inline_mode && flow->flags & DECIDED) {
        packet->dropped = flow->flags & FLOW_GIVEN_UP ? DROP_EXCEPTION : DROP_FLOW;
        return true;
    }
    if (flow->state != FLOW_BYPASSED)
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
        inspector_end_streams(in, flow);
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

/* Follows its connection; false: the rules are not to see it. */
static bool take_segment(struct inspector *in, struct view *view, struct packet *packet)
{
    bool shown = true;
    if (!fate_follows(in, view->flow, packet, &shown))
        return shown;
    struct tcp_result tcp = follow_tcp(in, view->flow, packet, &view->direction);
    view->payload_in_stream = tcp.payload_in_stream;
    if (!in->config.tcp.inline_mode)
        return shown;
    if (tcp.differs)
        packet->dropped = DROP_STREAM_OVERLAP;
    else if (tcp.refused && !in->config.tcp.pass_invalid)
        packet->dropped = DROP_STREAM_ERROR;
    return shown;
}

/* Its flow takes the packet in; false: the rules are not to see it. */
static bool take(struct inspector *in, struct view *view, struct packet *packet)
{
    uint8_t detected = view->flow ? view->flow->app_detect : 0;
    bool shown = true;
    if (!view->flow)
        in->counters.without_flow++;
    else if (packet->layers & LAYER_TCP && view->flow->protocol == 6)
        shown = packet->bad_checksum || take_segment(in, view, packet);
    else if (packet->layers & LAYER_UDP && take_datagram(in, view))
        detected = 0;
    view->established = view->flow && flow_is_established(view->flow);
    view->app_news = view->flow && app_detect_news(view->flow, view->direction, detected);
    return (fate_is_calm(in) || fate_settle(in, view->flow, packet)) && shown;
}

/* A rate_filter has made a drop of another action. */
static bool made_by_rate(const struct alert *drop)
{
    return drop->rule && drop->action != drop->rule->header.action;
}

/* Of a packet that no connection would take rules see no payload. */
static void match_shown(struct inspector *in, struct view *view, bool closes)
{
    bool hides = view->packet->dropped == DROP_STREAM_ERROR && !(view->flow->flags & FLOW_NO_PAYLOAD);
    if (hides)
        view->flow->flags |= FLOW_NO_PAYLOAD;
    inspector_match(in, view, closes);
    if (hides)
        view->flow->flags &= ~(uint32_t)FLOW_NO_PAYLOAD;
}

static void inspect_packet(struct inspector *in, struct view *view, struct packet *packet)
{
    struct flow *flow = view->flow;
    if (flow) {
        flow->flags &= ~(uint32_t)FLOW_OVER;
        tcp_remains_wake(in->tcp, flow);
        app_wake(in->app, flow);
    }
    bool shown = take(in, view, packet);
    bool closes = packet->layers & LAYER_TCP && flow && flow->tcp && closing(flow->tcp);
    if (flow) {
        view->app_event = flow->app_event;
        flow->app_event = 0;
    }
    if (shown)
        match_shown(in, view, closes);
    if ((packet->events.count || view->app_event) && in->config.sink.packet_events)
        in->config.sink.packet_events(in->config.sink.ctx, view);
    packet->rewritten = in->rewritten;
    if (in->config.tcp.inline_mode && in->drops)
        packet->dropped = made_by_rate(&in->drop) ? DROP_RATE : DROP_RULES;
    update_flow(in, view);
    if (flow)
        consider_bypass(in, flow, packet->time_ns);
    if (flow && flow->flags & FLOW_OVER)
        tcp_remains_leave(in->tcp, flow);
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
    in->drops = in->rewritten = false;
    in->drop.rule = NULL;
    in->rejects = 0;
    view.flow = flow_table_packet(in->flows, packet, &view.direction);
    if (!is_over(in, view.flow, packet))
        inspect_packet(in, &view, packet);
    if (in->config.tcp.inline_mode || packet->dropped)
        fate_tell(in, &view);
}
