/*
 * The opening of a connection: NONE, SYN_SENT, SYN_RECV, with what happens beside the three-way handshake.
 */
#include "flow/tcp_private.h"

/* Without the SYNs the scale of the windows is not known: take the largest (RFC 7323, 2.3). */
enum { UNKNOWN_SHIFT = 14, UNKNOWN_WINDOW = 65535 << 14 };

static void start_peer(struct tcp_peer *peer, const struct tcp_step *step)
{
    const struct tcp_fields *tcp = step->tcp;
    peer->isn = tcp->sequence;
    peer->next = peer->highest = tcp->sequence + 1;
    peer->acked = peer->isn + 1;
    peer->started = true;
    peer->scale_offered = tcp->has_window_scale;
    peer->shift = tcp->window_scale > 14 ? 14 : tcp->window_scale; /* RFC 7323, 2.3 */
    peer->timestamps = tcp->has_timestamps;
    peer->stamp = tcp->has_timestamps ? tcp->timestamp : 0;
    peer->stamp_ns = step->packet->time_ns;
}

/* Both sides must offer an option for it to count. */
static void settle_options(struct tcp_connection *connection)
{
    struct tcp_peer *a = &connection->peers[TO_SERVER], *b = &connection->peers[TO_CLIENT];
    if (!a->scale_offered || !b->scale_offered)
        a->shift = b->shift = 0;
    bool timestamps = a->timestamps && b->timestamps;
    a->timestamps = timestamps && (a->stamp != 0 || !tcp_ignores_zero_stamp(b->os));
    b->timestamps = timestamps && (b->stamp != 0 || !tcp_ignores_zero_stamp(a->os));
}

static bool open_with_syn(struct tcp_step *step)
{
    if (!tcp_session_new(step))
        return false;
    start_peer(step->sender, step);
    tcp_take_window(step);
    if (step->tcp->has_fast_open && step->length > 0) { /* RFC 7413 */
        step->connection->fast_open = true;
        step->connection->syn_data = step->length;
        step->sender->next += step->length;
        tcp_take_payload(step);
    }
    step->session->state = TCP_STATE_SYN_SENT;
    return true;
}

/* A side of which only the other's acknowledgment is known. */
static void guess_peer(struct tcp_peer *peer, const struct tcp_step *step)
{
    peer->next = peer->highest = peer->acked = step->tcp->acknowledgment;
    peer->isn = step->tcp->acknowledgment - 1;
    peer->started = true;
}

/* The sender of a SYN/ACK is the server, though its packet came first. */
static void swap_sides(struct tcp_step *step)
{
    flow_turn(step->flow);
    step->direction = opposite(step->direction);
}

static bool open_with_synack(struct tcp_step *step)
{
    if (step->direction == TO_SERVER)
        swap_sides(step);
    if (!tcp_session_new(step))
        return false;
    step->engine->counters.midstream_pickups++;
    step->session->midstream = true;
    start_peer(step->sender, step);
    guess_peer(step->receiver, step);
    step->receiver->scale_offered = step->sender->scale_offered;
    step->receiver->shift = UNKNOWN_SHIFT;
    step->receiver->timestamps = step->sender->timestamps;
    settle_options(step->connection);
    tcp_take_window(step);
    step->sender->granted = UNKNOWN_WINDOW;
    step->sender->right = step->sender->acked + UNKNOWN_WINDOW;
    step->session->state = TCP_STATE_SYN_RECV;
    return true;
}

static bool open_midstream(struct tcp_step *step)
{
    if (!tcp_session_new(step))
        return false;
    step->engine->counters.midstream_pickups++;
    step->session->midstream = true;
    struct tcp_peer *sender = step->sender, *receiver = step->receiver;
    sender->isn = step->tcp->sequence - 1;
    sender->next = sender->highest = sender->acked = step->tcp->sequence;
    sender->started = true;
    guess_peer(receiver, step);
    sender->shift = receiver->shift = UNKNOWN_SHIFT;
    sender->granted = receiver->granted = UNKNOWN_WINDOW;
    sender->right = sender->acked + UNKNOWN_WINDOW;
    receiver->right = receiver->acked + UNKNOWN_WINDOW;
    step->session->state = TCP_STATE_ESTABLISHED;
    return tcp_on_established(step);
}

