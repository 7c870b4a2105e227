#include "capture/afxdp_transmit.h"

#include <sys/socket.h>

#ifndef XDP_PKT_CONTD
#define XDP_PKT_CONTD (1 << 0)
#endif

enum {
    KICK_FRAMES = 32, /* as many as the kernel copies at a kick */
    SPARE_KICKS = 2,
    PATIENCE = 64, /* kicks until there is room in a full ring */
    REAPED = 256,
    MOST_SEND_ROOM = 1 << 28
};

/* In copy mode what was sent counts against the socket until the receiver has taken it: by default that is
 * some hundred frames, and a full window of TCP would wait for the next look. */
static void make_send_room(const struct afxdp_sockets *s, const struct afxdp_queue *q)
{
    const int bytes = s->size > MOST_SEND_ROOM ? MOST_SEND_ROOM : (int)s->size;
    setsockopt(xsk_socket__fd(q->socket), SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes);
}

void afxdp_transmit_pair(struct afxdp_sockets *s, const struct afxdp_config *config)
{
    for (unsigned i = 0; i < s->count; i++) {
        struct afxdp_queue *q = &s->queues[i];
        const struct afxdp_port *port = &config->ports[q->port];
        if (!port->has_peer)
            continue;
        make_send_room(s, q);
        unsigned wanted = q->number % config->ports[port->peer].queues;
        for (unsigned k = 0; k < s->count; k++)
            if (s->queues[k].port == port->peer && s->queues[k].number == wanted)
                q->out = &s->queues[k];
    }
}

/* Given to the kernel, and not yet taken by it. */
static uint32_t waiting(const struct afxdp_queue *q)
{
    return q->transmit.cached_prod - __atomic_load_n(q->transmit.consumer, __ATOMIC_ACQUIRE);
}

/* Errors are normal: the kernel has had enough for now, or the link is down. What is left waits. */
static void kick(const struct afxdp_queue *q)
{
    sendto(xsk_socket__fd(q->socket), NULL, 0, MSG_DONTWAIT, NULL, 0);
}

static void reap(struct afxdp_sockets *s, struct afxdp_queue *q)
{
    uint32_t at, count;
    while ((count = xsk_ring_cons__peek(&q->completion, REAPED, &at))) {
        for (uint32_t i = 0; i < count; i++) {
            uint64_t address = *xsk_ring_cons__comp_addr(&q->completion, at + i);
            afxdp_queue_give(afxdp_home(s, address), address);
        }
        xsk_ring_cons__release(&q->completion, count);
    }
}

bool afxdp_transmit(struct afxdp_sockets *s, struct afxdp_queue *from, const struct xdp_desc *buffers,
                    unsigned count)
{
    struct afxdp_queue *q = from->out;
    uint32_t at;
    for (int tries = 0; xsk_prod_nb_free(&q->transmit, count) < count; tries++) {
        if (tries == PATIENCE)
            return false;
        kick(q);
        reap(s, q);
    }
    if (xsk_ring_prod__reserve(&q->transmit, count, &at) != count)
        return false;
    for (unsigned i = 0; i < count; i++)
        *xsk_ring_prod__tx_desc(&q->transmit, at + i) = (struct xdp_desc){
            .addr = buffers[i].addr, .len = buffers[i].len, .options = buffers[i].options & XDP_PKT_CONTD};
    xsk_ring_prod__submit(&q->transmit, count);
    return true;
}

bool afxdp_transmit_flush(struct afxdp_sockets *s)
{
    bool left_over = false;
    for (unsigned i = 0; i < s->count; i++) {
        struct afxdp_queue *q = &s->queues[i];
        uint32_t left = waiting(q);
        for (uint32_t kicks = left ? left / KICK_FRAMES + SPARE_KICKS : 0; kicks && waiting(q); kicks--)
            kick(q);
        reap(s, q);
        left_over |= waiting(q) > 0;
    }
    return left_over;
}
