/*
 * Frames that the XDP program redirects, by AF_XDP, from any number of ports and queues in the order in which
 * the program saw them: the directions of a conversation may come by different ones. Frames are lent where
 * the kernel put them, and come home at release; only what lies in several buffers is copied, into one.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "capture/afxdp_transmit.h"
#include "capture/capture.h"
#include "xdp/shared.h"

#ifndef XDP_PKT_CONTD
#define XDP_PKT_CONTD (1 << 0)
#endif

enum {
    BATCH = 256, /* descriptors */
    SPIN_MOST_US = 100000,
    JOINED_BYTES = 512 << 10, /* of a batch's frames of several buffers */
    JOINED_MOST = 128 << 10,  /* of one; an XDP frame has 17 fragments of a page at most */
    SENDING_MS = 1,
    ENDING_MS = 100,
    LINK_ETHERNET = 1,
};

/* What a queue has received: the frame that is next in it. */
struct cursor {
    uint32_t start, at, end;
    uint32_t buffers; /* of the frame; 0: there is none, or not all of it */
    uint32_t length;
    uint64_t time_ns;
};

struct lent {
    struct lent *next;
    unsigned count, buffers, joined_bytes;
    struct frame frames[BATCH];
    struct xdp_desc descriptors[BATCH]; /* of the frames, in their order */
    uint8_t *joined;                    /* NULL until it is needed */
};

struct afxdp {
    struct afxdp_sockets sockets;
    struct cursor *cursors; /* one a queue */
    struct pollfd *polled;  /* one a queue, and the last one is `wake` */
    struct lent *spare;
    const atomic_bool *stop;
    bool busy_poll;
    uint64_t spin_ns;
    bool sending;             /* the kernel has yet to take what it was given: do not wait for long */
    uint64_t monotonic, real; /* when the batch at hand was begun */
    uint64_t frames, joined, oversized, sent, refused, transmit_full;
};