bool tcp_on_none(struct tcp_step *step)
{
    uint8_t flags = step->tcp->flags;
    if (flags & TCP_RST) {
        tcp_event(step, EVENT_STREAM_RST_BUT_NO_SESSION);
        return false;
    }
    if (flags & TCP_FIN) {
        tcp_event(step, EVENT_STREAM_FIN_BUT_NO_SESSION);
        return false;
    }
    if ((flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
        return open_with_syn(step);
    const struct tcp_config *config = &step->engine->config;
    if ((flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK))
        return (config->midstream || config->async) && open_with_synack(step);
    return (flags & TCP_ACK) && config->midstream && open_midstream(step);
}

static struct tcp_candidate candidate_of(const struct tcp_step *step)
{
    const struct tcp_fields *tcp = step->tcp;
    return (struct tcp_candidate){.sequence = tcp->sequence,
                                  .stamp = tcp->timestamp,
                                  .window = tcp->window,
                                  .shift = tcp->window_scale > 14 ? 14 : tcp->window_scale,
                                  .scale_offered = tcp->has_window_scale,
                                  .timestamps = tcp->has_timestamps};
}

/* Remembers another SYN or SYN/ACK, newest first. False: as many as may be are there. */
static bool remember(struct tcp_step *step, const struct tcp_candidate *new, uint32_t most)
{
    struct tcp_connection *connection = step->connection;
    if (connection->candidate_count >= most)
        return false;
    struct tcp_candidate *candidate = pool_get(&step->engine->candidates);
    if (!candidate)
        return false;
    *candidate = *new;
    candidate->next = connection->candidates;
    connection->candidates = candidate;
    connection->candidate_count++;
    return true;
}

static void forget_oldest(struct tcp_step *step)
{
    struct tcp_candidate **link = &step->connection->candidates;
    if (!*link)
        return;
    while ((*link)->next)
        link = &(*link)->next;
    pool_put(&step->engine->candidates, *link);
    *link = NULL;
    step->connection->candidate_count--;
}

static const struct tcp_candidate *find_candidate(const struct tcp_connection *connection, uint32_t sequence)
{
    const struct tcp_candidate *candidate = connection->candidates;
    while (candidate && candidate->sequence != sequence)
        candidate = candidate->next;
    return candidate;
}

/* The peer turns out to have opened with this one. */
static void adopt(struct tcp_peer *peer, const struct tcp_candidate *candidate)
{
    peer->isn = candidate->sequence;
    peer->next = peer->highest = peer->acked = candidate->sequence + 1;
    peer->scale_offered = candidate->scale_offered;
    peer->shift = candidate->shift;
    peer->timestamps = candidate->timestamps;
    peer->stamp = candidate->timestamps ? candidate->stamp : 0;
}

static void open_right(struct tcp_peer *peer, uint32_t granted)
{
    peer->granted = granted;
    peer->right = peer->acked + granted;
}

/* Simultaneous open (RFC 9293, 3.5), or a split handshake. */
static bool syn_of_server(struct tcp_step *step)
{
    start_peer(step->sender, step);
    step->connection->four_way = true;
    return true;
}

/* The client opens again, with another sequence number: whichever the server answers will count. */
static bool syn_again(struct tcp_step *step)
{
    if (step->tcp->sequence == step->sender->isn || find_candidate(step->connection, step->tcp->sequence))
        return true;
    struct tcp_candidate syn = candidate_of(step);
    uint32_t most = step->engine->config.max_syn_queued;
    if (remember(step, &syn, most))
        return true;
    tcp_event(step, EVENT_STREAM_3WHS_SYN_FLOOD);
    forget_oldest(step);
    remember(step, &syn, most);
    step->connection->first_syn_forgotten = true;
    return true;
}

/* The answer of the client to the server's SYN. */
static bool four_way_synack(struct tcp_step *step)
{
    if (step->tcp->acknowledgment != step->receiver->isn + 1) {
        tcp_event(step, EVENT_STREAM_4WHS_SYNACK_WITH_WRONG_ACK);
        return false;
    }
    if (step->tcp->sequence != step->sender->isn) {
        tcp_event(step, EVENT_STREAM_4WHS_SYNACK_WITH_WRONG_SYN);
        return false;
    }
    step->session->state = TCP_STATE_SYN_RECV;
    settle_options(step->connection);
    open_right(step->receiver, step->tcp->window);
    open_right(step->sender, 0); /* what the server's SYN grants is not looked at, as in Suricata */
    return true;
}

static bool synack_on_syn_sent(struct tcp_step *step)
{
    struct tcp_peer *client = step->receiver;
    uint32_t ack = step->tcp->acknowledgment;
    uint32_t with_data = client->isn + 1 + step->connection->syn_data;
    if (step->connection->syn_data > 0 && ack == client->isn + 1 && step->connection->fast_open)
        tcp_event(step, EVENT_STREAM_3WHS_SYNACK_TFO_DATA_IGNORED);
    bool known = !step->connection->first_syn_forgotten &&
                 (ack == client->isn + 1 || (step->connection->fast_open && ack == with_data));
    if (!known) {
        const struct tcp_candidate *syn = find_candidate(step->connection, ack - 1);
        if (!syn) {
            tcp_event(step, EVENT_STREAM_3WHS_SYNACK_WITH_WRONG_ACK);
            return false;
        }
        adopt(client, syn);
    }
    tcp_drop_candidates(step);
    start_peer(step->sender, step);
    settle_options(step->connection);
    open_right(client, step->tcp->window);
    open_right(step->sender, step->sender->granted);
    step->session->state = TCP_STATE_SYN_RECV;
    step->connection->four_way = false;
    return true;
}

/* The client goes on without a SYN/ACK: the answers take another way. */
static bool one_sided(struct tcp_step *step)
{
    if (step->tcp->sequence != step->sender->next) {
        tcp_event(step, EVENT_STREAM_3WHS_ASYNC_WRONG_SEQ);
        return false;
    }
    step->session->async = true;
    tcp_drop_candidates(step);
    guess_peer(step->receiver, step);
    tcp_take_window(step);
    step->sender->shift = 0;
    step->sender->right = step->sender->next + UNKNOWN_WINDOW;
    step->session->state = TCP_STATE_ESTABLISHED;
    return tcp_on_established(step);
}

bool tcp_on_syn_sent(struct tcp_step *step)
{
    uint8_t flags = step->tcp->flags & (TCP_SYN | TCP_ACK | TCP_FIN);
    if (flags & TCP_FIN)
        return false;
    if (flags == (TCP_SYN | TCP_ACK)) {
        if (step->direction == TO_CLIENT)
            return synack_on_syn_sent(step);
        if (step->connection->four_way)
            return four_way_synack(step);
        tcp_event(step, EVENT_STREAM_3WHS_SYNACK_IN_WRONG_DIRECTION);
        return false;
    }
    if (flags == TCP_SYN)
        return step->direction == TO_CLIENT ? syn_of_server(step) : syn_again(step);
    if (flags == TCP_ACK && step->direction == TO_SERVER && step->engine->config.async)
        return one_sided(step);
    return false;
}

static bool synack_on_syn_recv(struct tcp_step *step)
{
    if (step->direction == TO_SERVER) {
        tcp_event(step, EVENT_STREAM_3WHS_SYNACK_TOSERVER_ON_SYN_RECV);
        return false;
    }
    if (step->tcp->acknowledgment != step->receiver->acked) {
        tcp_event(step, EVENT_STREAM_3WHS_SYNACK_RESEND_WITH_DIFFERENT_ACK);
        return false;
    }
    if (step->tcp->sequence == step->sender->isn || find_candidate(step->connection, step->tcp->sequence))
        return true;
    struct tcp_candidate synack = candidate_of(step);
    if (remember(step, &synack, step->engine->config.max_synack_queued))
        return true;
    tcp_event(step, EVENT_STREAM_3WHS_SYNACK_FLOOD);
    return false;
}

static bool syn_on_syn_recv(struct tcp_step *step)
{
    if (step->direction == TO_CLIENT) {
        tcp_event(step, EVENT_STREAM_3WHS_SYN_TOCLIENT_ON_SYN_RECV);
        return false;
    }
    if (step->tcp->sequence != step->sender->isn) {
        tcp_event(step, EVENT_STREAM_3WHS_SYN_RESEND_DIFF_SEQ_ON_SYN_RECV);
        return false;
    }
    return true;
}

/* The handshake is complete: from here on this packet is one of the connection like any other. */
static bool establish(struct tcp_step *step)
{
    step->session->state = TCP_STATE_ESTABLISHED;
    tcp_drop_candidates(step);
    return tcp_on_established(step);
}

/* Inline nothing was missed: the server has no business to speak yet. */
static bool refuse_early(struct tcp_step *step, bool fits)
{
    bool ahead = seq_gt(step->tcp->acknowledgment, step->receiver->next);
    tcp_event(step, fits && step->length ? EVENT_STREAM_3WHS_ACK_DATA_INJECT
                    : ahead              ? EVENT_STREAM_3WHS_WRONG_SEQ_WRONG_ACK
                                         : EVENT_STREAM_3WHS_ACK_IN_WRONG_DIR);
    return false;
}

/* The server speaks again before the client's ACK was seen. */
static bool server_on_syn_recv(struct tcp_step *step)
{
    if (step->connection->four_way) {
        if (step->tcp->sequence != step->sender->next) {
            tcp_event(step, EVENT_STREAM_4WHS_WRONG_SEQ);
            return false;
        }
        if (!tcp_ack_ok(step)) {
            tcp_event(step, EVENT_STREAM_4WHS_INVALID_ACK);
            return false;
        }
        return establish(step);
    }
    bool in_order = step->tcp->sequence == step->sender->next;
    uint32_t ack = step->tcp->acknowledgment;
    if (step->engine->config.inline_mode && !step->session->midstream)
        return refuse_early(step, in_order && ack == step->receiver->next);
    if (seq_gt(ack, step->receiver->next)) { /* the client's packets took another way */
        step->receiver->next = ack;
        if (seq_gt(ack, step->receiver->right))
            step->receiver->right = ack;
    } else if (!in_order || ack != step->receiver->next) {
        tcp_event(step, EVENT_STREAM_3WHS_WRONG_SEQ_WRONG_ACK);
        return false;
    }
    return establish(step);
}

static bool client_on_syn_recv(struct tcp_step *step)
{
    uint32_t ack = step->tcp->acknowledgment;
    bool right_sequence = step->tcp->sequence == step->sender->next;
    const struct tcp_candidate *synack = find_candidate(step->connection, ack - 1);
    if (synack && ack != step->receiver->next) {
        uint32_t granted = step->receiver->granted;
        adopt(step->receiver, synack);
        settle_options(step->connection);
        open_right(step->receiver, granted);
    }
    uint32_t sequence = step->tcp->sequence;
    bool right_ack = ack == step->receiver->next;
    bool in_window = seq_ge(sequence, step->sender->isn + 1) && seq_le(sequence, step->sender->right);
    if (!right_ack || !in_window) {
        tcp_event(step, right_sequence ? EVENT_STREAM_3WHS_RIGHT_SEQ_WRONG_ACK_EVASION
                                       : EVENT_STREAM_3WHS_WRONG_SEQ_WRONG_ACK);
        return false;
    }
    /* With data that comes in order, this packet is already inspected as one of an open connection. */
    if (right_sequence && step->length > 0)
        step->flow->state = FLOW_ESTABLISHED;
    return establish(step);
}

bool tcp_on_syn_recv(struct tcp_step *step)
{
    uint8_t flags = step->tcp->flags & (TCP_SYN | TCP_ACK);
    if (has_flag(step, TCP_FIN)) { /* the handshake's last packet was lost on the way to us */
        bool accepted = tcp_timestamps_ok(step) && tcp_on_first_fin(step);
        if (accepted)
            tcp_drop_candidates(step);
        return accepted;
    }
    if (flags == (TCP_SYN | TCP_ACK))
        return synack_on_syn_recv(step);
    if (flags == TCP_SYN)
        return syn_on_syn_recv(step);
    if (flags != TCP_ACK)
        return false;
    if (!tcp_timestamps_ok(step))
        return false;
    return step->direction == TO_CLIENT ? server_on_syn_recv(step) : client_on_syn_recv(step);
}
