/* Address and port lists: what they hold, and what is refused where. Expected sets are those of Suricata 8.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "rule/sets.h"
#include "rule/spans.h"
#include "rule/variables.h"

static struct address address(const char *text)
{
    struct address a = {.version = strchr(text, ':') ? 6 : 4};
    assert_int_equal(inet_pton(a.version == 6 ? AF_INET6 : AF_INET, text, a.bytes), 1);
    return a;
}

static const char *const probes[] = {"1.2.3.4",     "1.2.3.5", "5.6.7.8",         "10.0.0.1", "10.1.1.1",
                                     "192.168.1.1", "0.0.0.0", "255.255.255.255", "fe80::1",  "2001:db8::1"};
enum { PROBES = sizeof probes / sizeof probes[0] };

/* One letter for each probe: '+' is in the set. */
static const struct {
    const char *text, *holds;
} address_cases[] = {
    {"any", "++++++++++"},
    {"ANY", "++++++++++"},
    {"1.2.3.4", "+---------"},
    {"!1.2.3.4", "-+++++++--"}, /* no IPv6 address: none is named */
    {"!!1.2.3.4", "-+++++++--"},
    {"[any,!1.2.3.4]", "-+++++++++"},
    {"![!1.2.3.4]", "+---------"},
    {"1.2.3.4/24", "++--------"},
    {"1.2.3.4/255.255.255.0", "++--------"},
    {"1.2.3.4-1.2.3.9", "++--------"},
    {"0.0.0.0/0", "++++++++--"},
    {"::/0", "--------++"},
    {"[1.2.3.4,!fe80::1]", "+--------+"},
    {"[!1.2.3.4,fe80::1]", "-++++++++-"},
    {"[10.0.0.0/8,!10.1.0.0/16,10.1.1.0/24]", "---+------"},
    {"![10.0.0.0/8,!10.1.1.1]", "+++-++++--"},
    {"[1.2.3.4,[5.6.7.8,!5.6.7.8]]", "+---------"},
    {"$HOME_NET", "---+++----"},
    {"!$HOME_NET", "+++---++--"},
    {"$EXTERNAL_NET", "+++---++--"},
    {"!$EXTERNAL_NET", "---+++----"},
    {"[$HOME_NET, !192.168.1.1]", "---++-----"},
    {"[1.2.3.4,]", "+---------"},
    {"1.2.3.4,5.6.7.8", "+-+-------"},
    {"[[ 1.2.3.4 ] , ! 1.2.3.5]", "+---------"},
};

static void test_addresses(void **state)
{
    (void)state;
    struct variables *v = variables_new();
    for (size_t i = 0; i < sizeof address_cases / sizeof address_cases[0]; i++) {
        struct address_set *set = NULL;
        struct err err = {0};
        char got[PROBES + 1] = {0};
        if (address_set_parse(slice_str(address_cases[i].text), v, NULL, &set, &err))
            fail_msg("%s: %s", address_cases[i].text, err.message);
        for (int j = 0; j < PROBES; j++) {
            struct address a = address(probes[j]);
            got[j] = address_set_has(set, &a) ? '+' : '-';
        }
        if (strcmp(got, address_cases[i].holds) != 0)
            fail_msg("%s: %s, not %s", address_cases[i].text, got, address_cases[i].holds);
        for (uint32_t j = 1; j < set->count; j++)
            assert_true(address_compare(&set->ranges[j - 1].to, &set->ranges[j].from) < 0);
        address_set_unref(set);
    }
    variables_free(v);
}

static const struct {
    const char *text;
    unsigned column;
    const char *says;
} bad_addresses[] = {
    {"", 1, "is no address"},
    {"![any]", 1, "negated"},
    {"!any", 1, "negated"},
    {"[any,!0.0.0.0/0]", 1, "negated"},
    {"!::/0", 1, "left"},
    {"[]", 1, "left"},
    {"[1.2.3.4,!1.2.3.0/24]", 1, "left"},
    {"[!1.2.3.0/24,1.2.3.4]", 1, "left"},
    {"[$HOME_NET,$EXTERNAL_NET]", 1, "left"},
    {"1.2.3.4/33", 1, "is no address"},
    {"[1.2.3.4,1.2.3.4/255.0.255.0]", 10, "is no address"},
    {"1.2.3.9-1.2.3.4", 1, "is no address"},
    {"1.2.3.4-fe80::1", 1, "is no address"},
    {"[1.2.3.4,,5.6.7.8]", 10, "is no address"},
    {"[1.2.3.4,[5.6.7.8,foo]]", 19, "foo"},
    {"[1.2.3.4", 2, "not closed"},
    {"[1.2.3.4]x", 10, "expected ','"},
    {"01.2.3.4", 1, "is no address"},
    {"1.2.3.4/", 1, "is no address"},
    {"1.2.3.4/-1", 1, "is no address"},
    {"[1.2.3.4,$NOPE]", 10, "no variable $NOPE"},
    {"$HTTP_PORTS", 1, "no variable $HTTP_PORTS"},
    {"$LOOP", 1, "refers to itself"},
};

