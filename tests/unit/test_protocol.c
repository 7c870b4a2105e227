/*
 * What rules see of packets whose transport is broken, in fragments, or of no kind that has flows. The
 * expectations were asked of Suricata 8.0.8 with captures of the same packets.
 */
#include "support/check.h"

#include "support/conversation.h"
#include "support/engine.h"
#include "support/frames.h"

enum { LINK_ETHERNET = 1, FRAMES = 8 };

struct fixture {
    struct frame_bytes bytes[FRAMES];
    struct frame frames[FRAMES];
    unsigned count;
    struct found found;
};

static struct frame_bytes *next(struct fixture *x)
{
    return &x->bytes[x->count++];
}

static void run(struct fixture *x, const char *rules)
{
    struct engine_options options = {.checksums = CHECKSUM_OFF};
    for (unsigned i = 0; i < x->count; i++)
        x->frames[i] = (struct frame){
            .bytes = slice_of(x->bytes[i].b, x->bytes[i].n),
            .number = i + 1,
            .time_ns = (i + 1) * UINT64_C(100000000),
            .wire_length = (uint32_t)x->bytes[i].n,
            .link_type = LINK_ETHERNET,
        };
    assert_int_equal(engine_run(rules, x->frames, x->count, &options, &x->found), 0);
    assert_int_equal(x->found.refused, 0);
}

/* Bit n - 1: the rule alerted on packet n. */
static unsigned packets_of(const struct fixture *x, uint32_t sid)
{
    unsigned packets = 0;
    for (uint32_t i = 0; i < x->found.count; i++)
        if (x->found.list[i].sid == sid)
            packets |= 1U << (x->found.list[i].number - 1);
    return packets;
}

static void ipv4(struct fixture *x, unsigned protocol, const void *data, size_t n)
{
    struct frame_bytes *f = next(x);
    put_ethernet(f, 0x0800);
    put_ipv4(f, protocol, 1, 2, n);
    put_bytes(f, data, n);
}

static void fragment(struct fixture *x, unsigned offset, bool more)
{
    struct frame_bytes *f = next(x);
    put_ethernet(f, 0x0800);
    put_ipv4_fragment(f, 7, offset, more, 16);
    put_text(f, "\x03\xe8\x07\xd0\x01\x02\x03\x04"
                "aaaaaaaa");
}

static void test_the_ip_header_names_the_protocol(void **state)
{
    (void)state;
    struct fixture x = {0};
    ipv4(&x, 6, "\x00\x50\x01\x00\x00", 5); /* 1: too short for TCP */
    ipv4(&x, 1, "\x08\x00", 2);             /* 2: and for ICMP */
    ipv4(&x, 132, "\x00\x01\x00\x02", 4);   /* 3: and for SCTP */
    ipv4(&x, 99, "abcdefgh", 8);            /* 4 */
    fragment(&x, 0, true);                  /* 5 */
    run(&x, "alert tcp any any -> any any (ttl:>0; sid:1;)\n"
            "alert udp any any -> any any (ttl:>0; sid:2;)\n"
            "alert icmp any any -> any any (ttl:>0; sid:3;)\n"
            "alert sctp any any -> any any (ttl:>0; sid:4;)\n"
            "alert tcp any any -> any any (sid:5;)\n"
            "alert ip any !80 -> any any (ttl:>0; sid:6;)\n"
            "alert tcp any 0 -> any any (ttl:>0; sid:7;)\n"
            "alert tcp any any -> any any (flags:!S; sid:8;)\n");
    assert_int_equal(packets_of(&x, 1), 1 << 0);
    assert_int_equal(packets_of(&x, 2), 1 << 4);
    assert_int_equal(packets_of(&x, 3), 1 << 1);
    assert_int_equal(packets_of(&x, 4), 1 << 2);
    assert_int_equal(packets_of(&x, 5), 1 << 0);
    assert_int_equal(packets_of(&x, 6), 1 << 0 | 1 << 2);
    assert_int_equal(packets_of(&x, 7), 1 << 0);
    assert_int_equal(packets_of(&x, 8), 0);
    found_fini(&x.found);
}

