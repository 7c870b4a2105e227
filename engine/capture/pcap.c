/*
 * Capture files: classic pcap through pcap_classic.c, pcapng through pcapng.c, both from a byte source that
 * decompresses. Filters are compiled by libpcap, once for each link type that turns up.
 */
#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "capture/byte_source.h"
#include "capture/capture.h"
#include "capture/frame_store.h"
#include "capture/pcap_classic.h"
#include "capture/pcapng.h"
#include "packet/decode.h"

enum {
    FILTERS_MOST = 16, /* link types in one file that a filter is compiled for */
    PIECE_FRAMES = 64  /* of a batch that are handed out at once: so many are still in the cache when they are
                          decoded */
};

struct filter {
    uint16_t link_type;
    struct bpf_program program;
};

struct pcap_source {
    char *name;
    char *filter_text;
    const struct log *log;
    const atomic_bool *stop;
    struct byte_source *bytes;
    struct pcap_classic *classic;
    struct pcapng *ng; /* one of the two */
    struct filter filters[FILTERS_MOST];
    unsigned filter_count;
    struct frame_store *own_stores, **free_stores;
    uint64_t frames;
    bool ended;
    int failed; /* what next_batch says once the frames before the failure are delivered */
    struct err failure;
};

/* Files have DLT_ values of raw IP as well. */
static uint16_t link_type_of(uint16_t in_file)
{
    return in_file == 12 || in_file == 14 ? 101 : in_file;
}

static const char *display_name(const struct pcap_source *s)
{
    return strcmp(s->name, "-") == 0 ? "standard input" : s->name;
}

static int unknown_link_type(struct pcap_source *s, uint16_t link_type, struct err *err)
{
    const char *name = NULL;
    decode_link_type_known(link_type, &name);
    const char *known = pcap_datalink_val_to_description(link_type);
    err_set(err, -EPROTONOSUPPORT, "frames of link type %u (%s) cannot be decoded", link_type,
            known  ? known
            : name ? name
                   : "unknown");
    err_at(err, display_name(s), 0, 0);
    return -EPROTONOSUPPORT;
}

/* The compiled filter for a link type; NULL with *err when it is not one for it. */
static struct bpf_program *filter_for(struct pcap_source *s, uint16_t link_type, struct err *err)
{
    for (unsigned i = 0; i < s->filter_count; i++)
        if (s->filters[i].link_type == link_type)
            return &s->filters[i].program;
    struct filter *filter = &s->filters[s->filter_count % FILTERS_MOST];
    pcap_t *dead = pcap_open_dead(link_type == 101 ? DLT_RAW : link_type, FRAME_MOST);
    if (s->filter_count == FILTERS_MOST || !dead) {
        err_set(err, -ENOMEM, "too many link types for a filter, or out of memory");
        return NULL;
    }
    int result = pcap_compile(dead, &filter->program, s->filter_text, 1, PCAP_NETMASK_UNKNOWN);
    if (result)
        err_set(err, -EINVAL, "filter \"%s\": %s", s->filter_text, pcap_geterr(dead));
    pcap_close(dead);
    if (result)
        return NULL;
    filter->link_type = link_type;
    s->filter_count++;
    return &filter->program;
}

static int open_classic(struct pcap_source *s, struct err *err)
{
    const char *why;
    int result = pcap_classic_new(s->bytes, &s->classic, &why);
    if (result == -ENOMEM)
        return err_set(err, result, "out of memory");
    if (result) {
        const char *damage = byte_source_damage(s->bytes);
        return err_set(err, result, "not a capture file: %s", damage ? damage : why);
    }
    uint16_t link_type = link_type_of(pcap_classic_link_type(s->classic));
    if (!decode_link_type_known(link_type, NULL))
        return unknown_link_type(s, link_type, err);
    if (s->filter_text && !filter_for(s, link_type, err))
        return -EINVAL;
    return 0;
}

static int open_file(struct pcap_source *s, struct err *err)
{
    int result = byte_source_open(s->name, s->stop, &s->bytes, err);
    if (result)
        return result;
    struct slice head = byte_source_peek(s->bytes, 4);
    if (head.n == 0 && !byte_source_damage(s->bytes))
        return err_set(err, -ENODATA, "the file is empty");
    if (pcapng_recognises(head)) {
        s->ng = pcapng_new(s->bytes);
        return s->ng ? 0 : err_set(err, -ENOMEM, "out of memory");
    }
    return open_classic(s, err);
}

static void pcap_source_close(struct capture *capture)
{
    struct pcap_source *s = capture->state;
    if (!s)
        return;
    pcap_classic_free(s->classic);
    pcapng_free(s->ng);
    frame_store_free_all(&s->own_stores);
    byte_source_close(s->bytes);
    for (unsigned i = 0; i < s->filter_count; i++)
        pcap_freecode(&s->filters[i].program);
    free(s->name);
    free(s->filter_text);
    free(s);
    capture->state = NULL;
}

