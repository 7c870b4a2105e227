/*
 * Host mode: copies of frames that the XDP program (what comes in) and the tc program (what goes out) put
 * into one BPF ring. They lie there in the order in which they were seen; on several CPUs that is almost the
 * order of their times, and within a batch it is made so. Copied out at once, so that the ring is free again.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "capture/capture.h"
#include "capture/frame_store.h"
#include "xdp/record.h"

enum {
    LINK_ETHERNET = 1,
    LEAST_RING = 4 * SLUICE_RECORD_MOST,
    STOPPED = -ENOBUFS, /* the batch is full: what is left in the ring waits */
};

struct ringbuf {
    struct ring_buffer *ring;
    struct frame_store *filling, *spare;
    const struct log *log;
    const atomic_bool *stop;
    uint64_t offset; /* from the program's clock to ours */
    uint64_t frames, malformed;
};

static uint64_t clock_of(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Checked although the kernel's side is ours: another version of it may be pinned. */
static bool record_holds(const struct sluice_record *record, size_t size)
{
    return size >= sizeof *record && record->meta.magic == SLUICE_META_MAGIC && record->captured > 0 &&
           record->captured <= size - sizeof *record && record->captured <= record->meta.frame_length;
}

/* Behind those of the same time; nearly always nothing moves. */
static void put_in_order(struct frame_store *store)
{
    struct frame last = store->frames[store->count - 1];
    unsigned at = store->count - 1;
    for (; at > 0 && store->frames[at - 1].time_ns > last.time_ns; at--)
        store->frames[at] = store->frames[at - 1];
    store->frames[at] = last;
}

static int on_record(void *ctx, void *data, size_t size)
{
    struct ringbuf *r = ctx;
    const struct sluice_record *record = data;
    if (!record_holds(record, size)) {
        if (r->malformed++ == 0)
            log_warning(r->log, "a record of the ring is malformed and left out, as all like it will be");
        return 0;
    }
    const struct frame frame = {
        .bytes = slice_of((const uint8_t *)(record + 1), record->captured),
        .wire_length = record->meta.frame_length,
        .time_ns = record->meta.time_ns + r->offset,
        .link_type = LINK_ETHERNET,
        .checksums_known = record->egress, /* the device may have yet to fill them in */
    };
    frame_store_add(r->filling, &frame);
    put_in_order(r->filling);
    return frame_store_has_room(r->filling) ? 0 : STOPPED;
}

static void ringbuf_close(struct capture *capture)
{
    struct ringbuf *r = capture->state;
    if (!r)
        return;
    ring_buffer__free(r->ring);
    frame_store_free_all(&r->spare);
    free(r);
    capture->state = NULL;
}

/* One that others have pinned keeps its size; it may be too small for a single frame. */
static int check_size(int map, struct err *err)
{
    struct bpf_map_info info = {0};
    uint32_t n = sizeof info;
    if (bpf_obj_get_info_by_fd(map, &info, &n))
        return err_set(err, -errno, "the ring of host mode cannot be opened: %s", strerror(errno));
    if (info.max_entries >= LEAST_RING)
        return 0;
    err_fill(err, "the ring of host mode has %u bytes, which is too few", info.max_entries);
    err_hint(err, "others have made it: sluice xdp detach --all, then start again");
    return -ENOSPC;
}

static int ringbuf_open(struct capture *capture, const struct capture_config *config, struct err *err)
{
    struct ringbuf *r = calloc(1, sizeof *r);
    capture->state = r;
    if (!r)
        return err_set(err, -ENOMEM, "out of memory");
    r->log = config->log;
    r->stop = config->stop;
    int result = check_size(config->host_ring, err);
    if (result) {
        ringbuf_close(capture);
        return result;
    }
    r->ring = ring_buffer__new(config->host_ring, on_record, r, NULL);
    if (r->ring)
        return 0;
    result = errno ? -errno : -ENOMEM;
    ringbuf_close(capture);
    return err_set(err, result, "the ring of host mode cannot be mapped: %s", strerror(-result));
}

static int ringbuf_next_batch(struct capture *capture, struct capture_batch *batch, struct err *err)
{
    struct ringbuf *r = capture->state;
    struct frame_store *store = frame_store_take(&r->spare);
    if (!store)
        return err_set(err, -ENOMEM, "out of memory");
    r->filling = store;
    r->offset = clock_of(CLOCK_REALTIME) - clock_of(CLOCK_MONOTONIC);
    int result = ring_buffer__consume(r->ring);
    if (!result)
        result = ring_buffer__poll(r->ring, capture_wait_ms(r->stop));
    r->filling = NULL;
    if (result < 0 && result != STOPPED && result != -EINTR) {
        frame_store_put(&r->spare, store);
        return err_set(err, result, "the ring of host mode cannot be read: %s", strerror(-result));
    }
    r->frames += store->count;
    *batch = (struct capture_batch){
        .frames = store->frames, .count = store->count, .storage = store, .now_ns = clock_of(CLOCK_REALTIME)};
    return 1;
}

static void ringbuf_release(struct capture *capture, struct capture_batch *batch)
{
    struct ringbuf *r = capture->state;
    if (batch->storage)
        frame_store_put(&r->spare, batch->storage);
    *batch = (struct capture_batch){0};
}

static void ringbuf_position(struct capture *capture, struct capture_position *out)
{
    const struct ringbuf *r = capture->state;
    *out = (struct capture_position){.frames = r->frames};
}

static void ringbuf_counters(const struct capture *capture, struct capture_counters *out)
{
    const struct ringbuf *r = capture->state;
    *out = (struct capture_counters){.frames = r->frames};
}

const struct capture_ops capture_ringbuf_ops = {
    .name = "ringbuf",
    .open = ringbuf_open,
    .next_batch = ringbuf_next_batch,
    .release = ringbuf_release,
    .position = ringbuf_position,
    .counters = ringbuf_counters,
    .close = ringbuf_close,
};
