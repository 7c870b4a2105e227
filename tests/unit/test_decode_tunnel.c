#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "support/frames.h"

struct fixture {
    struct frame_bytes f;
    struct decoder *decoder;
    struct packet out[DECODE_PACKETS];
    unsigned count;
    uint8_t *copy;
};

static int setup(void **state)
{
    struct fixture *x = calloc(1, sizeof *x);
    x->decoder = test_decoder(CHECKSUM_OFF);
    *state = x;
    return x->decoder == NULL;
}

static int teardown(void **state)
{
    struct fixture *x = *state;
    free(x->copy);
    decoder_free(x->decoder);
    free(x);
    return 0;
}

static void decode(struct fixture *x, unsigned link_type)
{
    free(x->copy);
    x->count = test_decode(x->decoder, &x->f, link_type, 1, x->out, &x->copy);
    x->f.n = 0;
}

/* 32 bytes of IPv4 and UDP with "abcd". */
enum { INNER = 32 };

static void put_inner(struct fixture *x)
{
    put_ipv4(&x->f, 17, 3, 4, 12);
    put_udp(&x->f, 1000, 2000, 4);
    put_text(&x->f, "abcd");
}

static void expect_inner(struct fixture *x, enum packet_source source)
{
    assert_int_equal(x->count, 2);
    const struct packet *p = &x->out[1];
    assert_int_equal(p->source, source);
    assert_int_equal(p->depth, 1);
    assert_ptr_equal(p->outer, &x->out[0]);
    assert_int_equal(p->destination_port, 2000);
    assert_true(slice_equal(p->payload, slice_str("abcd")));
    assert_int_equal(x->out[0].payload.n, 0);
    assert_int_equal(decoder_counters(x->decoder)->tunnels, 1);
}

static void test_ipip(void **state)
{
    struct fixture *x = *state;
    put_ethernet(&x->f, 0x0800);
    put_ipv4(&x->f, 4, 1, 2, INNER);
    put_inner(x);
    decode(x, 1);
    expect_inner(x, PACKET_TUNNEL_IPV4);
}

static void test_ipip_broken(void **state)
{
    struct fixture *x = *state;
    put_ethernet(&x->f, 0x0800);
    put_ipv4(&x->f, 4, 1, 2, INNER);
    put_inner(x);
    x->f.b[34] = 0x55;
    decode(x, 1);
    assert_int_equal(x->count, 1);
    assert_int_equal(x->out[0].events.count, 0);
    put_ethernet(&x->f, 0x86dd);
    put_ipv6(&x->f, 4, 1, 2, 3);
    put_text(&x->f, "abc");
    decode(x, 1);
    assert_true(packet_event_has(&x->out[0].events, EVENT_IPV6_IPV4_IN_IPV6_TOO_SMALL));
}

static void test_gre(void **state)
{
    struct fixture *x = *state;
    put_ethernet(&x->f, 0x0800);
    put_ipv4(&x->f, 47, 1, 2, 8 + INNER);
    put_u32(&x->f, 0x20000800);
    put_u32(&x->f, 99);
    put_inner(x);
    decode(x, 1);
    expect_inner(x, PACKET_TUNNEL_GRE);
    assert_true((x->out[0].layers & LAYER_GRE) != 0);
}

