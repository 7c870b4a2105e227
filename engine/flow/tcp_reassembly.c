/*
 * From sequence numbers to bytes: which part of a segment goes where in its stream, and what an
 * acknowledgment settles.
 */
#include "flow/tcp_private.h"

/* The offset of a sequence number in the sender's stream, taken near what was acknowledged last. */
static int64_t offset_of(const struct tcp_peer *peer, const struct stream *stream, uint32_t sequence)
{
    uint32_t near = peer->isn + 1 + peer->urgent + (uint32_t)stream->inspectable;
    return (int64_t)stream->inspectable + (int32_t)(sequence - near);
}

static void note(struct tcp_step *step, unsigned flags)
{
    struct tcp_counters *counters = &step->engine->counters;
    if (flags & STREAM_OVERLAP)
        counters->overlaps++;
    if (flags & STREAM_DIFFERS) {
        counters->overlap_differs++;
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
    enum os_policy policy = config->inline_mode ? OS_FIRST : (enum os_policy)step->receiver->os;
    note(step, stream_insert(stream, &step->engine->budget, (uint64_t)from, bytes, policy));
    if (config->inline_mode)
        stream_acknowledge(stream, stream_contiguous(stream));
}

void tcp_take_payload(struct tcp_step *step)
{
    struct stream *stream = &step->session->streams[step->direction];
    if (step->length == 0)
        return;
    uint32_t sequence = step->tcp->sequence + (has_flag(step, TCP_SYN) ? 1 : 0);
    struct slice payload = step->packet->payload;
    if (step->sender->fin && seq_gt(sequence + step->length, step->sender->fin_at)) {
        int32_t before = (int32_t)(step->sender->fin_at - sequence);
        payload = slice_first(payload, before > 0 ? (size_t)before : 0);
    }
    step->result.payload_in_stream = !stream->stopped && !stream->depth_reached;
    insert(step, sequence, payload);
}

/*
 * Whether the gap is worth an event: Suricata raises it where its application layer stumbles. A stream that
 * lacks its first bytes is told of again and again, one without a known protocol never.
 */
static void tell_gap(struct tcp_step *step, enum direction direction, uint64_t lost)
{
    const struct stream *stream = &step->session->streams[direction];
    enum app_proto app = step->flow->app_direction[direction];
    bool known = app != APP_UNKNOWN && app != APP_FAILED;
    if (step->connection->head_lost[direction] ? stream->end > 0 : lost > 0 && known)
        tcp_event(step, EVENT_STREAM_REASSEMBLY_SEQ_GAP);
}

void tcp_acknowledge_stream(struct tcp_step *step)
{
    if (!has_flag(step, TCP_ACK))
        return;
    enum direction other = opposite(step->direction);
    struct stream *stream = &step->session->streams[other];
    const struct tcp_peer *peer = step->receiver;
    uint32_t acked = peer->acked;
    if (peer->fin && seq_gt(acked, peer->fin_at))
        acked = peer->fin_at;
    int64_t offset = offset_of(peer, stream, acked);
    if (offset <= (int64_t)stream->inspectable)
        return;
    bool first = stream->inspectable == 0;
    uint64_t lost = stream_acknowledge(stream, (uint64_t)offset);
    if (lost > 0) {
        step->engine->counters.gaps++;
        step->engine->counters.gap_bytes += lost;
    }
    if (first && (stream->range_count == 0 || stream->ranges[0].from > 0) && lost > 0)
        step->connection->head_lost[other] = true;
    tell_gap(step, other, lost);
}

void tcp_finish_stream(struct tcp_step *step, enum direction direction)
{
    struct stream *stream = &step->session->streams[direction];
    uint64_t lost = stream_finish(stream);
    if (lost > 0) {
        step->engine->counters.gaps++;
        step->engine->counters.gap_bytes += lost;
    }
    stream->closed = true;
}