static int pcap_source_open(struct capture *capture, const struct capture_config *config, struct err *err)
{
    struct pcap_source *s = calloc(1, sizeof *s);
    capture->state = s;
    if (!s)
        return err_set(err, -ENOMEM, "out of memory");
    s->log = config->log;
    s->stop = config->stop;
    s->free_stores = config->stores ? config->stores : &s->own_stores;
    s->name = strdup(config->name);
    s->filter_text = config->filter ? strdup(config->filter) : NULL;
    int result = 0;
    if (!s->name || (config->filter && !s->filter_text))
        result = err_set(err, -ENOMEM, "out of memory");
    if (!result)
        result = open_file(s, err);
    if (result) {
        err_at(err, s->name ? display_name(s) : config->name, 0, 0);
        pcap_source_close(capture);
    }
    return result;
}

/* Says why the capture ends before it should; frames before that count. */
static void warn_cut(struct pcap_source *s, const char *why)
{
    if (s->stop && atomic_load(s->stop))
        return;
    const char *damage = byte_source_damage(s->bytes);
    log_warning(s->log, "%s: cut short after %llu frames: %s", display_name(s), (unsigned long long)s->frames,
                damage ? damage : why);
}

static int next_classic(struct pcap_source *s, struct frame *frame)
{
    if (!pcap_classic_next(s->classic, frame)) {
        if (pcap_classic_damage(s->classic) || byte_source_damage(s->bytes))
            warn_cut(s, pcap_classic_damage(s->classic));
        return 0;
    }
    frame->link_type = link_type_of(frame->link_type);
    return 1;
}

static int next_ng(struct pcap_source *s, struct frame *frame)
{
    int result = pcapng_next(s->ng, frame);
    if (result == 0 && (pcapng_damage(s->ng) || byte_source_damage(s->bytes)))
        warn_cut(s, pcapng_damage(s->ng));
    if (result < 0)
        return err_set(&s->failure, result, "out of memory");
    frame->link_type = link_type_of(frame->link_type);
    if (result == 1 && !decode_link_type_known(frame->link_type, NULL))
        return unknown_link_type(s, frame->link_type, &s->failure);
    return result;
}

/* 1: the next frame that passes the filter; 0: the end; negative errno with s->failure. */
static int next_frame(struct pcap_source *s, struct frame *frame)
{
    for (;;) {
        int result = s->ng ? next_ng(s, frame) : next_classic(s, frame);
        if (result == 0 && byte_source_errno(s->bytes))
            return err_set(&s->failure, byte_source_errno(s->bytes), "%s", byte_source_damage(s->bytes));
        if (result != 1)
            return result;
        s->frames++;
        if (!s->filter_text)
            return 1;
        struct bpf_program *program = filter_for(s, frame->link_type, &s->failure);
        if (!program)
            return -EINVAL;
        struct pcap_pkthdr header = {.caplen = (bpf_u_int32)frame->bytes.n, .len = frame->wire_length};
        if (pcap_offline_filter(program, &header, frame->bytes.p))
            return 1;
    }
}

static int pcap_source_next(struct capture *capture, struct capture_batch *batch, struct err *err)
{
    struct pcap_source *s = capture->state;
    struct frame_store *store = batch->more ? batch->storage : NULL;
    unsigned piece = (store ? store->count : 0) + PIECE_FRAMES;
    *batch = (struct capture_batch){0};
    if (!store && !s->ended)
        store = frame_store_take(s->free_stores);
    if (!store && !s->ended)
        return err_set(err, -ENOMEM, "out of memory");
    while (!s->ended && frame_store_has_room(store) && store->count < piece) {
        struct frame frame;
        int result = next_frame(s, &frame);
        if (result == 1 && s->classic) {
            frame_store_lend(store, &frame, s->bytes);
            continue;
        }
        if (result == 1) {
            frame_store_add(store, &frame);
            continue;
        }
        s->ended = true;
        s->failed = result;
    }
    if (store && store->count) {
        *batch = (struct capture_batch){.frames = store->frames,
                                        .count = store->count,
                                        .storage = store,
                                        .more = !s->ended && frame_store_has_room(store)};
        return 1;
    }
    if (store)
        frame_store_put(s->free_stores, store);
    int failed = s->failed;
    s->failed = 0; /* told once: the end follows */
    if (failed) {
        *err = s->failure;
        err_at(err, display_name(s), 0, 0);
    }
    return failed;
}

static void pcap_source_release(struct capture *capture, struct capture_batch *batch)
{
    struct pcap_source *s = capture->state;
    if (batch->storage)
        frame_store_put(s->free_stores, batch->storage);
    *batch = (struct capture_batch){0};
}

static void pcap_source_position(struct capture *capture, struct capture_position *out)
{
    struct pcap_source *s = capture->state;
    out->frames = s->frames;
    byte_source_position(s->bytes, &out->bytes_done, &out->bytes_total);
}

const struct capture_ops capture_pcap_ops = {
    .name = "pcap",
    .open = pcap_source_open,
    .next_batch = pcap_source_next,
    .release = pcap_source_release,
    .position = pcap_source_position,
    .close = pcap_source_close,
};
