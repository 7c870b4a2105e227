/*
 * What the XDP program makes of a frame: link, network, tunnels, transport, and everything odd. All traffic
 * is selected and a socket is there, so the metadata tells what was found. Needs root; skipped with the
 * reason otherwise.
 */
#include "support/check.h"
#include "support/xdp_run.h"

#include <stdlib.h>
#include <string.h>

enum { IPV4 = 0x0800, IPV6 = 0x86dd, VLAN = 0x8100, QINQ = 0x88a8, TCP = 6, UDP = 17, GRE = 47 };

static struct xdp_run run;

static int open_form(enum xdp_form form)
{
    struct err err;
    if (xdp_run_open(&run, form))
        return 0;
    run.port.mode = SLUICE_SPAN;
    run.steering.all[0] = run.steering.all[1] = true;
    assert_int_equal(steering_protocols(&run.steering, "icmp,gre,esp,139", true, &err), 0);
    xdp_run_steer(&run);
    xdp_run_socket(&run, true);
    return 0;
}

static int open_plain(void **state)
{
    (void)state;
    return open_form(XDP_FORM_PLAIN);
}

static int open_frags(void **state)
{
    (void)state;
    return open_form(XDP_FORM_FRAGS);
}

static int close_run(void **state)
{
    (void)state;
    if (run.object)
        xdp_run_close(&run);
    return 0;
}

static int each(void **state)
{
    (void)state;
    if (!run.object)
        return 0;
    run.port.odd = SLUICE_ODD_PASS;
    run.port.tunnels = 0;
    xdp_run_heartbeat(&run, 0);
    return 0;
}

#define NEEDS_BPF()      \
    do {                 \
        if (!run.object) \
            skip();      \
    } while (0)

static struct xdp_outcome steered(const struct frame_bytes *f)
{
    struct xdp_outcome o = xdp_run_bytes(&run, f);
    assert_int_equal(o.way, SLUICE_WAY_STEERED);
    assert_int_equal(o.action, XDP_REDIRECT);
    assert_true(o.has_meta);
    assert_int_equal(o.meta.magic, SLUICE_META_MAGIC);
    assert_int_equal(o.meta.frame_length, f->n);
    assert_int_equal(o.counts[SLUICE_WAY_STEERED].bytes, f->n);
    return o;
}

#define assert_odd(f, name)                                \
    do {                                                   \
        struct xdp_outcome odd_ = xdp_run_bytes(&run, f);  \
        assert_int_equal(odd_.way, SLUICE_WAY_ODD_PASSED); \
        assert_true(XDP_NOTED(odd_, name));                \
    } while (0)

static struct frame_bytes tcp4(void)
{
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, IPV4);
    put_ipv4(&f, TCP, 1, 2, 20);
    put_tcp(&f, 4000, 80, 16, 0);
    return f;
}

static void ipv4_tcp(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = tcp4();
    struct xdp_outcome o = steered(&f);
    assert_int_equal(o.meta.version, 4);
    assert_int_equal(o.meta.protocol, TCP);
    assert_int_equal(o.meta.network, 14);
    assert_int_equal(o.meta.transport, 34);
    assert_int_equal(o.meta.vlan_count, 0);
    assert_int_equal(o.meta.flags, 0);
    assert_int_equal(o.notes, 0);
}

static void both_directions_hash_alike(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes there = tcp4(), back = {.n = 0}, other = {.n = 0};
    put_ethernet(&back, IPV4);
    put_ipv4(&back, TCP, 2, 1, 20);
    put_tcp(&back, 80, 4000, 16, 0);
    put_ethernet(&other, IPV4);
    put_ipv4(&other, TCP, 2, 1, 20);
    put_tcp(&other, 80, 4001, 16, 0);
    uint32_t hash = steered(&there).meta.flow_hash;
    assert_int_equal(steered(&back).meta.flow_hash, hash);
    assert_int_not_equal(steered(&other).meta.flow_hash, hash);
    run.port.hash_seed++;
    assert_int_not_equal(steered(&there).meta.flow_hash, hash);
}

