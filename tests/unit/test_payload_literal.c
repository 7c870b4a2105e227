/* How the payload literals of a group's rules are looked for. */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "match/compiled.h"
#include "support/rule_text.h"

static struct ruleset *build(const char *text)
{
    struct rule_list *list = rule_list_of(text);
    assert_non_null(list);
    struct err err;
    struct ruleset *ruleset;
    struct ruleset_options options = {0};
    assert_int_equal(ruleset_build(list, &options, &ruleset, &err), 0);
    return ruleset;
}

static uint32_t patterns(const struct database *database)
{
    return database ? database->count : 0;
}

/* So many literals of packets to the server are in each database of the group for any port. */
static void check(const char *text, uint32_t all, uint32_t small, uint32_t conditional)
{
    struct ruleset *ruleset = build(text);
    const struct group *group = &ruleset->packets[CLASS_TCP][TO_SERVER].groups[0];
    if (patterns(group->database) != all || patterns(group->small) != small ||
        patterns(group->conditional) != conditional)
        fail_msg("%s\n%u, %u and %u", text, patterns(group->database), patterns(group->small),
                 patterns(group->conditional));
    ruleset_unref(ruleset);
}

static void test_places(void **state)
{
    (void)state;
    check("alert tcp-pkt any any -> any any (content:\"one\"; startswith; sid:1;)\n"
          "alert tcp-pkt any any -> any any (content:\"two\"; depth:3; sid:2;)\n",
          0, 0, 0);
    /* A literal that may lie at a few. */
    check("alert tcp-pkt any any -> any any (content:\"first one\"; depth:10; sid:1;)\n"
          "alert tcp-pkt any any -> any any (content:\"second one\"; depth:11; sid:2;)\n"
          "alert tcp-pkt any any -> any any (content:\"third one\"; depth:12; sid:3;)\n",
          1, 0, 0);
    /* None of those that the packet itself tells. */
    check("alert tcp-pkt any any -> any any (byte_extract:1,0,a; content:\"|33 34|\"; offset:a; depth:2; "
          "sid:1;)\n"
          "alert tcp-pkt any any -> any any (byte_extract:1,0,b; content:\"|33 35|\"; depth:b; sid:2;)\n",
          2, 0, 0);
    /* Of many places those of literals that say little. */
    check(
        "alert tcp-pkt any any -> any any (content:\"|00 00 00 01 00 00 00|\"; offset:9; depth:7; sid:1;)\n",
        0, 0, 0);
    /* One alone is not worth a place of its own. */
    check("alert tcp-pkt any any -> any any (content:\"one\"; startswith; sid:1;)\n"
          "alert tcp-pkt any any -> any any (content:\"two\"; offset:1; sid:2;)\n",
          2, 0, 0);
}

static void test_sizes(void **state)
{
    (void)state;
    check("alert tcp-pkt any any -> any any (dsize:<100; content:\"one\"; sid:1;)\n"
          "alert tcp-pkt any any -> any any (content:\"two\"; sid:2;)\n"
          "alert tcp-pkt any any -> any any (dsize:>300; content:\"three\"; sid:3;)\n",
          2, 2, 0);
}

static void test_conditions(void **state)
{
    (void)state;
    check(
        "alert tcp-pkt any any -> any any (content:\"|01 02 03|\"; startswith; content:\"longer\"; sid:1;)\n"
        "alert tcp-pkt any any -> any any (content:\"|04 05|\"; depth:2; content:\"|06 07 08|\"; distance:0; "
        "within:3; content:\"even longer\"; sid:2;)\n"
        "alert tcp-pkt any any -> any any (content:\"|04 05 06|\"; depth:3; content:\"another\"; sid:3;)\n"
        "alert tcp-pkt any any -> any any (content:\"plain\"; sid:4;)\n",
        1, 0, 3);
    check("alert tcp-pkt any any -> any 21 (content:\"one\"; sid:1;)\n"
          "alert tcp-pkt any any -> any [80,8080] (content:\"two\"; sid:2;)\n"
          "alert tcp-pkt any any -> any 1024: (content:\"three\"; sid:3;)\n"
          "alert tcp-pkt any any -> any !21 (content:\"four\"; sid:4;)\n",
          3, 0, 1);
    check("alert tcp-pkt any 88 -> any any (content:\"one\"; sid:1;)\n" /* of the client */
          "alert tcp-pkt any 40000 -> any any (content:\"two\"; sid:2;)\n"
          "alert tcp-pkt any 1024: -> any any (content:\"three\"; sid:3;)\n",
          2, 0, 1);
}

