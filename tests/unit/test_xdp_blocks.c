/* Blocks: as text, and from blocks_add to the program's drop. The latter needs root; skipped with the reason
 * otherwise. */
#include "support/check.h"
#include "support/xdp_run.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "verdict/blocks.h"

enum { IPV4 = 0x0800, IPV6 = 0x86dd, TCP = 6, ACK = 16, SECOND = 1000000000 };

static struct xdp_run run;
static struct blocks *blocks;

static int open_run(void **state)
{
    (void)state;
    xdp_run_open(&run, XDP_FORM_PLAIN);
    return 0;
}

static int close_run(void **state)
{
    (void)state;
    if (run.object)
        xdp_run_close(&run);
    return 0;
}

static int forget(void *ctx, const struct block *b)
{
    struct err err;
    blocks_remove(ctx, &b->target, &err);
    return 0;
}

static int each(void **state)
{
    (void)state;
    struct err err = {0};
    if (!run.object)
        return 0;
    run.port.flags = 0;
    assert_int_equal(blocks_open(&blocks, xdp_object_map(run.object, "flow_blocks"),
                                 xdp_object_map(run.object, "host_blocks"), &err),
                     0);
    blocks_each(blocks, forget, blocks);
    return 0;
}

static int after(void **state)
{
    (void)state;
    blocks_close(blocks);
    blocks = NULL;
    return 0;
}

#define NEEDS_BPF()      \
    do {                 \
        if (!run.object) \
            skip();      \
    } while (0)

static struct block_target target(const char *a, const char *b, const char *c)
{
    struct block_target t;
    struct err err = {0};
    const char *words[] = {a, b, c};
    assert_int_equal(block_target_parse(&t, b ? 3 : 1, words, &err), 0);
    return t;
}

static void block(const char *a, const char *b, const char *c, uint64_t ns)
{
    struct err err = {0};
    struct block_target t = target(a, b, c);
    assert_int_equal(blocks_add(blocks, &t, ns, 2001, false, NULL, NULL, &err), 0);
}

static struct frame_bytes packet(unsigned source, unsigned from, unsigned destination, unsigned to)
{
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, IPV4);
    put_ipv4(&f, TCP, source, destination, 20);
    put_tcp(&f, from, to, ACK, 0);
    return f;
}

static void goes(const struct frame_bytes *f, enum sluice_way way)
{
    struct xdp_outcome o = xdp_run_bytes(&run, f);
    assert_int_equal(o.way, way);
    assert_int_equal(o.action,
                     way == SLUICE_WAY_FLOW_BLOCKED || way == SLUICE_WAY_HOST_BLOCKED ? XDP_DROP : XDP_PASS);
}

static int only(void *ctx, const struct block *b)
{
    *(struct block *)ctx = *b;
    return 1;
}

static void a_flow_in_both_directions(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes there = packet(9, 4000, 2, 80), back = packet(2, 80, 9, 4000),
                       other = packet(9, 4001, 2, 80);
    struct block b = {0};
    char text[BLOCK_TARGET_TEXT];
    goes(&there, SLUICE_WAY_UNSELECTED);
    block("tcp", "10.0.0.9:4000", "10.0.0.2:80", 10ull * SECOND);
    goes(&there, SLUICE_WAY_FLOW_BLOCKED);
    goes(&back, SLUICE_WAY_FLOW_BLOCKED);
    goes(&other, SLUICE_WAY_UNSELECTED);
    assert_int_equal(blocks_each(blocks, only, &b), 1);
    assert_int_equal(b.packets, 2);
    assert_int_equal(b.bytes, there.n + back.n);
    assert_int_equal(b.sid, 2001);
    block_target_print(&b.target, text);
    assert_string_equal(text, "tcp 10.0.0.9:4000 10.0.0.2:80"); /* the end that it is charged to first */
    struct err err;
    struct block_target t = target("tcp", "10.0.0.2:80", "10.0.0.9:4000"); /* either way round */
    assert_int_equal(blocks_remove(blocks, &t, &err), 0);
    assert_int_equal(blocks_remove(blocks, &t, &err), -ENOENT);
    goes(&there, SLUICE_WAY_UNSELECTED);
}

