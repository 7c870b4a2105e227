#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "packet/ip_option.h"
#include "support/frames.h"

/* One frame, decoded by a decoder of its own. */
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

static bool has(const struct packet *p, enum packet_event event)
{
    return packet_event_has(&p->events, event);
}

static void put_udp_packet(struct fixture *x, const char *text)
{
    size_t n = strlen(text);
    put_ipv4(&x->f, 17, 1, 2, 8 + n);
    put_udp(&x->f, 1000, 2000, n);
    put_text(&x->f, text);
}

static void test_tcp(void **state)
{
    struct fixture *x = *state;
    static const uint8_t options[] = {2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 3, 3, 7};
    put_ethernet(&x->f, 0x0800);
    put_ipv4(&x->f, 6, 1, 2, 20 + sizeof options + 5);
    put_tcp(&x->f, 4000, 80, TCP_SYN | TCP_ACK, sizeof options);
    put_bytes(&x->f, options, sizeof options);
    put_text(&x->f, "hello");
    put_text(&x->f, "padding"); /* of the link: not part of the datagram */
    decode(x, 1);
    const struct packet *p = &x->out[0];
    assert_int_equal(x->count, 1);
    assert_int_equal(p->layers, LAYER_ETHERNET | LAYER_IPV4 | LAYER_TCP);
    assert_int_equal(p->ethertype, 0x0800);
    assert_int_equal(p->source_port, 4000);
    assert_int_equal(p->destination_port, 80);
    assert_int_equal(p->tcp.sequence, 1000);
    assert_int_equal(p->tcp.acknowledgment, 2000);
    assert_int_equal(p->tcp.flags, TCP_SYN | TCP_ACK);
    assert_int_equal(p->tcp.mss, 1460);
    assert_int_equal(p->tcp.window_scale, 7);
    assert_true(p->tcp.has_mss && p->tcp.has_window_scale && p->tcp.has_sack_permitted);
    assert_true(p->tcp.has_timestamps);
    assert_int_equal(p->tcp.timestamp, 1);
    assert_int_equal(p->tcp.timestamp_echo, 2);
    assert_int_equal(p->transport.n, 40);
    assert_true(slice_equal(p->payload, slice_str("hello")));
    assert_int_equal(p->ip.ttl, 64);
    assert_int_equal(p->events.count, 0);
    assert_false(p->invalid);
    assert_true(p->flow_hash != 0);
}

static void tcp_options(struct fixture *x, const char *options, size_t n)
{
    put_ethernet(&x->f, 0x0800);
    put_ipv4(&x->f, 6, 1, 2, 20 + n);
    put_tcp(&x->f, 4000, 80, TCP_SYN, n);
    put_bytes(&x->f, options, n);
    decode(x, 1);
}

static void test_tcp_options(void **state)
{
    struct fixture *x = *state;
    tcp_options(x, "\x02\x03\x05\xb4", 4);
    assert_true(has(x->out, EVENT_TCP_OPT_INVALID_LEN));
    assert_false(x->out[0].tcp.has_mss);
    tcp_options(x, "\x02\x04\x05\xb4\x02\x04\x00\x01", 8);
    assert_true(has(x->out, EVENT_TCP_OPT_DUPLICATE));
    assert_int_equal(x->out[0].tcp.mss, 1460);
    tcp_options(x, "\x03\x03\x0f\x00", 4);
    assert_true(has(x->out, EVENT_TCP_OPT_WSCALE_OVER_MAX));
    tcp_options(x, "\xfd\x0c\xf9\x89\x01\x02\x03\x04\x05\x06\x07\x08", 12);
    assert_true(x->out[0].tcp.has_fast_open);
    assert_int_equal(x->out[0].tcp.fast_open_length, 8);
    tcp_options(x, "\x05\x0a\0\0\0\x01\0\0\0\x09\x01\x01", 12);
    assert_int_equal(x->out[0].tcp.sack_count, 1);
    assert_int_equal(x->out[0].tcp.sack[0].right, 9);
    tcp_options(x, "\x01\x01\x01\x02", 4); /* a kind without its length */
    assert_int_equal(x->out[0].events.count, 0);
}

