/*
 * The tc program on egress, and the ring that both programs fill: what is copied, its sizes, blocks, failure.
 * Needs root; skipped with the reason otherwise.
 */
#include "support/check.h"
#include "support/xdp_run.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/pkt_cls.h>
#include <string.h>

#include "verdict/blocks.h"
#include "xdp/flow.h"

enum { IPV4 = 0x0800, TCP = 6, UDP = 17, ACK = 16 };

struct received {
    unsigned count;
    struct sluice_record head;
    size_t size;
    uint8_t bytes[4096];
};

static struct xdp_run run;
static struct ring_buffer *ring;
static struct received last;

static int on_record(void *ctx, void *data, size_t size)
{
    (void)ctx;
    last.count++;
    last.size = size;
    memcpy(&last.head, data, sizeof last.head);
    size_t n = size - sizeof last.head;
    memcpy(last.bytes, (uint8_t *)data + sizeof last.head, n < sizeof last.bytes ? n : sizeof last.bytes);
    return 0;
}

/* Host mode, a live engine, TCP port 80; the ring is empty. */
static int each(void **state)
{
    (void)state;
    struct err err = {0};
    struct xdp_sizes sizes = {.flow_blocks = 64, .host_ring = 1 << 18};
    if (xdp_run_open_sized(&run, XDP_FORM_FRAGS, &sizes))
        return 0;
    run.port.fail = SLUICE_FAIL_OPEN;
    xdp_run_heartbeat(&run, 0);
    assert_int_equal(steering_ports(&run.steering, STEERING_TCP, "80", true, &err), 0);
    xdp_run_steer(&run);
    ring = ring_buffer__new(xdp_object_map(run.object, "host_ring"), on_record, NULL, NULL);
    assert_non_null(ring);
    memset(&last, 0, sizeof last);
    return 0;
}

static int done(void **state)
{
    (void)state;
    ring_buffer__free(ring);
    ring = NULL;
    if (run.object)
        xdp_run_close(&run);
    return 0;
}

#define NEEDS_BPF()      \
    do {                 \
        if (!run.object) \
            skip();      \
    } while (0)

/* A TCP packet from the host's port 80, of so many bytes of payload. */
static struct frame_bytes answer(unsigned from, size_t payload)
{
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, IPV4);
    put_ipv4(&f, TCP, 2, 1, 20 + payload);
    put_tcp(&f, from, 4000, ACK, 0);
    for (size_t i = 0; i < payload; i++)
        put_u8(&f, (unsigned)(i * 7));
    return f;
}

static void leaves(const struct frame_bytes *f, enum sluice_way way, int action)
{
    struct xdp_outcome o = xdp_run_egress(&run, f->b, f->n, 0);
    assert_int_equal(o.way, way);
    assert_int_equal(o.action, action);
}

static void selected_is_copied(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes web = answer(80, 10), other = answer(81, 10);
    leaves(&other, SLUICE_WAY_UNSELECTED, TC_ACT_UNSPEC);
    leaves(&web, SLUICE_WAY_STEERED, TC_ACT_UNSPEC);
    assert_int_equal(ring_buffer__consume(ring), 1);
    assert_int_equal(last.head.egress, 1);
    assert_int_equal(last.head.captured, web.n);
    assert_int_equal(last.head.meta.frame_length, web.n);
    assert_int_equal(last.head.meta.transport, 34);
    assert_int_equal(last.head.segment_size, 0);
    assert_memory_equal(last.bytes, web.b, web.n);
}

/* A record is as large as the smallest size that holds the frame. */
static void sizes(void **state)
{
    (void)state;
    NEEDS_BPF();
    static const struct {
        size_t frame, room;
    } cases[] = {{54, 256}, {256, 256}, {257, 2048}, {2048, 2048}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct frame_bytes f = answer(80, cases[i].frame - 54);
        leaves(&f, SLUICE_WAY_STEERED, TC_ACT_UNSPEC);
        assert_int_equal(ring_buffer__consume(ring), 1);
        assert_int_equal(last.size, sizeof last.head + cases[i].room);
        assert_int_equal(last.head.captured, f.n);
        assert_memory_equal(last.bytes, f.b, f.n);
    }
}

/* The XDP program takes longer ones here: what a record cannot hold is cut, and counted. */
static void long_frames(void **state)
{
    (void)state;
    NEEDS_BPF();
    static uint8_t bytes[9000];
    struct frame_bytes f = answer(80, 1000);
    memcpy(bytes, f.b, f.n);
    memset(bytes + f.n, 0x5a, sizeof bytes - f.n);
    struct xdp_outcome o = xdp_run_frame(&run, bytes, sizeof bytes);
    assert_int_equal(o.way, SLUICE_WAY_STEERED);
    assert_int_equal(o.action, XDP_PASS);
    assert_false(XDP_NOTED(o, SNAPPED));
    assert_int_equal(ring_buffer__consume(ring), 1);
    assert_int_equal(last.head.egress, 0);
    assert_int_equal(last.size, sizeof last.head + 16384);
    assert_int_equal(last.head.captured, sizeof bytes);
    assert_memory_equal(last.bytes, bytes, sizeof last.bytes);
}

static void segmentation_offload(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = answer(80, 1800);
    struct xdp_outcome o = xdp_run_egress(&run, f.b, f.n, 500);
    assert_int_equal(o.way, SLUICE_WAY_STEERED);
    assert_true(XDP_NOTED(o, SEGMENTED));
    assert_int_equal(ring_buffer__consume(ring), 1);
    assert_int_equal(last.head.segment_size, 500);
    assert_int_equal(last.head.captured, f.n);
}

