/* Rule files: lines, headers, options, duplicates, and what is said about what is refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "rule/classes.h"
#include "packet/packet.h"
#include "rule/refusal.h"
#include "rule/rule_list.h"
#include "rule/variables.h"

struct fixture {
    struct variables *variables;
    struct classes *classes;
    struct rule_context context;
    struct rule_list *list;
    /* the last refusal */
    struct err err;
    int code;
    char line[256], keyword[64];
    uint32_t sid;
    struct buf shown;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->variables = variables_new();
    f->classes = classes_new();
    f->context = (struct rule_context){.variables = f->variables, .classes = f->classes};
    f->list = rule_list_new();
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    rule_list_free(f->list);
    variables_free(f->variables);
    classes_free(f->classes);
    buf_fini(&f->shown);
    free(f);
    return 0;
}

static void on_refused(void *ctx, const struct rule_refusal *refusal)
{
    struct fixture *f = ctx;
    f->err = *refusal->err;
    f->code = refusal->code;
    f->sid = refusal->sid;
    snprintf(f->line, sizeof f->line, "%.*s", (int)refusal->line.n, (const char *)refusal->line.p);
    snprintf(f->keyword, sizeof f->keyword, "%.*s", (int)refusal->keyword.n,
             refusal->keyword.n ? (const char *)refusal->keyword.p : "");
    buf_clear(&f->shown);
    assert_int_equal(rule_refusal_print(refusal, &f->shown), 0);
    assert_int_equal(buf_append_byte(&f->shown, 0), 0);
}

static void parse_bytes(struct fixture *f, struct slice text)
{
    struct err err = {0};
    f->code = 0;
    assert_int_equal(rule_list_parse(f->list, text, "t.rules", &f->context, on_refused, f, &err), 0);
}

static void parse(struct fixture *f, const char *text)
{
    parse_bytes(f, slice_str(text));
}

static const struct rule *last(const struct fixture *f)
{
    assert_true(f->list->count > 0);
    return f->list->rules[f->list->count - 1];
}

static void test_lines(void **state)
{
    struct fixture *f = *state;
    parse(f, "\xef\xbb\xbf# a comment \\\n"
             "alert tcp any any -> any any (sid:1;)\r\n"
             "\r\n   \t\n  # another\n"
             "alert tcp any any -> any any (msg:\"joined \\\n  here\"; \\ \t\r\n sid:2;)\n"
             "alert tcp any any -> any any (sid:3;)");
    assert_int_equal(f->list->count, 3);
    assert_int_equal(f->list->refused, 0);
    assert_string_equal(f->list->rules[1]->message, "joined   here");
    assert_int_equal(f->list->rules[0]->line, 2);
    assert_int_equal(f->list->rules[1]->line, 6);
    assert_int_equal(f->list->rules[2]->line, 9);
    assert_string_equal(f->list->rules[2]->file, "t.rules");
}

/* A place in a joined line is told as the physical line and column. */
static void test_place_in_joined_line(void **state)
{
    struct fixture *f = *state;
    parse(f, "\nalert tcp any any -> \\\n any any \\\n(msg:\"x\"; nocas; sid:7;)\n");
    assert_int_equal(f->code, -EINVAL);
    assert_int_equal(f->err.line, 4);
    assert_int_equal(f->err.column, 11);
    assert_string_equal(f->line, "(msg:\"x\"; nocas; sid:7;)");
    assert_string_equal(f->keyword, "nocas");
    assert_string_equal(f->err.hint, "did you mean \"nocase\"?");
    assert_int_equal(f->sid, 7);
    assert_string_equal((const char *)f->shown.p, "t.rules:4:11: error: no such keyword: \"nocas\"\n"
                                                  "  (msg:\"x\"; nocas; sid:7;)\n"
                                                  "            ^\n"
                                                  "  did you mean \"nocase\"?\n");
}