static uint64_t clock_of(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void free_lent(struct lent *lent)
{
    free(lent->joined);
    free(lent);
}

/* What is to be sent on and has not been taken by the kernel goes with the sockets. */
static void send_the_rest(struct afxdp *a)
{
    for (unsigned i = 0; i < ENDING_MS / SENDING_MS && a->sending; i++) {
        a->sending = afxdp_transmit_flush(&a->sockets);
        if (a->sending)
            poll(NULL, 0, SENDING_MS);
    }
}

static void afxdp_close(struct capture *capture)
{
    struct afxdp *a = capture->state;
    if (!a)
        return;
    send_the_rest(a);
    afxdp_sockets_close(&a->sockets);
    while (a->spare) {
        struct lent *lent = a->spare;
        a->spare = lent->next;
        free_lent(lent);
    }
    free(a->cursors);
    free(a->polled);
    free(a);
    capture->state = NULL;
}

static int afxdp_open(struct capture *capture, const struct capture_config *config, struct err *err)
{
    struct afxdp *a = calloc(1, sizeof *a);
    capture->state = a;
    if (!a)
        return err_set(err, -ENOMEM, "out of memory");
    a->stop = config->stop;
    a->busy_poll = config->afxdp->busy_poll_us > 0;
    uint32_t spin_us = config->afxdp->spin_us;
    a->spin_ns = (spin_us < SPIN_MOST_US ? spin_us : SPIN_MOST_US) * 1000ull;
    int result = afxdp_sockets_open(&a->sockets, config->afxdp, config->log, err);
    if (!result) {
        afxdp_transmit_pair(&a->sockets, config->afxdp);
        a->cursors = calloc(a->sockets.count, sizeof *a->cursors);
        a->polled = calloc(a->sockets.count + 1, sizeof *a->polled);
        if (!a->cursors || !a->polled)
            result = err_set(err, -ENOMEM, "out of memory");
    }
    for (unsigned i = 0; i < a->sockets.count && !result; i++)
        a->polled[i] = (struct pollfd){.fd = xsk_socket__fd(a->sockets.queues[i].socket), .events = POLLIN};
    if (result)
        afxdp_close(capture);
    else
        a->polled[a->sockets.count] =
            (struct pollfd){.fd = config->wake > 0 ? config->wake : -1, .events = POLLIN};
    return result;
}

/* When the program saw the frame, from the metadata in front of it; now, when that is not there or not
 * credible: the room may hold anything. */
static uint64_t time_of(const struct afxdp *a, uint64_t address, uint64_t length)
{
    struct sluice_meta meta;
    if (address % a->sockets.frame_size < sizeof meta)
        return a->real;
    memcpy(&meta, a->sockets.memory + address - sizeof meta, sizeof meta);
    bool credible = meta.magic == SLUICE_META_MAGIC && meta.frame_length == length &&
                    meta.time_ns <= a->monotonic && a->monotonic - meta.time_ns < 1000000000u;
    return credible ? a->real - (a->monotonic - meta.time_ns) : a->real;
}

static const struct xdp_desc *descriptor(const struct afxdp *a, unsigned queue, uint32_t at)
{
    return xsk_ring_cons__rx_desc(&a->sockets.queues[queue].receive, at);
}

/* Looks at the frame that is next in a queue. */
static void look(struct afxdp *a, unsigned queue)
{
    struct cursor *c = &a->cursors[queue];
    c->buffers = c->length = 0;
    for (uint32_t n = 0; c->at + n != c->end; n++) {
        const struct xdp_desc *d = descriptor(a, queue, c->at + n);
        c->length += d->len;
        if (!(d->options & XDP_PKT_CONTD)) {
            c->buffers = n + 1;
            c->time_ns = time_of(a, descriptor(a, queue, c->at)->addr, c->length);
            return;
        }
    }
    if (c->end - c->at == BATCH) { /* without end: none that will ever fit */
        c->buffers = BATCH;
        c->length = UINT32_MAX;
        c->time_ns = 0;
    }
}

/* What has come in by now, not only what had when the ring was last found empty: else a later frame of
 * another queue would be taken for the next. */
static void see_all(struct xsk_ring_cons *ring)
{
    ring->cached_prod = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
}

/* The clocks are read after the rings, so that no frame comes from the future. */
static void begin(struct afxdp *a)
{
    for (unsigned i = 0; i < a->sockets.count; i++) {
        struct xsk_ring_cons *ring = &a->sockets.queues[i].receive;
        struct cursor *c = &a->cursors[i];
        see_all(ring);
        uint32_t count = xsk_ring_cons__peek(ring, BATCH, &c->start);
        c->at = c->start;
        c->end = c->start + count;
    }
    a->monotonic = clock_of(CLOCK_MONOTONIC);
    a->real = clock_of(CLOCK_REALTIME);
    for (unsigned i = 0; i < a->sockets.count; i++)
        look(a, i);
}

static void finish(struct afxdp *a)
{
    for (unsigned i = 0; i < a->sockets.count; i++) {
        struct xsk_ring_cons *ring = &a->sockets.queues[i].receive;
        struct cursor *c = &a->cursors[i];
        xsk_ring_cons__cancel(ring, c->end - c->at);
        if (c->at != c->start)
            xsk_ring_cons__release(ring, c->at - c->start);
    }
}

/* The queue whose next frame is the earliest, and up to which time it stays that; -1: there is none. */
static int earliest(const struct afxdp *a, uint64_t *until)
{
    int best = -1;
    *until = UINT64_MAX;
    for (unsigned i = 0; i < a->sockets.count; i++) {
        const struct cursor *c = &a->cursors[i];
        if (!c->buffers)
            continue;
        if (best < 0 || c->time_ns < a->cursors[best].time_ns) {
            if (best >= 0)
                *until = a->cursors[best].time_ns;
            best = (int)i;
        } else if (c->time_ns < *until) {
            *until = c->time_ns;
        }
    }
    return best;
}

static struct slice join(struct afxdp *a, struct lent *lent, unsigned queue, const struct cursor *c)
{
    uint8_t *to = lent->joined + lent->joined_bytes;
    for (uint32_t i = 0; i < c->buffers; i++) {
        const struct xdp_desc *d = descriptor(a, queue, c->at + i);
        memcpy(lent->joined + lent->joined_bytes, a->sockets.memory + d->addr, d->len);
        lent->joined_bytes += d->len;
    }
    a->joined++;
    return slice_of(to, c->length);
}

static bool has_room(struct lent *lent, const struct cursor *c)
{
    if (lent->buffers + c->buffers > BATCH)
        return false;
    if (c->buffers == 1)
        return true;
    if (!lent->joined)
        lent->joined = malloc(JOINED_BYTES);
    return lent->joined && lent->joined_bytes + c->length <= JOINED_BYTES;
}

/* Takes the next frame of a queue. False when the batch is full: it stays in the ring. */
static bool take(struct afxdp *a, struct lent *lent, unsigned queue)
{
    struct cursor *c = &a->cursors[queue];
    if (c->length > JOINED_MOST) { /* nothing that a kernel of today can send */
        for (; c->buffers; c->buffers--, c->at++)
            afxdp_queue_give(&a->sockets.queues[queue], descriptor(a, queue, c->at)->addr);
        a->oversized++;
        return true;
    }
    if (!has_room(lent, c))
        return false;
    const struct xdp_desc *d = descriptor(a, queue, c->at);
    lent->frames[lent->count++] = (struct frame){
        .bytes = c->buffers == 1 ? slice_of(a->sockets.memory + d->addr, d->len) : join(a, lent, queue, c),
        .wire_length = c->length,
        .time_ns = c->time_ns,
        .port = (uint16_t)a->sockets.queues[queue].port,
        .link_type = LINK_ETHERNET,
    };
    for (; c->buffers; c->buffers--, c->at++)
        lent->descriptors[lent->buffers++] = *descriptor(a, queue, c->at);
    return true;
}

static unsigned receive(struct afxdp *a, struct lent *lent)
{
    lent->count = lent->buffers = lent->joined_bytes = 0;
    begin(a);
    uint64_t until;
    bool room = true;
    for (int queue; room && (queue = earliest(a, &until)) >= 0;) {
        const struct cursor *c = &a->cursors[queue];
        while (room && c->buffers && c->time_ns <= until) {
            room = take(a, lent, (unsigned)queue);
            if (room)
                look(a, (unsigned)queue);
        }
    }
    finish(a);
    a->frames += lent->count;
    return lent->count;
}

/* To wake a sleeper takes longer than an inspection. */
static bool spin(const struct afxdp *a)
{
    uint64_t until = clock_of(CLOCK_MONOTONIC) + a->spin_ns;
    do {
        for (unsigned i = 0; i < a->sockets.count; i++) {
            const struct xsk_ring_cons *ring = &a->sockets.queues[i].receive;
            if (__atomic_load_n(ring->producer, __ATOMIC_RELAXED) != ring->cached_cons)
                return true;
        }
    } while (clock_of(CLOCK_MONOTONIC) < until);
    return false;
}

static void settle(struct afxdp *a)
{
    a->sending = afxdp_transmit_flush(&a->sockets);
    for (unsigned i = 0; i < a->sockets.count; i++)
        if (a->sockets.queues[i].idle_count)
            afxdp_queue_refill(&a->sockets.queues[i], a->sockets.frame_size);
}

static void wait_for_frames(struct afxdp *a)
{
    if (a->spin_ns && spin(a))
        return;
    for (unsigned i = 0; i < a->sockets.count && a->busy_poll; i++)
        afxdp_queue_poll(&a->sockets.queues[i]);
    const struct pollfd *wake = &a->polled[a->sockets.count];
    uint64_t times;
    if (poll(a->polled, a->sockets.count + 1, a->sending ? SENDING_MS : capture_wait_ms(a->stop)) > 0 &&
        wake->revents & POLLIN && read(wake->fd, &times, sizeof times) < 0)
        return; /* somebody was quicker */
}

static int afxdp_next_batch(struct capture *capture, struct capture_batch *batch, struct err *err)
{
    struct afxdp *a = capture->state;
    struct lent *lent = a->spare ? a->spare : calloc(1, sizeof *lent);
    if (!lent)
        return err_set(err, -ENOMEM, "out of memory");
    if (lent == a->spare)
        a->spare = lent->next;
    if (!receive(a, lent)) {
        settle(a);
        wait_for_frames(a);
        receive(a, lent);
    }
    *batch = (struct capture_batch){
        .frames = lent->frames, .count = lent->count, .storage = lent, .now_ns = clock_of(CLOCK_REALTIME)};
    return 1;
}

/* How many buffers the frame has that begins with this one. */
static unsigned buffers_of(const struct lent *lent, unsigned first)
{
    unsigned n = 1;
    while (first + n < lent->buffers && lent->descriptors[first + n - 1].options & XDP_PKT_CONTD)
        n++;
    return n;
}

/* What was put together for the engine goes back to where it lay. */
static void scatter(struct afxdp *a, const struct frame *frame, const struct xdp_desc *buffers,
                    unsigned count)
{
    struct slice rest = frame->bytes;
    for (unsigned i = 0; i < count && rest.n; i++) {
        struct slice part = slice_first(rest, buffers[i].len);
        memcpy(a->sockets.memory + buffers[i].addr, part.p, part.n);
        rest = slice_from(rest, part.n);
    }
}

/* Sends the frame on, if that is what becomes of it. False: it goes home. */
static bool send_on(struct afxdp *a, const struct frame *frame, const struct xdp_desc *buffers,
                    unsigned count)
{
    struct afxdp_queue *from = afxdp_home(&a->sockets, buffers->addr);
    if (!from->out)
        return false;
    if (frame->dropped) {
        a->refused++;
        return false;
    }
    if (frame->rewritten && count > 1)
        scatter(a, frame, buffers, count);
    bool sent = afxdp_transmit(&a->sockets, from, buffers, count);
    a->sent += sent;
    a->transmit_full += !sent;
    return sent;
}

/* The only place from which frames leave a batch: by the peer port, or home. */
static void afxdp_release(struct capture *capture, struct capture_batch *batch)
{
    struct afxdp *a = capture->state;
    struct lent *lent = batch->storage;
    if (!lent)
        return;
    unsigned at = 0;
    for (unsigned f = 0; f < lent->count; f++) {
        unsigned n = buffers_of(lent, at);
        const struct xdp_desc *buffers = &lent->descriptors[at];
        if (!send_on(a, &lent->frames[f], buffers, n))
            for (unsigned i = 0; i < n; i++)
                afxdp_queue_give(afxdp_home(&a->sockets, buffers[i].addr), buffers[i].addr);
        at += n;
    }
    settle(a);
    lent->next = a->spare;
    a->spare = lent;
    *batch = (struct capture_batch){0};
}

static void afxdp_position(struct capture *capture, struct capture_position *out)
{
    const struct afxdp *a = capture->state;
    *out = (struct capture_position){.frames = a->frames};
}

static void afxdp_counters(const struct capture *capture, struct capture_counters *out)
{
    const struct afxdp *a = capture->state;
    *out = (struct capture_counters){.frames = a->frames,
                                     .joined = a->joined,
                                     .oversized = a->oversized,
                                     .sent = a->sent,
                                     .refused = a->refused,
                                     .transmit_full = a->transmit_full};
    for (unsigned i = 0; i < a->sockets.count; i++)
        afxdp_queue_counters(&a->sockets.queues[i], out);
}

const struct capture_ops capture_afxdp_ops = {
    .name = "afxdp",
    .open = afxdp_open,
    .next_batch = afxdp_next_batch,
    .release = afxdp_release,
    .position = afxdp_position,
    .counters = afxdp_counters,
    .close = afxdp_close,
};