static void test_bad_addresses(void **state)
{
    (void)state;
    struct variables *v = variables_new();
    assert_int_equal(variables_put(v, slice_str("LOOP"), slice_str("[1.1.1.1,$POOL]"), VARIABLE_ADDRESSES),
                     0);
    assert_int_equal(variables_put(v, slice_str("POOL"), slice_str("!$LOOP"), VARIABLE_ADDRESSES), 0);
    for (size_t i = 0; i < sizeof bad_addresses / sizeof bad_addresses[0]; i++) {
        struct address_set *set = NULL;
        struct err err = {0};
        const char *text = bad_addresses[i].text;
        if (address_set_parse(slice_str(text), v, NULL, &set, &err) != -EINVAL)
            fail_msg("%s: taken", text);
        if (!strstr(err.message, bad_addresses[i].says) || err.column != bad_addresses[i].column)
            fail_msg("%s: column %u: %s", text, err.column, err.message);
    }
    variables_free(v);
}

static const struct {
    const char *text, *ranges; /* NULL: refused */
} port_cases[] = {
    {"80", "80-80"},
    {"080", "80-80"},
    {"+80", "80-80"},
    {"any", "0-65535"},
    {":", "0-65535"},
    {"1024:", "1024-65535"},
    {":5", "0-5"},
    {"!1:", "0-0"},
    {"!80", "0-79 81-65535"},
    {"![!80]", "80-80"},
    {"[80:90,85:95]", "80-95"},
    {"[80, 81]", "80-81"},
    {"[1:100,![50,60]]", "1-49 51-59 61-100"},
    {"$SHELLCODE_PORTS", "0-79 81-65535"},
    {"!$SHELLCODE_PORTS", "80-80"},
    {"$FILE_DATA_PORTS", "80-80 110-110 143-143"},
    {"[80,any]", "0-65535"},
    {"!any", NULL},
    {"[!0:100,!101:65535]", NULL},
    {"65536", NULL},
    {"-1", NULL},
    {"2:1", NULL},
    {"1-2", NULL},
    {"1:2:3", NULL},
    {"0x50", NULL},
    {"[,80]", NULL},
    {"[]", NULL},
    {"[80,!80]", NULL},
    {"$HOME_NET", NULL},
};

static void test_ports(void **state)
{
    (void)state;
    struct variables *v = variables_new();
    for (size_t i = 0; i < sizeof port_cases / sizeof port_cases[0]; i++) {
        struct port_set *set = NULL;
        struct err err = {0};
        int rc = port_set_parse(slice_str(port_cases[i].text), v, NULL, &set, &err);
        if ((rc != 0) != (port_cases[i].ranges == NULL))
            fail_msg("%s: %d %s", port_cases[i].text, rc, err.message);
        if (rc)
            continue;
        struct buf got = {0};
        for (uint32_t j = 0; j < set->count; j++)
            buf_printf(&got, "%s%u-%u", j ? " " : "", set->ranges[j].from, set->ranges[j].to);
        buf_append_byte(&got, 0);
        assert_string_equal((const char *)got.p, port_cases[i].ranges);
        assert_int_equal(set->any, strcmp(port_cases[i].ranges, "0-65535") == 0);
        buf_fini(&got);
        port_set_unref(set);
    }
    variables_free(v);
}