/* Only the space that is left counts: once somebody has read, there is room again. */
static void ring_full(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = answer(80, 1800);
    unsigned copied = 0;
    struct xdp_outcome o;
    while ((o = xdp_run_egress(&run, f.b, f.n, 0)).way == SLUICE_WAY_STEERED && copied < 1000)
        copied++;
    assert_int_equal(o.way, SLUICE_WAY_RING_FULL);
    assert_int_equal(o.action, TC_ACT_UNSPEC);
    assert_in_range(copied, (1 << 18) / 2200, (1 << 18) / 2048);
    assert_int_equal(ring_buffer__consume(ring), copied);
    leaves(&f, SLUICE_WAY_STEERED, TC_ACT_UNSPEC);
}

static void blocked(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes web = answer(80, 10), other = answer(81, 10);
    struct blocks *blocks;
    struct err err = {0};
    const char *flow[] = {"tcp", "10.0.0.1:4000", "10.0.0.2:81"}, *host[] = {"10.0.0.0/24"};
    struct block_target target;
    assert_int_equal(blocks_open(&blocks, xdp_object_map(run.object, "flow_blocks"),
                                 xdp_object_map(run.object, "host_blocks"), &err),
                     0);
    assert_int_equal(block_target_parse(&target, 3, flow, &err), 0);
    assert_int_equal(blocks_add(blocks, &target, 0, 1, false, NULL, NULL, &err), 0);
    leaves(&other, SLUICE_WAY_FLOW_BLOCKED, TC_ACT_SHOT);
    leaves(&web, SLUICE_WAY_STEERED, TC_ACT_UNSPEC);
    assert_int_equal(block_target_parse(&target, 1, host, &err), 0);
    assert_int_equal(blocks_add(blocks, &target, 0, 1, false, NULL, NULL, &err), 0);
    leaves(&web, SLUICE_WAY_HOST_BLOCKED, TC_ACT_SHOT);
    blocks_close(blocks);
}

static void bypassed(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes web = answer(80, 10);
    struct sluice_flow_key key;
    uint32_t a[4] = {0, 0, htonl(0xffff), htonl(0x0a000001)};
    uint32_t b[4] = {0, 0, htonl(0xffff), htonl(0x0a000002)};
    struct sluice_bypass value = {.since_ns = 1};
    memset(&key, 0, sizeof key);
    flow_key(&key, a, htons(4000), b, htons(80), TCP);
    assert_int_equal(bpf_map_update_elem(xdp_object_map(run.object, "flow_bypass"), &key, &value, BPF_ANY),
                     0);
    leaves(&web, SLUICE_WAY_BYPASSED, TC_ACT_UNSPEC);
    assert_int_equal(bpf_map_lookup_elem(xdp_object_map(run.object, "flow_bypass"), &key, &value), 0);
    assert_int_equal(value.packets[1], 1);
}

static void without_an_engine(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes web = answer(80, 10);
    xdp_run_silence(&run);
    leaves(&web, SLUICE_WAY_FAILED_OPEN, TC_ACT_UNSPEC);
    run.port.fail = SLUICE_FAIL_CLOSED;
    leaves(&web, SLUICE_WAY_FAILED_CLOSED, TC_ACT_SHOT);
    run.port.flags = SLUICE_DRY_RUN;
    leaves(&web, SLUICE_WAY_WOULD_STEER, TC_ACT_UNSPEC);
    assert_int_equal(ring_buffer__consume(ring), 0);
}

static void odd_packets(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = answer(80, 10);
    f.b[14] = 0x41; /* a header of four bytes */
    leaves(&f, SLUICE_WAY_ODD_PASSED, TC_ACT_UNSPEC);
    run.port.odd = SLUICE_ODD_DROP;
    leaves(&f, SLUICE_WAY_ODD_DROPPED, TC_ACT_SHOT);
    run.port.odd = SLUICE_ODD_INSPECT;
    leaves(&f, SLUICE_WAY_STEERED, TC_ACT_UNSPEC);
    f = answer(80, 100);
    f.b[14] = 0x4f; /* options beyond the end: not even with all of it pulled */
    f.n = 60;
    struct xdp_outcome o = xdp_run_egress(&run, f.b, f.n, 0);
    assert_true(XDP_NOTED(o, TRUNCATED));
}

static void other_modes_and_versions(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes web = answer(80, 10);
    run.port.mode = SLUICE_SPAN;
    struct xdp_outcome o = xdp_run_egress(&run, web.b, web.n, 0);
    assert_int_equal(o.way, -1); /* not even counted */
    assert_int_equal(o.action, TC_ACT_UNSPEC);
    run.port.mode = SLUICE_HOST;
    run.port.version = 0;
    leaves(&web, SLUICE_WAY_NOT_SET_UP, TC_ACT_UNSPEC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(selected_is_copied, each, done),
        cmocka_unit_test_setup_teardown(sizes, each, done),
        cmocka_unit_test_setup_teardown(long_frames, each, done),
        cmocka_unit_test_setup_teardown(segmentation_offload, each, done),
        cmocka_unit_test_setup_teardown(ring_full, each, done),
        cmocka_unit_test_setup_teardown(blocked, each, done),
        cmocka_unit_test_setup_teardown(bypassed, each, done),
        cmocka_unit_test_setup_teardown(without_an_engine, each, done),
        cmocka_unit_test_setup_teardown(odd_packets, each, done),
        cmocka_unit_test_setup_teardown(other_modes_and_versions, each, done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
