/*
 * For any rule of a family that can be met by construction the example fires: options are read off a random
 * string, so there is one that has them all. Each was replayed when it is given out.
 */
#include <stdio.h>
#include <stdlib.h>

#include "example/example.h"
#include "rule/rule.h"
#include "rule/rule_list.h"
#include "run/settings/settings.h"
#include "support/check.h"
#include "support/connection.h"

enum { RULES = 300, STRING = 60, PARTS_MOST = 4 };

static uint32_t below(uint64_t *seed, uint32_t n)
{
    return test_random(seed) % n;
}

/* Options that hold for `text`: pieces of it from left to right, with limits that their places meet. */
static void put_options(uint64_t *seed, const char *text, struct buf *out)
{
    unsigned parts = 1 + below(seed, PARTS_MOST), at = 0, before = 0;
    bool relative = below(seed, 2);
    for (unsigned i = 0; i < parts && at + 8 < STRING; i++) {
        unsigned from = at + below(seed, 6), n = 1 + below(seed, 7);
        assert_int_equal(
            buf_printf(out, "content:\"%.*s\"; %s", (int)n, text + from, below(seed, 3) ? "" : "nocase; "),
            0);
        if (i && relative)
            assert_int_equal(buf_printf(out, "distance:%u; within:%u; ", below(seed, from - before + 1),
                                        from - before + n + below(seed, 9)),
                             0);
        else if (below(seed, 2))
            assert_int_equal(buf_printf(out, "offset:%u; depth:%u; ", below(seed, from + 1), from + n), 0);
        before = from + n;
        at = before;
    }
    if (below(seed, 3) == 0)
        assert_int_equal(buf_printf(out, "pcre:\"/%.*s.*%.*s/\"; ", 2, text + at, 3,
                                    text + at + 2 < text + STRING - 3 ? text + at + 2 : text),
                         0);
    if (below(seed, 3) == 0)
        assert_int_equal(buf_printf(out, "isdataat:%u,relative; ", below(seed, STRING - at)), 0);
}

static void make_rule(uint64_t *seed, unsigned sid, struct buf *out)
{
    static const char *const kinds[] = {
        "tcp any any -> any any (flow:established,to_server; ", "udp any any -> any 4000 (",
        "http any any -> any any (flow:established,to_server; http.uri; ",
        "http any any -> any any (flow:established,to_client; file.data; ",
        "http any any -> any any (flow:established,to_server; http.user_agent; "};
    char text[STRING + 1];
    for (unsigned i = 0; i < STRING; i++)
        text[i] = (char)('a' + below(seed, 4));
    text[STRING] = '\0';
    assert_int_equal(buf_printf(out, "alert %s", kinds[below(seed, 5)]), 0);
    put_options(seed, text, out);
    assert_int_equal(buf_printf(out, "sid:%u; rev:1;)\n", sid), 0);
}

static void fires(void **state)
{
    (void)state;
    uint64_t seed = 20261130;
    struct buf text = {0};
    struct settings *settings = settings_new();
    struct rule_list *list = rule_list_new();
    struct err err = {0};
    assert_true(settings && list);
    for (unsigned i = 0; i < RULES; i++)
        make_rule(&seed, i + 1, &text);
    struct rule_context context = {.variables = settings->variables};
    assert_int_equal(rule_list_parse(list, buf_slice(&text), "made", &context, NULL, NULL, &err), 0);
    assert_true(list->count > RULES / 2);
    struct example_config config = {.settings = settings, .rules = list};
    struct example_maker *maker = example_maker_new(&config);
    assert_non_null(maker);
    unsigned refused = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        struct example example;
        if (example_make(maker, list->rules[i], &example, &err)) {
            struct buf rule = {0};
            assert_int_equal(rule_print(list->rules[i], &rule), 0);
            fprintf(stderr, "%.*s: %s\n", (int)rule.n, (const char *)rule.p, err.message);
            buf_fini(&rule);
            refused++;
        }
        example_fini(&example);
    }
    assert_int_equal(refused, 0);
    example_maker_free(maker);
    rule_list_free(list);
    settings_free(settings);
    buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fires)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
