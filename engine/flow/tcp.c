/*
 * The states of a connection, named as in RFC 9293, 3.3.2, but seen from the middle:
 *
 *   NONE -SYN-> SYN_SENT -SYN/ACK-> SYN_RECV -ACK-> ESTABLISHED
 *   ESTABLISHED -FIN of the client-> CLOSE_WAIT -FIN of the server-> LAST_ACK -ACK-> CLOSED
 *   ESTABLISHED -FIN of the server-> FIN_WAIT1 -ACK-> FIN_WAIT2 -FIN of the client-> TIME_WAIT -ACK-> CLOSED
 *   FIN_WAIT1 -FIN of the client-> TIME_WAIT, or CLOSING if it does not acknowledge the server's
 *   any -RST-> CLOSED
 *   SYN_SENT -SYN of the server-> SYN_SENT, four_way: the client answers with the SYN/ACK
 *
 * Invariants:
 *   1. Of each side, acked <= right, and right never moves back.
 *   2. A packet that is not accepted changes nothing but counters and events.
 *   3. `inspectable` of a stream follows the receiver's acknowledgments, and all that came without a hole
 * once the connection is closed; it never passes the depth.
 *   4. CLOSED is left only when a later packet shows that the receiver did not take the RST.
 *   5. candidate_count is 0 from ESTABLISHED on.
 */
#include <stdlib.h>

#include "flow/tcp_private.h"

#define MIB (UINT64_C(1) << 20)

enum { MOST_SESSIONS = 400000, MOST_RANGES = 1024, MOST_SYNACKS = 5, MOST_SYNS = 10 };

struct tcp_engine *tcp_engine_new(const struct tcp_config *config)
{
    struct tcp_engine *engine = calloc(1, sizeof *engine);
    if (!engine)
        return NULL;
    struct tcp_config *c = &engine->config;
    *c = *config;
    c->depth = c->depth ? c->depth : MIB;
    c->memory = c->memory ? c->memory : 256 * MIB;
    c->most_sessions = c->most_sessions ? c->most_sessions : MOST_SESSIONS;
    c->most_ranges = c->most_ranges ? c->most_ranges : MOST_RANGES;
    c->max_synack_queued = c->max_synack_queued ? c->max_synack_queued : MOST_SYNACKS;
    c->max_syn_queued = c->max_syn_queued ? c->max_syn_queued : MOST_SYNS;
    uint64_t window = c->depth < 64 * MIB ? c->depth : 64 * MIB;
    engine->budget = (struct stream_budget){
        .blocks = &engine->blocks, .most = c->memory, .most_window = window, .most_ranges = c->most_ranges};
    blocks_reserve(&engine->blocks, c->memory / 2);
    pool_init(&engine->sessions, sizeof(struct tcp_slot), c->most_sessions);
    pool_init(&engine->candidates, sizeof(struct tcp_candidate), c->most_sessions);
    tcp_remains_init(engine);
    return engine;
}

void tcp_engine_free(struct tcp_engine *engine)
{
    if (!engine)
        return;
    pool_fini(&engine->sessions);
    pool_fini(&engine->remains);
    pool_fini(&engine->candidates);
    blocks_fini(&engine->blocks);
    free(engine);
}

const struct tcp_counters *tcp_engine_counters(const struct tcp_engine *engine)
{
    return &engine->counters;
}

uint64_t tcp_engine_memory(const struct tcp_engine *engine)
{
    return engine->budget.used;
}

/* What is odd about a packet that its receiver may well take, or drop without harm: Suricata lets it pass. */
static bool is_harmless(enum packet_event event)
{
    switch (event) {
    case EVENT_STREAM_3WHS_SYN_FLOOD:
    case EVENT_STREAM_3WHS_SYNACK_TFO_DATA_IGNORED:
    case EVENT_STREAM_EST_ACK_ZWP_DATA:
    case EVENT_STREAM_EST_INVALID_ACK:
    case EVENT_STREAM_EST_PACKET_OUT_OF_WINDOW:
    case EVENT_STREAM_EST_PKT_BEFORE_LAST_ACK:
    case EVENT_STREAM_EST_SYNACK_RESEND:
    case EVENT_STREAM_PKT_BAD_WINDOW_UPDATE:
    case EVENT_STREAM_PKT_BROKEN_ACK:
    case EVENT_STREAM_PKT_INVALID_ACK:
    case EVENT_STREAM_PKT_RETRANSMISSION:
    case EVENT_STREAM_PKT_SPURIOUS_RETRANSMISSION:
    case EVENT_STREAM_RST_WITH_DATA:
        return true;
    default:
        return event >= EVENT_STREAM_REASSEMBLY_DEPTH_REACHED &&
               event <= EVENT_STREAM_REASSEMBLY_URGENT_OOB_LIMIT_REACHED;
    }
}

