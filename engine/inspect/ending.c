/*
 * What is left of a flow when it ends, falls silent or is bypassed: its streams are inspected to their end,
 * with packets that stand for it, and its records written.
 */
#include "inspect/inspector.h"

#include "app/file/file.h"
#include "flow/tcp_remains.h"
#include "inspect/rest.h"
#include "inspect/tell.h"
#include "rule/view.h"

enum { BLOCKS_AT_END = 4096 };

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
    inspector_match(in, &view, true);
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
void inspector_end_streams(struct inspector *in, struct flow *flow)
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

bool inspector_flow_passed(void *ctx, struct flow *flow)
{
    struct inspector *in = ctx;
    const struct bypass_ops *ops = in->config.bypass;
    return bypass_take(ops, &in->bypassed, flow) && (ops->begin(ops->ctx, flow), true);
}

/*
 * What both sides have completed waits for the next packet of its direction, which may be long in coming: the
 * rules look now, and the memory goes.
 */
void inspector_flow_idle(void *ctx, struct flow *flow)
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
    fate_forget(in);
}

/* What is left of it is inspected, and told. */
static void finish_flow(struct inspector *in, struct flow *flow)
{
    app_wake(in->app, flow);
    if (flow->tcp) {
        tcp_session_end(in->tcp, flow);
        inspector_end_streams(in, flow);
    }
    log_rest(in, flow);
}

void inspector_flow_ended(void *ctx, struct flow *flow)
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
    if (in->config.sink.flow) {
        tcp_remains_wake(in->tcp, flow);
        in->config.sink.flow(in->config.sink.ctx, flow);
    }
    app_session_end(in->app, flow);
    matcher_flow_end(in->matcher, flow);
    tcp_remains_free(in->tcp, flow);
    tcp_session_free(in->tcp, flow);
    chunks_flow_end(&in->chunks, flow);
    fate_forget(in);
}
