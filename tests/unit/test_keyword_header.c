/*
 * Keywords on packet headers: what they accept, and what they match. The answers are those that
 * Suricata 8.0.8 gave to the same rules on the same packets.
 */
#include "support/check.h"
#include "flow/flow.h"

#include <stdlib.h>

#include <stdio.h>

#include "packet/ip_option.h"
#include "rule/keyword.h"
#include "support/rule_text.h"

static int setup(void **state)
{
    struct rule_kit *kit = malloc(sizeof *kit);
    rule_kit_init(kit);
    *state = kit;
    return 0;
}

static int teardown(void **state)
{
    rule_kit_fini(*state);
    free(*state);
    return 0;
}

/* Whether each of the words (with | between them) is accepted in that kind of rule. */
static void expect_all(struct rule_kit *kit, const char *header, const char *list, bool accepted)
{
    struct slice rest = slice_str(list), one;
    while (text_field(&rest, '\n', &one)) {
        char option[256];
        snprintf(option, sizeof option, "%.*s", (int)one.n, (const char *)one.p);
        struct rule *rule = rule_kit_rule(kit, header, option, 1);
        if ((rule != NULL) != accepted)
            fail_msg("%s: %s (%s)", option, accepted ? "refused" : "accepted", kit->err.message);
        if (!rule)
            assert_true(kit->err.message[0] != '\0');
        rule_free(rule);
    }
}

struct expected {
    const char *option;
    const char *matches; /* a letter for each packet: y or n */
};

static void expect_matches(struct rule_kit *kit, const struct expected *cases, size_t count,
                           const struct packet *packets)
{
    for (size_t i = 0; i < count; i++) {
        struct rule *rule = rule_kit_rule(kit, "ip", cases[i].option, 1);
        if (!rule)
            fail_msg("%s: %s", cases[i].option, kit->err.message);
        for (size_t j = 0; cases[i].matches[j]; j++) {
            struct view view = packet_view(&packets[j]);
            if (rule_tests_hold(rule, &view) != (cases[i].matches[j] == 'y'))
                fail_msg("%s on packet %zu", cases[i].option, j);
        }
        rule_free(rule);
    }
}

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void test_numbers(void **state)
{
    static const struct expected cases[] = {
        {"ttl:5", "nnnnynn"},     {"ttl:=5", "nnnnynn"},  {"ttl: = 5", "nnnnynn"},  {"ttl:!5", "yyyynyy"},
        {"ttl:!=5", "yyyynyy"},   {"ttl:<3", "yynnnnn"},  {"ttl:<=3", "yyynnnn"},   {"ttl:>5", "nnnnnyy"},
        {"ttl:>=5", "nnnnyyy"},   {"ttl:2-5", "nnyynnn"}, {"ttl:2<>5", "nnyynnn"},  {"ttl:!2-5", "yynnyyy"},
        {"ttl:!2<>5", "yynnyyy"}, {"ttl:0x5", "nnnnynn"}, {"ttl:&6=4", "nnnyynn"},  {"ttl:&6!=4", "yyynnyy"},
        {"ttl:! 5", "yyyynyy"},   {"ttl:0-3", "yynnnnn"}, {"ttl:5-255", "nnnnnyy"},
    };
    struct packet packets[7];
    for (uint8_t i = 0; i < 7; i++) {
        packets[i] = packet_between(1, 2, 0);
        packets[i].ip.ttl = (uint8_t)(i + 1);
    }
    expect_matches(*state, cases, COUNT(cases), packets);
    expect_all(
        *state, "ip",
        "ttl:==5\nttl:5-2\nttl:2-3\nttl:2-2\nttl:&4\nttl:!&4\nttl:&6==4\nttl:256\nttl:-5\nttl:1kb\nttl:<0\n"
        "ttl:>255\nttl:<=255\nttl:>=0\nttl:\"5\"\nttl:\nttl\nttl:5 5\nttl:5-256\nttl:2-4,5\nttl:!<3\nttl:3-",
        false);
    expect_all(*state, "ip", "icmpv6.mtu:1kb\nicmpv6.mtu:<1MiB\ntcp.mss:1-5\ntcp.wscale:3<>5\nitype:8<>10",
               true);
    expect_all(*state, "ip", "itype:8-9\nitype:256\nitype:>255\ntcp.mss:70000\ntcp.wscale:300", false);
    /* Packets made up at the end of a flow have no header. */
    struct rule *rule = rule_kit_rule(*state, "ip", "ttl:5", 1);
    packets[4].source = PACKET_FLOW_END;
    struct view view = packet_view(&packets[4]);
    assert_false(rule_tests_hold(rule, &view));
    rule_free(rule);
}