static const struct {
    const char *rule;
    int code;
    unsigned column;
    const char *says;
} refused[] = {
    {"alert", -EINVAL, 6, "expected the protocol"},
    {"block tcp any any -> any any (sid:1;)", -EINVAL, 1, "\"block\" is no action"},
    {"accept:hook tcp any any -> any any (sid:1;)", -EINVAL, 1, "firewall"},
    {"alert:flow tcp any any -> any any (sid:1;)", -EINVAL, 1, "takes no scope"},
    {"drop:hook tcp any any -> any any (sid:1;)", -EINVAL, 1, "packet or flow"},
    {"alert any any any -> any any (sid:1;)", -EINVAL, 7, "is no protocol"},
    {"alert gre any any -> any any (sid:1;)", -EINVAL, 7, "is no protocol"},
    {"alert HTTP any any -> any any (sid:1;)", -EINVAL, 7, "is no protocol"},
    {"alert llmnr any any -> any any (sid:1;)", -ENOTSUP, 7, "needs the llmnr parser"},
    {"alert tcp:packet any any -> any any (sid:1;)", -EINVAL, 7, "no hook"},
    {"alert tcp [1.2.3.4,foo] any -> any any (sid:1;)", -EINVAL, 20, "\"foo\" is no address"},
    {"alert tcp [1.2.3.4 any -> any any (sid:1;)", -EINVAL, 11, "never closed"},
    {"alert tcp any 1:70000 -> any any (sid:1;)", -EINVAL, 15, "is no port"},
    {"alert tcp any any <- any any (sid:1;)", -EINVAL, 19, "is no direction"},
    {"alert tcp any any => any any (sid:1;)", -EINVAL, 1, "=>"},
    {"alert tcp any any -> any (sid:1;)", -EINVAL, 26, "expected the destination port before the options"},
    {"alert\ttcp any any -> any any (sid:1;)", -EINVAL, 6, "tab"},
    {"alert tcp any any -> any any", -EINVAL, 29, "expected '('"},
    {"alert tcp any any -> any any (sid:1)", -EINVAL, 36, "expected ';'"},
    {"alert tcp any any -> any any (sid:1;;)", -EINVAL, 37, "another ';'"},
    {"alert tcp any any -> any any (msg:\"a;b\"; sid:1;)", -EINVAL, 35, "quote is not closed"},
    {"alert tcp any any -> any any (msg:\"a\"b; sid:1;)", -EINVAL, 38, "expected ';' after the closing"},
    {"alert tcp any any -> any any (msg:\"\"; sid:1;)", -EINVAL, 35, "between the quotes"},
    {"alert tcp any any -> any any (msg:a; sid:1;)", -EINVAL, 35, "in quotes"},
    {"alert tcp any any -> any any (msg; sid:1;)", -EINVAL, 31, "needs a value"},
    {"alert tcp any any -> any any (noalert:x; sid:1;)", -EINVAL, 39, "takes no value"},
    {"alert tcp any any -> any any (sid:\"1\";)", -EINVAL, 35, "without quotes"},
    {"alert tcp any any -> any any (sid:0;)", -EINVAL, 35, "from 1"},
    {"alert tcp any any -> any any (sid:4294967296;)", -EINVAL, 35, "4294967295"},
    {"alert tcp any any -> any any (sid:1; sid:1;)", -EINVAL, 42, "second sid"},
    {"alert tcp any any -> any any (sid:1; rev:0;)", -EINVAL, 42, "from 1"},
    {"alert tcp any any -> any any (msg:\"a\"; msg:\"b\"; sid:1;)", -EINVAL, 44, "second msg"},
    {"alert tcp any any -> any any (msg:\"no sid\";)", -EINVAL, 1, "no sid"},
    {"alert tcp any any -> any any (lua:x.lua; sid:1;)", -ENOTSUP, 31, "needs a Lua interpreter"},
    {"alert tcp any any -> any any (zzzzzzzz; sid:1;)", -EINVAL, 31, "no such keyword"},
    {"alert tcp any any -> any any (target:foo; sid:1;)", -EINVAL, 38, "src_ip or dest_ip"},
    {"alert tcp any any -> any any (target:src_ip; target:dest_ip; sid:1;)", -EINVAL, 53, "other side"},
    {"alert tcp any any -> any any (prefilter; sid:1;)", -EINVAL, 31, "before it"},
    {"alert tcp any any -> any any (tos:8; msg:\"a\"; prefilter; sid:1;)", -EINVAL, 47, "by tos"},
    {"alert tcp any any -> any any (ttl:8; byte_test:1,>,1,0; prefilter; sid:1;)", -EINVAL, 57,
     "by byte_test"},
    {"alert tcp any any -> any any (content:\"a\"; xbits:set,ab,track ip_src; prefilter; sid:1;)", -EINVAL,
     71, "by xbits"},
    {"alert tcp any any -> any any (byte_jump:1,0; pcre:\"/a/R\"; sid:1;)", -EINVAL, 51, "last match"},
    {"alert tcp any any -> any any (isdataat:1; pcre:\"/a/R\"; sid:1;)", -EINVAL, 48, "last match"},
    {"alert tcp any any -> any any (requires: version 7; sid:1;)", -EINVAL, 41, "version condition"},
    {"alert tcp any any -> any any (reference:url; sid:1;)", -EINVAL, 41, "a system and an id"},
    {"alert tcp any any -> any any (priority:-1; sid:1;)", -EINVAL, 40, "number"},
    {"alert tcp any any -> any any (config:foo; sid:1;)", -EINVAL, 38, "disabled"},
    {"alert tcp any any -> any any (nfq_set_mark:1; sid:1;)", -EINVAL, 44, "mark"},
    {"alert tcp any any -> any any (l3_proto:ip; sid:1;)", -EINVAL, 40, "ipv4"},
};

