#include "capture/afxdp_sockets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

/* Newer than the headers of Debian 12; an older kernel refuses them, and is asked without. */
#ifndef XDP_USE_SG
#define XDP_USE_SG (1 << 4)
#endif
#ifndef SO_PREFER_BUSY_POLL
#define SO_PREFER_BUSY_POLL 69
#define SO_BUSY_POLL_BUDGET 70
#endif

enum {
    BUSY_TRIES = 25, /* the queue of an engine that has just ended is free a little later */
    BUSY_WAIT_US = 20000,
    TRANSMIT_RING = 64, /* not used yet, but a socket is given one at its start or never */
};

struct failure {
    const struct afxdp_port *port;
    unsigned queue;
};

static unsigned queues_of(const struct afxdp_config *config)
{
    unsigned count = 0;
    for (unsigned i = 0; i < config->port_count; i++)
        count += config->ports[i].queues;
    return count;
}

static int map_memory(struct afxdp_sockets *s, bool huge, const struct log *log)
{
    const int protection = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
    void *area = huge ? mmap(NULL, s->size, protection, flags | MAP_HUGETLB, -1, 0) : MAP_FAILED;
    if (huge && area == MAP_FAILED)
        log_warning(log, "no huge pages for %zu MiB of frames (vm.nr_hugepages): ordinary ones are used",
                    s->size >> 20);
    if (area == MAP_FAILED)
        area = mmap(NULL, s->size, protection, flags, -1, 0);
    if (area == MAP_FAILED)
        return -ENOMEM;
    s->memory = area;
    return 0;
}

static int make_room(struct afxdp_sockets *s, const struct afxdp_config *config, const struct log *log,
                     struct err *err)
{
    s->frame_size = config->frame_size;
    s->home_shift = (uint32_t)(__builtin_ctz(config->frames) + __builtin_ctz(config->frame_size));
    s->count = queues_of(config);
    s->size = (size_t)s->count << s->home_shift;
    s->queues = s->count ? calloc(s->count, sizeof *s->queues) : NULL;
    int result = s->queues ? map_memory(s, config->huge_pages, log) : -ENOMEM;
    unsigned at = 0;
    for (unsigned p = 0; p < config->port_count && !result; p++)
        for (unsigned i = 0; i < config->ports[p].queues && !result; i++, at++) {
            struct afxdp_queue *q = &s->queues[at];
            q->port = p;
            q->number = i;
            q->idle = calloc(config->frames, sizeof *q->idle);
            result = q->idle ? 0 : -ENOMEM;
        }
    return result ? err_set(err, result, "no memory for the frames of %u queues", s->count) : 0;
}

static void unbind(struct afxdp_sockets *s)
{
    for (unsigned i = s->count; i-- > 0;) {
        if (s->queues[i].socket)
            xsk_socket__delete(s->queues[i].socket);
        s->queues[i].socket = NULL;
        s->queues[i].idle_count = 0;
    }
    if (s->umem)
        xsk_umem__delete(s->umem);
    s->umem = NULL;
}

void afxdp_sockets_close(struct afxdp_sockets *s)
{
    if (s->queues)
        unbind(s);
    for (unsigned i = 0; s->queues && i < s->count; i++)
        free(s->queues[i].idle);
    free(s->queues);
    if (s->memory)
        munmap(s->memory, s->size);
    *s = (struct afxdp_sockets){0};
}

/* The first socket of the group says how all are bound. */
static int bind_all(struct afxdp_sockets *s, const struct afxdp_config *config, uint16_t flags,
                    struct failure *failure)
{
    const struct xsk_umem_config memory = {
        .fill_size = config->fill_ring, .comp_size = TRANSMIT_RING, .frame_size = config->frame_size};
    const struct xsk_socket_config socket = {.rx_size = config->receive_ring,
                                             .tx_size = TRANSMIT_RING,
                                             .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
                                             .bind_flags = (uint16_t)(flags | XDP_USE_NEED_WAKEUP)};
    struct afxdp_queue *first = &s->queues[0];
    failure->port = &config->ports[first->port];
    failure->queue = 0;
    int result = xsk_umem__create(&s->umem, s->memory, s->size, &first->fill, &first->completion, &memory);
    for (unsigned i = 0; i < s->count && !result; i++) {
        struct afxdp_queue *q = &s->queues[i];
        failure->port = &config->ports[q->port];
        failure->queue = q->number;
        result = xsk_socket__create_shared(&q->socket, failure->port->interface, q->number, s->umem,
                                           &q->receive, &q->transmit, &q->fill, &q->completion, &socket);
    }
    if (result)
        unbind(s);
    return result;
}

