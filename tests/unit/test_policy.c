/* Which alerts block what: flows, hosts, what is never blocked, and the cap on new blocks. */
#include "support/check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "verdict/policy.h"

enum { FOR_FLOWS = 600 };

struct case_ {
    const char *what;
    struct policy_alert alert;        /* addresses are put in by the test */
    const char *flow, *host;          /* "-", "600", "600 refused"; "192.0.2.1 60" */
    const char *source, *destination; /* NULL: 192.0.2.1, 198.51.100.2 */
};

static struct policy *configured(bool every_alert)
{
    static const char *const entries[][3] = {
        {"0", "sids", "100,200-209"}, {"0", "sids", "3:7"},
        {"0", "seconds", "60"},       {"1", "classtypes", "trojan, Exploit"},
        {"1", "seconds", "0"},        {"1", "who", "target"},
        {"2", "priority", "1"},       {"2", "seconds", "5"},
        {"2", "who", "destination"},
    };
    struct err err = {0};
    struct policy *p = policy_new();
    assert_non_null(p);
    policy_flows(p, every_alert, FOR_FLOWS);
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        assert_int_equal(
            policy_host_put(p, (unsigned)(entries[i][0][0] - '0'), entries[i][1], entries[i][2], &err), 0);
    assert_int_equal(policy_hosts(p), 3);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(policy_host_check(p, i, &err), 0);
    assert_int_equal(policy_never_add(p, "203.0.113.0/25, 2001:db8:1::/48", &err), 0);
    struct address own;
    assert_true(address_parse("198.51.100.99", &own));
    assert_int_equal(policy_own_add(p, &own), 0);
    return p;
}

static void print_part(const struct policy_part *part, const char *host, char *text, size_t n)
{
    if (!part->wanted)
        snprintf(text, n, "-");
    else
        snprintf(text, n, "%s%s%u%s%s", host, *host ? " " : "", (unsigned)(part->duration_ns / 1000000000u),
                 part->refused ? " " : "", policy_refusal_name(part->refused));
}

static void decides(const struct policy *p, const struct case_ *c)
{
    struct policy_alert alert = c->alert;
    struct policy_decision d;
    char host[PREFIX_TEXT], flow_text[80], host_text[128];
    alert.gid = alert.gid ? alert.gid : 1;
    alert.class_name = alert.class_name ? alert.class_name : "";
    alert.priority = alert.priority ? alert.priority : 3;
    assert_true(address_parse(c->source ? c->source : "192.0.2.1", &alert.source));
    assert_true(address_parse(c->destination ? c->destination : "198.51.100.2", &alert.destination));
    policy_decide(p, &alert, &d);
    if (d.host.wanted)
        prefix_print(&d.address, host);
    print_part(&d.flow, "", flow_text, sizeof flow_text);
    print_part(&d.host, d.host.wanted ? host : "", host_text, sizeof host_text);
    if (strcmp(flow_text, c->flow) != 0 || strcmp(host_text, c->host) != 0)
        fail_msg("%s: flow %s, host %s", c->what, flow_text, host_text);
}

static void drops_block(void **state)
{
    (void)state;
    static const struct case_ cases[] = {
        {"an alert", {.sid = 1, .has_flow = true}, "-", "-", NULL, NULL},
        {"a drop", {.sid = 1, .has_flow = true, .drops = true}, "600", "-", NULL, NULL},
        {"a drop of ICMP", {.sid = 1, .drops = true}, "600 protocol", "-", NULL, NULL},
        {"in a tunnel",
         {.sid = 100, .has_flow = true, .drops = true, .in_tunnel = true},
         "600 tunnel",
         "192.0.2.1 60 tunnel",
         NULL,
         NULL},
        {"never, the source",
         {.drops = true, .has_flow = true},
         "600 never-block",
         "-",
         "203.0.113.127",
         NULL},
        {"never, the other end",
         {.drops = true, .has_flow = true},
         "600 never-block",
         "-",
         NULL,
         "203.0.113.0"},
        {"beside never", {.drops = true, .has_flow = true}, "600", "-", "203.0.113.128", NULL},
        {"flows of our own", {.drops = true, .has_flow = true}, "600", "-", NULL, "198.51.100.99"},
        {"never, IPv6",
         {.drops = true, .has_flow = true},
         "600 never-block",
         "-",
         "2001:db8:1:2::3",
         "2001:db8::1"},
        {"other IPv6", {.drops = true, .has_flow = true}, "600", "-", "2001:db8:2:2::3", "2001:db8::1"},
    };
    struct policy *p = configured(false);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        decides(p, &cases[i]);
    policy_free(p);
    p = configured(true);
    decides(p, &(struct case_){"every alert", {.sid = 1, .has_flow = true}, "600", "-", NULL, NULL});
    policy_free(p);
}