static void test_refused(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        parse(f, refused[i].rule);
        if (f->code != refused[i].code || f->err.column != refused[i].column ||
            !strstr(f->err.message, refused[i].says))
            fail_msg("%s: %d, column %u: %s", refused[i].rule, f->code, f->err.column, f->err.message);
    }
    assert_int_equal(f->list->count, 0);
    assert_int_equal(f->list->refused, sizeof refused / sizeof refused[0]);
}

static void test_header(void **state)
{
    struct fixture *f = *state;
    parse(f, "rejectboth:flow TCP:flow_start $HOME_NET 1024: <> 1.2.3.4 [80,443] (sid:1;)");
    const struct rule_header *h = &last(f)->header;
    assert_int_equal(h->action, ACTION_REJECT);
    assert_int_equal(h->reject, REJECT_BOTH);
    assert_int_equal(h->scope, SCOPE_FLOW);
    assert_int_equal(h->protocol, PROTOCOL_TCP);
    assert_int_equal(h->hook, HOOK_FLOW_START);
    assert_int_equal(h->direction, DIRECTION_BOTH);
    assert_true(port_set_has(h->source_ports, 1024) && !port_set_has(h->source_ports, 1023));
    assert_true(port_set_has(h->destination_ports, 443));
    assert_int_equal(last(f)->hints.layers, LAYER_TCP);
    /* Both ways between the same endpoints is one way. */
    parse(f, "alert udp any any <> any any (sid:2;)");
    assert_int_equal(last(f)->header.direction, DIRECTION_FORWARD);
    parse(f, "Alert IP6 any any -> any any sid:3;"); /* Suricata does not miss the parentheses */
    assert_int_equal(last(f)->header.protocol, PROTOCOL_IPV6);
}

