/* The steering policy as a filter of libpcap's: what it lets through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>

#include "support/frames.h"
#include "verdict/steering.h"
#include "verdict/steering_filter.h"

struct policy {
    const char *tcp, *udp, *protocols;
};

static struct steering *steering_of(const struct policy *policy)
{
    struct steering *s = calloc(1, sizeof *s);
    struct err err;
    assert_non_null(s);
    if (policy->tcp)
        assert_int_equal(steering_ports(s, STEERING_TCP, policy->tcp, true, &err), 0);
    if (policy->udp)
        assert_int_equal(steering_ports(s, STEERING_UDP, policy->udp, true, &err), 0);
    if (policy->protocols)
        assert_int_equal(steering_protocols(s, policy->protocols, true, &err), 0);
    return s;
}

static bool passes(const struct policy *policy, const struct frame_bytes *f)
{
    struct steering *s = steering_of(policy);
    struct buf text = {0};
    assert_int_equal(steering_filter(s, &text), 0);
    pcap_t *dead = pcap_open_dead(DLT_EN10MB, 262144);
    struct bpf_program program;
    if (pcap_compile(dead, &program, (const char *)text.p, 1, PCAP_NETMASK_UNKNOWN))
        fail_msg("%s: %s", (const char *)text.p, pcap_geterr(dead));
    struct pcap_pkthdr header = {.caplen = (bpf_u_int32)f->n, .len = (bpf_u_int32)f->n};
    bool result = pcap_offline_filter(&program, &header, f->b) != 0;
    pcap_freecode(&program);
    pcap_close(dead);
    buf_fini(&text);
    free(s);
    return result;
}

/* Ethernet with `tags` VLAN tags up to the type. */
static struct frame_bytes tagged(unsigned tags, unsigned type)
{
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, tags ? 0x8100 : type);
    for (unsigned i = 0; i < tags; i++) {
        put_u16(&f, 5 + i);
        put_u16(&f, i + 1 < tags ? 0x8100 : type);
    }
    return f;
}

static struct frame_bytes tcp_frame(unsigned tags, bool six, unsigned source, unsigned destination)
{
    struct frame_bytes f = tagged(tags, six ? 0x86dd : 0x0800);
    if (six)
        put_ipv6(&f, 6, 1, 2, 20);
    else
        put_ipv4(&f, 6, 1, 2, 20);
    put_tcp(&f, source, destination, 0x10, 0);
    return f;
}

static struct frame_bytes udp_frame(unsigned tags, unsigned destination)
{
    struct frame_bytes f = tagged(tags, 0x0800);
    put_ipv4(&f, 17, 1, 2, 8);
    put_udp(&f, 4000, destination, 0);
    return f;
}

static void ports_match_on_either_side_behind_any_tags(void **state)
{
    (void)state;
    const struct policy policy = {.tcp = "80,443,8000-8002"};
    static const struct {
        unsigned source, destination;
        bool passes;
    } cases[] = {{4000, 80, true}, {80, 4000, true}, {443, 9, true},  {9, 8001, true},
                 {9, 8003, false}, {79, 81, false},  {8000, 1, true}, {9, 7999, false}};
    for (unsigned tags = 0; tags <= 2; tags++)
        for (int six = 0; six < 2; six++)
            for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                struct frame_bytes f = tcp_frame(tags, six, cases[i].source, cases[i].destination);
                assert_int_equal(passes(&policy, &f), cases[i].passes);
            }
}

static void transports_are_kept_apart(void **state)
{
    (void)state;
    const struct policy udp = {.udp = "53"}, all = {.tcp = "all"}, both = {.tcp = "80", .udp = "all"};
    struct frame_bytes tcp_53 = tcp_frame(0, false, 1, 53), udp_53 = udp_frame(1, 53),
                       udp_54 = udp_frame(2, 54);
    assert_false(passes(&udp, &tcp_53));
    assert_true(passes(&udp, &udp_53));
    assert_false(passes(&udp, &udp_54));
    assert_true(passes(&all, &tcp_53));
    assert_false(passes(&all, &udp_53));
    assert_false(passes(&both, &tcp_53));
    assert_true(passes(&both, &udp_54));
}

static void later_fragments_and_extension_headers_pass(void **state)
{
    (void)state;
    const struct policy tcp = {.tcp = "80"}, udp = {.udp = "53"};
    struct frame_bytes later = tagged(1, 0x0800), extended = tagged(0, 0x86dd);
    put_ipv4_fragment(&later, 7, 64, false, 8); /* of UDP */
    put_bytes(&later, "........", 8);
    put_ipv6(&extended, 0, 1, 2, 8);
    put_bytes(&extended, "\x3a\0\1\4\0\0\0\0", 8);
    assert_true(passes(&udp, &later));
    assert_false(passes(&tcp, &later));
    assert_true(passes(&tcp, &extended));
}

static void protocols_by_number(void **state)
{
    (void)state;
    const struct policy icmp = {.protocols = "icmp,47"};
    struct frame_bytes ping = tagged(2, 0x0800), gre = tagged(0, 0x0800), esp = tagged(0, 0x0800);
    put_ipv4(&ping, 1, 1, 2, 8);
    put_ipv4(&gre, 47, 1, 2, 8);
    put_ipv4(&esp, 50, 1, 2, 8);
    for (int i = 0; i < 2; i++) {
        put_u32(&ping, 0);
        put_u32(&gre, 0);
        put_u32(&esp, 0);
    }
    assert_true(passes(&icmp, &ping));
    assert_true(passes(&icmp, &gre));
    assert_false(passes(&icmp, &esp));
}

static void prefixes_cannot_be_said(void **state)
{
    (void)state;
    const struct policy policy = {.tcp = "all"};
    struct steering *s = steering_of(&policy);
    struct buf text = {0};
    struct err err;
    assert_int_equal(steering_prefix_add(s, "10.0.0.0/8", true, &err), 0);
    assert_int_equal(steering_filter(s, &text), -EOPNOTSUPP);
    buf_fini(&text);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports_match_on_either_side_behind_any_tags),
        cmocka_unit_test(transports_are_kept_apart),
        cmocka_unit_test(later_fragments_and_extension_headers_pass),
        cmocka_unit_test(protocols_by_number),
        cmocka_unit_test(prefixes_cannot_be_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