static void test_flags(void **state)
{
    static const uint8_t S = TCP_SYN, A = TCP_ACK, P = TCP_PSH, F = TCP_FIN, R = TCP_RST, U = TCP_URG,
                         E = TCP_ECE, C = TCP_CWR;
    const uint8_t flags[] = {S,
                             (uint8_t)(S | E | C),
                             (uint8_t)(S | E),
                             (uint8_t)(S | A),
                             A,
                             (uint8_t)(P | A),
                             0,
                             (uint8_t)(F | A),
                             R,
                             0xff,
                             F,
                             (uint8_t)(F | S | A),
                             (uint8_t)(S | C),
                             U,
                             E,
                             C,
                             (uint8_t)(E | C),
                             P,
                             (uint8_t)(U | A)};
    static const struct expected cases[] = {
        {"flags:S", "ynnnnnnnnnnnnnnnnnn"},      {"flags:!S", "nnnnnnnyynynnnnnnnn"},
        {"flags:!A", "yyynnnynynynyyyyyyn"},     {"flags:!P", "yyyyynyyynyyyyyyyny"},
        {"flags:!U", "nyynnnnnnnnnynyyynn"},     {"flags:!E", "nnnnnnnnnnnnyynynny"},
        {"flags:!FA", "yyyynnnnynynynnnnnn"},    {"flags:*UA", "nnnnnnnnnynnnynnnny"},
        {"flags:*SA", "yyyynnnynynyynnnnnn"},    {"flags:+A", "nnnyyynynynynnnnnny"},
        {"flags:0", "nnnnnnynnnnnnnnnnnn"},      {"flags:!0", "yyyyyynyyyyyyyyyyyy"},
        {"flags:+0", "nnnnnnynnnnnnnnnnnn"},     {"flags:*0", "nnnnnnnnnnnnnnnnnnn"},
        {"flags:S,S", "nnnnnnnnnnnnnnnnnnn"},    {"flags:S0", "nnnnnnynnnnnnnnnnnn"},
        {"flags:0S", "ynnnnnnnnnnnnnnnnnn"},     {"flags:1", "nnnnnnnnnnnnnnnynnn"},
        {"flags:2", "nnnnnnnnnnnnnnynnnn"},      {"flags:U,A", "nnnnnnnnnnnnnynnnny"},
        {"flags:0,12", "nnnnnnynnnnnnnnnnnn"},   {"flags:!S,12", "nnnnnnnyynynnnnnnnn"},
        {"flags:S,12", "yyynnnnnnnnnynnnnnn"},   {"flags:S , CE", "yyynnnnnnnnnynnnnnn"},
        {"flags:+CE", "nynnnnnnnynnnnnnynn"},    {"flags:!E,12", "nyynnnnnnynnyyyyyny"},
        {"flags:!SA,12", "yyynnnnyynynynnnnnn"}, {"flags:SA!", "yyynnnnyynynynnnnnn"},
        {"flags:S+", "yyyynnnnnynyynnnnnn"},
    };
    struct packet packets[COUNT(flags)];
    for (size_t i = 0; i < COUNT(flags); i++) {
        packets[i] = packet_between(1, 2, 0);
        packets[i].layers |= LAYER_TCP;
        packets[i].tcp.flags = flags[i];
    }
    expect_matches(*state, cases, COUNT(cases), packets);
    expect_all(*state, "tcp",
               "flags:F,!S\nflags:S,!12\nflags:s\nflags:+\nflags:!\nflags:X\nflags:S,\nflags:S,X\nflags:S,"
               "0\nflags:S A\n"
               "flags:+S A\nflags:!+S\nflags:+!S\nflags:*SA!\nflags:S,CE,A\nflags:-S\nflags:=S\nflags:\"S\"",
               false);
}

