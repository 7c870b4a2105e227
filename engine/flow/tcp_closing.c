/*
 * From the first FIN to the last ACK.
 */
#include "flow/tcp_private.h"

struct closing { /* how a state names what it does not accept */
    uint16_t wrong_sequence, fin_wrong_sequence, invalid_ack;
};

static const struct closing oddities[] = {
    [TCP_STATE_FIN_WAIT1] = {EVENT_STREAM_FIN1_ACK_WRONG_SEQ, EVENT_STREAM_FIN1_FIN_WRONG_SEQ,
                             EVENT_STREAM_FIN1_INVALID_ACK},
    [TCP_STATE_FIN_WAIT2] = {EVENT_STREAM_FIN2_ACK_WRONG_SEQ, EVENT_STREAM_FIN2_FIN_WRONG_SEQ,
                             EVENT_STREAM_FIN2_INVALID_ACK},
    [TCP_STATE_TIME_WAIT] = {EVENT_STREAM_TIMEWAIT_ACK_WRONG_SEQ, EVENT_STREAM_TIMEWAIT_ACK_WRONG_SEQ,
                             EVENT_STREAM_TIMEWAIT_INVALID_ACK},
    [TCP_STATE_LAST_ACK] = {EVENT_STREAM_LASTACK_ACK_WRONG_SEQ, EVENT_STREAM_LASTACK_ACK_WRONG_SEQ,
                            EVENT_STREAM_LASTACK_INVALID_ACK},
    [TCP_STATE_CLOSE_WAIT] = {EVENT_STREAM_CLOSEWAIT_ACK_OUT_OF_WINDOW,
                              EVENT_STREAM_CLOSEWAIT_FIN_OUT_OF_WINDOW, EVENT_STREAM_CLOSEWAIT_INVALID_ACK},
    [TCP_STATE_CLOSING] = {EVENT_STREAM_CLOSING_ACK_WRONG_SEQ, EVENT_STREAM_CLOSING_ACK_WRONG_SEQ,
                           EVENT_STREAM_CLOSING_INVALID_ACK},
};

/* It acknowledges the server's FIN. */
static bool ends_server(const struct tcp_step *step)
{
    const struct tcp_peer *server = &step->connection->peers[TO_CLIENT];
    return step->direction == TO_SERVER && server->fin && step->tcp->acknowledgment == server->fin_at + 1;
}

/* Where the connection stands after this packet; `fin`: it brought a FIN. */
static void advance(struct tcp_step *step, bool fin)
{
    struct tcp_session *session = step->session;
    bool of_client = step->direction == TO_SERVER;
    bool ended = ends_server(step);
    switch (session->state) {
    case TCP_STATE_CLOSE_WAIT:
        if (fin && !of_client)
            session->state = TCP_STATE_LAST_ACK;
        break;
    case TCP_STATE_LAST_ACK:
        if (!fin && ended)
            session->state = TCP_STATE_CLOSED;
        break;
    case TCP_STATE_FIN_WAIT1:
        if (fin && of_client)
            session->state = has_flag(step, TCP_ACK) ? TCP_STATE_TIME_WAIT : TCP_STATE_CLOSING;
        else if (!fin && ended)
            session->state = TCP_STATE_FIN_WAIT2;
        break;
    case TCP_STATE_FIN_WAIT2:
        if (fin)
            session->state = TCP_STATE_TIME_WAIT;
        break;
    case TCP_STATE_CLOSING:
        if (!fin && ended)
            session->state = TCP_STATE_TIME_WAIT;
        break;
    case TCP_STATE_TIME_WAIT:
        if (!fin)
            session->state = TCP_STATE_CLOSED;
        break;
    default:
        break;
    }
}

/*
 * While one side may still send, its data has to fit the window. Later on the packet has to be the very next
 * (or to count the FIN that it repeats); of LAST_ACK only the client's are looked at, as in Suricata.
 */
