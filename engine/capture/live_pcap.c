/*
 * Frames of interfaces without an XDP program, by libpcap (AF_PACKET): for kernels, drivers and privileges
 * that do not give AF_XDP. Frames are copied; those of several interfaces are put in the order of time, as
 * far as they are in one batch.
 */
#include <errno.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "capture/capture.h"
#include "capture/frame_store.h"
#include "packet/decode.h"

enum {
    SNAP_LENGTH = FRAME_MOST,
};

struct tap {
    char name[IF_NAMESIZE];
    pcap_t *pcap; /* NULL: the interface is gone */
    uint16_t link_type;
    bool told; /* that it is down */
};

struct live_pcap {
    struct tap *taps;
    struct pollfd *polled;
    unsigned count, gone, turn;
    const struct log *log;
    const atomic_bool *stop;
    struct frame_store *free_stores;
    uint64_t frames;
    bool ended;
};

static void live_pcap_close(struct capture *capture)
{
    struct live_pcap *l = capture->state;
    if (!l)
        return;
    for (unsigned i = 0; l->taps && i < l->count; i++)
        if (l->taps[i].pcap)
            pcap_close(l->taps[i].pcap);
    frame_store_free_all(&l->free_stores);
    free(l->taps);
    free(l->polled);
    free(l);
    capture->state = NULL;
}

static int failed(pcap_t *pcap, const char *interface, struct err *err)
{
    return err_set(err, -EIO, "%s: libpcap: %s", interface, pcap_geterr(pcap));
}

static int activate(pcap_t *pcap, const char *interface, const struct capture_config *config, struct err *err)
{
    pcap_set_snaplen(pcap, SNAP_LENGTH);
    pcap_set_immediate_mode(pcap, 1);
    pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
    pcap_set_buffer_size(pcap, (int)config->kernel_buffer);
    int result = pcap_activate(pcap);
    if (result < 0) {
        const char *more = pcap_geterr(pcap);
        int code = result == PCAP_ERROR_PERM_DENIED      ? -EPERM
                   : result == PCAP_ERROR_NO_SUCH_DEVICE ? -ENODEV
                                                         : -EIO;
        return err_set(err, code, "%s: libpcap: %s%s%s", interface, pcap_statustostr(result),
                       more[0] ? ": " : "", more);
    }
    return 0;
}

static int set_filter(pcap_t *pcap, const char *interface, const char *text, struct err *err)
{
    struct bpf_program program;
    if (pcap_compile(pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN))
        return failed(pcap, interface, err);
    int result = pcap_setfilter(pcap, &program) ? failed(pcap, interface, err) : 0;
    pcap_freecode(&program);
    return result;
}

/* What the interface receives; what a host itself sends is not part of a copy of traffic. */
static int open_tap(struct tap *tap, const char *interface, const struct capture_config *config,
                    struct err *err)
{
    char message[PCAP_ERRBUF_SIZE];
    snprintf(tap->name, sizeof tap->name, "%s", interface);
    tap->pcap = pcap_create(interface, message);
    if (!tap->pcap)
        return err_set(err, -EIO, "%s: libpcap: %s", interface, message);
    int result = activate(tap->pcap, interface, config, err);
    if (result)
        return result;
    int link_type = pcap_datalink(tap->pcap);
    tap->link_type = (uint16_t)(link_type == DLT_RAW ? 101 : link_type);
    if (!decode_link_type_known(tap->link_type, NULL))
        return err_set(err, -EPROTONOSUPPORT, "%s: frames of link type %d cannot be decoded", interface,
                       link_type);
    if (pcap_setdirection(tap->pcap, PCAP_D_IN) || pcap_setnonblock(tap->pcap, 1, message))
        return failed(tap->pcap, interface, err);
    return config->filter ? set_filter(tap->pcap, interface, config->filter, err) : 0;
}

static int live_pcap_open(struct capture *capture, const struct capture_config *config, struct err *err)
{
    struct live_pcap *l = calloc(1, sizeof *l);
    capture->state = l;
    if (!l)
        return err_set(err, -ENOMEM, "out of memory");
    l->count = config->interface_count;
    l->log = config->log;
    l->stop = config->stop;
    l->taps = calloc(l->count + 1, sizeof *l->taps);
    l->polled = calloc(l->count + 1, sizeof *l->polled);
    int result = l->taps && l->polled ? 0 : err_set(err, -ENOMEM, "out of memory");
    for (unsigned i = 0; i < l->count && !result; i++) {
        result = open_tap(&l->taps[i], config->interfaces[i], config, err);
        if (result)
            break;
        l->polled[i] = (struct pollfd){.fd = pcap_get_selectable_fd(l->taps[i].pcap), .events = POLLIN};
        log_notice(config->log, "%s: libpcap", config->interfaces[i]);
    }
    if (result)
        live_pcap_close(capture);
    return result;
}

