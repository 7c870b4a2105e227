/*
 * What a connection accepts: timestamps, acknowledgments, sequence numbers within the window, resets.
 */
#include "flow/tcp_private.h"

#define NS_PER_S UINT64_C(1000000000)

enum { ONE_SIDED_WINDOW = 1 << 20 };

enum { PAWS_IDLE_S = 24 * 24 * 3600 }; /* RFC 7323, 5.5: an older timestamp says nothing */

/* Nothing but an acknowledgment, where the next byte would be. */
static bool is_bare_ack(const struct tcp_step *step)
{
    const struct tcp_peer *sender = step->sender;
    uint32_t sequence = step->tcp->sequence;
    return step->length == 0 && !has_flag(step, TCP_SYN | TCP_FIN | TCP_RST) &&
           (sequence == sender->next || (sender->fin && sequence == sender->fin_at + 1));
}

/*
 * PAWS (RFC 7323, 5): a timestamp that goes back comes from an old duplicate. One tick back is let pass, as
 * some hosts do, and what brings nothing.
 */
bool tcp_timestamps_ok(struct tcp_step *step)
{
    const struct tcp_peer *sender = step->sender;
    if (!sender->timestamps || !step->tcp->has_timestamps || sender->stamp == 0 || is_bare_ack(step))
        return true;
    if ((int32_t)(step->tcp->timestamp - sender->stamp + 1) >= 0)
        return true;
    if (step->packet->time_ns > sender->stamp_ns + PAWS_IDLE_S * NS_PER_S)
        return true;
    tcp_event(step, EVENT_STREAM_PKT_INVALID_TIMESTAMP);
    return false;
}

/* RFC 7323, 4.3: the timestamp of the segment that the receiver waits for is the one to remember. */
void tcp_take_timestamp(struct tcp_step *step)
{
    struct tcp_peer *sender = step->sender;
    if (!sender->timestamps || !step->tcp->has_timestamps)
        return;
    if (seq_le(step->tcp->sequence, sender->acked) && seq_le(sender->stamp, step->tcp->timestamp)) {
        sender->stamp = step->tcp->timestamp;
        sender->stamp_ns = step->packet->time_ns;
    }
}

bool tcp_ack_ok(struct tcp_step *step)
{
    if (!has_flag(step, TCP_ACK))
        return true;
    const struct tcp_peer *peer = step->receiver;
    uint32_t ack = step->tcp->acknowledgment;
    if (step->session->async) /* of bytes that are not seen */
        return true;
    /* RFC 5961, 5.2: old ones are harmless duplicates, if not older than a window or without anything else.
     */
    bool too_old = !is_bare_ack(step) && peer->granted > 0 && seq_lt(ack, peer->acked - peer->granted);
    if (!too_old && (seq_le(ack, peer->right) || seq_le(ack, peer->next)))
        return true;
    tcp_event(step, EVENT_STREAM_PKT_INVALID_ACK);
    return false;
}

static void move_right(struct tcp_peer *peer)
{
    uint32_t right = peer->acked + peer->granted;
    if (seq_gt(right, peer->right))
        peer->right = right;
}

void tcp_take_ack(struct tcp_step *step)
{
    if (!has_flag(step, TCP_ACK))
        return;
    struct tcp_peer *peer = step->receiver;
    if (seq_gt(step->tcp->acknowledgment, peer->acked))
        peer->acked = step->tcp->acknowledgment;
}

void tcp_take_last_ack(struct tcp_step *step)
{
    tcp_take_ack(step);
    struct tcp_peer *peer = step->receiver;
    if (seq_gt(peer->acked, peer->next))
        peer->next = peer->acked;
}

void tcp_take_window(struct tcp_step *step)
{
    struct tcp_peer *peer = step->receiver;
    bool is_syn = has_flag(step, TCP_SYN); /* RFC 7323, 2.2: never scaled */
    peer->granted = (uint32_t)step->tcp->window << (is_syn ? 0 : step->sender->shift);
    move_right(peer);
}

bool tcp_in_window(const struct tcp_step *step, uint32_t from, uint32_t to)
{
    (void)from;
    return seq_le(to, step->sender->right);
}

/* `next` moves over what comes in order, or closes up to what was already in order. */
void tcp_take_sequence(struct tcp_step *step)
{
    struct tcp_peer *sender = step->sender;
    uint32_t end = step->tcp->sequence + step->length;
    bool open = step->session->state == TCP_STATE_ESTABLISHED;
    if (seq_gt(end, sender->next) && (open || step->tcp->sequence == sender->next))
        sender->next = end;
    if (open && seq_gt(end, sender->highest))
        sender->highest = end;
    if (step->session->async) { /* nothing is known of what the other side acknowledges or grants */
        sender->acked = sender->next;
        sender->right = sender->next + ONE_SIDED_WINDOW;
        sender->granted = ONE_SIDED_WINDOW;
    }
}

/*
 * Which resets a host believes. RFC 9293 wants the exact number (as RFC 5961 has it); hosts differ, and so
 * does Suricata by the receiver's policy.
 */
static bool reset_sequence_ok(const struct tcp_step *step)
{
    const struct tcp_peer *sender = step->sender;
    uint32_t sequence = step->tcp->sequence;
    switch (step->receiver->os) {
    case OS_LINUX:
    case OS_OLD_LINUX:
    case OS_SOLARIS:
    case OS_OLD_SOLARIS: /* anywhere in the window */
        return seq_ge(sequence, sender->acked) && seq_le(sequence, sender->acked + sender->granted);
    case OS_HPUX11:
        return seq_ge(sequence, sender->next);
    default:
        if (sender->fin && sequence == sender->fin_at + 1)
            return true;
        return sequence == sender->next && !(sender->fin && step->direction == TO_CLIENT);
    }
}

bool tcp_reset_ok(struct tcp_step *step)
{
    if (!reset_sequence_ok(step))
        return false;
    if (!tcp_ack_ok(step)) {
        tcp_event(step, EVENT_STREAM_RST_INVALID_ACK);
        return false;
    }
    return true;
}

/* A first timestamp of 0 means, to these hosts, that there are none. */
bool tcp_ignores_zero_stamp(uint8_t os)
{
    return os == OS_LINUX || os == OS_WINDOWS2K3;
}
