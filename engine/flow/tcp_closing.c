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

/* Where the connection stands after both FINs and acknowledgments so far. */
static void advance(struct tcp_step *step, bool fin)
{
    struct tcp_session *session = step->session;
    const struct tcp_peer *client = &step->connection->peers[TO_SERVER];
    const struct tcp_peer *server = &step->connection->peers[TO_CLIENT];
    bool server_done = server->fin && server->acked == server->next;
    switch (session->state) {
    case TCP_STATE_CLOSE_WAIT:
        if (fin && step->direction == TO_CLIENT)
            session->state = TCP_STATE_LAST_ACK;
        break;
    case TCP_STATE_LAST_ACK:
        if (!fin && step->direction == TO_SERVER && server_done)
            session->state = TCP_STATE_CLOSED;
        break;
    case TCP_STATE_FIN_WAIT1:
        if (fin && step->direction == TO_SERVER)
            session->state = server_done ? TCP_STATE_TIME_WAIT : TCP_STATE_CLOSING;
        else if (server_done)
            session->state = TCP_STATE_FIN_WAIT2;
        break;
    case TCP_STATE_FIN_WAIT2:
        if (fin && step->direction == TO_SERVER)
            session->state = TCP_STATE_TIME_WAIT;
        break;
    case TCP_STATE_CLOSING:
        if (!fin && server_done)
            session->state = TCP_STATE_TIME_WAIT;
        break;
    case TCP_STATE_TIME_WAIT:
        if (!fin && client->fin && client->acked == client->next && step->direction == TO_CLIENT)
            session->state = TCP_STATE_CLOSED;
        break;
    default:
        break;
    }
}

bool tcp_on_closing(struct tcp_step *step)
{
    const struct closing *odd = &oddities[step->session->state];
    struct tcp_peer *sender = step->sender;
    uint32_t sequence = step->tcp->sequence, end = sequence + step->length;
    bool fin = has_flag(step, TCP_FIN);
    if (has_flag(step, TCP_SYN)) {
        tcp_event(step, EVENT_STREAM_SHUTDOWN_SYN_RESEND);
        return false;
    }
    if (!tcp_timestamps_ok(step))
        return false;
    bool again = sender->fin && fin && end + 1 == sender->next; /* the FIN once more */
    if (!again && (!tcp_in_window(step, sequence, end) || (fin && seq_lt(sequence, sender->next)))) {
        tcp_event(step, fin ? odd->fin_wrong_sequence : odd->wrong_sequence);
        return false;
    }
    if (!tcp_ack_ok(step)) {
        tcp_event(step, odd->invalid_ack);
        return false;
    }
    tcp_take_sequence(step);
    tcp_take_ack(step);
    tcp_take_window(step);
    tcp_take_timestamp(step);
    tcp_take_payload(step);
    if (fin && !sender->fin) {
        sender->fin = true;
        sender->next = end + 1;
    } else {
        fin = false;
    }
    tcp_acknowledge_stream(step);
    advance(step, fin);
    return true;
}