/* What HTTP's messages begin with, zeros and letters open nothing; a place looked at for others does. */
static void test_common_conditions(void **state)
{
    (void)state;
    check(
        "alert tcp-pkt any any -> any any (content:\"GET /\"; startswith; content:\"the first\"; sid:1;)\n"
        "alert tcp-pkt any any -> any any (content:\"HTTP/1.\"; startswith; content:\"the second\"; sid:2;)\n"
        "alert tcp-pkt any any -> any any (content:\"GET /a\"; startswith; content:\"three and more\"; "
        "sid:3;)\n"
        "alert tcp-pkt any any -> any any (content:\"GET /b\"; startswith; content:\"four and more\"; "
        "sid:4;)\n",
        2, 0, 2);
    check(
        "alert tcp-pkt any any -> any any (content:\"|30|\"; startswith; content:\"one\"; sid:1;)\n"
        "alert tcp-pkt any any -> any any (content:\"|00|\"; startswith; content:\"two\"; sid:2;)\n"
        "alert tcp-pkt any any -> any any (content:\"|30|\"; offset:1; depth:1; content:\"three\"; sid:3;)\n"
        "alert tcp-pkt any any -> any any (content:!\"|30|\"; startswith; content:\"four\"; sid:4;)\n",
        3, 0, 1);
    check("alert tcp-pkt any any -> any any (content:\"|02 03 04 05|\"; startswith; content:\"the first\"; "
          "sid:1;)\n"
          "alert tcp-pkt any any -> any any (content:\"|03 03 04 05|\"; startswith; content:\"the second "
          "one\"; sid:2;)\n"
          "alert tcp-pkt any any -> any any (content:\"|02 03 04 06|\"; startswith; content:\"abcdef\"; "
          "offset:9; depth:6; content:\"the third\"; sid:3;)\n",
          0, 0, 3);
}

/* Rules with the same test of sizes by twos and threes are scanned for with all. */
static void test_families(void **state)
{
    (void)state;
    enum { FEW = 7 };
    static char text[4096];
    size_t n = 0;
    for (int i = 0; i <= FEW; i++) {
        if (i == FEW)
            check(text, FEW, 0, 0);
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "alert tcp-pkt any any -> any any (stream_size:server,<,5; content:\"one%d\"; "
                              "sid:%d;)\n",
                              i, 10 + i);
    }
    check(text, 0, 0, FEW + 1);
    snprintf(text + n, sizeof text - n,
             "alert tcp-pkt any any -> any any (stream_size:server,<,5000; content:\"two\"; sid:2;)\n"
             "alert tcp-pkt any any -> any any (stream_size:server,>,5; content:\"three\"; sid:3;)\n");
    check(text, 2, 0, FEW + 1);
}

/* Datagrams mostly have what rules ask for beside: one database, one call. */
static void test_datagrams_have_no_condition(void **state)
{
    (void)state;
    struct ruleset *ruleset = build(
        "alert udp any any -> any any (content:\"|01 02 03|\"; startswith; content:\"longer\"; sid:1;)\n"
        "alert udp any any -> any any (content:\"|04 05 06|\"; depth:3; content:\"another\"; sid:2;)\n");
    const struct group *group = &ruleset->packets[CLASS_UDP][TO_SERVER].groups[0];
    assert_int_equal(patterns(group->database), 2);
    assert_null(group->conditional);
    ruleset_unref(ruleset);
}

static void test_protocols_of_other_transports(void **state)
{
    (void)state;
    struct ruleset *ruleset = build("alert http any any -> any any (content:\"one\"; sid:1;)\n"
                                    "alert dns any any -> any any (content:\"two\"; sid:2;)\n"
                                    "alert ip any any -> any any (content:\"three\"; sid:3;)\n");
    assert_int_equal(patterns(ruleset->packets[CLASS_UDP][TO_SERVER].groups[0].database), 2);
    assert_int_equal(patterns(ruleset->streams[TO_SERVER].groups[0].database), 3);
    ruleset_unref(ruleset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_common_conditions),
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_datagrams_have_no_condition),
        cmocka_unit_test(test_protocols_of_other_transports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