static bool out_of_window(const struct tcp_step *step, bool fin)
{
    const struct tcp_peer *sender = step->sender;
    uint32_t sequence = step->tcp->sequence;
    bool of_client = step->direction == TO_SERVER;
    switch (step->session->state) {
    case TCP_STATE_FIN_WAIT1:
        if (of_client && !fin && step->length == 0 && !ends_server(step))
            return false;
        return seq_gt(sequence + step->length, sender->right);
    case TCP_STATE_FIN_WAIT2:
        return seq_gt(sequence + step->length, sender->right);
    case TCP_STATE_CLOSE_WAIT:
        return seq_gt(sequence, sender->acked + sender->granted);
    case TCP_STATE_LAST_ACK:
        return of_client && !fin && seq_gt(sequence, sender->next + 1);
    default:
        return !fin && sequence != sender->next && sequence != sender->next + 1;
    }
}

/* A FIN in the middle of what was sent; it may be there again. */
static bool fin_too_early(const struct tcp_step *step)
{
    uint32_t end = step->tcp->sequence + step->length;
    switch (step->session->state) {
    case TCP_STATE_FIN_WAIT1:
    case TCP_STATE_FIN_WAIT2:
        return seq_lt(end + 1, step->sender->next);
    case TCP_STATE_CLOSE_WAIT:
        return seq_lt(end, step->sender->next);
    default:
        return false;
    }
}

/* Data that came before; with a FIN it counts only while one side may still send, as in Suricata. */
static bool is_again(const struct tcp_step *step, bool fin)
{
    uint8_t state = step->session->state;
    bool half_open =
        state == TCP_STATE_FIN_WAIT1 || state == TCP_STATE_FIN_WAIT2 || state == TCP_STATE_CLOSE_WAIT;
    return step->length > 0 && seq_lt(step->tcp->sequence, step->sender->next) && (!fin || half_open);
}

bool tcp_on_closing(struct tcp_step *step)
{
    const struct closing *odd = &oddities[step->session->state];
    struct tcp_peer *sender = step->sender;
    uint32_t sequence = step->tcp->sequence, end = sequence + step->length;
    bool fin = has_flag(step, TCP_FIN);
    if (has_flag(step, TCP_SYN) && !fin) {
        tcp_event(step, EVENT_STREAM_SHUTDOWN_SYN_RESEND);
        return false;
    }
    if (!tcp_timestamps_ok(step))
        return false;
    if (is_again(step, fin)) {
        tcp_event(step, EVENT_STREAM_PKT_RETRANSMISSION);
        step->engine->counters.retransmissions++;
        if (seq_le(end, sender->acked)) {
            if (step->session->state == TCP_STATE_CLOSE_WAIT && !fin)
                tcp_event(step, EVENT_STREAM_CLOSEWAIT_PKT_BEFORE_LAST_ACK);
            return false;
        }
    }
    bool time_wait = step->session->state == TCP_STATE_TIME_WAIT; /* looks at the sequence number first */
    if (!time_wait && !tcp_ack_ok(step)) {
        tcp_event(step, odd->invalid_ack);
        return false;
    }
    if (out_of_window(step, fin) || (fin && fin_too_early(step))) {
        tcp_event(step, fin ? odd->fin_wrong_sequence : odd->wrong_sequence);
        return false;
    }
    if (time_wait && !tcp_ack_ok(step)) {
        tcp_event(step, odd->invalid_ack);
        return false;
    }
    tcp_take_timestamp(step);
    tcp_take_sequence(step);
    if (step->session->state == TCP_STATE_FIN_WAIT1)
        tcp_take_ack(step);
    else
        tcp_take_last_ack(step);
    tcp_take_window(step);
    tcp_take_payload(step);
    if (fin && (!sender->fin || seq_gt(end, sender->fin_at))) {
        sender->fin = true;
        sender->fin_at = end;
    }
    tcp_acknowledge_stream(step);
    advance(step, fin);
    return true;
}