static void test_meta(void **state)
{
    struct fixture *f = *state;
    parse(f, "alert tcp any any -> any any (msg:\"a\\\"b\\;c\\\\d \\x\"; sid:1; rev:3; gid:7; target:src_ip; "
             "classtype:Trojan-Activity; reference:cve,2021-44228; reference:nope,1; bypass; "
             "metadata:a b, alone, k v w; metadata:c d; SID :0;)");
    assert_int_equal(f->code, -EINVAL); /* the second sid */
    parse(f,
          "alert tcp any any -> any any (msg:\"a\\\"b\\;c\\\\d \\x\"; sid : 1; rev:3; gid:7; target:src_ip; "
          "classtype:Trojan-Activity; reference:cve,2021-44228; reference:nope,1; bypass; "
          "metadata:a b, alone, k v w; metadata:c d;)");
    const struct rule *r = last(f);
    assert_string_equal(r->message, "a\"b;c\\d x");
    assert_int_equal(r->rev, 3);
    assert_int_equal(r->gid, 7);
    assert_int_equal(r->priority, 1);
    assert_string_equal(r->class_name, "trojan-activity");
    assert_string_equal(r->class_text, "A Network Trojan was detected");
    assert_int_equal(r->reference_count, 1);
    assert_string_equal(r->references[0], "https://cve.mitre.org/cgi-bin/cvename.cgi?name=2021-44228");
    assert_int_equal(r->metadata_count, 3);
    assert_string_equal(r->metadata[1].name, "k");
    assert_string_equal(r->metadata[1].value, "v w");
    assert_int_equal(r->flags, RULE_TARGET_SOURCE | RULE_BYPASS);
    assert_int_equal(r->option_count, 11);
}

static void test_priority(void **state)
{
    static const struct {
        const char *options;
        int priority;
        const char *class;
    } cases[] = {
        {"", 3, ""},
        {"classtype:nope;", 3, ""},
        {"priority:0;", 0, ""},
        {"priority:7; classtype:trojan-activity;", 7, "trojan-activity"},
        {"classtype:trojan-activity; priority:7;", 7, "trojan-activity"},
        {"priority:2; priority:1; priority:5;", 1, ""},
        {"classtype:misc-activity; classtype:trojan-activity;", 1, "trojan-activity"},
        {"classtype:trojan-activity; classtype:misc-activity;", 1, "trojan-activity"},
    };
    struct fixture *f = *state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, "alert tcp any any -> any any (%s sid:%u;)", cases[i].options, i + 1);
        parse(f, text);
        assert_int_equal(f->code, 0);
        assert_int_equal(last(f)->priority, cases[i].priority);
        assert_string_equal(last(f)->class_name, cases[i].class);
    }
}

static void test_duplicates(void **state)
{
    struct fixture *f = *state;
    parse(f, "alert tcp any any -> any any (sid:9; rev:1;)\n"
             "alert tcp any any -> any any (sid:10;)\n"
             "alert tcp any any -> any any (msg:\"newer\"; sid:9; rev:2;)\n"
             "alert tcp any any -> any any (sid:9; rev:2; gid:2;)\n");
    assert_int_equal(f->code, 0);
    assert_int_equal(f->list->count, 3);
    assert_string_equal(f->list->rules[0]->message, "newer"); /* in the place of the older */
    parse(f, "alert tcp any any -> any any (sid:9; rev:2;)\n");
    assert_int_equal(f->code, -EEXIST);
    assert_int_equal(f->list->count, 3);
    assert_int_equal(f->list->refused, 1);
}

static void test_requires(void **state)
{
    static const struct {
        const char *value;
        bool met;
    } cases[] = {
        {"version >= 8.0.8", true},
        {"version > 8.0.8", false},
        {"version < 8.0.8", false},
        {"version <=8", false},
        {"version >= 7.0.3-dev", true},
        {"version >= 7.0.3 < 8", false},
        {"version >= 7.0.3 < 8 | >= 8.0.1", true},
        {"version < 7 | >= 8", true},
        {"keyword content", true},
        {"keyword Content", false},
        {"keyword content, keyword nope", false},
        {"feature lua", false},
        {"keyword content, version >= 7", true},
        {"blah", false},
    };
    struct fixture *f = *state;
    uint32_t skipped = 0;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        uint32_t before = f->list->count;
        /* What the rule needs may stand behind what nobody knows yet. */
        snprintf(text, sizeof text, "alert %s any any -> any any (%s requires:%s; sid:%u;)",
                 cases[i].met ? "tcp" : "nosuch", cases[i].met ? "" : "foo:bar;", cases[i].value, i + 1);
        parse(f, text);
        skipped += !cases[i].met;
        if (f->code || f->list->count - before != cases[i].met || f->list->skipped != skipped)
            fail_msg("%s: %d %s", cases[i].value, f->code, f->err.message);
    }
    assert_int_equal(f->list->refused, 0);
}

