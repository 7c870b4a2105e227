#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "packet/address.h"
#include "packet/checksum.h"
#include "packet/host_policy.h"
#include "packet/packet.h"

static void prints(const char *text, const char *printed)
{
    struct address a;
    char out[ADDRESS_TEXT];
    assert_true(address_parse(text, &a));
    address_print(&a, out);
    assert_string_equal(out, printed);
}

static void test_address_text(void **state)
{
    (void)state;
    prints("10.0.0.255", "10.0.0.255");
    prints("2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001");
    prints("::ffff:1.2.3.4", "0000:0000:0000:0000:0000:ffff:0102:0304");
    struct address a = {.version = 0};
    char out[ADDRESS_TEXT] = "x";
    address_print(&a, out);
    assert_string_equal(out, "");
    assert_false(address_parse("10.0.0", &a));
    assert_false(address_parse("10.0.0.256", &a));
    assert_false(address_parse("10.0.0.1 ", &a));
    assert_false(address_parse("", &a));
    assert_int_equal(a.version, 0);
}

static void test_address_order(void **state)
{
    (void)state;
    struct address a, b, c;
    assert_true(address_parse("9.255.255.255", &a));
    assert_true(address_parse("10.0.0.0", &b));
    assert_true(address_parse("::", &c));
    assert_true(address_compare(&a, &b) < 0);
    assert_true(address_compare(&b, &a) > 0);
    assert_true(address_compare(&c, &b) > 0);
    assert_int_equal(address_compare(&a, &a), 0);
    assert_true(address_equal(&a, &a));
    assert_false(address_equal(&a, &b));
}

static void test_events(void **state)
{
    (void)state;
    assert_string_equal(packet_event_name(EVENT_IPV4_TRUNC_PKT), "ipv4.trunc_pkt");
    assert_string_equal(packet_event_name(EVENT_COUNT), "");
    for (unsigned i = EVENT_NONE + 1; i < EVENT_COUNT; i++)
        assert_int_equal(packet_event_by_name(slice_str(packet_event_name((enum packet_event)i))), i);
    assert_int_equal(packet_event_by_name(slice_str("ipv4.trunc_pk")), EVENT_NONE);
    assert_int_equal(packet_event_by_name(slice_str("")), EVENT_NONE);
    assert_int_equal(packet_event_by_name(slice_str("stream.est_synack_resend_with_diff_ack")),
                     EVENT_STREAM_EST_SYNACK_RESEND_WITH_DIFFERENT_ACK);
}

static void test_event_set(void **state)
{
    (void)state;
    struct packet_events events = {.count = 0};
    packet_event_add(&events, EVENT_NONE);
    packet_event_add(&events, EVENT_TOO_MANY_LAYERS);
    packet_event_add(&events, EVENT_TOO_MANY_LAYERS);
    assert_int_equal(events.count, 1);
    for (unsigned i = 1; i <= PACKET_EVENTS + 3; i++)
        packet_event_add(&events, (enum packet_event)i);
    assert_int_equal(events.count, PACKET_EVENTS);
    assert_int_equal(events.lost, 4);
    assert_true(packet_event_has(&events, EVENT_TOO_MANY_LAYERS));
}

static void test_source_names(void **state)
{
    (void)state;
    assert_string_equal(packet_source_name(PACKET_WIRE), "wire/pcap");
    assert_string_equal(packet_source_name(PACKET_DEFRAGMENTED), "defrag");
    assert_string_equal(packet_source_name(PACKET_TUNNEL_VXLAN), "vxlan encapsulation");
}

static enum os_policy policy_of(const struct host_policies *policies, const char *text)
{
    struct address a;
    assert_true(address_parse(text, &a));
    return host_policies_find(policies, &a);
}

static void test_host_policies(void **state)
{
    (void)state;
    struct err err = {.line = 0};
    struct host_policies *policies = host_policies_new();
    assert_non_null(policies);
    assert_int_equal(host_policies_add(policies, "windows", "0.0.0.0/0", &err), 0);
    assert_int_equal(host_policies_add(policies, "linux", "10.0.0.0/8", &err), 0);
    assert_int_equal(host_policies_add(policies, "last", "10.1.2.3", &err), 0);
    assert_int_equal(host_policies_add(policies, "old-linux", "10.1.0.0/16", &err), 0);
    assert_int_equal(host_policies_add(policies, "solaris", "2001:db8::/32", &err), 0);
    assert_int_equal(policy_of(policies, "11.0.0.1"), OS_WINDOWS);
    assert_int_equal(policy_of(policies, "10.0.0.1"), OS_LINUX);
    assert_int_equal(policy_of(policies, "10.1.2.4"), OS_OLD_LINUX);
    assert_int_equal(policy_of(policies, "10.1.2.3"), OS_LAST);
    assert_int_equal(policy_of(policies, "2001:db8:ffff::"), OS_SOLARIS);
    assert_int_equal(policy_of(policies, "2001:db9::"), OS_BSD);
    static const char *const bad[] = {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1",
                                      "10.0.0.0/8x", "ten",       "::/129"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_true(host_policies_add(policies, "linux", bad[i], &err) < 0);
    assert_true(host_policies_add(policies, "beos", "10.0.0.0/8", &err) < 0);
    assert_non_null(strstr(err.message, "beos"));
    host_policies_free(policies);
    host_policies_free(NULL);
    assert_int_equal(policy_of(NULL, "10.0.0.1"), OS_WINDOWS);
    assert_int_equal(policy_of(NULL, "::1"), OS_BSD);
}

static void test_checksum(void **state)
{
    (void)state;
    /* the example of RFC 1071 3 */
    static const uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    assert_int_equal(checksum_finish(checksum_add(slice_of(bytes, 8), 0)), (uint16_t)~0xddf2);
    assert_int_equal(checksum_finish(checksum_add(slice_of(bytes, 3), 0)), (uint16_t) ~(0x0001 + 0xf200));
    assert_int_equal(checksum_finish(checksum_add(slice_of(NULL, 0), 0)), 0xffff);
    /* every length equals the sum word by word */
    uint8_t data[200];
    for (unsigned i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 37 + 200);
    for (unsigned n = 0; n <= sizeof data; n++) {
        uint32_t sum = 0;
        for (unsigned i = 0; i < n; i += 2)
            sum += (uint32_t)(data[i] << 8 | (i + 1 < n ? data[i + 1] : 0));
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        assert_int_equal(checksum_finish(checksum_add(slice_of(data, n), 0)), (uint16_t)~sum);
    }
}

static void test_checksum_watch(void **state)
{
    (void)state;
    struct checksum_watch few = {.seen = 0}, many = {.seen = 0};
    for (unsigned i = 0; i < CHECKSUM_WATCH; i++) {
        checksum_watch_see(&few, i % 10 == 0);
        checksum_watch_see(&many, i % 9 == 0);
        assert_true(i == CHECKSUM_WATCH - 1 || !many.off);
    }
    assert_false(few.off);
    assert_true(many.off);
    for (unsigned i = 0; i < CHECKSUM_WATCH; i++)
        checksum_watch_see(&few, true);
    assert_false(few.off);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_address_text), cmocka_unit_test(test_address_order),
        cmocka_unit_test(test_events),       cmocka_unit_test(test_event_set),
        cmocka_unit_test(test_source_names), cmocka_unit_test(test_host_policies),
        cmocka_unit_test(test_checksum),     cmocka_unit_test(test_checksum_watch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