struct filling {
    struct frame_store *store;
    const struct tap *tap;
};

static void on_frame(u_char *ctx, const struct pcap_pkthdr *header, const u_char *bytes)
{
    const struct filling *f = (const struct filling *)(const void *)ctx;
    const struct frame frame = {
        .bytes = slice_of(bytes, header->caplen),
        .wire_length = header->len > header->caplen ? header->len : header->caplen,
        .time_ns = (uint64_t)header->ts.tv_sec * 1000000000u + (uint64_t)header->ts.tv_usec,
        .link_type = f->tap->link_type,
    };
    frame_store_add(f->store, &frame);
}

/* One that is down may come up again; one that is gone is forgotten. */
static void lose(struct live_pcap *l, unsigned index)
{
    struct tap *tap = &l->taps[index];
    if (if_nametoindex(tap->name)) {
        if (!tap->told)
            log_warning(l->log, "%s: libpcap: %s", tap->name, pcap_geterr(tap->pcap));
        tap->told = true;
        return;
    }
    log_warning(l->log, "%s is gone", tap->name);
    pcap_close(tap->pcap);
    tap->pcap = NULL;
    l->polled[index].fd = -1;
    l->gone++;
}

/* One frame at a time, in turns: only between two it is known whether the next one fits. */
static void fill(struct live_pcap *l, struct frame_store *store)
{
    unsigned idle = 0;
    while (idle < l->count && frame_store_has_room(store)) {
        l->turn = (l->turn + 1) % l->count;
        struct filling filling = {.store = store, .tap = &l->taps[l->turn]};
        int got = filling.tap->pcap ? pcap_dispatch(filling.tap->pcap, 1, on_frame, (u_char *)&filling) : 0;
        if (got < 0)
            lose(l, l->turn);
        idle = got > 0 ? 0 : idle + 1;
    }
}

/* Nearly in order as it is: each interface's are, and they come in turns. Stable. */
static void sort_by_time(struct frame *frames, unsigned count)
{
    for (unsigned i = 1; i < count; i++) {
        struct frame frame = frames[i];
        unsigned to = i;
        for (; to > 0 && frames[to - 1].time_ns > frame.time_ns; to--)
            frames[to] = frames[to - 1];
        frames[to] = frame;
    }
}

static int live_pcap_next(struct capture *capture, struct capture_batch *batch, struct err *err)
{
    struct live_pcap *l = capture->state;
    if (l->ended)
        return 0;
    if (l->gone == l->count) {
        l->ended = true; /* an error is told once */
        return err_set(err, -ENODEV, "no interface is left");
    }
    struct frame_store *store = frame_store_take(&l->free_stores);
    if (!store)
        return err_set(err, -ENOMEM, "out of memory");
    fill(l, store);
    if (!store->count) {
        poll(l->polled, l->count, capture_wait_ms(l->stop));
        fill(l, store);
    }
    if (l->count > 1)
        sort_by_time(store->frames, store->count);
    l->frames += store->count;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *batch = (struct capture_batch){.frames = store->frames,
                                    .count = store->count,
                                    .storage = store,
                                    .now_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec};
    return 1;
}

static void live_pcap_release(struct capture *capture, struct capture_batch *batch)
{
    struct live_pcap *l = capture->state;
    if (batch->storage)
        frame_store_put(&l->free_stores, batch->storage);
    *batch = (struct capture_batch){0};
}

static void live_pcap_position(struct capture *capture, struct capture_position *out)
{
    const struct live_pcap *l = capture->state;
    *out = (struct capture_position){.frames = l->frames};
}

static void live_pcap_counters(const struct capture *capture, struct capture_counters *out)
{
    const struct live_pcap *l = capture->state;
    *out = (struct capture_counters){.frames = l->frames};
    for (unsigned i = 0; i < l->count; i++) {
        struct pcap_stat stat;
        if (!l->taps[i].pcap || pcap_stats(l->taps[i].pcap, &stat))
            continue;
        out->ring_full += stat.ps_drop;
        out->dropped += stat.ps_ifdrop;
    }
}

const struct capture_ops capture_live_pcap_ops = {
    .name = "live_pcap",
    .open = live_pcap_open,
    .next_batch = live_pcap_next,
    .release = live_pcap_release,
    .position = live_pcap_position,
    .counters = live_pcap_counters,
    .close = live_pcap_close,
};
