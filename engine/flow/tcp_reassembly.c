/*
 * From sequence numbers to bytes: which part of a segment goes where in its stream, and what an
 * acknowledgment settles.
 */
#include "flow/tcp_private.h"

/*
 * The offset of a sequence number in the sender's stream, taken near what was acknowledged last. Urgent bytes
 * that were taken out do not count.
 */
static int64_t offset_of(const struct tcp_peer *peer, const struct stream *stream, uint32_t sequence)
{
    uint32_t out = peer->urgent;
    if (out > 0 && seq_le(sequence, peer->urgent_at))
        out--;
    uint32_t near = peer->isn + 1 + out + (uint32_t)stream->inspectable;
    return (int64_t)stream->inspectable + (int32_t)(sequence - near);
}

static void note(struct tcp_step *step, unsigned flags)
{
    struct tcp_counters *counters = &step->engine->counters;
    if (flags & STREAM_OVERLAP)
        counters->overlaps++;
    if (flags & STREAM_DIFFERS) {
        counters->overlap_differs++;
        step->result.differs = true;
        tcp_event(step, EVENT_STREAM_REASSEMBLY_OVERLAP_DIFFERENT_DATA);
    }
    if (flags & STREAM_DEPTH) {
        counters->depth_reached++;
        tcp_event(step, EVENT_STREAM_REASSEMBLY_DEPTH_REACHED);
    }
    if (flags & STREAM_MEMORY_FULL) {
        counters->memory_full++;
        tcp_event(step, EVENT_STREAM_REASSEMBLY_INSERT_MEMCAP);
    }
    if (flags & STREAM_RANGES_FULL) {
        counters->ranges_full++;
        tcp_event(step, EVENT_STREAM_REASSEMBLY_INSERT_LIMIT);
    }
}

/* Puts bytes at a sequence number into the sender's stream. */
static void insert(struct tcp_step *step, uint32_t sequence, struct slice bytes)
{
    struct stream *stream = &step->session->streams[step->direction];
    int64_t from = offset_of(step->sender, stream, sequence);
    if (from < 0) { /* before the first byte of the stream */
        bytes = slice_from(bytes, (size_t)-from);
        from = 0;
    }
    if (bytes.n == 0)
        return;
    const struct tcp_config *config = &step->engine->config;
    if (config->inline_mode && stream_differs(stream, (uint64_t)from, bytes))
        note(step, STREAM_OVERLAP | STREAM_DIFFERS);
    enum os_policy policy = config->inline_mode ? OS_FIRST : (enum os_policy)step->receiver->os;
    unsigned flags = stream_insert(stream, &step->engine->budget, (uint64_t)from, bytes, policy);
    note(step, flags);
    if (flags & (STREAM_MEMORY_FULL | STREAM_RANGES_FULL)) /* the packet's own payload is all there is */
        step->result.payload_in_stream = false;
    if (config->inline_mode && !(flags & STREAM_STORED)) /* sent again: each copy is looked at */
        step->result.payload_in_stream = false;
    if (config->inline_mode)
        stream_acknowledge(stream, stream_contiguous(stream));
}

enum { MOST_URGENT = 65535 };

/*
 * The urgent byte is the last of its segment (RFC 6093, 3.1, is less sure; Suricata takes it so). Out of band
 * it leaves no trace in the stream, under the gap policy a hole. False: the packet is not to be used at all.
 */
static bool take_urgent(struct tcp_step *step, uint32_t sequence, struct slice *payload)
{
    enum tcp_urgent policy = step->engine->config.urgent;
    bool points_here = has_flag(step, TCP_URG) && step->tcp->urgent > 0 && step->tcp->urgent <= payload->n;
    if (!points_here || (policy != TCP_URGENT_OUT_OF_BAND && policy != TCP_URGENT_GAP))
        return true;
    uint32_t at = sequence + (uint32_t)payload->n - 1;
    *payload = slice_first(*payload, payload->n - 1);
    struct tcp_peer *sender = step->sender;
    if (policy == TCP_URGENT_GAP || (sender->urgent > 0 && seq_le(at, sender->urgent_at)))
        return true;
    if (sender->urgent == MOST_URGENT) {
        tcp_event(step, EVENT_STREAM_REASSEMBLY_URGENT_OOB_LIMIT_REACHED);
        return false;
    }
    insert(step, sequence, *payload);
    *payload = slice_of(NULL, 0);
    sender->urgent++;
    sender->urgent_at = at;
    return true;
}