static void a_block_ends(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = packet(9, 4000, 2, 80);
    struct block b = {0};
    block("tcp", "10.0.0.9:4000", "10.0.0.2:80", 60000000);
    block("10.0.0.9", NULL, NULL, 60000000);
    goes(&f, SLUICE_WAY_HOST_BLOCKED);
    usleep(100000);
    struct xdp_outcome o = xdp_run_bytes(&run, &f);
    assert_int_equal(o.way, SLUICE_WAY_UNSELECTED);
    assert_true(XDP_NOTED(o, BLOCK_EXPIRED));
    assert_int_equal(blocks_each(blocks, only, &b), 0);
    assert_int_equal(blocks_expire(blocks, NULL, NULL), 2);
    o = xdp_run_bytes(&run, &f);
    assert_false(XDP_NOTED(o, BLOCK_EXPIRED));
}

static void hosts_and_prefixes(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes from = packet(9, 4000, 2, 80), to = packet(2, 80, 9, 4000), other = packet(3, 1, 4, 2),
                       v6;
    block("10.0.0.8/30", NULL, NULL, BLOCKS_FOREVER);
    goes(&from, SLUICE_WAY_HOST_BLOCKED);
    goes(&to, SLUICE_WAY_HOST_BLOCKED);
    goes(&other, SLUICE_WAY_UNSELECTED);
    v6.n = 0;
    put_ethernet(&v6, IPV6);
    put_ipv6(&v6, TCP, 1, 2, 20);
    put_tcp(&v6, 4000, 80, ACK, 0);
    goes(&v6, SLUICE_WAY_UNSELECTED);
    block("2001:db8::/32", NULL, NULL, BLOCKS_FOREVER);
    goes(&v6, SLUICE_WAY_HOST_BLOCKED);
    from.b[34 + 12] = 0x40; /* odd, and blocked all the same */
    goes(&from, SLUICE_WAY_HOST_BLOCKED);
}

/* The longest prefix is found first; that it has expired must not open the shorter one. */
static void expired_inside_of_another(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = packet(9, 4000, 2, 80);
    block("10.0.0.8/29", NULL, NULL, BLOCKS_FOREVER); /* does not hold the other end */
    block("10.0.0.9", NULL, NULL, 20000000);
    block("10.0.0.8/31", NULL, NULL, 20000000);
    usleep(60000);
    goes(&f, SLUICE_WAY_HOST_BLOCKED);
}

static void refreshed_keeps_the_later_end(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct block b = {0};
    struct frame_bytes f = packet(9, 4000, 2, 80);
    block("10.0.0.9", NULL, NULL, 100ull * SECOND);
    goes(&f, SLUICE_WAY_HOST_BLOCKED);
    block("10.0.0.9", NULL, NULL, 1);
    assert_int_equal(blocks_each(blocks, only, &b), 1);
    assert_true(b.expires_ns > blocks_now() + 90ull * SECOND);
    assert_int_equal(b.packets, 1);
    assert_int_equal(blocks_counts(blocks)->refreshed, 1);
}

/* A block inside of a wider one is its own, not a refreshment of that. */
static void one_inside_of_another_ends_by_itself(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct err err = {0};
    struct block_target outer = target("10.0.0.8/29", NULL, NULL);
    struct frame_bytes f = packet(9, 4000, 2, 80);
    block("10.0.0.8/29", NULL, NULL, BLOCKS_FOREVER);
    block("10.0.0.9", NULL, NULL, 20000000);
    assert_int_equal(blocks_counts(blocks)->added, 2);
    assert_int_equal(blocks_remove(blocks, &outer, &err), 0);
    goes(&f, SLUICE_WAY_HOST_BLOCKED);
    usleep(60000);
    goes(&f, SLUICE_WAY_UNSELECTED);
}

/* The maps hold 64: the soonest to expire goes, is told of and counted; a second writer notices that it is
 * full. */
static void full(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct err err = {0};
    struct block evicted = {0};
    struct blocks *second;
    bool was_evicted;
    char text[BLOCK_TARGET_TEXT];
    assert_int_equal(blocks_open(&second, xdp_object_map(run.object, "flow_blocks"),
                                 xdp_object_map(run.object, "host_blocks"), &err),
                     0);
    for (unsigned i = 0; i < 64; i++) {
        struct block_target t = target("tcp", "10.0.0.1:1", "10.0.0.2:80");
        t.source.bytes[3] = (uint8_t)(i + 10);
        assert_int_equal(
            blocks_add(blocks, &t, (100ull + (i + 5) % 64) * SECOND, i, false, &evicted, &was_evicted, &err),
            0);
        assert_false(was_evicted);
    }
    struct block_target t = target("tcp", "10.0.1.1:1", "10.0.0.2:80");
    assert_int_equal(blocks_add(second, &t, 500ull * SECOND, 1, false, &evicted, &was_evicted, &err), 0);
    assert_true(was_evicted);
    block_target_print(&evicted.target, text);
    assert_string_equal(text, "tcp 10.0.0.69:1 10.0.0.2:80"); /* i = 59: 100 seconds */
    assert_int_equal(blocks_counts(second)->evicted, 1);
    blocks_close(second);
}