/* Hints are necessary conditions: whatever matches has them. */
static void test_flag_hints(void **state)
{
    static const char *const options[] = {"flags:S",  "flags:S,12",       "flags:SA",  "flags:+SA",
                                          "flags:0",  "flags:*SF",        "flags:!SA", "flags:S,SA",
                                          "flags:+0", "flags:S; flags:+A"};
    for (size_t i = 0; i < COUNT(options); i++) {
        struct rule *rule = rule_kit_rule(*state, "tcp", options[i], 1);
        assert_non_null(rule);
        assert_true(rule->hints.layers & LAYER_TCP);
        for (unsigned flags = 0; flags < 256; flags++) {
            struct packet p = packet_between(1, 2, 0);
            p.layers |= LAYER_TCP;
            p.tcp.flags = (uint8_t)flags;
            struct view view = packet_view(&p);
            bool hinted = (flags & rule->hints.tcp_flags_set) == rule->hints.tcp_flags_set &&
                          !(flags & rule->hints.tcp_flags_clear);
            if (rule_tests_hold(rule, &view) && !hinted)
                fail_msg("%s matches flags %#x against its hints", options[i], flags);
        }
        rule_free(rule);
    }
}

static void test_ip(void **state)
{
    /* More fragments; second fragment; don't; reserved; don't + more at 40; tos 16; IPv6; IPv6 fragment;
     * same; options */
    struct packet p[10];
    for (uint8_t i = 0; i < 10; i++) {
        p[i] = packet_between(1, 2, 0);
        p[i].ip.identification = i + 1u;
        p[i].ip.protocol = 17;
    }
    p[0].ip.more_fragments = p[1].ip.more_fragments = p[4].ip.more_fragments = true;
    p[1].ip.fragment_offset = 40;
    p[2].ip.dont_fragment = p[4].ip.dont_fragment = true;
    p[3].ip.reserved_bit = true;
    p[4].ip.fragment_offset = 320;
    p[0].is_fragment = p[1].is_fragment = p[4].is_fragment = p[7].is_fragment = true;
    p[5].ip.tos = 0x10;
    p[6].layers = p[7].layers = LAYER_IPV6;
    p[6].ip.tos = 0x10;
    p[7].ip.fragment_offset = 24;
    p[8].destination_address = p[8].source_address;
    p[9].ip.options = IP_OPTION_RR | IP_OPTION_EOL;
    static const struct expected cases[] = {
        {"fragbits:M", "yynnnnnnnn"},     {"fragbits:D", "nnynnnnnnn"},    {"fragbits:R", "nnnynnnnnn"},
        {"fragbits:MD", "nnnnynnnnn"},    {"fragbits:+M", "nnnnynnnnn"},   {"fragbits:M+", "yynnnnnnnn"},
        {"fragbits:*MD", "yyynynnnnn"},   {"fragbits:!M", "nnyynynnyy"},   {"fragbits:!MD", "yyyynynnyy"},
        {"fragbits:M D", "yynnnnnnnn"},   {"fragbits:DF", "nnynnnnnnn"},   {"fragoffset:5", "nynnnnnnnn"},
        {"fragoffset:40", "nnnnynnnnn"},  {"fragoffset:>4", "nynnynnynn"}, {"fragoffset:>5", "nnnnynnynn"},
        {"fragoffset:<5", "ynyynynnyy"},  {"fragoffset:0", "ynyynynnyy"},  {"fragoffset:24", "nnnnnnnynn"},
        {"fragoffset:5-6", "nynnnnnnnn"}, {"id:5", "nnnnynnnnn"},          {"tos:16", "nnnnnynnnn"},
        {"tos:!16", "yyyyynnnyy"},        {"tos:x10", "nnnnnynnnn"},       {"sameip", "nnnnnnnnyn"},
        {"ipopts:rr", "nnnnnnnnny"},      {"ipopts:any", "nnnnnnnnnn"},    {"ipopts:EOL", "nnnnnnnnny"},
        {"ipopts:nop", "nnnnnnnnnn"},     {"ip_proto:17", "yyyyyyynyy"},   {"ip_proto:!17", "nnnnnnnynn"},
        {"ip_proto:UDP", "yyyyyyynyy"},   {"ip_proto:44", "nnnnnnnynn"},   {"ip_proto:<18", "yyyyyyynyy"},
        {"l3_proto:ipv6", "nnnnnnyynn"},  {"l3_proto:IP4", "yyyyyynnyy"},
    };
    expect_matches(*state, cases, COUNT(cases), p);
}

