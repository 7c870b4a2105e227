#include "inspect/bypass.h"

#include <stdlib.h>

#include "flow/flow.h"
#include "flow/tcp.h"

/* A flow that the kernel has no room for is not offered at every packet. */
#define AGAIN_NS UINT64_C(1000000000)

static bool past_depth(const struct flow *flow)
{
    const struct tcp_session *tcp = flow->tcp;
    return tcp && tcp->streams[TO_SERVER].depth_reached && tcp->streams[TO_CLIENT].depth_reached;
}

enum bypass_reason bypass_reason(const struct bypass_ops *ops, const struct flow *flow, bool encrypted)
{
    if (flow->recursion || (flow->protocol != 6 && flow->protocol != 17) || flow->flags & FLOW_BLOCKED ||
        flow->state == FLOW_CLOSED || flow->state == FLOW_BYPASSED)
        return BYPASS_NO;
    if (flow->flags & FLOW_BYPASS)
        return BYPASS_BY_RULE;
    if (encrypted)
        return BYPASS_ENCRYPTED;
    if (past_depth(flow))
        return BYPASS_PAST_DEPTH;
    if (ops->elephant_bytes && flow->bytes[TO_SERVER] + flow->bytes[TO_CLIENT] >= ops->elephant_bytes)
        return BYPASS_ELEPHANT;
    return BYPASS_NO;
}

bool bypass_begin(const struct bypass_ops *ops, struct bypass_counters *counters, struct flow *flow,
                  enum bypass_reason reason, uint64_t now_ns)
{
    if (flow->decided_ns && now_ns < flow->decided_ns + AGAIN_NS)
        return false;
    flow->decided_ns = now_ns;
    if (!ops->begin(ops->ctx, flow)) {
        counters->refused++;
        return false;
    }
    counters->flows++;
    counters->encrypted += reason == BYPASS_ENCRYPTED;
    counters->past_depth += reason == BYPASS_PAST_DEPTH;
    counters->by_rule += reason == BYPASS_BY_RULE;
    counters->elephants += reason == BYPASS_ELEPHANT;
    return true;
}

void bypass_packet(const struct bypass_ops *ops, struct bypass_counters *counters, struct flow *flow,
                   uint64_t time_ns, uint64_t bytes)
{
    counters->local_packets++;
    counters->local_bytes += bytes;
    if (time_ns < flow->decided_ns + AGAIN_NS)
        return;
    flow->decided_ns = time_ns;
    ops->begin(ops->ctx, flow);
}

bool bypass_take(const struct bypass_ops *ops, struct bypass_counters *counters, struct flow *flow)
{
    struct bypass_counts counts = {0};
    if (!ops->take(ops->ctx, flow, &counts)) {
        counters->lost++;
        return false;
    }
    if (!flow->bypassed)
        flow->bypassed = calloc(1, sizeof *flow->bypassed);
    for (int d = 0; d < DIRECTIONS; d++) {
        flow->packets[d] += counts.packets[d];
        flow->bytes[d] += counts.bytes[d];
        if (flow->bypassed) {
            flow->bypassed->packets[d] += counts.packets[d];
            flow->bypassed->bytes[d] += counts.bytes[d];
        }
        counters->packets += counts.packets[d];
        counters->bytes += counts.bytes[d];
    }
    if (counts.last_ns > flow->last_ns)
        flow->last_ns = counts.last_ns;
    return counts.last_ns != 0;
}