static void one_host_has_a_share(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct err err = {0};
    struct block_target victim = target("tcp", "10.0.0.200:1", "10.0.0.2:80");
    bool was_evicted;
    unsigned evictions = 0;
    assert_int_equal(blocks_add(blocks, &victim, SECOND, 1, false, NULL, NULL, &err), 0);
    for (unsigned i = 1; i <= 100; i++) {
        struct block_target t = target("tcp", "10.0.0.7:1", "10.0.0.2:80");
        t.source_port = (uint16_t)i;
        assert_int_equal(blocks_add(blocks, &t, 100ull * SECOND, 1, false, NULL, &was_evicted, &err), 0);
        evictions += was_evicted;
    }
    assert_int_equal(evictions, 100 - 64 / BLOCKS_SHARE);
    assert_int_equal(blocks_remove(blocks, &victim, &err), 0); /* still there */
}

static void dry_run_drops_nothing(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = packet(9, 4000, 2, 80);
    block("10.0.0.9", NULL, NULL, BLOCKS_FOREVER);
    run.port.flags = SLUICE_DRY_RUN;
    goes(&f, SLUICE_WAY_WOULD_DROP);
}

static void texts(void **state)
{
    (void)state;
    static const char *const good[][4] = {
        {"192.0.2.7", NULL, NULL, "192.0.2.7"},
        {"192.0.2.7/24", NULL, NULL, "192.0.2.0/24"},
        {"2001:db8::1", NULL, NULL, "2001:db8::1"},
        {"::/0", NULL, NULL, "::/0"},
        {"udp", "192.0.2.1:53", "192.0.2.2:0", "udp 192.0.2.1:53 192.0.2.2:0"},
        {"tcp", "[2001:db8::1]:80", "[::2]:65535", "tcp [2001:db8::1]:80 [::2]:65535"}};
    static const char *const bad[][3] = {{"192.0.2.256", NULL, NULL},
                                         {"192.0.2.1/33", NULL, NULL},
                                         {"192.0.2.1/", NULL, NULL},
                                         {"", NULL, NULL},
                                         {"icmp", "192.0.2.1:1", "192.0.2.2:2"},
                                         {"tcp", "192.0.2.1", "192.0.2.2:2"},
                                         {"tcp", "192.0.2.1:x", "192.0.2.2:2"},
                                         {"tcp", "192.0.2.1:65536", "192.0.2.2:2"},
                                         {"tcp", "2001:db8::1:80", "[::2]:80"},
                                         {"tcp", "[::1]:80", "192.0.2.2:2"},
                                         {"tcp", "[]:80", "[::2]:1"}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char text[BLOCK_TARGET_TEXT];
        struct block_target t = target(good[i][0], good[i][1], good[i][2]);
        block_target_print(&t, text);
        assert_string_equal(text, good[i][3]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct block_target t;
        struct err err = {0};
        assert_int_equal(block_target_parse(&t, bad[i][1] ? 3 : 1, bad[i], &err), -EINVAL);
        assert_true(err.message[0]);
    }
}

static void durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t seconds;
    } good[] = {{"90", 90}, {"90s", 90}, {"15m", 900}, {"2h", 7200}, {"7d", 604800}, {"forever", 0}};
    static const char *const bad[] = {"", "0", "-1", "5x", "5mm", "99999999999999999999", "300000d", "m"};
    uint64_t ns;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(block_duration_parse(good[i].text, &ns), 0);
        assert_int_equal(ns, good[i].seconds * SECOND);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(block_duration_parse(bad[i], &ns), -EINVAL);
}

#define WITH_MAPS(test) cmocka_unit_test_setup_teardown(test, each, after)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(durations),
        WITH_MAPS(a_flow_in_both_directions),
        WITH_MAPS(a_block_ends),
        WITH_MAPS(hosts_and_prefixes),
        WITH_MAPS(expired_inside_of_another),
        WITH_MAPS(refreshed_keeps_the_later_end),
        WITH_MAPS(one_inside_of_another_ends_by_itself),
        WITH_MAPS(full),
        WITH_MAPS(one_host_has_a_share),
        WITH_MAPS(dry_run_drops_nothing),
    };
    return cmocka_run_group_tests(tests, open_run, close_run);
}
