/*
 * ESTABLISHED: data, acknowledgments, the first FIN; and the resets, which end every state.
 */
#include "flow/tcp_private.h"

static bool synack_on_established(struct tcp_step *step)
{
    if (step->direction == TO_SERVER)
        tcp_event(step, EVENT_STREAM_EST_SYNACK_TOSERVER);
    else if (step->tcp->acknowledgment != step->receiver->acked)
        tcp_event(step, EVENT_STREAM_EST_SYNACK_RESEND_WITH_DIFFERENT_ACK);
    else if (step->tcp->sequence != step->sender->isn)
        tcp_event(step, EVENT_STREAM_EST_SYNACK_RESEND_WITH_DIFF_SEQ);
    else if (step->connection->confirmed)
        tcp_event(step, EVENT_STREAM_EST_SYNACK_RESEND);
    else
        return true;
    return false;
}

static bool syn_on_established(struct tcp_step *step)
{
    tcp_event(step, step->direction == TO_CLIENT ? EVENT_STREAM_EST_SYN_TOCLIENT
                                                 : EVENT_STREAM_EST_SYN_RESEND_DIFF_SEQ);
    return false;
}

/* What every accepted packet of an open connection changes. */
static void take(struct tcp_step *step)
{
    tcp_take_timestamp(step);
    tcp_take_sequence(step);
    tcp_take_ack(step);
    tcp_take_window(step);
    tcp_take_payload(step);
    tcp_acknowledge_stream(step);
}

bool tcp_on_first_fin(struct tcp_step *step)
{
    struct tcp_peer *sender = step->sender;
    uint32_t sequence = step->tcp->sequence;
    if (!tcp_ack_ok(step)) {
        tcp_event(step, EVENT_STREAM_FIN_INVALID_ACK);
        return false;
    }
    if (seq_lt(sequence, sender->acked) || seq_gt(sequence, sender->acked + sender->granted)) {
        tcp_event(step, EVENT_STREAM_FIN_OUT_OF_WINDOW);
        return false;
    }
    if (has_flag(step, TCP_SYN) && step->direction == TO_SERVER) {
        tcp_event(step, EVENT_STREAM_FIN_SYN);
        return false;
    }
    take(step);
    tcp_take_last_ack(step);
    sender->fin = true;
    sender->fin_at = sequence + step->length;
    tcp_tell_gap(step, step->direction, 0);
    step->session->state = step->direction == TO_SERVER ? TCP_STATE_CLOSE_WAIT : TCP_STATE_FIN_WAIT1;
    return true;
}

/*
 * It came before, ends before what was acknowledged, and is no keep-alive without its byte. What was
 * acknowledged before we have seen it comes late only to us.
 */
static bool is_old(const struct tcp_step *step)
{
    const struct tcp_peer *sender = step->sender;
    uint32_t sequence = step->tcp->sequence;
    bool keepalive = step->length == 0 && sequence + 1 == sender->next;
    return seq_lt(sequence + step->length, sender->acked) && seq_lt(sequence, sender->next) && !keepalive;
}

/* RFC 9293, 3.8.6.1: one byte into a closed window. It is not taken: if it is wanted it comes again. */
static bool is_window_probe(const struct tcp_step *step)
{
    const struct tcp_peer *sender = step->sender;
    return step->length == 1 && sender->granted == 0 && step->tcp->sequence == sender->next &&
           !tcp_in_window(step, sender->next, sender->next + 1);
}

bool tcp_on_established(struct tcp_step *step)
{
    uint8_t flags = step->tcp->flags & (TCP_SYN | TCP_ACK | TCP_FIN);
    if ((flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK))
        return synack_on_established(step);
    if ((flags & TCP_SYN) && !(flags & TCP_FIN))
        return syn_on_established(step);
    if (!tcp_timestamps_ok(step))
        return false;
    if (flags & TCP_FIN)
        return tcp_on_first_fin(step);
    if (!(flags & TCP_ACK)) /* RFC 9293, 3.10.7.4: dropped */
        return false;
    uint32_t sequence = step->tcp->sequence;
    if (!tcp_ack_ok(step)) {
        tcp_event(step, EVENT_STREAM_EST_INVALID_ACK);
        return false;
    }
    if (is_old(step)) {
        tcp_event(step, EVENT_STREAM_EST_PKT_BEFORE_LAST_ACK);
        return false;
    }
    if (is_window_probe(step))
        return true;
    if (seq_gt(sequence + step->length, step->sender->highest))
        step->sender->highest = sequence + step->length;
    if (!tcp_in_window(step, sequence, sequence + step->length)) {
        tcp_event(step, EVENT_STREAM_EST_PACKET_OUT_OF_WINDOW);
        return false;
    }
    take(step);
    return true;
}

bool tcp_on_reset(struct tcp_step *step)
{
    struct tcp_session *session = step->session;
    bool opening = session->state == TCP_STATE_SYN_SENT;
    if (session->state == TCP_STATE_CLOSED || (opening && step->direction == TO_SERVER) ||
        !tcp_timestamps_ok(step))
        return false;
    if (opening) {
        if (has_flag(step, TCP_ACK) && step->tcp->acknowledgment != step->receiver->isn + 1) {
            tcp_event(step, EVENT_STREAM_PKT_INVALID_ACK);
            tcp_event(step, EVENT_STREAM_RST_INVALID_ACK);
            return false;
        }
        if (step->tcp->sequence != 0) /* RFC 9293, 3.10.7.1: an answer to a SYN without an ACK has none */
            return false;
    } else if (!tcp_reset_ok(step)) {
        return false;
    }
    step->connection->before_reset = session->state;
    if (session->state != TCP_STATE_SYN_SENT && (step->tcp->has_md5 || step->tcp->has_ao))
        step->connection->unsure_reset = (uint8_t)(1 + step->direction);
    session->state = TCP_STATE_CLOSED;
    tcp_take_last_ack(step);
    return true;
}

/*
 * A signed reset is refused where the signature is wrong (RFC 2385, 2.0; RFC 5925, 7.3), which nobody in the
 * middle can tell. When its sender goes on, it was not the one who sent it, and the connection lives.
 */
static bool revive(struct tcp_step *step)
{
    tcp_event(step, EVENT_STREAM_SUSPECTED_RST_INJECT);
    step->connection->unsure_reset = 0;
    step->session->state = step->connection->before_reset;
    for (int i = 0; i < DIRECTIONS; i++) {
        step->session->streams[i].closed = false;
        step->session->streams[i].news = true;
    }
    return tcp_on_state(step);
}

/* A SYN/ACK shows that the server took the SYN, so the reset before it was somebody else's. */
bool tcp_on_closed(struct tcp_step *step)
{
    if (step->connection->unsure_reset == 1 + step->direction)
        return revive(step);
    uint8_t flags = step->tcp->flags & (TCP_SYN | TCP_ACK);
    if (step->connection->before_reset != TCP_STATE_SYN_SENT || flags != (TCP_SYN | TCP_ACK))
        return false;
    tcp_event(step, EVENT_STREAM_SUSPECTED_RST_INJECT);
    step->session->state = TCP_STATE_SYN_SENT;
    return tcp_on_syn_sent(step);
}