/* A broken transport leaves a packet that IP rules see, without ports or flow. */
static void test_tcp_broken(void **state)
{
    struct fixture *x = *state;
    put_ethernet(&x->f, 0x0800);
    put_ipv4(&x->f, 6, 1, 2, 19);
    put_bytes(&x->f, "0123456789012345678", 19);
    decode(x, 1);
    assert_true(has(x->out, EVENT_TCP_PKT_TOO_SMALL));
    assert_false(x->out[0].invalid);
    assert_int_equal(x->out[0].layers, LAYER_ETHERNET | LAYER_IPV4);
    assert_int_equal(x->out[0].flow_hash, 0);
    assert_int_equal(x->out[0].ip.protocol, 6);
}

static void test_udp_lengths(void **state)
{
    struct fixture *x = *state;
    static const struct {
        unsigned length;
        enum packet_event event;
    } cases[] = {{0, EVENT_UDP_LEN_INVALID},
                 {7, EVENT_UDP_LEN_INVALID},
                 {8, EVENT_NONE},
                 {12, EVENT_NONE},
                 {13, EVENT_UDP_PKT_TOO_SMALL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put_ethernet(&x->f, 0x0800);
        put_ipv4(&x->f, 17, 1, 2, 12);
        put_udp(&x->f, 1, 2, cases[i].length - 8);
        put_text(&x->f, "abcd");
        decode(x, 1);
        if (cases[i].event == EVENT_NONE)
            assert_int_equal(x->out[0].payload.n, cases[i].length - 8);
        else
            assert_true(has(x->out, cases[i].event));
    }
}

static void test_ipv4_broken(void **state)
{
    struct fixture *x = *state;
    static const struct {
        size_t at;
        uint8_t value;
        enum packet_event event;
    } cases[] = {
        {14, 0x55, EVENT_IPV4_WRONG_IP_VERSION},        {14, 0x44, EVENT_IPV4_HLEN_TOO_SMALL},
        {14, 0x4f, EVENT_IPV4_IPLEN_SMALLER_THAN_HLEN}, {16, 0x01, EVENT_IPV4_TRUNC_PKT},
        {12, 0x77, EVENT_ETHERNET_UNKNOWN_ETHERTYPE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put_ethernet(&x->f, 0x0800);
        put_udp_packet(x, "abcd");
        x->f.b[cases[i].at] = cases[i].value;
        decode(x, 1);
        assert_int_equal(x->count, 1);
        assert_true(x->out[0].invalid);
        assert_int_equal(x->out[0].source_address.version, 0);
        assert_true(has(x->out, cases[i].event));
        assert_int_equal(x->out[0].flow_hash, 0);
    }
    assert_int_equal(decoder_counters(x->decoder)->invalid, 5);
}

static void ipv4_options(struct fixture *x, const char *options, size_t n)
{
    put_ethernet(&x->f, 0x0800);
    put_ipv4(&x->f, 17, 1, 2, n + 8);
    x->f.b[14] = (uint8_t)(0x45 + n / 4);
    put_bytes(&x->f, options, n);
    put_udp(&x->f, 1, 2, 0);
    decode(x, 1);
}

static void test_ipv4_options(void **state)
{
    struct fixture *x = *state;
    ipv4_options(x, "\x07\x07\x04\0\0\0\0\x00", 8);
    assert_int_equal(x->out[0].ip.options, IP_OPTION_RR | IP_OPTION_EOL);
    assert_int_equal(x->out[0].events.count, 0);
    assert_int_equal(x->out[0].destination_port, 2);
    ipv4_options(x, "\x94\x04\0\0", 4);
    assert_true(has(x->out, EVENT_IPV4_OPT_PAD_REQUIRED));
    ipv4_options(x, "\x94\x04\0\0\x94\x04\0\0", 8);
    assert_true(has(x->out, EVENT_IPV4_OPT_DUPLICATE));
    ipv4_options(x, "\x83\x07\x03\0\0\0\0\x01", 8);
    assert_true(has(x->out, EVENT_IPV4_OPT_MALFORMED));
    ipv4_options(x, "\x99\x04\0\0\x01\x01\x01\x01", 8);
    assert_true(has(x->out, EVENT_IPV4_OPT_INVALID));
    ipv4_options(x, "\x01\x01\x01\x01\x01\x01\x01\x94", 8);
    assert_true(has(x->out, EVENT_IPV4_OPT_EOL_REQUIRED));
    assert_false(x->out[0].invalid);
    ipv4_options(x, "\x07\x50\x04\0\0\0\0\0", 8);
    assert_true(has(x->out, EVENT_IPV4_OPT_INVALID_LEN));
    assert_true(x->out[0].invalid);
}

static void test_vlan(void **state)
{
    struct fixture *x = *state;
    put_ethernet(&x->f, 0x88a8);
    put_u32(&x->f, 0x20058100); /* priority bits are not part of the id */
    put_u32(&x->f, 0x00068100);
    put_u32(&x->f, 0x00070800);
    put_udp_packet(x, "x");
    decode(x, 1);
    assert_int_equal(x->out[0].vlan_count, 3);
    assert_int_equal(x->out[0].vlan[0], 5);
    assert_int_equal(x->out[0].vlan[2], 7);
    assert_int_equal(x->out[0].destination_port, 2000);
    uint64_t hash = x->out[0].flow_hash;
    put_ethernet(&x->f, 0x8100);
    put_u32(&x->f, 0x00050800);
    put_udp_packet(x, "x");
    decode(x, 1);
    assert_true(x->out[0].flow_hash != hash);
    put_ethernet(&x->f, 0x8100);
    for (unsigned i = 0; i < 4; i++)
        put_u32(&x->f, 0x00058100);
    decode(x, 1);
    assert_true(has(x->out, EVENT_VLAN_TOO_MANY_LAYERS));
}

static void test_flow_hash_symmetric(void **state)
{
    struct fixture *x = *state;
    uint64_t hash[3];
    for (unsigned i = 0; i < 3; i++) {
        put_ethernet(&x->f, 0x0800);
        put_ipv4(&x->f, 17, i == 0 ? 1 : 2, i == 0 ? 2 : 1, 8);
        put_udp(&x->f, i == 0 ? 10 : 20, i == 0 ? 20 : i == 1 ? 10 : 11, 0);
        decode(x, 1);
        hash[i] = x->out[0].flow_hash;
    }
    assert_true(hash[0] == hash[1] && hash[0] != hash[2]);
    /* and an error that quotes the first of them */
    put_ethernet(&x->f, 0x0800);
    put_ipv4(&x->f, 1, 9, 1, 8 + 28);
    put_u32(&x->f, 0x03030000);
    put_u32(&x->f, 0);
    put_ipv4(&x->f, 17, 1, 2, 8);
    put_udp(&x->f, 10, 20, 0);
    decode(x, 1);
    assert_int_equal(x->out[0].icmp.type, 3);
    assert_int_equal(x->out[0].icmp.quoted_destination_port, 20);
    assert_true(x->out[0].flow_hash == hash[0]);
}

static void test_arp(void **state)
{
    struct fixture *x = *state;
    put_ethernet(&x->f, 0x0806);
    put_bytes(&x->f, "\0\x01\x08\0\x06\x04\0\x02\x02\0\0\0\0\x01\x0a\0\0\x01\x02\0\0\0\0\x02\x0a\0\0\x02",
              28);
    decode(x, 1);
    assert_int_equal(x->out[0].layers, LAYER_ETHERNET | LAYER_ARP);
    assert_int_equal(x->out[0].arp.operation, 2);
    assert_int_equal(x->out[0].arp.target_ip[3], 2);
    assert_int_equal(x->out[0].flow_hash, 0);
    put_ethernet(&x->f, 0x0806);
    put_bytes(&x->f, "\0\x02\x08\0\x06\x04\0\x02", 8);
    decode(x, 1);
    assert_true(has(x->out, EVENT_ARP_UNSUPPORTED_HARDWARE));
}

static void test_icmpv6(void **state)
{
    struct fixture *x = *state;
    put_ethernet(&x->f, 0x86dd);
    put_ipv6(&x->f, 58, 1, 2, 12);
    put_bytes(&x->f,
              "\x80\0\0\0\x12\x34\0\x05"
              "abcd",
              12);
    decode(x, 1);
    assert_true(x->out[0].icmp.has_echo);
    assert_int_equal(x->out[0].icmp.id, 0x1234);
    assert_int_equal(x->out[0].icmp.sequence, 5);
    assert_int_equal(x->out[0].payload.n, 4);
    put_ethernet(&x->f, 0x86dd);
    put_ipv6(&x->f, 58, 1, 2, 8);
    put_bytes(&x->f, "\x02\0\0\0\0\0\x05\x00", 8);
    decode(x, 1);
    assert_true(x->out[0].icmp.has_mtu);
    assert_int_equal(x->out[0].icmp.mtu, 1280);
    assert_true(has(x->out, EVENT_ICMPV6_IPV6_TRUNC_PKT));
    /* neighbour discovery, as Suricata shows it to rules: after the checksum, less the last 8 bytes */
    put_ethernet(&x->f, 0x86dd);
    put_ipv6(&x->f, 58, 1, 2, 16);
    put_bytes(&x->f, "\x87\0\0\0ABCDEFGHIJKL", 16);
    decode(x, 1);
    assert_true(slice_equal(x->out[0].payload, slice_str("ABCD")));
    put_ethernet(&x->f, 0x86dd);
    put_ipv6(&x->f, 58, 1, 2, 12);
    put_bytes(&x->f, "\x87\0\0\0ABCDEFGH", 12);
    decode(x, 1);
    assert_int_equal(x->out[0].payload.n, 0);
}

/* Seen with Suricata 8.0.8: of messages that are neither errors nor echoes rules see what follows the
 * checksum, and 8 bytes less of it. */
static void test_icmpv6_payload(void **state)
{
    struct fixture *x = *state;
    static const struct {
        uint8_t type, code;
        size_t n, at, length;
    } cases[] = {{134, 0, 16, 4, 4},  {134, 0, 12, 4, 0}, {134, 0, 8, 4, 0},
                 {135, 0, 32, 4, 20}, {200, 0, 13, 4, 1}, {128, 0, 16, 8, 8},
                 {128, 1, 16, 4, 4},  {1, 9, 64, 4, 52},  {1, 0, 64, 8, 56}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char message[64];
        for (size_t j = 0; j < sizeof message; j++)
            message[j] = (char)j;
        message[0] = (char)cases[i].type;
        message[1] = (char)cases[i].code;
        put_ethernet(&x->f, 0x86dd);
        put_ipv6(&x->f, 58, 1, 2, cases[i].n);
        put_bytes(&x->f, message, cases[i].n);
        decode(x, 1);
        assert_int_equal(x->out[0].payload.n, cases[i].length);
        if (cases[i].length)
            assert_int_equal(x->out[0].payload.p[0], cases[i].at);
    }
}

/* A code that is not known quotes nothing; a router's advertisement says how long its header is (RFC 1256).
 */
static void test_icmp_codes_and_headers(void **state)
{
    struct fixture *x = *state;
    static const struct {
        uint8_t type, code, count, words;
        size_t n, header;
        bool truncated;
    } cases[] = {
        {3, 0, 0, 0, 20, 8, true},   {3, 16, 0, 0, 20, 8, false},  {9, 0, 0, 0, 24, 8, false},
        {9, 0, 1, 2, 24, 16, false}, {9, 0, 2, 2, 24, 24, false},  {9, 0, 3, 2, 24, 8, true},
        {13, 0, 0, 0, 19, 8, true},  {13, 0, 0, 0, 24, 20, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char message[24] = {(char)cases[i].type,  (char)cases[i].code, 0, 0,
                            (char)cases[i].count, (char)cases[i].words};
        put_ethernet(&x->f, 0x0800);
        put_ipv4(&x->f, 1, 1, 2, cases[i].n);
        put_bytes(&x->f, message, cases[i].n);
        decode(x, 1);
        assert_int_equal(x->out[0].transport.n, cases[i].header);
        assert_int_equal(x->out[0].payload.n, cases[i].n - cases[i].header);
        assert_int_equal(has(x->out, EVENT_ICMPV4_IPV4_TRUNC_PKT), cases[i].truncated);
    }
    put_ethernet(&x->f, 0x86dd);
    put_ipv6(&x->f, 58, 1, 2, 12);
    put_bytes(&x->f, "\x03\x06\0\0\0\0\0\0abcd", 12);
    decode(x, 1);
    assert_true(has(x->out, EVENT_ICMPV6_UNKNOWN_CODE));
    assert_false(has(x->out, EVENT_ICMPV6_IPV6_TRUNC_PKT));
}

static void test_short_esp_in_ipv6(void **state)
{
    struct fixture *x = *state;
    put_ethernet(&x->f, 0x86dd);
    put_ipv6(&x->f, 50, 1, 2, 4);
    put_text(&x->f, "abcd");
    decode(x, 1);
    assert_true(has(x->out, EVENT_IPV6_TRUNC_EXTHDR));
    assert_int_equal(x->out[0].ip.protocol, 0);
}

/* Of a raw link it is the first byte that tells, and a short frame is IPv4's. */
static void test_raw_links(void **state)
{
    struct fixture *x = *state;
    static const unsigned links[] = {12, 101, 228, 229};
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        x->f.n = 0;
        put_text(&x->f, "\x60");
        decode(x, links[i]);
        assert_true(has(x->out, EVENT_IPV4_PKT_TOO_SMALL));
        x->f.n = 0;
        put_ipv4(&x->f, 17, 1, 2, 8);
        put_udp(&x->f, 1, 2, 0);
        decode(x, links[i]);
        assert_int_equal(x->out[0].destination_port, 2);
    }
}

static void ipv6_chain(struct fixture *x, unsigned next, const char *headers, size_t n)
{
    put_ethernet(&x->f, 0x86dd);
    put_ipv6(&x->f, next, 1, 2, n + 8);
    put_bytes(&x->f, headers, n);
    put_udp(&x->f, 1, 2, 0);
    decode(x, 1);
}

static void test_ipv6_extensions(void **state)
{
    struct fixture *x = *state;
    ipv6_chain(x, 0,
               "\x3c\0\x05\x02\0\0\0\0"
               "\x2b\0\x01\x04\0\0\0\0"
               "\x11\0\x02\0\0\0\0\0",
               24);
    assert_int_equal(x->out[0].ip.protocol, 17);
    assert_int_equal(x->out[0].destination_port, 2);
    assert_int_equal(x->out[0].events.count, 1);
    assert_true(has(x->out, EVENT_IPV6_DSTOPTS_ONLY_PADDING));
    ipv6_chain(x, 43,
               "\x2b\0\0\0\0\0\0\0"
               "\x11\0\0\0\0\0\0\0",
               16);
    assert_true(has(x->out, EVENT_IPV6_RH_TYPE_0));
    assert_true(has(x->out, EVENT_IPV6_EXTHDR_DUPL_RH));
    ipv6_chain(x, 44, "\x11\0\0\0\0\0\0\1", 8);
    assert_true(has(x->out, EVENT_IPV6_EXTHDR_USELESS_FH));
    assert_int_equal(x->out[0].source_port, 1);
    ipv6_chain(x, 60, "\x11\x20\x01\x04\0\0\0\0", 8);
    assert_true(has(x->out, EVENT_IPV6_TRUNC_EXTHDR));
    assert_int_equal(x->out[0].ip.protocol, 60);
    ipv6_chain(x, 59, "", 0);
    assert_true(has(x->out, EVENT_IPV6_DATA_AFTER_NONE_HEADER));
    assert_true(x->out[0].invalid);
    ipv6_chain(x, 51, "\x11\x04\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24);
    assert_true(has(x->out, EVENT_IPV6_EXTHDR_AH_RES_NOT_NULL));
    assert_int_equal(x->out[0].ip.protocol, 17);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_tcp),
        TEST(test_tcp_options),
        TEST(test_tcp_broken),
        TEST(test_udp_lengths),
        TEST(test_ipv4_broken),
        TEST(test_ipv4_options),
        TEST(test_vlan),
        TEST(test_flow_hash_symmetric),
        TEST(test_arp),
        TEST(test_icmpv6),
        TEST(test_icmpv6_payload),
        TEST(test_ipv6_extensions),
        TEST(test_icmp_codes_and_headers),
        TEST(test_short_esp_in_ipv6),
        TEST(test_raw_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
