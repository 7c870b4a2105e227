/* Steering as text and value; its way through the maps is in test_xdp_steer.c. */
#include "support/check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "verdict/map_address.h"
#include "verdict/steering.h"

static struct steering s;

static int fresh(void **state)
{
    (void)state;
    memset(&s, 0, sizeof s);
    return 0;
}

static void ports_are(enum steering_transport t, const char *expected)
{
    struct buf out = {0};
    assert_int_equal(steering_print_ports(&s, t, &out), 0);
    assert_int_equal(buf_append_byte(&out, 0), 0);
    assert_string_equal((char *)out.p, expected);
    buf_fini(&out);
}

static void ports(const char *text, bool add, const char *expected)
{
    struct err err = {0};
    assert_int_equal(steering_ports(&s, STEERING_TCP, text, add, &err), 0);
    ports_are(STEERING_TCP, expected);
}

static void port_lists(void **state)
{
    (void)state;
    ports_are(STEERING_TCP, "none");
    ports("80", true, "80");
    ports("443,8000-8010", true, "80,443,8000-8010");
    ports("8011:8012,0,65535", true, "0,80,443,8000-8012,65535");
    ports("8005", false, "0,80,443,8000-8004,8006-8012,65535");
    ports("none", true, "none");
    ports("all", true, "all");
    ports("1-65535", false, "0");
    ports("any", true, "all");
    ports("all", false, "none");
    ports_are(STEERING_UDP, "none");
    assert_true(steering_is_none(&s));
}

static void refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",    "x",      "80,",    ",80", "65536", "90-80",
                                      "80-", "80 443", "80;443", "-1",  "1-2-3"};
    struct err err;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err = (struct err){0};
        assert_int_equal(steering_ports(&s, STEERING_UDP, bad[i], true, &err), -EINVAL);
        assert_true(err.message[0] && err.hint[0]);
    }
    assert_int_equal(steering_protocols(&s, "icmp,nothing-such", true, &err), -EINVAL);
    assert_int_equal(steering_protocols(&s, "256", true, &err), -EINVAL);
    assert_int_equal(steering_prefix_add(&s, "10.0.0.0/33", true, &err), -EINVAL);
    assert_int_equal(steering_prefix_remove(&s, "10.0.0.0/8", &err), -ENOENT);
}

static void protocol_lists(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf out = {0};
    assert_int_equal(steering_protocols(&s, "gre,icmp,200,udp", true, &err), 0);
    assert_int_equal(steering_protocols(&s, "47", false, &err), 0);
    assert_int_equal(steering_print_protocols(&s, &out), 0);
    assert_int_equal(buf_append_byte(&out, 0), 0);
    assert_string_equal((char *)out.p, "icmp,200");
    buf_fini(&out);
    ports_are(STEERING_UDP, "all");
    assert_false(steering_is_none(&s));
}

static void prefix_list(void **state)
{
    (void)state;
    struct err err = {0};
    char text[32];
    assert_int_equal(steering_prefix_add(&s, "10.1.2.3/8", true, &err), 0);
    assert_int_equal(steering_prefix_add(&s, "10.0.0.0/8", false, &err), 0); /* the same prefix: replaced */
    assert_int_equal(s.prefix_count, 1);
    assert_false(s.prefixes[0].include);
    assert_int_equal(steering_prefix_remove(&s, "10.255.0.0/8", &err), 0);
    assert_int_equal(s.prefix_count, 0);
    for (unsigned i = 0; i < STEERING_PREFIXES; i++) {
        snprintf(text, sizeof text, "10.0.%u.%u", i / 256, i % 256);
        assert_int_equal(steering_prefix_add(&s, text, true, &err), 0);
    }
    assert_int_equal(steering_prefix_add(&s, "10.9.9.9", true, &err), -ENOSPC);
}

/* Through a key of the maps and back: also IPv6 prefixes that hold the mapped IPv4 addresses. */
static void keys(void **state)
{
    (void)state;
    static const char *const all[] = {"0.0.0.0/0", "10.0.0.0/8",    "192.0.2.1", "::/0",
                                      "::/80",     "2001:db8::/33", "::1"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct prefix p;
        char text[PREFIX_TEXT];
        assert_true(prefix_parse(all[i], &p));
        struct sluice_prefix key = map_prefix(&p, 1);
        assert_int_equal(key.bank, 1);
        struct prefix back = prefix_of_map(&key);
        prefix_print(&back, text);
        assert_string_equal(text, all[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(port_lists, fresh),
        cmocka_unit_test_setup(refused, fresh),
        cmocka_unit_test_setup(protocol_lists, fresh),
        cmocka_unit_test_setup(prefix_list, fresh),
        cmocka_unit_test(keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