static void test_without_a_flow_packets_go_to_the_server(void **state)
{
    (void)state;
    struct fixture x = {0};
    ipv4(&x, 99, "abcdefgh", 8);
    run(&x, "alert ip any any -> any any (flow:to_server; sid:1;)\n"
            "alert ip any any -> any any (flow:to_client; sid:2;)\n"
            "alert ip any any -> any any (flow:stateless; sid:3;)\n"
            "alert ip any any -> any any (flow:not_established; sid:4;)\n"
            "alert ip any any -> any any (flow:no_frag; sid:5;)\n"
            "alert ip any any -> any any (flow:to_server,stateless; sid:6;)\n"
            "alert ip any any -> any any (flow:to_server,no_stream; ttl:>0; sid:7;)\n");
    assert_int_equal(packets_of(&x, 1), 1);
    for (uint32_t sid = 2; sid <= 6; sid++)
        assert_int_equal(packets_of(&x, sid), 0);
    assert_int_equal(packets_of(&x, 7), 1);
    found_fini(&x.found);
}

/* By themselves these two say nothing: the rule is one of addresses, once a flow and direction. */
static void test_stream_words_alone(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    struct engine_options options = {.checksums = CHECKSUM_ON};
    struct found found;
    handshake(&c);
    client_sends(&c, TCP_ACK | TCP_PSH, "hello", 5);
    assert_int_equal(engine_run("alert tcp any any -> any any (flow:only_stream; sid:1;)\n"
                                "alert tcp any any -> any any (flow:no_stream; sid:2;)\n",
                                f.list, f.count, &options, &found),
                     0);
    assert_int_equal(found_count(&found, 1), 2);
    assert_int_equal(found_count(&found, 2), 2);
    found_fini(&found);
    frames_fini(&f);
}

static void test_without_ip_thresholds_do_not_count(void **state)
{
    (void)state;
    struct fixture x = {0};
    for (int i = 0; i < 3; i++) {
        struct frame_bytes *f = next(&x);
        put_ethernet(f, 0x9999);
        put_text(f, "abcdefghijklmnop");
    }
    run(&x, "alert pkthdr any any -> any any (decode-event:ethernet.unknown_ethertype; "
            "threshold:type limit,track by_rule,seconds 60,count 1; sid:1;)\n"
            "alert pkthdr any any -> any any (decode-event:ethernet.unknown_ethertype; "
            "detection_filter:track by_src,seconds 60,count 3; sid:2;)\n");
    assert_int_equal(packets_of(&x, 1), 7);
    assert_int_equal(packets_of(&x, 2), 7);
    found_fini(&x.found);
}

/* Of a tunnel over UDP only the packet inside has a payload with a size. */
static void test_a_tunnel_has_no_payload_size(void **state)
{
    (void)state;
    struct fixture x = {0};
    struct frame_bytes *f = next(&x);
    put_ethernet(f, 0x0800);
    put_ipv4(f, 17, 1, 2, 8 + 8 + 14 + 28);
    put_udp(f, 1000, 4789, 8 + 14 + 28);
    put_bytes(f, "\x08\0\0\0\0\0\x01\0", 8);
    put_ethernet(f, 0x0800);
    put_ipv4(f, 17, 3, 4, 8);
    put_udp(f, 1000, 2000, 0);
    run(&x, "alert udp any any -> any 4789 (dsize:0; sid:1;)\n"
            "alert udp any any -> any 4789 (dsize:>0; sid:2;)\n"
            "alert udp any any -> any 2000 (dsize:0; sid:3;)\n");
    assert_int_equal(found_count(&x.found, 1), 0);
    assert_int_equal(found_count(&x.found, 2), 0);
    assert_int_equal(found_count(&x.found, 3), 1);
    found_fini(&x.found);
}

static void test_ipv6_extension_headers_belong_to_the_header(void **state)
{
    (void)state;
    struct fixture x = {0};
    struct frame_bytes *f = next(&x);
    put_ethernet(f, 0x86dd);
    put_ipv6(f, 0, 1, 2, 8 + 8 + 8);
    put_bytes(f, "\x2c\0\x01\x04\0\0\0\0", 8); /* hop by hop: padding */
    put_bytes(f, "\x11\0\0\0\0\0\0\x01", 8);   /* a fragment that is the whole */
    put_udp(f, 1, 2, 0);
    run(&x, "alert ip any any -> any any (ipv6.hdr; bsize:56; sid:1;)\n"
            "alert ip any any -> any any (fragoffset:0; sid:2;)\n");
    assert_int_equal(packets_of(&x, 1), 1);
    assert_int_equal(packets_of(&x, 2), 1);
    found_fini(&x.found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_ip_header_names_the_protocol),
        cmocka_unit_test(test_without_a_flow_packets_go_to_the_server),
        cmocka_unit_test(test_stream_words_alone),
        cmocka_unit_test(test_without_ip_thresholds_do_not_count),
        cmocka_unit_test(test_a_tunnel_has_no_payload_size),
        cmocka_unit_test(test_ipv6_extension_headers_belong_to_the_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