static void test_ip_refused(void **state)
{
    expect_all(
        *state, "ip",
        "tos:5\ntos:x1F\ntos:\"5\"\ntos:! 10\nid:05\nfragbits:MM\nfragoffset:0x5\nfragoffset: > "
        "5\nip_proto:\"6\"\n"
        "ip_proto:! 6\nip_proto:>tcp\nip_proto:>255\nip_proto:!6; ip_proto:!17\nip_proto:>6; ip_proto:<17\n"
        "ip_proto:>6; ip_proto:!17\nipv4-csum:VALID\nipopts:rtralt\nwindow:! 5\nseq: 5 \nack:4294967295",
        true);
    expect_all(*state, "ip",
               "tos:0x1f\ntos:256\ntos:>5\ntos:x\ntos:xfff\nid:65536\nid:<5\nid:!5\nid:0x5\nid:\"5\"\nid:1-"
               "5\nipopts:!rr\n"
               "ipopts:lsrre\nipopts:rr,ts\nfragbits:m\nfragbits:X\nfragbits:!\nfragbits:-M\nfragoffset:!"
               "5\nfragoffset:>=5\n"
               "fragoffset:65536\nip_proto:256\nip_proto:=6\nip_proto:foo\nip_proto:6-7\nip_proto:0x6\nip_"
               "proto:6; ip_proto:17\n"
               "ip_proto:>6; ip_proto:>17\nip_proto:6; ip_proto:!17\nip_proto:!17; ip_proto:6\nip_proto:>6; "
               "ip_proto:<3\n"
               "l3_proto:tcp\nl3_proto:!ipv4\nipv4-csum:foo\nipv4-csum\nsameip:x\nseq:4294967296\nseq:"
               "0x5\nseq:<5\nack:>5\n"
               "window:<5\nwindow:65536\nwindow:0x5\nwindow:!\ntcp.hdr:x\nicmp_id:<5\nicmp_id:65536\nicmp_"
               "seq:!5\nicmp_seq:0x5",
               false);
    expect_all(*state, "tcp", "ip_proto:6", false);
    expect_all(*state, "udp", "tcp.hdr; content:\"a\"", false);
    expect_all(*state, "udp", "window:5\nseq:5\nudp.hdr; content:\"a\"\nip.src; content:\"a\"", true);
}