static void hosts_are_blocked(void **state)
{
    (void)state;
    static const struct case_ cases[] = {
        {"by sid", {.sid = 100}, "-", "192.0.2.1 60", NULL, NULL},
        {"first of a range", {.sid = 200}, "-", "192.0.2.1 60", NULL, NULL},
        {"last of a range", {.sid = 209}, "-", "192.0.2.1 60", NULL, NULL},
        {"past the range", {.sid = 210}, "-", "-", NULL, NULL},
        {"another gid", {.sid = 100, .gid = 3}, "-", "-", NULL, NULL},
        {"by gid and sid", {.sid = 7, .gid = 3}, "-", "192.0.2.1 60", NULL, NULL},
        {"a drop besides", {.sid = 100, .drops = true, .has_flow = true}, "600", "192.0.2.1 60", NULL, NULL},
        {"by class, its target", {.sid = 9, .class_name = "TROJAN"}, "-", "198.51.100.2 0", NULL, NULL},
        {"the second class",
         {.sid = 9, .class_name = "exploit", .source_target = true},
         "-",
         "192.0.2.1 0",
         NULL,
         NULL},
        {"another class", {.sid = 9, .class_name = "trojan2"}, "-", "-", NULL, NULL},
        {"by priority", {.sid = 9, .priority = 1}, "-", "198.51.100.2 5", NULL, NULL},
        {"less urgent", {.sid = 9, .priority = 2}, "-", "-", NULL, NULL},
        {"the first entry holds",
         {.sid = 100, .class_name = "trojan", .priority = 1},
         "-",
         "192.0.2.1 60",
         NULL,
         NULL},
        {"who attacked: the destination",
         {.sid = 100, .source_target = true},
         "-",
         "198.51.100.2 60",
         NULL,
         NULL},
        {"who attacked: the source",
         {.sid = 100, .destination_target = true},
         "-",
         "192.0.2.1 60",
         NULL,
         NULL},
        {"never", {.sid = 100}, "-", "203.0.113.5 60 never-block", "203.0.113.5", NULL},
        {"the other end is no matter", {.sid = 100}, "-", "192.0.2.1 60", NULL, "203.0.113.5"},
        {"our own", {.sid = 100}, "-", "198.51.100.99 60 never-block", "198.51.100.99", NULL},
        {"IPv6", {.sid = 100}, "-", "2001:db8::/64 60", "2001:db8::9", "2001:db8::1"},
    };
    struct policy *p = configured(false);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        decides(p, &cases[i]);
    policy_free(p);
}

static void slips_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *member, *value;
        int result;
        const char *word;
    } cases[] = {
        {"sids", ",2", -EINVAL, "sids"},        {"sids", "9-2", -EINVAL, "9-2"},
        {"sids", "1:2:3", -EINVAL, "1:2:3"},    {"sids", "4294967296", -EINVAL, "4294967296"},
        {"classtypes", " ,", -EINVAL, "names"}, {"seconds", "1h", -EINVAL, "1h"},
        {"seconds", "-1", -EINVAL, "-1"},       {"priority", "256", -EINVAL, "256"},
        {"who", "me", -EINVAL, "attacker"},     {"sid", "1", -ENOENT, "\"sid\""},
    };
    struct policy *p = policy_new();
    struct err err = {0};
    assert_int_equal(policy_host_check(p, 0, &err), -EINVAL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (policy_host_put(p, 0, cases[i].member, cases[i].value, &err) != cases[i].result)
            fail_msg("%s %s", cases[i].member, cases[i].value);
        assert_non_null(strstr(err.message, cases[i].word));
    }
    assert_int_equal(policy_host_put(p, 2, "sids", "1", &err), -EINVAL);
    assert_int_equal(policy_never_add(p, "10.0.0.0/33", &err), -EINVAL);
    assert_int_equal(policy_host_check(p, 0, &err), -EINVAL); /* nothing of it took hold */
    assert_non_null(strstr(err.message, "sids"));
    assert_int_equal(policy_host_put(p, 0, "sids", "1", &err), 0);
    assert_int_equal(policy_host_check(p, 0, &err), -EINVAL);
    assert_non_null(strstr(err.message, "seconds"));
    policy_free(p);
}