static void test_rubbish(void **state)
{
    struct fixture *f = *state;
    uint8_t bytes[4096];
    srand(3);
    for (int round = 0; round < 200; round++) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)(rand() % 256);
        parse_bytes(f, slice_of(bytes, sizeof bytes));
    }
    assert_int_equal(f->list->count, 0);
    assert_true(f->list->refused > 0);
    parse_bytes(f, slice_of("alert tcp any any -> any any (sid:1;\0)\n", 39));
    assert_non_null(strstr(f->err.message, "NUL"));
    assert_int_equal(f->err.column, 37);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void test_size(void **state)
{
    struct fixture *f = *state;
    struct buf text = {0};
    /* Above the cap, in one line and in many; what follows is read. */
    for (int i = 0; i < RULE_LINE_MOST; i++)
        buf_append_byte(&text, 'x');
    buf_printf(&text, "y\nalert tcp any any -> any any (sid:1;)\n");
    for (int i = 0; i < RULE_LINE_MOST / 8; i++)
        buf_printf(&text, "abcdefghij\\\n");
    buf_printf(&text, "\nalert tcp any any -> any any (sid:2;)\n");
    parse_bytes(f, buf_slice(&text));
    assert_int_equal(f->list->refused, 2);
    assert_int_equal(f->list->count, 2);
    assert_true(strlen((const char *)f->shown.p) < 400);
    buf_clear(&text);
    for (int i = 0; i < 100000; i++)
        buf_printf(&text, "alert tcp $HOME_NET %d -> any any (msg:\"number %d\"; sid:%d; rev:1;)\n",
                   i % 65536, i, i + 10);
    double before = seconds();
    parse_bytes(f, buf_slice(&text));
    assert_int_equal(f->list->count, 100002);
    assert_true(seconds() - before < 60); /* minutes, if anything were quadratic */
    buf_fini(&text);
}

/* The part of a long line around the place, and no byte that a terminal obeys. */
static void test_refusal_window(void **state)
{
    struct fixture *f = *state;
    struct buf text = {0};
    buf_printf(&text, "alert tcp any any -> any any (msg:\"\x1b[31m");
    for (int i = 0; i < 500; i++)
        buf_printf(&text, "ä");
    buf_printf(&text, "\"; nosuchthing; sid:1;)");
    parse_bytes(f, buf_slice(&text));
    const char *shown = (const char *)f->shown.p;
    assert_null(strchr(shown, 0x1b));
    const char *line = strstr(shown, "\n  ..."), *caret = strstr(shown, "^\n");
    assert_non_null(line);
    assert_non_null(caret);
    assert_non_null(strstr(line, "nosuchthing"));
    /* The caret stands below the keyword: as many characters from the left. */
    size_t column = 0;
    for (const char *c = line + 1; c < strstr(line, "nosuchthing"); c++)
        column += ((uint8_t)*c & 0xc0) != 0x80;
    const char *start = caret;
    while (start[-1] != '\n')
        start--;
    assert_int_equal(caret - start, column);
    buf_fini(&text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_lines),          TEST(test_place_in_joined_line),
        TEST(test_refused),        TEST(test_header),
        TEST(test_meta),           TEST(test_priority),
        TEST(test_requires),       TEST(test_duplicates),
        TEST(test_rubbish),        TEST(test_size),
        TEST(test_refusal_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