void tcp_take_payload(struct tcp_step *step)
{
    struct stream *stream = &step->session->streams[step->direction];
    if (step->length == 0)
        return;
    uint32_t sequence = step->tcp->sequence + (has_flag(step, TCP_SYN) ? 1 : 0);
    struct slice payload = step->packet->payload;
    step->result.payload_in_stream = !stream->stopped && !stream->depth_reached;
    if (take_urgent(step, sequence, &payload))
        insert(step, sequence, payload);
    if (step->session->async) /* nobody is there to acknowledge */
        stream_acknowledge(stream, stream_contiguous(stream));
}

/*
 * Whether the gap is worth an event: Suricata raises it where its application layer stumbles. A stream that
 * lacks its first bytes is told of again and again, though only once when the server has closed first; one
 * without a known protocol never.
 */
void tcp_tell_gap(struct tcp_step *step, enum direction direction, uint64_t lost)
{
    const struct stream *stream = &step->session->streams[direction];
    enum app_proto app = step->flow->app_direction[direction];
    bool known = app != APP_UNKNOWN && app != APP_FAILED;
    uint8_t state = step->session->state;
    bool head_lost = step->connection->head_lost[direction] && !stream->depth_reached;
    if (head_lost ? stream->end > 0 : lost > 0 && known)
        tcp_event(step, EVENT_STREAM_REASSEMBLY_SEQ_GAP);
    if (state == TCP_STATE_FIN_WAIT1 || state == TCP_STATE_FIN_WAIT2 || state == TCP_STATE_TIME_WAIT)
        step->connection->head_lost[direction] = false;
}

void tcp_acknowledge_stream(struct tcp_step *step)
{
    if (!has_flag(step, TCP_ACK))
        return;
    enum direction other = opposite(step->direction);
    struct stream *stream = &step->session->streams[other];
    const struct tcp_peer *peer = step->receiver;
    uint32_t acked = peer->acked;
    if (peer->fin && acked == peer->fin_at + 1) { /* what came behind shows that the FIN was not its */
        acked = peer->fin_at;
        stream->news |= !stream->finished;
        stream->finished = true;
    }
    int64_t offset = offset_of(peer, stream, acked);
    if (offset > 0 && (uint64_t)offset > stream->acknowledged)
        stream->acknowledged = (uint64_t)offset;
    if (offset > (int64_t)stream->end) /* the acknowledgment came before what it acknowledges */
        offset = (int64_t)stream->end;
    if (offset <= (int64_t)stream->inspectable) {
        if (step->tcp->acknowledgment == peer->acked)
            tcp_tell_gap(step, other, 0);
        return;
    }
    bool first = stream->inspectable == 0;
    uint64_t lost = stream_acknowledge(stream, (uint64_t)offset);
    if (lost > 0) {
        step->engine->counters.gaps++;
        step->engine->counters.gap_bytes += lost;
    }
    if (first && (stream->range_count == 0 || stream_ranges(stream)[0].from > 0) && lost > 0)
        step->connection->head_lost[other] = true;
    tcp_tell_gap(step, other, lost);
}

void tcp_finish_stream(struct tcp_step *step, enum direction direction)
{
    struct stream *stream = &step->session->streams[direction];
    uint64_t lost = stream_finish(stream);
    if (lost > 0) {
        step->engine->counters.gaps++;
        step->engine->counters.gap_bytes += lost;
    }
    stream->closed = stream->news = true;
}
