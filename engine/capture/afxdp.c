/*
 * Frames that the XDP program redirects, by AF_XDP: a socket for each queue of an interface, each with memory
 * of its own. Frames are lent where the kernel put them, and go back into the fill ring at release.
 */
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <xdp/xsk.h>

#include "base/log.h"
#include "capture/capture.h"
#include "xdp/shared.h"

enum {
    FRAMES = 4096, /* of a queue: as many as its fill ring holds, so that giving back never fails */
    FRAME_SIZE = 4096,
    BATCH = 256,
    WAIT_MS = 100,   /* without frames a batch is empty: time goes on, and the engine shows that it lives */
    BUSY_TRIES = 25, /* the queue of an engine that has just ended is free a little later */
    BUSY_WAIT_US = 20000,
    LINK_ETHERNET = 1,
};

struct queue {
    struct xsk_umem *umem;
    struct xsk_socket *socket;
    struct xsk_ring_prod fill, transmit;
    struct xsk_ring_cons completion, receive;
    uint8_t *memory;
    bool zero_copy;
};

struct lent {
    struct lent *next;
    struct queue *queue;
    unsigned count;
    struct frame frames[BATCH];
    uint64_t addresses[BATCH];
};

struct afxdp {
    struct queue *queues;
    unsigned count, turn;
    struct lent *spare;
    uint64_t frames;
};

static uint64_t clock_of(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void give(struct queue *q, const uint64_t *addresses, unsigned count)
{
    uint32_t at;
    if (xsk_ring_prod__reserve(&q->fill, count, &at) != count)
        return;
    for (unsigned i = 0; i < count; i++)
        *xsk_ring_prod__fill_addr(&q->fill, at + i) = addresses[i] & ~(uint64_t)(FRAME_SIZE - 1);
    xsk_ring_prod__submit(&q->fill, count);
    if (xsk_ring_prod__needs_wakeup(&q->fill))
        recvfrom(xsk_socket__fd(q->socket), NULL, 0, MSG_DONTWAIT, NULL, NULL);
}

static void close_queue(struct queue *q)
{
    if (q->socket)
        xsk_socket__delete(q->socket);
    if (q->umem)
        xsk_umem__delete(q->umem);
    if (q->memory)
        munmap(q->memory, (size_t)FRAMES * FRAME_SIZE);
    *q = (struct queue){0};
}

static int try_queue(struct queue *q, const char *interface, unsigned number, uint16_t bind)
{
    const struct xsk_umem_config memory = {.fill_size = FRAMES, .comp_size = 64, .frame_size = FRAME_SIZE};
    const struct xsk_socket_config config = {.rx_size = 2048,
                                             .tx_size = 64,
                                             .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
                                             .bind_flags = (uint16_t)(bind | XDP_USE_NEED_WAKEUP)};
    size_t size = (size_t)FRAMES * FRAME_SIZE;
    void *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED)
        return -ENOMEM;
    q->memory = area;
    int result = xsk_umem__create(&q->umem, area, size, &q->fill, &q->completion, &memory);
    if (result == 0)
        result =
            xsk_socket__create(&q->socket, interface, number, q->umem, &q->receive, &q->transmit, &config);
    if (result == 0)
        for (uint64_t i = 0; i < FRAMES; i++)
            give(q, &(uint64_t){i * FRAME_SIZE}, 1);
    else
        close_queue(q);
    return result;
}

static int bind_queue(struct queue *q, const char *interface, unsigned number, uint16_t bind)
{
    int result = try_queue(q, interface, number, bind);
    for (int tries = 0; result == -EBUSY && tries < BUSY_TRIES; tries++) {
        usleep(BUSY_WAIT_US);
        result = try_queue(q, interface, number, bind);
    }
    return result;
}

static int open_queue(struct queue *q, unsigned number, const struct capture_config *config, struct err *err)
{
    int result = bind_queue(q, config->name, number, XDP_ZEROCOPY);
    q->zero_copy = result == 0;
    if (result && config->require_zerocopy)
        return err_set(err, result, "%s: queue %u: no zero copy: %s", config->name, number,
                       strerror(-result));
    if (result)
        result = bind_queue(q, config->name, number, XDP_COPY);
    if (result == 0)
        result = xsk_socket__update_xskmap(q->socket, config->xsks_map);
    if (result)
        return err_set(err, result, "%s: queue %u: no AF_XDP socket: %s", config->name, number,
                       strerror(-result));
    log_notice(config->log, "%s: queue %u: AF_XDP, %s", config->name, number,
               q->zero_copy ? "zero copy" : "copy mode (the driver has no zero copy)");
    return 0;
}