static void vlan_tags(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, QINQ);
    put_u16(&f, 0x2064);
    put_u16(&f, VLAN);
    put_u16(&f, 7);
    put_u16(&f, IPV4);
    put_ipv4(&f, UDP, 1, 2, 8);
    put_udp(&f, 53, 4000, 0);
    struct xdp_outcome o = steered(&f);
    assert_int_equal(o.meta.vlan_count, 2);
    assert_int_equal(o.meta.vlan[0], 0x2064);
    assert_int_equal(o.meta.vlan[1], 7);
    assert_int_equal(o.meta.network, 22);
    assert_true(XDP_NOTED(o, VLAN));
}

static void three_tags_are_odd(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, QINQ);
    for (int i = 0; i < 3; i++) {
        put_u16(&f, 5);
        put_u16(&f, i < 2 ? VLAN : IPV4);
    }
    put_ipv4(&f, UDP, 1, 2, 8);
    put_udp(&f, 53, 4000, 0);
    assert_odd(&f, VLAN_DEEP);
}

static void ipv4_options(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, IPV4);
    put_ipv4(&f, TCP, 1, 2, 60);
    f.b[14] = 0x4f; /* 60 bytes of header */
    for (int i = 0; i < 40; i++)
        put_u8(&f, 1);
    put_tcp(&f, 4000, 80, 2, 0);
    assert_int_equal(steered(&f).meta.transport, 74);
}

static void bad_ipv4(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = tcp4();
    f.b[14] = 0x44;
    assert_odd(&f, BAD_IPV4);
    f.b[14] = 0x65;
    assert_odd(&f, BAD_IPV4);
    f.b[14] = 0x45;
    f.b[16] = 0;
    f.b[17] = 19; /* total length */
    assert_odd(&f, BAD_IPV4);
}

/* A frame of any length up to the whole takes one way out, and up to the transport's ports it is odd. */
static void truncated_anywhere(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = tcp4();
    for (size_t n = 14; n < f.n; n++) {
        struct xdp_outcome o = xdp_run_frame(&run, f.b, n);
        assert_int_equal(o.way, SLUICE_WAY_ODD_PASSED);
        assert_true(XDP_NOTED(o, TRUNCATED));
    }
    steered(&f);
}

static void bad_tcp(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = tcp4();
    f.b[34 + 12] = 0x40;
    assert_odd(&f, BAD_TCP);
}

static void not_ip(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, 0x0806);
    put_text(&f, "who has this address, and who has that one?");
    struct xdp_outcome o = xdp_run_bytes(&run, &f);
    assert_int_equal(o.way, SLUICE_WAY_UNSELECTED);
    assert_true(XDP_NOTED(o, NOT_IP));
}

static void odd_as_configured(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = tcp4();
    f.b[34 + 12] = 0x40;
    run.port.odd = SLUICE_ODD_DROP;
    struct xdp_outcome o = xdp_run_bytes(&run, &f);
    assert_int_equal(o.way, SLUICE_WAY_ODD_DROPPED);
    assert_int_equal(o.action, XDP_DROP);
    run.port.odd = SLUICE_ODD_INSPECT;
    o = steered(&f);
    assert_int_equal(o.meta.flags, SLUICE_META_ODD);
}

/* Sixty-four bytes of the extension headers in `kinds`, then TCP. */
static struct frame_bytes ipv6_with(const uint8_t *kinds, size_t n)
{
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, IPV6);
    put_ipv6(&f, n ? kinds[0] : TCP, 1, 2, n * 16 + 20);
    for (size_t i = 0; i < n; i++) {
        put_u8(&f, i + 1 < n ? kinds[i + 1] : TCP);
        put_u8(&f, kinds[i] == 51 ? 2 : 1); /* an authentication header counts otherwise */
        for (int b = 0; b < 14; b++)
            put_u8(&f, 0);
    }
    put_tcp(&f, 4000, 80, 16, 0);
    return f;
}