/* However deep or wide a list is, it ends with a message, and soon. */
static void test_caps(void **state)
{
    (void)state;
    struct buf text = {0};
    struct address_set *set;
    struct err err = {0};
    for (int i = 0; i < 100000; i++)
        buf_append_byte(&text, '[');
    assert_int_equal(address_set_parse(buf_slice(&text), NULL, NULL, &set, &err), -EINVAL);
    assert_non_null(strstr(err.message, "nested"));
    buf_clear(&text);
    for (int i = 0; i < SET_ELEMENTS_MOST + 1; i++)
        buf_printf(&text, "1.1.1.1,");
    assert_int_equal(address_set_parse(buf_slice(&text), NULL, NULL, &set, &err), -EINVAL);
    assert_non_null(strstr(err.message, "more than"));
    buf_fini(&text);
    /* Each variable names the one before twice: 2^20 addresses, if nobody counted. */
    struct variables *v = variables_new();
    char name[16], value[32];
    assert_int_equal(variables_put(v, slice_str("V0"), slice_str("1.1.1.1"), VARIABLE_ADDRESSES), 0);
    for (int i = 1; i <= 20; i++) {
        snprintf(name, sizeof name, "V%d", i);
        snprintf(value, sizeof value, "[$V%d,!$V%d]", i - 1, i - 1);
        if (i % 2)
            snprintf(value, sizeof value, "[$V%d,$V%d]", i - 1, i - 1);
        assert_int_equal(variables_put(v, slice_str(name), slice_str(value), VARIABLE_ADDRESSES), 0);
    }
    assert_int_equal(address_set_parse(slice_str("$V20"), v, NULL, &set, &err), -EINVAL);
    variables_free(v);
}

static void test_sharing(void **state)
{
    (void)state;
    struct set_cache *cache = set_cache_new();
    struct variables *v = variables_new();
    struct err err = {0};
    struct address_set *a, *b, *c;
    struct port_set *p;
    assert_int_equal(address_set_parse(slice_str("any"), v, cache, &a, &err), 0);
    assert_int_equal(address_set_parse(slice_str("any"), v, cache, &b, &err), 0);
    assert_ptr_equal(a, b);
    assert_int_equal(a->users, 3);
    assert_int_equal(port_set_parse(slice_str("any"), v, cache, &p, &err), 0);
    assert_int_equal(p->users, 2);
    /* A changed variable is not answered from the cache. */
    assert_int_equal(address_set_parse(slice_str("$HOME_NET"), v, cache, &c, &err), 0);
    struct address ten = address("10.0.0.1");
    assert_true(address_set_has(c, &ten));
    address_set_unref(c);
    assert_int_equal(variables_set(v, "HOME_NET=1.2.3.4", &err), 0);
    assert_int_equal(address_set_parse(slice_str("$HOME_NET"), v, cache, &c, &err), 0);
    assert_false(address_set_has(c, &ten));
    for (int i = 0; i < 1000; i++) {
        char text[32];
        struct port_set *many;
        snprintf(text, sizeof text, "%d", i);
        assert_int_equal(port_set_parse(slice_str(text), v, cache, &many, &err), 0);
        assert_true(port_set_has(many, (uint16_t)i) && !port_set_has(many, (uint16_t)(i + 1)));
        port_set_unref(many);
    }
    set_cache_free(cache);
    assert_int_equal(a->users, 2);
    address_set_unref(a);
    address_set_unref(b);
    address_set_unref(c);
    port_set_unref(p);
    variables_free(v);
}

/* Ranges against a plain array of flags. */
static void test_spans(void **state)
{
    (void)state;
    srand(7);
    for (int round = 0; round < 2000; round++) {
        struct spans s[2] = {{0}, {0}};
        bool in[2][64] = {{0}};
        for (int k = 0; k < 2; k++) {
            for (int i = rand() % 6; i > 0; i--) {
                int from = rand() % 64, to = from + rand() % (64 - from);
                assert_int_equal(spans_add(&s[k], (wide)from, (wide)to), 0);
                for (int j = from; j <= to; j++)
                    in[k][j] = true;
            }
            spans_normalise(&s[k]);
        }
        assert_int_equal(spans_subtract(&s[0], &s[1]), 0);
        bool got[64] = {0};
        for (uint32_t i = 0; i < s[0].count; i++) {
            assert_true(i == 0 || s[0].list[i].from > s[0].list[i - 1].to);
            for (wide j = s[0].list[i].from; j <= s[0].list[i].to; j++)
                got[j] = true;
        }
        for (int j = 0; j < 64; j++)
            assert_int_equal(got[j], in[0][j] && !in[1][j]);
        spans_fini(&s[0]);
        spans_fini(&s[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses), cmocka_unit_test(test_bad_addresses), cmocka_unit_test(test_ports),
        cmocka_unit_test(test_caps),      cmocka_unit_test(test_sharing),       cmocka_unit_test(test_spans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