void tcp_event(struct tcp_step *step, enum packet_event event)
{
    step->result.refused |= !is_harmless(event);
    packet_event_add(&step->packet->events, event);
    step->engine->counters.events++;
}

void tcp_drop_candidates(struct tcp_step *step)
{
    while (step->connection->candidates) {
        struct tcp_candidate *next = step->connection->candidates->next;
        pool_put(&step->engine->candidates, step->connection->candidates);
        step->connection->candidates = next;
    }
    step->connection->candidate_count = 0;
}

void tcp_set_direction(struct tcp_step *step, enum direction direction)
{
    step->direction = direction;
    step->sender = &step->connection->peers[direction];
    step->receiver = &step->connection->peers[opposite(direction)];
}

static void attach(struct tcp_step *step, struct tcp_session *session)
{
    step->session = session;
    step->connection = &tcp_slot_of(session)->connection;
    tcp_set_direction(step, step->direction);
}

struct tcp_slot *tcp_slot_new(struct tcp_engine *engine)
{
    struct tcp_slot *slot = pool_get(&engine->sessions);
    if (!slot) {
        engine->counters.sessions_refused++;
        return NULL;
    }
    *slot = (struct tcp_slot){0};
    for (int i = 0; i < DIRECTIONS; i++)
        slot->session.streams[i] =
            (struct stream){.depth = engine->config.depth, .compares = engine->config.inline_mode};
    return slot;
}

struct tcp_session *tcp_session_new(struct tcp_step *step)
{
    struct tcp_engine *engine = step->engine;
    struct tcp_slot *slot = tcp_slot_new(engine);
    if (!slot)
        return NULL;
    engine->counters.sessions++;
    step->flow->tcp = &slot->session;
    attach(step, &slot->session);
    step->sender->os = (uint8_t)host_policies_find(engine->config.hosts, &step->packet->source_address);
    step->receiver->os =
        (uint8_t)host_policies_find(engine->config.hosts, &step->packet->destination_address);
    return &slot->session;
}

void tcp_session_end(struct tcp_engine *engine, struct flow *flow)
{
    if (!flow->tcp)
        return;
    struct tcp_step step = {.engine = engine, .flow = flow};
    attach(&step, flow->tcp);
    tcp_finish_stream(&step, TO_SERVER);
    tcp_finish_stream(&step, TO_CLIENT);
}

void tcp_session_rest(struct tcp_session *session)
{
    for (int i = 0; i < DIRECTIONS; i++)
        stream_trim(&session->streams[i]);
}

void tcp_session_free(struct tcp_engine *engine, struct flow *flow)
{
    if (!flow->tcp)
        return;
    struct tcp_step step = {.engine = engine, .flow = flow};
    attach(&step, flow->tcp);
    tcp_drop_candidates(&step);
    for (int i = 0; i < DIRECTIONS; i++)
        stream_fini(&flow->tcp->streams[i]);
    pool_put(&engine->sessions, flow->tcp);
    flow->tcp = NULL;
}

static const struct tcp_connection *connection_of(const struct tcp_session *session)
{
    return &tcp_slot_of((struct tcp_session *)session)->connection;
}

bool tcp_session_is_over(const struct tcp_session *session)
{
    const struct tcp_connection *connection = connection_of(session);
    return session->state == TCP_STATE_CLOSED && !connection->unsure_reset &&
           connection->before_reset != TCP_STATE_SYN_SENT;
}

enum flow_state tcp_flow_state(const struct tcp_session *session)
{
    switch (session->state) {
    case TCP_STATE_ESTABLISHED:
    case TCP_STATE_FIN_WAIT1:
    case TCP_STATE_FIN_WAIT2:
    case TCP_STATE_CLOSING:
    case TCP_STATE_CLOSE_WAIT:
        return FLOW_ESTABLISHED;
    case TCP_STATE_LAST_ACK:
    case TCP_STATE_TIME_WAIT:
    case TCP_STATE_CLOSED:
        return FLOW_CLOSED;
    default:
        return FLOW_NEW;
    }
}

uint64_t tcp_stream_size(const struct tcp_session *session, enum direction direction)
{
    const struct tcp_peer *peer = &connection_of(session)->peers[direction];
    return peer->started
               ? (uint32_t)((seq_gt(peer->highest, peer->next) ? peer->highest : peer->next) - peer->isn)
               : 0;
}

/* All of its payload was acknowledged before. Before the handshake Suricata compares with 0. */
static bool is_spurious(const struct tcp_step *step)
{
    bool answered = step->sender->started && step->session->state != TCP_STATE_SYN_SENT;
    return step->length > 0 && seq_le(step->tcp->sequence + step->length, answered ? step->sender->acked : 0);
}