static int bind_patiently(struct afxdp_sockets *s, const struct afxdp_config *config, uint16_t flags,
                          struct failure *failure)
{
    int result = bind_all(s, config, flags, failure);
    for (int tries = 0; result == -EBUSY && tries < BUSY_TRIES; tries++) {
        usleep(BUSY_WAIT_US);
        result = bind_all(s, config, flags, failure);
    }
    return result;
}

/* The best that the kernel and all drivers can: without a copy first, then in several buffers. */
static int bind_best(struct afxdp_sockets *s, const struct afxdp_config *config, struct err *err)
{
    static const uint16_t ways[] = {XDP_ZEROCOPY | XDP_USE_SG, XDP_ZEROCOPY, XDP_COPY | XDP_USE_SG, XDP_COPY};
    int result = -EOPNOTSUPP;
    struct failure failure = {0};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0] && result; i++) {
        if (config->require_zerocopy && !(ways[i] & XDP_ZEROCOPY))
            break;
        result = bind_patiently(s, config, ways[i], &failure);
        s->zero_copy = ways[i] & XDP_ZEROCOPY;
        s->several_buffers = ways[i] & XDP_USE_SG;
    }
    if (result)
        return err_set(err, result, "%s: queue %u: %s: %s", failure.port->interface, failure.queue,
                       config->require_zerocopy ? "no zero copy" : "no AF_XDP socket", strerror(-result));
    return 0;
}

static void prefer_busy_polling(const struct afxdp_queue *q, const struct afxdp_config *config,
                                const struct log *log)
{
    const struct {
        int option, value;
    } options[] = {{SO_PREFER_BUSY_POLL, 1},
                   {SO_BUSY_POLL, (int)config->busy_poll_us},
                   {SO_BUSY_POLL_BUDGET, (int)config->busy_poll_budget}};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (setsockopt(xsk_socket__fd(q->socket), SOL_SOCKET, options[i].option, &options[i].value,
                       sizeof options[i].value)) {
            log_warning(log, "%s: queue %u: no busy polling: %s", config->ports[q->port].interface, q->number,
                        strerror(errno));
            return;
        }
}

static int start_queue(struct afxdp_sockets *s, unsigned index, const struct afxdp_config *config,
                       const struct log *log, struct err *err)
{
    struct afxdp_queue *q = &s->queues[index];
    const struct afxdp_port *port = &config->ports[q->port];
    if (config->busy_poll_us)
        prefer_busy_polling(q, config, log);
    for (uint64_t i = config->frames; i-- > 0;)
        afxdp_queue_give(q, ((uint64_t)index << s->home_shift) + i * s->frame_size);
    afxdp_queue_refill(q, s->frame_size);
    int result = xsk_socket__update_xskmap(q->socket, port->xsks_map);
    if (result)
        return err_set(err, result, "%s: queue %u: the program cannot be given its socket: %s",
                       port->interface, q->number, strerror(-result));
    log_notice(log, "%s: queue %u: AF_XDP, %s%s", port->interface, q->number,
               s->zero_copy ? "zero copy" : "copy mode (the driver has no zero copy)",
               s->several_buffers ? "" : ", no frame larger than a buffer");
    return 0;
}

int afxdp_sockets_open(struct afxdp_sockets *s, const struct afxdp_config *config, const struct log *log,
                       struct err *err)
{
    *s = (struct afxdp_sockets){0};
    int result = make_room(s, config, log, err);
    if (!result)
        result = bind_best(s, config, err);
    for (unsigned i = 0; i < s->count && !result; i++)
        result = start_queue(s, i, config, log, err);
    if (result)
        afxdp_sockets_close(s);
    return result;
}
