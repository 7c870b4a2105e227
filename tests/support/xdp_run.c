#include "support/xdp_run.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "verdict/blocks.h"
#include "verdict/counters.h"
#include "verdict/egress.h"
#include "verdict/shared_maps.h"

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "xdp_run: %s: %s\n", what, strerror(errno));
    abort();
}

int xdp_run_open(struct xdp_run *run, enum xdp_form form)
{
    const struct xdp_sizes small = {.flow_blocks = 64, .host_blocks = 64, .flow_bypass = 64};
    return xdp_run_open_sized(run, form, &small);
}

int xdp_run_open_sized(struct xdp_run *run, enum xdp_form form, const struct xdp_sizes *sizes)
{
    struct err err = {0};
    *run = (struct xdp_run){.sockets = {-1, -1}};
    int result = xdp_object_open(&run->object, form, sizes, NULL, 0, &err);
    if (result == 0)
        result = xdp_object_load(run->object, &err);
    if (result == -EPERM) {
        printf("skipped: %s (%s)\n", err.message, err.hint);
        xdp_run_close(run);
        return result;
    }
    if (result && run->object)
        fprintf(stderr, "%s\n", run->object->log);
    must(result == 0, err.message);
    run->port = (struct sluice_port){.version = SLUICE_XDP_VERSION,
                                     .ifindex = 1,
                                     .mode = SLUICE_HOST,
                                     .heartbeat_age_ns = 1000000000,
                                     .hash_seed = 7};
    return 0;
}

void xdp_run_close(struct xdp_run *run)
{
    if (run->sockets[0] >= 0)
        close(run->sockets[0]);
    bpf_object__close(run->egress);
    xdp_object_free(run->object);
    run->egress = NULL;
    run->object = NULL;
}

void xdp_run_steer(struct xdp_run *run)
{
    struct err err = {0};
    struct steering_maps maps = steering_maps_of(run->object);
    must(steering_write(&run->steering, &maps, &err) == 0, err.message);
}

static void write_heartbeat(struct xdp_run *run, uint64_t value)
{
    uint32_t zero = 0;
    must(bpf_map_update_elem(xdp_object_map(run->object, "heartbeat"), &zero, &value, BPF_ANY) == 0,
         "heartbeat");
}

void xdp_run_heartbeat(struct xdp_run *run, uint64_t age_ns)
{
    write_heartbeat(run, blocks_now() - age_ns);
}

void xdp_run_silence(struct xdp_run *run)
{
    write_heartbeat(run, 0);
}

void xdp_run_socket(struct xdp_run *run, bool there)
{
    uint32_t zero = 0;
    int map = xdp_object_map(run->object, "xsks");
    bpf_map_delete_elem(map, &zero);
    if (run->sockets[0] < 0)
        run->sockets[0] = socket(AF_XDP, SOCK_RAW, 0);
    must(run->sockets[0] >= 0, "AF_XDP socket");
    if (there)
        must(bpf_map_update_elem(map, &zero, &run->sockets[0], BPF_ANY) == 0, "xsks");
}

/* Nothing is sent: a test run does not carry out what it decides. */
void xdp_run_peer(struct xdp_run *run, bool there)
{
    uint32_t zero = 0, loopback = 1;
    int map = xdp_object_map(run->object, "peers");
    bpf_map_delete_elem(map, &zero);
    if (there)
        must(bpf_map_update_elem(map, &zero, &loopback, BPF_ANY) == 0, "peers");
}

static void settle(const struct sluice_count before[SLUICE_STATS], struct xdp_outcome *out)
{
    unsigned ways = 0;
    out->way = -1;
    for (unsigned i = 0; i < SLUICE_STATS; i++) {
        out->counts[i].packets -= before[i].packets;
        out->counts[i].bytes -= before[i].bytes;
        if (!out->counts[i].packets)
            continue;
        if (i >= SLUICE_WAYS)
            out->notes |= 1ull << (i - SLUICE_WAYS);
        else if (ways++ == 0 && out->counts[i].packets == 1)
            out->way = (int)i;
        else
            out->way = -1;
    }
}

static void before_run(struct xdp_run *run, int stats, struct sluice_count before[SLUICE_STATS])
{
    struct err err = {0};
    uint32_t zero = 0;
    must(bpf_map_update_elem(xdp_object_map(run->object, "port"), &zero, &run->port, BPF_ANY) == 0, "port");
    must(counters_read(stats, before, &err) == 0, err.message);
}

static void after_run(int stats, const struct sluice_count before[SLUICE_STATS], struct xdp_outcome *out)
{
    struct err err = {0};
    must(counters_read(stats, out->counts, &err) == 0, err.message);
    settle(before, out);
}

struct xdp_outcome xdp_run_frame(struct xdp_run *run, const void *frame, size_t n)
{
    static uint8_t room[65536];
    struct xdp_outcome out = {0};
    struct sluice_count before[SLUICE_STATS];
    int stats = xdp_object_map(run->object, "stats");
    before_run(run, stats, before);
    DECLARE_LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = (uint32_t)n,
                        .data_out = room, .data_size_out = sizeof room, .repeat = 1);
    must(bpf_prog_test_run_opts(xdp_object_program(run->object), &opts) == 0, "test run");
    after_run(stats, before, &out);
    out.action = (int)opts.retval;
    out.has_meta = opts.data_size_out == n + sizeof out.meta;
    if (out.has_meta)
        memcpy(&out.meta, room, sizeof out.meta);
    return out;
}

static int find_map(void *ctx, const char *name)
{
    const struct xdp_run *run = ctx;
    return dup(xdp_object_map(run->object, name));
}

struct xdp_outcome xdp_run_egress(struct xdp_run *run, const void *frame, size_t n, unsigned segment_size)
{
    struct err err = {0};
    struct xdp_outcome out = {0};
    struct sluice_count before[SLUICE_STATS];
    struct __sk_buff context = {.gso_size = segment_size};
    int stats = xdp_object_map(run->object, "egress_stats");
    if (!run->egress)
        must(egress_load(&run->egress, find_map, run, &err) == 0, err.message);
    before_run(run, stats, before);
    DECLARE_LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = (uint32_t)n,
                        .ctx_in = &context, .ctx_size_in = sizeof context, .repeat = 1);
    must(bpf_prog_test_run_opts(egress_program(run->egress), &opts) == 0, "test run");
    after_run(stats, before, &out);
    out.action = (int)opts.retval;
    return out;
}

struct xdp_outcome xdp_run_bytes(struct xdp_run *run, const struct frame_bytes *f)
{
    return xdp_run_frame(run, f->b, f->n);
}
