/* Bytes that the chains of a rule match: what is found, what is refused and with which option. */
#include <errno.h>
#include <stdlib.h>

#include "example/shape.h"
#include "example/solve.h"
#include "rule/rule.h"
#include "rule/rule_list.h"
#include "rule/variables.h"
#include "support/check.h"

struct solved {
    int rc;
    struct buf bytes;
    struct err err;
};

static struct solved solve_options(const char *header, const char *options, const char *grammar)
{
    struct solved s = {0};
    struct buf text = {0};
    struct variables *variables = variables_new();
    struct rule_context context = {.variables = variables};
    struct rule *rule = NULL;
    struct eval *eval = eval_new();
    assert_true(variables && eval);
    assert_int_equal(buf_printf(&text, "alert %s any any -> any any (%s sid:1;)", header, options), 0);
    if (rule_parse(buf_slice(&text), &context, &rule, NULL, &s.err))
        fail_msg("%s: %s", options, s.err.message);
    struct solve_request request = {.eval = eval, .grammar = grammar};
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        request.chains[request.chain_count] = &rule->chains[i];
        request.rules[request.chain_count++] = rule;
    }
    s.rc = solve(&request, &s.bytes, &s.err);
    if (!s.rc)
        assert_true(solve_holds(&request, buf_slice(&s.bytes), NULL));
    eval_free(eval);
    rule_free(rule);
    variables_free(variables);
    buf_fini(&text);
    return s;
}

static void what_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *options, *bytes; /* NULL: whatever matches */
    } cases[] = {
        {"content:\"abc\";", "abc"},
        {"content:\"abc\"; offset:2; content:\"xy\"; depth:2;", "xyabc"},
        {"content:\"abc\"; content:\"b\";", "abc"},
        {"content:\"b\"; content:\"abc\"; startswith;", NULL},
        {"content:\"end\"; endswith; content:\"front\";", "frontend"},
        {"content:\"a\"; content:\"b\"; distance:2; within:3;", NULL},
        {"content:\"abcd\"; content:\"cdef\"; distance:-2; within:4;", "abcdef"},
        {"content:\"a\"; content:!\"a\"; distance:0; isdataat:4,relative;", NULL},
        {"content:\"a\"; isdataat:!1,relative;", "a"},
        {"content:\"|00|\"; byte_test:2,>,500,0,relative; byte_test:2,<,502,0,relative;", NULL},
        {"content:\"n=\"; byte_test:0,>,99,0,relative,string,dec;", "n=100"},
        {"byte_jump:1,0; content:\"z\"; distance:0; within:1; content:\"|03|\"; depth:1;", NULL},
        {"byte_extract:1,0,n; content:\"z\"; distance:n; within:1;", NULL},
        {"byte_math:bytes 1, offset 0, oper +, rvalue 3, result n; content:\"z\"; offset:n;", NULL},
        {"content:\"x\"; pcre:\"/^ab+x[0-9]{3}$/\";", "abx000"},
        {"pcre:\"/foo\\d/\"; content:\"bar\"; distance:0; pcre:\"/^\\s{2}q/R\";", NULL},
        {"content:\"one\"; content:\"two\"; pcre:\"/two.*one/\";", NULL},
        {"content:!\"a\"; content:\"zzz\"; isdataat:20;", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct solved s = solve_options("tcp", cases[i].options, NULL);
        if (s.rc)
            fail_msg("%s: %s", cases[i].options, s.err.message);
        if (cases[i].bytes && !slice_equal(buf_slice(&s.bytes), slice_str(cases[i].bytes)))
            fail_msg("%s: \"%.*s\"", cases[i].options, (int)s.bytes.n, (const char *)s.bytes.p);
        buf_fini(&s.bytes);
    }
}

static void buffers_and_what_they_allow(void **state)
{
    (void)state;
    static const struct {
        const char *header, *options, *grammar, *bytes;
    } cases[] = {
        {"dns", "dns.query; dotprefix; content:\".evil.org\"; endswith;", "^[a-z]+(?:\\.[a-z]+)*$", NULL},
        {"dns",
         "dns.query; dotprefix; content:\".evil.org\"; endswith; dns.query; content:\"evil\"; startswith;",
         "^[a-z.]+$", NULL},
        {"http", "http.uri; content:\"x.php\"; bsize:12;", "^\\/[a-z.\\/]*$", NULL},
        {"http", "http.header_names; content:\"Host|0d 0a|\";", "^\\r\\n(?:[A-Z][a-z]*\\r\\n)*\\r\\n$",
         "\r\nHost\r\n\r\n"},
        {"http", "http.uri; to_lowercase; content:\"/abc\";", NULL, "/abc"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct solved s = solve_options(cases[i].header, cases[i].options, cases[i].grammar);
        if (s.rc)
            fail_msg("%s: %s", cases[i].options, s.err.message);
        if (cases[i].bytes && !slice_equal(buf_slice(&s.bytes), slice_str(cases[i].bytes)))
            fail_msg("%s: \"%.*s\"", cases[i].options, (int)s.bytes.n, (const char *)s.bytes.p);
        buf_fini(&s.bytes);
    }
}

static void what_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *options, *says, *grammar;
    } cases[] = {
        {"content:\"ab\"; depth:2; content:\"xy\"; depth:2;", "content", NULL},
        {"content:\"a\"; content:\"b\"; distance:0; within:1; content:!\"ab\";", "", NULL},
        {"content:\"abc\"; startswith; isdataat:!2;", "isdataat", NULL},
        {"pcre:\"/^a/\"; content:\"b\"; depth:1;", "pcre", NULL},
        {"content:\"A\";", "", "^[a-z]+$"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct solved s = solve_options("tcp", cases[i].options, cases[i].grammar);
        if (s.rc != -EINVAL || !s.err.message[0] || !strstr(s.err.message, cases[i].says))
            fail_msg("%s: %d %s", cases[i].options, s.rc, s.err.message);
        buf_fini(&s.bytes);
    }
}

/* No rule makes it run long: work and tries are counted. */
static void what_is_too_much(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "content:\"a\"; content:\"a\"; distance:0; content:\"a\"; distance:0; content:\"a\"; distance:0; "
        "content:\"a\"; distance:0; content:!\"a\";",
        "content:\"x\"; offset:16000; pcre:\"/(?:a?){400}(?:b?){400}c$/\"; content:!\"c\";",
        "pcre:\"/^(?:(?:[a-z]{1,40}){1,40}){1,9}!$/\"; content:!\"!\";",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct solved s = solve_options("tcp", cases[i], NULL);
        assert_int_equal(s.rc, -EINVAL);
        buf_fini(&s.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_found),
        cmocka_unit_test(buffers_and_what_they_allow),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(what_is_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
