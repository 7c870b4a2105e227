/*
 * The XDP program's decisions: steering and its changes, the three modes, fail open and closed, bypass, dry
 * run, ring. Needs root; skipped with the reason otherwise.
 */
#include "support/check.h"
#include "support/xdp_run.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <string.h>

#include "verdict/counters.h"
#include "verdict/shared_maps.h"
#include "xdp/flow.h"

enum { IPV4 = 0x0800, IPV6 = 0x86dd, ICMP = 1, TCP = 6, UDP = 17, SYN = 2, ACK = 16 };

static struct xdp_run run;

static int open_run(void **state)
{
    (void)state;
    xdp_run_open(&run, XDP_FORM_FRAGS);
    return 0;
}

static int close_run(void **state)
{
    (void)state;
    if (run.object)
        xdp_run_close(&run);
    return 0;
}

static void steer(const char *tcp, const char *udp, const char *protocols)
{
    struct err err = {0};
    memset(&run.steering, 0, sizeof run.steering);
    assert_int_equal(steering_ports(&run.steering, STEERING_TCP, tcp, true, &err), 0);
    assert_int_equal(steering_ports(&run.steering, STEERING_UDP, udp, true, &err), 0);
    assert_int_equal(steering_protocols(&run.steering, protocols, true, &err), 0);
    xdp_run_steer(&run);
}

/* Span, a live engine, a socket and a peer, TCP port 80. */
static int each(void **state)
{
    (void)state;
    if (!run.object)
        return 0;
    run.port.mode = SLUICE_SPAN;
    run.port.fail = SLUICE_FAIL_OPEN;
    run.port.flags = 0;
    xdp_run_heartbeat(&run, 0);
    xdp_run_socket(&run, true);
    xdp_run_peer(&run, true);
    steer("80", "none", "none");
    return 0;
}

#define NEEDS_BPF()      \
    do {                 \
        if (!run.object) \
            skip();      \
    } while (0)

static struct frame_bytes packet(unsigned protocol, unsigned source, unsigned from, unsigned destination,
                                 unsigned to)
{
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, IPV4);
    put_ipv4(&f, protocol, source, destination, 20);
    if (protocol == UDP)
        put_udp(&f, from, to, 12);
    else
        put_tcp(&f, from, to, ACK, 0);
    while (f.n < 60)
        put_u8(&f, 0);
    return f;
}

static void goes(const struct frame_bytes *f, enum sluice_way way, int action)
{
    struct xdp_outcome o = xdp_run_bytes(&run, f);
    assert_int_equal(o.way, way);
    assert_int_equal(o.action, action);
}

#define selects(...)                                 \
    do {                                             \
        struct frame_bytes f_ = packet(__VA_ARGS__); \
        goes(&f_, SLUICE_WAY_STEERED, XDP_REDIRECT); \
    } while (0)
#define ignores(...)                                 \
    do {                                             \
        struct frame_bytes f_ = packet(__VA_ARGS__); \
        goes(&f_, SLUICE_WAY_UNSELECTED, XDP_DROP);  \
    } while (0)

static void ports_on_either_side(void **state)
{
    (void)state;
    NEEDS_BPF();
    steer("80,8000-8010,65535", "53", "none");
    selects(TCP, 1, 4000, 2, 80);
    selects(TCP, 2, 80, 1, 4000);
    selects(TCP, 1, 4000, 2, 8000);
    selects(TCP, 1, 4000, 2, 8010);
    selects(TCP, 1, 65535, 2, 1);
    selects(UDP, 1, 4000, 2, 53);
    ignores(TCP, 1, 4000, 2, 7999);
    ignores(TCP, 1, 4000, 2, 8011);
    ignores(TCP, 1, 4000, 2, 53);
    ignores(UDP, 1, 4000, 2, 80);
    ignores(TCP, 1, 64, 2, 144); /* the same bit of another word, and another bit of the same */
}

static void all_and_none(void **state)
{
    (void)state;
    NEEDS_BPF();
    steer("all", "none", "none");
    selects(TCP, 1, 1, 2, 2);
    ignores(UDP, 1, 1, 2, 2);
    steer("none", "none", "none");
    ignores(TCP, 1, 4000, 2, 80);
}

