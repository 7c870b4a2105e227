/*
 * What becomes of a packet: the exceptions that it meets, by whose policies it or its flow may be dropped or
 * hidden from rules (exception.h), and what the sink and the counters are told of it, inline.
 */
#include "inspect/fate.h"

#include "flow/flow.h"
#include "inspect/inspector.h"
#include "rule/view.h"

bool fate_exception(struct inspector *in, enum exception exception, struct flow *flow, struct packet *packet)
{
    const struct exception_policies *policies = &in->config.exceptions;
    bool shown = exception_meets(policies, exception, in->config.tcp.inline_mode, flow, packet);
    if (packet->dropped && policies->of[exception] == POLICY_REJECT)
        in->rejects |= 1 << REJECT_SOURCE;
    return shown;
}

/* Neither the first SYN nor what ends a connection at once. */
static bool is_midstream(const struct packet *packet)
{
    uint8_t flags = packet->tcp.flags;
    return flags & TCP_ACK && !(flags & TCP_RST);
}

bool fate_follows(struct inspector *in, struct flow *flow, struct packet *packet, bool *shown)
{
    if (flow->tcp || !is_midstream(packet))
        return true;
    *shown = fate_exception(in, EXCEPTION_MIDSTREAM, flow, packet);
    enum exception_policy policy = (enum exception_policy)in->config.exceptions.of[EXCEPTION_MIDSTREAM];
    return policy == POLICY_UNSET || policy == POLICY_IGNORE || policy == POLICY_PASS_FLOW;
}

bool fate_is_calm(const struct inspector *in)
{
    const struct fate_troubles *before = &in->troubles;
    return in->tcp_counters->sessions_refused == before->sessions &&
           in->tcp_counters->memory_full == before->memory &&
           in->app_counters->parse_errors == before->errors;
}

void fate_forget(struct inspector *in)
{
    in->troubles = (struct fate_troubles){in->tcp_counters->sessions_refused, in->tcp_counters->memory_full,
                                          in->app_counters->parse_errors};
}

bool fate_settle(struct inspector *in, struct flow *flow, struct packet *packet)
{
    struct fate_troubles before = in->troubles, now;
    bool shown = true;
    fate_forget(in);
    now = in->troubles;
    if (now.sessions != before.sessions)
        shown &= fate_exception(in, EXCEPTION_SESSION, flow, packet);
    if (now.memory != before.memory)
        shown &= fate_exception(in, EXCEPTION_REASSEMBLY, flow, packet);
    if (now.errors != before.errors)
        shown &= fate_exception(in, EXCEPTION_APP_ERROR, flow, packet);
    return shown;
}

static void count(struct inspector *in, const struct packet *packet)
{
    struct inspect_counters *c = &in->counters;
    c->dropped[packet->dropped] += packet->dropped != DROP_NOT;
    if (in->rejects)
        c->rejected++;
    else if (packet->dropped)
        c->blocked++;
    else if (packet->rewritten)
        c->replaced++;
    else
        c->accepted++;
}

void fate_tell(struct inspector *in, const struct view *view)
{
    const struct packet *packet = view->packet;
    count(in, packet);
    if (!packet->dropped || !in->config.sink.dropped)
        return;
    struct drop_record record = {
        .packet = packet,
        .flow = view->flow,
        .direction = view->direction,
        .alert = in->drop.rule ? &in->drop : NULL,
        .rejects = in->rejects,
    };
    in->config.sink.dropped(in->config.sink.ctx, &record);
}
