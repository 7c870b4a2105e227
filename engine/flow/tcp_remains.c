#include "flow/tcp_remains.h"

#include <assert.h>

#include "flow/tcp_private.h"

struct remaining_side {
    uint64_t inspectable;
    uint32_t isn, acked, highest;
    bool started : 1, has_gap : 1, depth_reached : 1, finished : 1;
};

struct tcp_remains {
    struct remaining_side sides[DIRECTIONS];
};

static_assert(sizeof(struct tcp_remains) == 48, "of a flood of connections most are closed");

void tcp_remains_init(struct tcp_engine *engine)
{
    pool_init(&engine->remains, sizeof(struct tcp_remains), engine->config.most_sessions);
}

static struct remaining_side leave_side(const struct tcp_peer *peer, const struct stream *stream)
{
    return (struct remaining_side){
        .inspectable = stream->inspectable,
        .isn = peer->isn,
        .acked = peer->acked,
        .highest = seq_gt(peer->highest, peer->next) ? peer->highest : peer->next,
        .started = peer->started,
        .has_gap = stream->has_gap,
        .depth_reached = stream->depth_reached,
        .finished = stream->finished,
    };
}

void tcp_remains_leave(struct tcp_engine *engine, struct flow *flow)
{
    struct tcp_remains *remains = pool_get(&engine->remains);
    if (!remains)
        return;
    const struct tcp_slot *slot = tcp_slot_of(flow->tcp);
    for (int d = 0; d < DIRECTIONS; d++)
        remains->sides[d] = leave_side(&slot->connection.peers[d], &slot->session.streams[d]);
    tcp_session_free(engine, flow);
    flow->remains = remains;
    flow->flags |= FLOW_REMAINS;
}

static void wake_side(const struct remaining_side *side, struct tcp_peer *peer, struct stream *stream)
{
    peer->isn = side->isn;
    peer->acked = side->acked;
    peer->next = peer->highest = side->highest;
    peer->started = side->started;
    stream->released = stream->inspectable = stream->end = side->inspectable;
    stream->has_gap = side->has_gap;
    stream->depth_reached = side->depth_reached;
    stream->finished = side->finished;
    stream->closed = stream->stopped = true;
}

void tcp_remains_wake(struct tcp_engine *engine, struct flow *flow)
{
    if (!(flow->flags & FLOW_REMAINS))
        return;
    struct tcp_remains *remains = flow->remains;
    flow->flags &= ~(uint32_t)FLOW_REMAINS;
    flow->remains = NULL;
    struct tcp_slot *slot = tcp_slot_new(engine);
    if (slot) {
        slot->session.state = TCP_STATE_CLOSED;
        for (int d = 0; d < DIRECTIONS; d++)
            wake_side(&remains->sides[d], &slot->connection.peers[d], &slot->session.streams[d]);
        flow->tcp = &slot->session;
    }
    pool_put(&engine->remains, remains);
}

void tcp_remains_free(struct tcp_engine *engine, struct flow *flow)
{
    if (!(flow->flags & FLOW_REMAINS))
        return;
    flow->flags &= ~(uint32_t)FLOW_REMAINS;
    pool_put(&engine->remains, flow->remains);
    flow->remains = NULL;
}

bool tcp_reopens(const struct flow *flow, const struct packet *packet)
{
    if ((packet->tcp.flags & (TCP_SYN | TCP_ACK | TCP_FIN | TCP_RST)) != TCP_SYN)
        return false;
    if (flow->flags & FLOW_REMAINS)
        return packet->tcp.sequence != flow->remains->sides[TO_SERVER].isn;
    uint8_t state = flow->tcp->state;
    bool over = state == TCP_STATE_CLOSE_WAIT || state == TCP_STATE_LAST_ACK || state == TCP_STATE_CLOSED;
    return over && packet->tcp.sequence != tcp_slot_of(flow->tcp)->connection.peers[TO_SERVER].isn;
}
