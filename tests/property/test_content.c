/*
 * Properties of the evaluation of contents:
 *  - on random rules and bytes, it says what a model says that tries every place of every content;
 *  - a regular expression says the same where the text that it must find is known and where it is not;
 *  - the budget bounds the time of the worst rules and bytes.
 *
 * The model knows nothing of searches, memos and stops, only of windows and of who is tried again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "support/chain_text.h"

enum { CONTENTS_MOST = 4, ROUNDS = 40000, BYTES_MOST = 24, NONE = -100 };

struct random {
    uint64_t state;
};

static unsigned below(struct random *random, unsigned n)
{
    random->state = random->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(random->state >> 33) % n;
}

struct model_content {
    char text[4];
    int length;
    bool negated, nocase, retried;
    int offset, depth, distance, within; /* NONE when not given */
};

static void make_content(struct random *r, struct model_content *c)
{
    *c = (struct model_content){.offset = NONE, .depth = NONE, .distance = NONE, .within = NONE};
    c->length = (int)below(r, 3) + 1;
    for (int i = 0; i < c->length; i++)
        c->text[i] = "abA"[below(r, 3)];
    c->negated = below(r, 4) == 0;
    c->nocase = below(r, 3) == 0;
    switch (below(r, 3)) {
    case 0:
        if (below(r, 2))
            c->offset = (int)below(r, 10);
        if (below(r, 2))
            c->depth = c->length + (int)below(r, 8);
        break;
    case 1:
        if (below(r, 4))
            c->distance = (int)below(r, 8) - 3;
        if (below(r, 2))
            c->within = c->length + (int)below(r, 6);
        break;
    default:
        break;
    }
}

static size_t print_content(const struct model_content *c, char *out, size_t room)
{
    size_t n = (size_t)snprintf(out, room, "content:%s\"%s\";", c->negated ? "!" : "", c->text);
    if (c->nocase)
        n += (size_t)snprintf(out + n, room - n, "nocase;");
    if (c->offset != NONE)
        n += (size_t)snprintf(out + n, room - n, "offset:%d;", c->offset);
    if (c->depth != NONE)
        n += (size_t)snprintf(out + n, room - n, "depth:%d;", c->depth);
    if (c->distance != NONE)
        n += (size_t)snprintf(out + n, room - n, "distance:%d;", c->distance);
    if (c->within != NONE)
        n += (size_t)snprintf(out + n, room - n, "within:%d;", c->within);
    return n;
}