static void ipv6_extensions(void **state)
{
    (void)state;
    NEEDS_BPF();
    static const uint8_t kinds[] = {0, 60, 43, 51, 135, 139, 60};
    for (size_t n = 0; n <= 6; n++) {
        struct frame_bytes f = ipv6_with(kinds, n);
        struct xdp_outcome o = steered(&f);
        assert_int_equal(o.meta.version, 6);
        assert_int_equal(o.meta.protocol, TCP);
        assert_int_equal(o.meta.transport, 54 + 16 * n);
    }
    struct frame_bytes f = ipv6_with(kinds, 7);
    assert_odd(&f, EXTENSIONS);
    f = ipv6_with(kinds, 3);
    f.b[54 + 1] = 255; /* longer than the frame */
    assert_odd(&f, TRUNCATED);
    f = ipv6_with(kinds, 0);
    f.b[14] = 0x40;
    assert_odd(&f, BAD_IPV6);
    for (size_t n = 15; n < 74; n++) {
        f = ipv6_with(kinds, 0);
        struct xdp_outcome o = xdp_run_frame(&run, f.b, n);
        assert_int_equal(o.way, SLUICE_WAY_ODD_PASSED);
    }
}

static struct frame_bytes ipv6_fragment(unsigned offset_and_more)
{
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, IPV6);
    put_ipv6(&f, 44, 1, 2, 28);
    put_u8(&f, TCP);
    put_u8(&f, 0);
    put_u16(&f, offset_and_more);
    put_u32(&f, 99);
    put_tcp(&f, 4000, 80, 16, 0);
    return f;
}

static void ipv6_fragments(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = ipv6_fragment(0x0008);
    struct xdp_outcome o = steered(&f);
    assert_true(XDP_NOTED(o, FRAGMENT_LATER));
    assert_int_equal(o.meta.flags, SLUICE_META_FRAGMENT);
    assert_int_equal(o.meta.transport, 0);
    f = ipv6_fragment(1);
    o = steered(&f);
    assert_true(XDP_NOTED(o, FRAGMENT_FIRST));
    f = ipv6_fragment(0); /* "atomic", RFC 6946 */
    o = steered(&f);
    assert_int_equal(o.meta.flags, 0);
    assert_int_equal(o.meta.transport, 62);
}

static void ipv4_fragments(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, IPV4);
    put_ipv4_fragment(&f, 5, 0, true, 4);
    put_u32(&f, 0); /* too short to hold the ports: goes where fragments go */
    struct xdp_outcome o = steered(&f);
    assert_true(XDP_NOTED(o, FRAGMENT_FIRST));
    f.n = 0;
    put_ethernet(&f, IPV4);
    put_ipv4_fragment(&f, 5, 8, false, 8);
    put_text(&f, "the rest");
    o = steered(&f);
    assert_true(XDP_NOTED(o, FRAGMENT_LATER));
}

static void gre(void **state)
{
    (void)state;
    NEEDS_BPF();
    static const struct {
        unsigned flags, more;
    } kinds[] = {{0, 0}, {0x8000, 4}, {0xb000, 12}};
    for (int i = 0; i < 3; i++) {
        struct frame_bytes f = {.n = 0};
        put_ethernet(&f, IPV4);
        put_ipv4(&f, GRE, 1, 2, 44 + kinds[i].more);
        put_u16(&f, kinds[i].flags);
        put_u16(&f, IPV4);
        for (unsigned b = 0; b < kinds[i].more; b++)
            put_u8(&f, 0);
        put_ipv4(&f, TCP, 3, 4, 20);
        put_tcp(&f, 4000, 80, 16, 0);
        run.port.tunnels = 0;
        struct xdp_outcome o = steered(&f);
        assert_int_equal(o.meta.protocol, GRE);
        run.port.tunnels = SLUICE_GRE;
        o = steered(&f);
        assert_int_equal(o.meta.protocol, TCP);
        assert_int_equal(o.meta.flags, SLUICE_META_TUNNEL);
        assert_int_equal(o.meta.network, 14 + 20 + 4 + kinds[i].more);
        f.b[35] = 1; /* version 1: PPTP */
        assert_odd(&f, BAD_TUNNEL);
    }
}

static struct frame_bytes in_udp(unsigned port)
{
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, IPV4);
    put_ipv4(&f, UDP, 1, 2, 100);
    put_udp(&f, 4000, port, 92);
    return f;
}