static void protocols(void **state)
{
    (void)state;
    NEEDS_BPF();
    steer("none", "none", "icmp,132,255");
    selects(ICMP, 1, 1, 2, 2);
    selects(132, 1, 1, 2, 2);
    selects(255, 1, 1, 2, 2);
    ignores(47, 1, 1, 2, 2);
    ignores(TCP, 1, 1, 2, 2);
}

static void prefix(const char *text, bool include)
{
    struct err err = {0};
    assert_int_equal(steering_prefix_add(&run.steering, text, include, &err), 0);
    xdp_run_steer(&run);
}

static void prefixes(void **state)
{
    (void)state;
    NEEDS_BPF();
    prefix("10.0.0.8/29", true);
    selects(TCP, 8, 1, 200, 80);
    selects(TCP, 200, 80, 15, 1);
    ignores(TCP, 7, 1, 16, 80);
    prefix("10.0.0.12", false);
    ignores(TCP, 12, 1, 8, 80); /* an excluded end is enough */
    selects(TCP, 13, 1, 8, 80);
    memset(&run.steering.prefix_count, 0, sizeof run.steering.prefix_count);
    prefix("10.0.0.64/26", false); /* no includes: everything but */
    selects(TCP, 1, 1, 2, 80);
    ignores(TCP, 1, 1, 65, 80);
}

static void ipv6_prefixes(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, IPV6);
    put_ipv6(&f, TCP, 1, 2, 20);
    put_tcp(&f, 4000, 80, ACK, 0);
    goes(&f, SLUICE_WAY_STEERED, XDP_REDIRECT);
    prefix("2001:db8::2", false);
    goes(&f, SLUICE_WAY_UNSELECTED, XDP_DROP);
    memset(&run.steering.prefix_count, 0, sizeof run.steering.prefix_count);
    prefix("0.0.0.0/0", true); /* IPv4 only */
    goes(&f, SLUICE_WAY_UNSELECTED, XDP_DROP);
    prefix("2001:db8::4/126", true);
    goes(&f, SLUICE_WAY_UNSELECTED, XDP_DROP);
    prefix("2001:db8::/127", true); /* holds ::1, the source */
    goes(&f, SLUICE_WAY_STEERED, XDP_REDIRECT);
}

/* Non-first fragments of a selected protocol, whatever its ports. */
static void fragments(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, IPV4);
    put_ipv4_fragment(&f, 5, 800, true, 8); /* UDP */
    put_text(&f, "the rest");
    goes(&f, SLUICE_WAY_UNSELECTED, XDP_DROP);
    steer("none", "53", "none");
    goes(&f, SLUICE_WAY_STEERED, XDP_REDIRECT);
}

static void read_back(void **state)
{
    (void)state;
    NEEDS_BPF();
    static struct steering back;
    struct err err = {0};
    struct steering_maps maps = steering_maps_of(run.object);
    for (int i = 0; i < 3; i++) { /* both banks, and one again */
        steer(i == 1 ? "all" : "1,443,65535", "53", "icmp,200");
        prefix(i == 1 ? "192.0.2.0/24" : "2001:db8::/32", i == 1);
        prefix("::/0", false);
        prefix("::/96", true);
        assert_int_equal(steering_read(&back, &maps, &err), 0);
        assert_memory_equal(back.ports, run.steering.ports, sizeof back.ports);
        assert_memory_equal(back.protocols, run.steering.protocols, sizeof back.protocols);
        assert_memory_equal(back.all, run.steering.all, sizeof back.all);
        assert_int_equal(back.prefix_count, 3);
        unsigned found = 0;
        for (unsigned a = 0; a < 3; a++)
            for (unsigned b = 0; b < 3; b++)
                found += memcmp(&back.prefixes[a], &run.steering.prefixes[b], sizeof back.prefixes[a]) == 0;
        assert_int_equal(found, 3);
    }
}

static void span(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes web = packet(TCP, 1, 4000, 2, 80), other = packet(TCP, 1, 4000, 2, 81);
    goes(&web, SLUICE_WAY_STEERED, XDP_REDIRECT);
    goes(&other, SLUICE_WAY_UNSELECTED, XDP_DROP);
    xdp_run_socket(&run, false);
    goes(&web, SLUICE_WAY_FAILED_OPEN, XDP_DROP);
    run.port.fail = SLUICE_FAIL_CLOSED;
    goes(&web, SLUICE_WAY_FAILED_CLOSED, XDP_DROP);
}