/* RFC 9293, 3.8.4: nothing, or a byte of no meaning, just below what is expected. */
static bool is_keepalive(const struct tcp_step *step)
{
    const struct tcp_peer *sender = step->sender;
    return step->session->state > TCP_STATE_SYN_SENT && step->session->state != TCP_STATE_CLOSED &&
           step->length <= 1 && !has_flag(step, TCP_SYN | TCP_FIN | TCP_RST) && has_flag(step, TCP_ACK) &&
           step->tcp->sequence + 1 == sender->next && step->tcp->acknowledgment == step->receiver->next &&
           step->tcp->acknowledgment == step->receiver->acked;
}

/* RFC 7323, 3.2: an answer to a SYN has timestamps only if the SYN had, and echoes them. */
static bool is_unasked_stamp(const struct tcp_step *step)
{
    bool synack = (step->tcp->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
    return step->session->state == TCP_STATE_SYN_SENT && step->direction == TO_CLIENT && !synack &&
           step->tcp->has_timestamps &&
           (!step->receiver->timestamps ||
            (step->receiver->stamp && step->tcp->timestamp_echo != step->receiver->stamp));
}

/* Whatever else is wrong with it; a connection that is over is not told of. */
static bool is_reset_with_data(const struct tcp_step *step)
{
    uint8_t state = step->session->state;
    return has_flag(step, TCP_RST) && step->length > 0 && state != TCP_STATE_TIME_WAIT &&
           state != TCP_STATE_CLOSED;
}

static bool dispatch(struct tcp_step *step)
{
    if (is_reset_with_data(step))
        tcp_event(step, EVENT_STREAM_RST_WITH_DATA);
    if (is_keepalive(step))
        return true;
    if (is_spurious(step)) {
        tcp_event(step, EVENT_STREAM_PKT_SPURIOUS_RETRANSMISSION);
        step->engine->counters.retransmissions++;
        bool opening = step->session->state == TCP_STATE_SYN_SENT;
        if (opening ? step->direction == TO_CLIENT && !has_flag(step, TCP_SYN)
                    : seq_le(step->tcp->sequence + step->length, step->sender->isn + 1))
            return false;
    }
    if (is_unasked_stamp(step)) {
        tcp_event(step, EVENT_STREAM_PKT_INVALID_TIMESTAMP);
        return false;
    }
    return has_flag(step, TCP_RST) ? tcp_on_reset(step) : tcp_on_state(step);
}

bool tcp_on_state(struct tcp_step *step)
{
    switch (step->session->state) {
    case TCP_STATE_SYN_SENT:
        return tcp_on_syn_sent(step);
    case TCP_STATE_SYN_RECV:
        return tcp_on_syn_recv(step);
    case TCP_STATE_ESTABLISHED:
        return tcp_on_established(step);
    case TCP_STATE_CLOSED:
        return tcp_on_closed(step);
    default:
        return tcp_on_closing(step);
    }
}

/* As tcp_acknowledge_stream does for what was acknowledged: a stream without its first byte. */
static void tell_gap_at_end(struct tcp_step *step)
{
    const struct stream *stream = &step->session->streams[step->direction];
    bool head_lost =
        step->connection->head_lost[step->direction] ||
        (stream->inspectable == 0 && stream->range_count > 0 && stream_ranges(stream)[0].from > 0);
    if (head_lost && stream->end > 0)
        tcp_event(step, EVENT_STREAM_REASSEMBLY_SEQ_GAP);
}

struct tcp_result tcp_packet(struct tcp_engine *engine, struct flow *flow, struct packet *packet,
                             enum direction *direction)
{
    struct tcp_step step = {.engine = engine,
                            .flow = flow,
                            .packet = packet,
                            .tcp = &packet->tcp,
                            .direction = *direction,
                            .length = (uint32_t)packet->payload.n};
    if (!has_flag(&step, TCP_ACK) && packet->tcp.acknowledgment != 0)
        tcp_event(&step, EVENT_STREAM_PKT_BROKEN_ACK);
    if (!flow->tcp) {
        step.result.accepted = tcp_on_none(&step);
    } else {
        attach(&step, flow->tcp);
        uint8_t before = flow->tcp->state;
        bool again = is_spurious(&step);
        step.result.accepted = dispatch(&step);
        step.result.refused |= !step.result.accepted && !again && has_flag(&step, TCP_RST) &&
                               before != TCP_STATE_CLOSED && before != TCP_STATE_SYN_SENT;
        if (before == TCP_STATE_ESTABLISHED && step.result.accepted && step.direction == TO_CLIENT &&
            !has_flag(&step, TCP_SYN))
            step.connection->confirmed = true;
        if (flow->tcp->state == TCP_STATE_CLOSED && before != TCP_STATE_CLOSED) {
            step.result.ended = true;
            tell_gap_at_end(&step);
            tcp_finish_stream(&step, TO_SERVER);
            tcp_finish_stream(&step, TO_CLIENT);
        }
    }
    if (!step.result.accepted)
        engine->counters.invalid++;
    *direction = step.direction;
    return step.result;
}