static void vxlan(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = in_udp(4789);
    put_u32(&f, 0x08000000);
    put_u32(&f, 0x00000100);
    put_ethernet(&f, VLAN);
    put_u16(&f, 9);
    put_u16(&f, IPV6);
    put_ipv6(&f, TCP, 3, 4, 20);
    put_tcp(&f, 4000, 80, 16, 0);
    assert_int_equal(steered(&f).meta.protocol, UDP);
    run.port.tunnels = SLUICE_VXLAN;
    struct xdp_outcome o = steered(&f);
    assert_int_equal(o.meta.protocol, TCP);
    assert_int_equal(o.meta.version, 6);
    assert_int_equal(o.meta.vlan_count, 0); /* of the outer frame */
    assert_true(XDP_NOTED(o, TUNNEL));
    f.n = 14 + 20 + 8 + 5;
    assert_odd(&f, TRUNCATED);
}

static void geneve(void **state)
{
    (void)state;
    NEEDS_BPF();
    struct frame_bytes f = in_udp(6081);
    put_u8(&f, 2); /* eight bytes of options */
    put_u8(&f, 0);
    put_u16(&f, 0x6558);
    put_u32(&f, 0x100);
    put_u32(&f, 0);
    put_u32(&f, 0);
    put_ethernet(&f, IPV4);
    put_ipv4(&f, TCP, 3, 4, 20);
    put_tcp(&f, 4000, 80, 16, 0);
    run.port.tunnels = SLUICE_GENEVE;
    struct xdp_outcome o = steered(&f);
    assert_int_equal(o.meta.protocol, TCP);
    assert_int_equal(o.meta.transport, 14 + 20 + 8 + 16 + 14 + 20);
    f.b[42] = 0x42;
    assert_odd(&f, BAD_TUNNEL);
}

/* Random bytes behind every sensible beginning: one way out each, whatever they are. */
static void anything(void **state)
{
    (void)state;
    NEEDS_BPF();
    static const unsigned types[] = {IPV4, IPV6, VLAN, QINQ, 0x1234};
    uint32_t random = 1;
    run.port.tunnels = SLUICE_GRE | SLUICE_VXLAN | SLUICE_GENEVE;
    for (int i = 0; i < 4000; i++) {
        struct frame_bytes f = {.n = 0};
        put_ethernet(&f, types[i % 5]);
        unsigned n = (unsigned)i % 150;
        for (unsigned b = 0; b < n; b++) {
            random = random * 1664525 + 1013904223;
            put_u8(&f, random >> 24);
        }
        if (n > 10 && i % 3)
            f.b[14] = i % 5 == 0 ? 0x45 : 0x60;
        if (n > 10 && i % 7 < 3)
            f.b[i % 5 == 0 ? 23 : 20] = (uint8_t[]){GRE, UDP, 44}[i % 7];
        assert_int_not_equal(xdp_run_bytes(&run, &f).way, -1);
    }
}

#define CASES                                                                                         \
    cmocka_unit_test_setup(ipv4_tcp, each), cmocka_unit_test_setup(both_directions_hash_alike, each), \
        cmocka_unit_test_setup(vlan_tags, each), cmocka_unit_test_setup(three_tags_are_odd, each),    \
        cmocka_unit_test_setup(ipv4_options, each), cmocka_unit_test_setup(bad_ipv4, each),           \
        cmocka_unit_test_setup(truncated_anywhere, each), cmocka_unit_test_setup(bad_tcp, each),      \
        cmocka_unit_test_setup(not_ip, each), cmocka_unit_test_setup(odd_as_configured, each),        \
        cmocka_unit_test_setup(ipv6_extensions, each), cmocka_unit_test_setup(ipv6_fragments, each),  \
        cmocka_unit_test_setup(ipv4_fragments, each), cmocka_unit_test_setup(gre, each),              \
        cmocka_unit_test_setup(vxlan, each), cmocka_unit_test_setup(geneve, each),                    \
        cmocka_unit_test_setup(anything, each)

int main(void)
{
    const struct CMUnitTest tests[] = {CASES};
    int failed = cmocka_run_group_tests_name("plain", tests, open_plain, close_run);
    return failed + cmocka_run_group_tests_name("frags", tests, open_frags, close_run);
}