static void test_gre_broken(void **state)
{
    struct fixture *x = *state;
    static const struct {
        uint32_t word;
        enum packet_event event;
    } cases[] = {
        {0x07000800, EVENT_GRE_VERSION0_RECUR},
        {0x00080800, EVENT_GRE_VERSION0_FLAGS},
        {0x80000800, EVENT_GRE_VERSION0_HDR_TOO_BIG},
        {0x00020800, EVENT_GRE_WRONG_VERSION},
        {0x8001880b, EVENT_GRE_VERSION1_CHKSUM},
        {0x4001880b, EVENT_GRE_VERSION1_ROUTE},
        {0x0801880b, EVENT_GRE_VERSION1_SSR},
        {0x0001880b, EVENT_GRE_VERSION1_NO_KEY},
        {0x20010800, EVENT_GRE_VERSION1_WRONG_PROTOCOL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put_ethernet(&x->f, 0x0800);
        put_ipv4(&x->f, 47, 1, 2, 4);
        put_u32(&x->f, cases[i].word);
        decode(x, 1);
        assert_int_equal(x->count, 1);
        assert_true(packet_event_has(&x->out[0].events, cases[i].event));
    }
}

static void test_erspan(void **state)
{
    struct fixture *x = *state;
    put_ethernet(&x->f, 0x0800);
    put_ipv4(&x->f, 47, 1, 2, 8 + 8 + 14 + INNER);
    put_u32(&x->f, 0x100088be);
    put_u32(&x->f, 1);
    put_u32(&x->f, 0x10070000);
    put_u32(&x->f, 0);
    put_ethernet(&x->f, 0x0800);
    put_inner(x);
    decode(x, 1);
    expect_inner(x, PACKET_TUNNEL_GRE);
    assert_int_equal(x->out[1].vlan[0], 7);
}

static void put_udp_tunnel(struct fixture *x, unsigned port, size_t n)
{
    put_ethernet(&x->f, 0x0800);
    put_ipv4(&x->f, 17, 1, 2, 8 + n);
    put_udp(&x->f, 500, port, n);
}

static void test_vxlan(void **state)
{
    struct fixture *x = *state;
    put_udp_tunnel(x, 4789, 8 + 14 + INNER);
    put_u32(&x->f, 0x08000000);
    put_u32(&x->f, 0x00000100);
    put_ethernet(&x->f, 0x0800);
    put_inner(x);
    decode(x, 1);
    expect_inner(x, PACKET_TUNNEL_VXLAN);
}

static void test_geneve(void **state)
{
    struct fixture *x = *state;
    put_udp_tunnel(x, 6081, 12 + INNER);
    put_u32(&x->f, 0x01000800);
    put_u32(&x->f, 0x00000100);
    put_u32(&x->f, 0);
    put_inner(x);
    decode(x, 1);
    expect_inner(x, PACKET_TUNNEL_GENEVE);
}

static void test_teredo(void **state)
{
    struct fixture *x = *state;
    put_udp_tunnel(x, 3544, 40 + 12);
    put_ipv6(&x->f, 17, 3, 4, 12);
    put_udp(&x->f, 1000, 2000, 4);
    put_text(&x->f, "abcd");
    decode(x, 1);
    expect_inner(x, PACKET_TUNNEL_TEREDO);
    put_udp_tunnel(x, 3544, 4); /* and what is none keeps its payload */
    put_text(&x->f, "abcd");
    decode(x, 1);
    assert_int_equal(x->count, 1);
    assert_int_equal(x->out[0].payload.n, 4);
}

static void test_depth(void **state)
{
    struct fixture *x = *state;
    put_ethernet(&x->f, 0x0800);
    for (size_t i = 0; i < 30; i++)
        put_ipv4(&x->f, 4, 1, 2, (29 - i) * 20 + INNER);
    put_inner(x);
    decode(x, 1);
    assert_int_equal(x->count, 7);
    assert_int_equal(x->out[6].depth, 6);
    assert_true(decoder_counters(x->decoder)->depth_exceeded > 0);
}

static void test_links(void **state)
{
    struct fixture *x = *state;
    static const struct {
        unsigned type;
        const char *header;
        size_t n;
    } links[] = {
        {0, "\x02\0\0\0", 4},
        {0, "\0\0\0\x02", 4},
        {108, "\0\0\0\x02", 4},
        {9, "\xff\x03\0\x21", 4},
        {9, "\0\x21", 2},
        {50, "\xff\x03\0\x21", 4},
        {50, "\x0f\0\x08\0", 4},
        {104, "\x0f\0\x08\0", 4},
        {12, "", 0},
        {14, "", 0},
        {101, "", 0},
        {228, "", 0},
        {113, "\0\0\0\x01\0\x06\x02\0\0\0\0\x01\0\0\x08\0", 16},
        {276, "\x08\0\0\0\0\0\0\x01\0\x01\0\x06\x02\0\0\0\0\x01\0\0", 20},
        {105, "\x08\x01\0\0AAAAAABBBBBBCCCCCC\0\0\xaa\xaa\x03\0\0\0\x08\0", 32},
        {105, "\x88\x02\0\0AAAAAABBBBBBCCCCCC\0\0\0\0\xaa\xaa\x03\0\0\0\x08\0", 34},
        {127, "\0\0\x08\0\0\0\0\0\x08\x01\0\0AAAAAABBBBBBCCCCCC\0\0\xaa\xaa\x03\0\0\0\x08\0", 40},
    };
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        const char *name = NULL;
        assert_true(decode_link_type_known((uint16_t)links[i].type, &name));
        assert_non_null(name);
        put_bytes(&x->f, links[i].header, links[i].n);
        put_inner(x);
        decode(x, links[i].type);
        assert_int_equal(x->out[0].destination_port, 2000);
        /* and each prefix of the frame is survived */
        for (size_t n = 0; n < links[i].n; n++) {
            put_bytes(&x->f, links[i].header, n);
            decode(x, links[i].type);
            assert_true(x->out[0].layers == 0 || x->out[0].layers == LAYER_ETHERNET);
        }
    }
    const char *name = NULL;
    assert_false(decode_link_type_known(147, &name));
    assert_non_null(name);
}