static void test_icmp_and_vlan(void **state)
{
    struct packet p[8];
    for (uint8_t i = 0; i < 8; i++)
        p[i] = packet_between(1, 2, 0);
    p[0].layers |= LAYER_ICMPV4;
    p[0].icmp = (struct icmp_fields){.type = 8, .has_echo = true, .id = 5, .sequence = 7};
    p[1].layers |= LAYER_ICMPV4;
    p[1].icmp = (struct icmp_fields){.type = 3, .code = 1};
    p[2].layers = LAYER_IPV6 | LAYER_ICMPV6;
    p[2].icmp = (struct icmp_fields){.type = 2, .has_mtu = true, .mtu = 1280};
    for (unsigned i = 3; i < 7; i++)
        p[i].vlan_count = (uint8_t)(i == 3 ? 1 : i == 6 ? 3 : 2);
    p[3].vlan[0] = 5;
    p[4].vlan[0] = 5, p[4].vlan[1] = 6;
    p[5].vlan[0] = 6, p[5].vlan[1] = 5;
    p[6].vlan[0] = 5, p[6].vlan[1] = 6, p[6].vlan[2] = 7;
    static const struct expected cases[] = {
        {"itype:8", "ynnnnnnn"},        {"itype:!8", "nyynnnnn"},       {"itype:0<>4", "nyynnnnn"},
        {"icode:0", "ynynnnnn"},        {"icode:>0", "nynnnnnn"},       {"icmp_id:5", "ynnnnnnn"},
        {"icmp_id:0", "nnnnnnnn"},      {"icmp_seq:7", "ynnnnnnn"},     {"icmpv6.mtu:<1300", "nnynnnnn"},
        {"icmpv6.mtu:0", "nnnnnnnn"},   {"vlan.id:5", "nnnyyyyn"},      {"vlan.id:5,0", "nnnyynyn"},
        {"vlan.id:5,1", "nnnnnynn"},    {"vlan.id:5,-1", "nnnynynn"},   {"vlan.id:5,-2", "nnnnynnn"},
        {"vlan.id:5,all", "nnnynnnn"},  {"vlan.id:!5", "nnnnyyyn"},     {"vlan.id:!5,all", "nnnnnnnn"},
        {"vlan.id:<9,all", "nnnyyyyn"}, {"vlan.id:!5,0", "nnnnnynn"},   {"vlan.layers:0", "yyynnnny"},
        {"vlan.layers:>0", "nnnyyyyn"}, {"vlan.layers:!1", "yyynyyyy"},
    };
    expect_matches(*state, cases, COUNT(cases), p);
    expect_all(*state, "ip",
               "vlan.id:4095\nvlan.id:5,2\nvlan.id:5,-3\nvlan.id:0\nvlan.layers:3\nvlan.layers:0-2", true);
    expect_all(*state, "ip",
               "vlan.id:4096\nvlan.id:5,3\nvlan.id:5,-4\nvlan.id: 5 , "
               "1\nvlan.id:5,all1\nvlan.id:5,foo\nvlan.id:,1\nvlan.id:5,\n"
               "vlan.id:5,1,2\nvlan.id:any\nvlan.layers:4\nvlan.layers:256",
               false);
}

static void test_checksums(void **state)
{
    /* Made by hand: 10.0.0.1 to 10.0.0.2, UDP, ports 1 and 2, "x"; sums over RFC 768's pseudo header. */
    static uint8_t header[20] = {0x45, 0, 0, 29, 0, 1, 0, 0, 64, 17, 0x66, 0xcd, 10, 0, 0, 1, 10, 0, 0, 2};
    static uint8_t udp[9] = {0, 1, 0, 2, 0, 9, 0x73, 0xd6, 'x'};
    struct packet p = packet_between(1, 2, 0);
    p.layers |= LAYER_UDP;
    p.ip.protocol = 17;
    p.ip.header = slice_of(header, sizeof header);
    p.ip.payload = slice_of(udp, sizeof udp);
    static const struct expected good[] = {
        {"ipv4-csum:valid", "y"},  {"ipv4-csum:invalid", "n"},  {"udpv4-csum:valid", "y"},
        {"udpv6-csum:valid", "n"}, {"udpv4-csum:invalid", "n"}, {"tcpv4-csum:invalid", "n"},
    };
    expect_matches(*state, good, COUNT(good), &p);
    header[9]++, udp[8]++;
    static const struct expected bad[] = {{"ipv4-csum:invalid", "y"}, {"udpv4-csum:invalid", "y"}};
    expect_matches(*state, bad, COUNT(bad), &p);
    udp[6] = udp[7] = 0; /* the sender made none */
    static const struct expected none[] = {{"udpv4-csum:valid", "y"}};
    expect_matches(*state, none, COUNT(none), &p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_numbers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_flags, setup, teardown),
        cmocka_unit_test_setup_teardown(test_flag_hints, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ip, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ip_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_icmp_and_vlan, setup, teardown),
        cmocka_unit_test_setup_teardown(test_checksums, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