static int fold(int c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool lies_at(const struct model_content *c, struct slice bytes, int at)
{
    for (int i = 0; i < c->length; i++) {
        int a = bytes.p[at + i], b = (unsigned char)c->text[i];
        if (c->nocase ? fold(a) != fold(b) : a != b)
            return false;
    }
    return true;
}

static bool in_window(const struct model_content *c, struct slice bytes, int cursor, int at)
{
    int from = 0, upto = (int)bytes.n;
    if (c->distance != NONE || c->within != NONE) {
        from = cursor + (c->distance == NONE ? 0 : c->distance);
        if (c->within != NONE && from + c->within >= 0)
            upto = from + c->within;
    } else {
        from = c->offset == NONE ? 0 : c->offset;
        upto = c->depth == NONE ? upto : from + c->depth;
    }
    return at >= from && at + c->length <= upto && at + c->length <= (int)bytes.n && lies_at(c, bytes, at);
}

enum answer { NO, YES, GIVE_UP };

static enum answer model(const struct model_content *c, int left, struct slice bytes, int cursor)
{
    if (!left)
        return YES;
    bool relative = c->distance != NONE || c->within != NONE;
    bool found = false;
    for (int at = 0; at + c->length <= (int)bytes.n; at++) {
        if (!in_window(c, bytes, cursor, at))
            continue;
        found = true;
        if (c->negated)
            return relative ? NO : GIVE_UP;
        enum answer answer = model(c + 1, left - 1, bytes, at + c->length);
        if (answer != NO)
            return answer;
        if (!c->retried)
            return GIVE_UP;
    }
    if (!found && c->negated)
        return model(c + 1, left - 1, bytes, cursor);
    return relative ? NO : GIVE_UP;
}

static void test_equals_model(void **state)
{
    (void)state;
    struct random r = {.state = 20261123};
    struct eval *eval = eval_new();
    int matches = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct model_content contents[CONTENTS_MOST];
        char text[800];
        size_t n = 0;
        int count = (int)below(&r, CONTENTS_MOST) + 1;
        for (int i = 0; i < count; i++) {
            make_content(&r, &contents[i]);
            if (i && (contents[i].distance != NONE || contents[i].within != NONE))
                contents[i - 1].retried = true;
            n += print_content(&contents[i], text + n, sizeof text - n);
        }
        struct rule *rule;
        struct err err;
        if (chain_text_parse(slice_of(text, n), &rule, &err))
            fail_msg("%s: %s", text, err.message);
        for (int packet = 0; packet < 4; packet++) {
            size_t length = below(&r, BYTES_MOST) + 1;
            uint8_t *bytes = malloc(length);
            for (size_t i = 0; i < length; i++)
                bytes[i] = (uint8_t) "abAB"[below(&r, 4)];
            struct view_buffer payload = {.bytes = slice_of(bytes, length), .first = true, .last = true};
            bool wanted = model(contents, count, payload.bytes, 0) == YES;
            if (chain_text_match(eval, rule, &payload) != wanted)
                fail_msg("%s on %.*s: expected %d", text, (int)length, (const char *)bytes, wanted);
            matches += wanted;
            free(bytes);
        }
        rule_free(rule);
    }
    /* Neither side of the question is rare. */
    assert_in_range(matches, ROUNDS / 2, ROUNDS * 4 - ROUNDS / 2);
    eval_free(eval);
}

/* A cut at new_from: with one content, some occurrence must end after it. */
static void test_new_from(void **state)
{
    (void)state;
    struct random r = {.state = 7};
    struct eval *eval = eval_new();
    for (int round = 0; round < ROUNDS / 10; round++) {
        struct model_content content;
        char text[200];
        make_content(&r, &content);
        content.negated = false;
        size_t n = print_content(&content, text, sizeof text), length = below(&r, BYTES_MOST) + 1;
        struct rule *rule;
        struct err err;
        assert_int_equal(chain_text_parse(slice_of(text, n), &rule, &err), 0);
        uint8_t bytes[BYTES_MOST];
        for (size_t i = 0; i < length; i++)
            bytes[i] = (uint8_t) "abAB"[below(&r, 4)];
        struct view_buffer payload = {.bytes = slice_of(bytes, length), .new_from = below(&r, BYTES_MOST)};
        bool wanted = false;
        for (int at = 0; at + content.length <= (int)length; at++)
            wanted |= in_window(&content, payload.bytes, 0, at) &&
                      (!payload.new_from || at + content.length > (int)payload.new_from);
        if (chain_text_match(eval, rule, &payload) != wanted)
            fail_msg("%s with %zu old bytes: expected %d", text, payload.new_from, wanted);
        rule_free(rule);
    }
    eval_free(eval);
}

/* The same rule twice; in the second the group keeps the text of the regular expression unknown. */
static struct rule *with_pcre(const char *before, const char *negation, const char *pattern,
                              const char *flags, const char *after, bool unknown)
{
    char text[1000];
    snprintf(text, sizeof text, "%s pcre:%s\"/%s%s%s/%s\"; %s", before, negation, unknown ? "(?:" : "",
             pattern, unknown ? ")" : "", flags, after);
    struct rule *rule;
    struct err err;
    if (chain_text_parse(slice_str(text), &rule, &err))
        fail_msg("%s: %s", text, err.message);
    return rule;
}