static void test_mpls_pppoe(void **state)
{
    struct fixture *x = *state;
    put_ethernet(&x->f, 0x8847);
    put_u32(&x->f, 0x00064040);
    put_u32(&x->f, 0x00065140);
    put_inner(x);
    decode(x, 1);
    assert_int_equal(x->out[0].destination_port, 2000);
    put_ethernet(&x->f, 0x8847);
    put_u32(&x->f, 0x00003140);
    put_inner(x);
    decode(x, 1);
    assert_true(packet_event_has(&x->out[0].events, EVENT_MPLS_BAD_LABEL_IMPLICIT_NULL));
    put_ethernet(&x->f, 0x8864);
    put_u32(&x->f, 0x11000001);
    put_u32(&x->f, 0x00220021);
    put_inner(x);
    decode(x, 1);
    assert_int_equal(x->out[0].destination_port, 2000);
}

/* What is short behind a label is told by whom the label names; of a network service header all its first
 * byte of metadata counts, and something has to follow. */
static void test_labels_of_short_packets(void **state)
{
    struct fixture *x = *state;
    static const struct {
        uint32_t entry;
        enum packet_event event;
    } labels[] = {{0x00000140, EVENT_IPV4_PKT_TOO_SMALL},
                  {0x00001140, EVENT_MPLS_BAD_LABEL_ROUTER_ALERT},
                  {0x00003140, EVENT_MPLS_BAD_LABEL_IMPLICIT_NULL},
                  {0x00064140, EVENT_MPLS_PKT_TOO_SMALL}};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        put_ethernet(&x->f, 0x8847);
        put_u32(&x->f, labels[i].entry);
        put_bytes(&x->f, "E", 1);
        decode(x, 1);
        assert_int_equal(x->out[0].events.count, 1);
        assert_true(packet_event_has(&x->out[0].events, labels[i].event));
    }
    put_ethernet(&x->f, 0x894f);
    put_u32(&x->f, 0x0fc22101);
    put_u32(&x->f, 0x00000107);
    put_inner(x);
    decode(x, 1);
    assert_true(packet_event_has(&x->out[0].events, EVENT_NSH_UNSUPPORTED_TYPE));
    put_ethernet(&x->f, 0x894f);
    put_u32(&x->f, 0x0fc20201);
    put_u32(&x->f, 0x00000107);
    decode(x, 1);
    assert_true(packet_event_has(&x->out[0].events, EVENT_NSH_BAD_HEADER_LENGTH));
}

/* Of PPP's framing only the first byte is looked at. */
static void test_ppp_framing(void **state)
{
    struct fixture *x = *state;
    static const struct {
        const char *bytes;
        size_t n;
        enum packet_event event;
    } cases[] = {{"\x21", 1, EVENT_PPP_VJU_PKT_TOO_SMALL},
                 {"\x00\x21", 2, EVENT_PPP_IP4_PKT_TOO_SMALL},
                 {"\xfd", 1, EVENT_PPP_UNSUP_PROTO},
                 {"\xff\x84\xc0\xff", 4, EVENT_PPP_WRONG_TYPE},
                 {"\xff\x80\x21\x01", 4, EVENT_PPP_VJU_PKT_TOO_SMALL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        x->f.n = 0;
        put_bytes(&x->f, cases[i].bytes, cases[i].n);
        decode(x, 9);
        assert_true(packet_event_has(&x->out[0].events, cases[i].event));
    }
    x->f.n = 0;
    put_bytes(&x->f, "\xff\x00\x21", 3);
    put_inner(x);
    decode(x, 9);
    assert_int_equal(x->out[0].destination_port, 2000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_ipip),        TEST(test_ipip_broken), TEST(test_gre),
        TEST(test_gre_broken),  TEST(test_vxlan),       TEST(test_geneve),
        TEST(test_teredo),      TEST(test_erspan),      TEST(test_depth),
        TEST(test_links),       TEST(test_mpls_pppoe),  TEST(test_labels_of_short_packets),
        TEST(test_ppp_framing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