static void afxdp_close(struct capture *capture)
{
    struct afxdp *a = capture->state;
    if (!a)
        return;
    for (unsigned i = 0; i < a->count; i++)
        close_queue(&a->queues[i]);
    while (a->spare) {
        struct lent *lent = a->spare;
        a->spare = lent->next;
        free(lent);
    }
    free(a->queues);
    free(a);
    capture->state = NULL;
}

static int afxdp_open(struct capture *capture, const struct capture_config *config, struct err *err)
{
    struct afxdp *a = calloc(1, sizeof *a);
    capture->state = a;
    if (a)
        a->queues = calloc(config->queues, sizeof *a->queues);
    if (!a || !a->queues) {
        afxdp_close(capture);
        return err_set(err, -ENOMEM, "out of memory");
    }
    int result = 0;
    for (; a->count < config->queues && !result; a->count++)
        result = open_queue(&a->queues[a->count], a->count, config, err);
    if (result)
        afxdp_close(capture);
    return result;
}

/* When the program saw the frame, from the metadata in front of it; now, when that is not there or not
 * credible: the room may hold anything. */
static uint64_t time_of(const uint8_t *frame, uint64_t length, uint64_t monotonic, uint64_t real)
{
    struct sluice_meta meta;
    memcpy(&meta, frame - sizeof meta, sizeof meta);
    bool credible = meta.magic == SLUICE_META_MAGIC && meta.frame_length == length &&
                    meta.time_ns <= monotonic && monotonic - meta.time_ns < 1000000000u;
    return credible ? real - (monotonic - meta.time_ns) : real;
}

static unsigned receive(struct afxdp *a, struct queue *q, struct lent *lent)
{
    uint32_t at = 0;
    unsigned count = xsk_ring_cons__peek(&q->receive, BATCH, &at);
    uint64_t monotonic = clock_of(CLOCK_MONOTONIC), real = clock_of(CLOCK_REALTIME);
    lent->queue = q;
    lent->count = count;
    for (unsigned i = 0; i < count; i++) {
        const struct xdp_desc *d = xsk_ring_cons__rx_desc(&q->receive, at + i);
        const uint8_t *bytes = q->memory + d->addr;
        lent->addresses[i] = d->addr;
        lent->frames[i] = (struct frame){
            .bytes = slice_of(bytes, d->len),
            .wire_length = d->len,
            .time_ns = d->addr % FRAME_SIZE >= sizeof(struct sluice_meta)
                           ? time_of(bytes, d->len, monotonic, real)
                           : real,
            .link_type = LINK_ETHERNET,
        };
    }
    if (count)
        xsk_ring_cons__release(&q->receive, count);
    a->frames += count;
    return count;
}

static unsigned receive_any(struct afxdp *a, struct lent *lent)
{
    for (unsigned i = 0; i < a->count; i++) {
        a->turn = (a->turn + 1) % a->count; /* no queue is kept waiting by another */
        if (receive(a, &a->queues[a->turn], lent))
            return lent->count;
    }
    return 0;
}

static void wait_for_frames(struct afxdp *a)
{
    struct pollfd polled[64];
    unsigned n = a->count < 64 ? a->count : 64;
    for (unsigned i = 0; i < n; i++)
        polled[i] = (struct pollfd){.fd = xsk_socket__fd(a->queues[i].socket), .events = POLLIN};
    poll(polled, n, WAIT_MS);
}

static int afxdp_next_batch(struct capture *capture, struct capture_batch *batch, struct err *err)
{
    struct afxdp *a = capture->state;
    struct lent *lent = a->spare ? a->spare : malloc(sizeof *lent);
    if (!lent)
        return err_set(err, -ENOMEM, "out of memory");
    if (lent == a->spare)
        a->spare = lent->next;
    if (!receive_any(a, lent)) {
        wait_for_frames(a);
        receive_any(a, lent);
    }
    *batch = (struct capture_batch){
        .frames = lent->frames, .count = lent->count, .storage = lent, .now_ns = clock_of(CLOCK_REALTIME)};
    return 1;
}

static void afxdp_release(struct capture *capture, struct capture_batch *batch)
{
    struct afxdp *a = capture->state;
    struct lent *lent = batch->storage;
    if (!lent)
        return;
    if (lent->count)
        give(lent->queue, lent->addresses, lent->count);
    lent->next = a->spare;
    a->spare = lent;
    *batch = (struct capture_batch){0};
}

static void afxdp_position(struct capture *capture, struct capture_position *out)
{
    const struct afxdp *a = capture->state;
    *out = (struct capture_position){.frames = a->frames};
}

const struct capture_ops capture_afxdp_ops = {
    .name = "afxdp",
    .open = afxdp_open,
    .next_batch = afxdp_next_batch,
    .release = afxdp_release,
    .position = afxdp_position,
    .close = afxdp_close,
};