static void test_known_text(void **state)
{
    (void)state;
    static const char *const patterns[] = {"ab", "a.b", "bA+b", "a[ab]?bb", "^a?bab", "(a|b)ba", "bb$"};
    static const char *const flags[] = {"", "R", "Ri", "i"};
    static const char *const afters[] = {"",
                                         "",
                                         "content:\"a\"; distance:0;",
                                         "content:\"ba\"; within:4;",
                                         "content:\"aab\"; distance:1;",
                                         "content:!\"bab\"; distance:0;",
                                         "pcre:\"/b.?a/R\";"};
    struct random r = {.state = 99};
    struct eval *eval = eval_new(), *plain = eval_new();
    int matches = 0;
    for (int round = 0; round < ROUNDS; round++) {
        char before[800];
        size_t n = 0;
        for (int i = (int)below(&r, 3); i >= 0; i--) {
            struct model_content content;
            make_content(&r, &content);
            n += print_content(&content, before + n, sizeof before - n);
        }
        const char *negation = below(&r, 5) ? "" : "!", *pattern = patterns[below(&r, 7)];
        const char *flag = flags[below(&r, 4)], *after = afters[below(&r, 7)];
        struct rule *known = with_pcre(before, negation, pattern, flag, after, false);
        struct rule *unknown = with_pcre(before, negation, pattern, flag, after, true);
        for (int packet = 0; packet < 4; packet++) {
            size_t length = below(&r, BYTES_MOST) + 1;
            uint8_t bytes[BYTES_MOST];
            for (size_t i = 0; i < length; i++)
                bytes[i] = (uint8_t) "aabAB"[below(&r, 5)];
            struct view_buffer payload = {.bytes = slice_of(bytes, length), .first = true, .last = true};
            payload.new_from = below(&r, 3) ? 0 : below(&r, (unsigned)length);
            bool wanted = chain_text_match(plain, unknown, &payload);
            if (chain_text_match(eval, known, &payload) != wanted)
                fail_msg("%s pcre:%s/%s/%s %s on %.*s from %zu: expected %d", before, negation, pattern, flag,
                         after, (int)length, (const char *)bytes, payload.new_from, wanted);
            matches += wanted;
        }
        rule_free(known);
        rule_free(unknown);
    }
    assert_in_range(matches, ROUNDS / 4, ROUNDS * 4 - ROUNDS / 4);
    eval_free(eval);
    eval_free(plain);
}

/* Rules and bytes that would take a naive evaluation hours. */
static void test_bounded(void **state)
{
    (void)state;
    static const char *const rules[] = {
        "content:\"a\"; content:\"a\"; distance:0; content:\"a\"; distance:0; content:\"b\"; distance:0;",
        "content:\"a\"; content:\"a\"; within:100; content:\"a\"; within:100; content:\"b\"; within:100;",
        "content:\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"; nocase;",
        "content:\"baaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"; nocase;",
        "content:\"a\"; pcre:\"/a*a*a*a*b/R\"; content:\"b\"; within:1;",
        "content:\"a\"; pcre:\"/a/R\"; content:\"b\"; within:1;",
        "pcre:\"/(a+)+(a+)+(a+)+$b/\";",
        "pcre:\"/((a|aa)+)+b/O\";",
        "pcre:\"/a/\"; pcre:\"/a/R\"; pcre:\"/a/R\"; pcre:\"/b/R\";",
    };
    struct eval *eval = eval_new();
    struct slice bytes = {.n = 65535};
    uint8_t *p = malloc(bytes.n);
    memset(p, 'a', bytes.n);
    bytes.p = p;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct rule *rule;
        struct err err;
        if (chain_text_parse(slice_str(rules[i]), &rule, &err))
            fail_msg("%s: %s", rules[i], err.message);
        struct view_buffer payload = {.bytes = bytes, .first = true, .last = true};
        clock_t start = clock();
        assert_false(chain_text_match(eval, rule, &payload));
        double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        if (seconds > 2)
            fail_msg("%s took %.1f s", rules[i], seconds);
        if (getenv("SHOW_TIMES"))
            printf("%.4f s %s\n", seconds, rules[i]);
        rule_free(rule);
    }
    free(p);
    eval_free(eval);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equals_model),
        cmocka_unit_test(test_new_from),
        cmocka_unit_test(test_known_text),
        cmocka_unit_test(test_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