static void inline_mode(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes web = packet(TCP, 1, 4000, 2, 80), other = packet(TCP, 1, 4000, 2, 81);
    run.port.mode = SLUICE_INLINE;
    goes(&web, SLUICE_WAY_STEERED, XDP_REDIRECT);
    goes(&other, SLUICE_WAY_UNSELECTED, XDP_REDIRECT);
    xdp_run_socket(&run, false);
    goes(&web, SLUICE_WAY_FAILED_OPEN, XDP_REDIRECT);
    run.port.fail = SLUICE_FAIL_CLOSED;
    goes(&web, SLUICE_WAY_FAILED_CLOSED, XDP_DROP);
    goes(&other, SLUICE_WAY_UNSELECTED, XDP_REDIRECT);
    xdp_run_peer(&run, false);
    goes(&other, SLUICE_WAY_NO_PEER, XDP_DROP);
}

static void heartbeat_ages(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes web = packet(TCP, 1, 4000, 2, 80);
    run.port.mode = SLUICE_INLINE;
    run.port.fail = SLUICE_FAIL_CLOSED;
    xdp_run_heartbeat(&run, 500000000);
    goes(&web, SLUICE_WAY_STEERED, XDP_REDIRECT);
    xdp_run_heartbeat(&run, 1100000000);
    struct xdp_outcome o = xdp_run_bytes(&run, &web);
    assert_int_equal(o.way, SLUICE_WAY_FAILED_CLOSED);
    assert_true(XDP_NOTED(o, ENGINE_SILENT));
    assert_false(XDP_NOTED(o, NO_SOCKET));
    xdp_run_silence(&run); /* never heard */
    goes(&web, SLUICE_WAY_FAILED_CLOSED, XDP_DROP);
    run.port.fail = SLUICE_FAIL_OPEN;
    goes(&web, SLUICE_WAY_FAILED_OPEN, XDP_REDIRECT);
    run.port.mode = SLUICE_HOST;
    goes(&web, SLUICE_WAY_FAILED_OPEN, XDP_PASS);
}

struct received {
    unsigned count;
    struct sluice_record head;
    size_t size;
    uint8_t bytes[64];
};

static int on_record(void *ctx, void *data, size_t size)
{
    struct received *r = ctx;
    r->count++;
    r->size = size;
    memcpy(&r->head, data, sizeof r->head);
    memcpy(r->bytes, (uint8_t *)data + sizeof r->head, sizeof r->bytes);
    return 0;
}

static void host_mode(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct received r = {0};
    struct ring_buffer *ring = ring_buffer__new(xdp_object_map(run.object, "host_ring"), on_record, &r, NULL);
    assert_non_null(ring);
    struct frame_bytes web = packet(TCP, 1, 4000, 2, 80), other = packet(TCP, 1, 4000, 2, 81);
    run.port.mode = SLUICE_HOST;
    goes(&other, SLUICE_WAY_UNSELECTED, XDP_PASS);
    goes(&web, SLUICE_WAY_STEERED, XDP_PASS);
    assert_int_equal(ring_buffer__consume(ring), 1);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.head.captured, web.n);
    assert_int_equal(r.head.meta.transport, 34);
    assert_int_equal(r.head.ifindex, 1);
    assert_memory_equal(r.bytes, web.b, web.n);
    for (unsigned i = 0; i < 4096 / (8 + sizeof r.head + 256); i++) /* what a page holds */
        goes(&web, SLUICE_WAY_STEERED, XDP_PASS);
    goes(&web, SLUICE_WAY_RING_FULL, XDP_PASS);
    ring_buffer__free(ring);
}

static struct sluice_flow_key key_of(unsigned source, unsigned from, unsigned destination, unsigned to)
{
    struct sluice_flow_key key;
    uint32_t a[4] = {0, 0, htonl(0xffff), htonl(0x0a000000 + source)};
    uint32_t b[4] = {0, 0, htonl(0xffff), htonl(0x0a000000 + destination)};
    memset(&key, 0, sizeof key);
    flow_key(&key, a, htons((uint16_t)from), b, htons((uint16_t)to), TCP);
    return key;
}

