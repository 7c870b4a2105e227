#include "capture/afxdp_queue.h"

#include <sys/socket.h>

#include "capture/capture.h"

void afxdp_queue_refill(struct afxdp_queue *q, uint32_t frame_size)
{
    uint32_t count = xsk_prod_nb_free(&q->fill, q->idle_count), at;
    if (count > q->idle_count)
        count = q->idle_count;
    if (!count || xsk_ring_prod__reserve(&q->fill, count, &at) != count)
        return;
    /* The last that came home goes first: its bytes may be in the cache still. */
    for (uint32_t i = 0; i < count; i++)
        *xsk_ring_prod__fill_addr(&q->fill, at + i) = q->idle[--q->idle_count] & ~(uint64_t)(frame_size - 1);
    xsk_ring_prod__submit(&q->fill, count);
    if (xsk_ring_prod__needs_wakeup(&q->fill))
        afxdp_queue_poll(q);
}

void afxdp_queue_poll(const struct afxdp_queue *q)
{
    recvfrom(xsk_socket__fd(q->socket), NULL, 0, MSG_DONTWAIT, NULL, NULL);
}

void afxdp_queue_counters(const struct afxdp_queue *q, struct capture_counters *sum)
{
    struct xdp_statistics kernel = {0};
    socklen_t size = sizeof kernel;
    if (getsockopt(xsk_socket__fd(q->socket), SOL_XDP, XDP_STATISTICS, &kernel, &size))
        return;
    sum->ring_full += kernel.rx_ring_full;
    sum->no_buffer += kernel.rx_fill_ring_empty_descs;
    sum->dropped += kernel.rx_dropped + kernel.rx_invalid_descs;
}