static void new_blocks_are_capped(void **state)
{
    (void)state;
    static const struct {
        uint64_t at_ms;
        unsigned tries, given;
    } steps[] = {{5000, 15, 10}, {5000, 1, 0}, {5099, 1, 0},   {5100, 2, 1},
                 {5600, 9, 5},   {5500, 1, 0}, {60000, 15, 10}};
    struct policy_rate rate = {0};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        unsigned given = 0;
        for (unsigned k = 0; k < steps[i].tries; k++)
            given += policy_rate_take(&rate, 10, steps[i].at_ms * 1000000);
        assert_int_equal(given, steps[i].given);
    }
    for (int i = 0; i < 1000; i++)
        assert_true(policy_rate_take(&rate, 0, 1));
}

/* A network for an address of IPv6, unless something in it is protected. */
static void ipv6_hosts_are_networks(void **state)
{
    (void)state;
    static const struct {
        uint8_t bits;
        struct case_ case_;
    } cases[] = {
        {0, {"as it is", {.sid = 100}, "-", "2001:db8:0005:0006::/64 60", "2001:db8:5:6:7::8", NULL}},
        {56, {"fewer", {.sid = 100}, "-", "2001:db8:0005:0600::/56 60", "2001:db8:5:6ff:7::8", NULL}},
        {61, {"no whole byte", {.sid = 100}, "-", "2001:db8:0005:0038::/61 60", "2001:db8:5:3f:7::8", NULL}},
        {128, {"alone", {.sid = 100}, "-", "2001:db8:5:6:7::8 60", "2001:db8:5:6:7::8", NULL}},
        {0, {"IPv4", {.sid = 100}, "-", "192.0.2.1 60", "192.0.2.1", NULL}},
        {0, {"beside our own", {.sid = 100}, "-", "2001:db8:9:1::5 60", "2001:db8:9:1::5", NULL}},
        {48, {"never in it", {.sid = 100}, "-", "2001:db8:2:7::5 60", "2001:db8:2:7::5", NULL}},
        {0, {"never beside it", {.sid = 100}, "-", "2001:db8:2:7::/64 60", "2001:db8:2:7::5", NULL}},
        {0, {"never itself", {.sid = 100}, "-", "2001:db8:1::5 60 never-block", "2001:db8:1::5", NULL}},
        {32, {"never around it", {.sid = 100}, "-", "2001:db8:77::5 60", "2001:db8:77::5", NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct policy *p = configured(false);
        struct err err = {0};
        struct address own;
        struct prefix expected;
        char host[PREFIX_TEXT], text[80];
        assert_true(address_parse("2001:db8:9:1::1", &own));
        assert_int_equal(policy_own_add(p, &own), 0);
        assert_int_equal(policy_never_add(p, "2001:db8:2:8::/64", &err), 0);
        if (cases[i].bits)
            policy_ipv6_prefix(p, cases[i].bits);
        struct case_ c = cases[i].case_;
        size_t length = strcspn(c.host, " ");
        snprintf(text, sizeof text, "%.*s", (int)length, c.host);
        assert_true(prefix_parse(text, &expected)); /* as it prints itself */
        prefix_print(&expected, host);
        snprintf(text, sizeof text, "%s%s", host, c.host + length);
        c.host = text;
        decides(p, &c);
        policy_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drops_block), cmocka_unit_test(hosts_are_blocked), cmocka_unit_test(slips_are_told),
        cmocka_unit_test(new_blocks_are_capped), cmocka_unit_test(ipv6_hosts_are_networks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