static void bypass(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes there = packet(TCP, 1, 4000, 2, 80), back = packet(TCP, 2, 80, 1, 4000), syn = there;
    struct sluice_flow_key key = key_of(1, 4000, 2, 80);
    struct sluice_bypass value = {.since_ns = 1};
    int map = xdp_object_map(run.object, "flow_bypass");
    assert_int_equal(bpf_map_update_elem(map, &key, &value, BPF_ANY), 0);
    goes(&there, SLUICE_WAY_BYPASSED, XDP_DROP);
    run.port.mode = SLUICE_INLINE;
    goes(&back, SLUICE_WAY_BYPASSED, XDP_REDIRECT);
    run.port.mode = SLUICE_HOST;
    goes(&back, SLUICE_WAY_BYPASSED, XDP_PASS);
    assert_int_equal(bpf_map_lookup_elem(map, &key, &value), 0);
    assert_int_equal(value.packets[0], 1);
    assert_int_equal(value.packets[1], 2);
    assert_int_equal(value.bytes[1], 2 * back.n);
    assert_true(value.last_ns > 0);
    syn.b[34 + 13] = SYN | ACK; /* an answer is no new connection */
    goes(&syn, SLUICE_WAY_BYPASSED, XDP_PASS);
    run.port.mode = SLUICE_SPAN;
    syn.b[34 + 13] = SYN;
    struct xdp_outcome o = xdp_run_bytes(&run, &syn);
    assert_int_equal(o.way, SLUICE_WAY_STEERED);
    assert_true(XDP_NOTED(o, BYPASS_ENDED));
    goes(&there, SLUICE_WAY_STEERED, XDP_REDIRECT);
    assert_int_equal(bpf_map_lookup_elem(map, &key, &value), 0); /* what went by is still to be read */
    assert_int_equal(value.since_ns, 0);
    assert_int_equal(value.packets[0], 2);
    assert_int_equal(value.packets[1], 2);
}

static void dry_run(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes web = packet(TCP, 1, 4000, 2, 80), other = packet(UDP, 1, 53, 2, 5353);
    struct service_count services[8];
    run.port.mode = SLUICE_SPAN;
    run.port.flags = SLUICE_DRY_RUN;
    goes(&web, SLUICE_WAY_WOULD_STEER, XDP_PASS);
    goes(&web, SLUICE_WAY_WOULD_STEER, XDP_PASS);
    goes(&other, SLUICE_WAY_UNSELECTED, XDP_PASS);
    assert_int_equal(counters_services(xdp_object_map(run.object, "services"), services, 8), 2);
    assert_int_equal(services[0].service.port, 80);
    assert_int_equal(services[0].service.selected, 1);
    assert_int_equal(services[0].count.packets, 2);
    assert_int_equal(services[1].service.port, 53);
    assert_int_equal(services[1].service.protocol, UDP);
    assert_int_equal(services[1].service.selected, 0);
}

static void without_settings(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes web = packet(TCP, 1, 4000, 2, 80);
    run.port.version = 0;
    goes(&web, SLUICE_WAY_NOT_SET_UP, XDP_PASS);
    run.port.version = SLUICE_XDP_VERSION;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(ports_on_either_side, each),
        cmocka_unit_test_setup(all_and_none, each),
        cmocka_unit_test_setup(protocols, each),
        cmocka_unit_test_setup(prefixes, each),
        cmocka_unit_test_setup(ipv6_prefixes, each),
        cmocka_unit_test_setup(fragments, each),
        cmocka_unit_test_setup(read_back, each),
        cmocka_unit_test_setup(span, each),
        cmocka_unit_test_setup(inline_mode, each),
        cmocka_unit_test_setup(heartbeat_ages, each),
        cmocka_unit_test_setup(host_mode, each),
        cmocka_unit_test_setup(bypass, each),
        cmocka_unit_test_setup(dry_run, each),
        cmocka_unit_test_setup(without_settings, each),
    };
    return cmocka_run_group_tests(tests, open_run, close_run);
}
