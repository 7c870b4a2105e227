/*
 * What `check` says never matches does not: random rules over a small alphabet, held against payloads over
 * the same alphabet by the engine's own evaluation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "rulework/check/check.h"
#include "rulework/finding.h"
#include "support/chain_text.h"
#include "support/rule_text.h"

enum { RULES = 4000, PAYLOADS = 400, PAYLOAD_MOST = 9 };

static unsigned random_below(uint32_t *seed, unsigned n)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 16) % n;
}

static void random_bytes(uint32_t *seed, char *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = "abA"[random_below(seed, 3)];
    out[n] = '\0';
}

static void add_content(uint32_t *seed, char *options, size_t room)
{
    char bytes[8], part[160];
    size_t n = 1 + random_below(seed, 3);
    random_bytes(seed, bytes, n);
    int at = snprintf(part, sizeof part, "content:%s\"%s\"; ", random_below(seed, 4) ? "" : "!", bytes);
    if (random_below(seed, 4) == 0)
        at += snprintf(part + at, sizeof part - (size_t)at, "nocase; ");
    unsigned kind = random_below(seed, 6), x = random_below(seed, 5), y = (unsigned)n + random_below(seed, 4);
    if (kind == 0)
        at += snprintf(part + at, sizeof part - (size_t)at, "offset:%u; depth:%u; ", x, y);
    if (kind == 1)
        at += snprintf(part + at, sizeof part - (size_t)at, "distance:%d; ", (int)x - 2);
    if (kind == 2)
        at += snprintf(part + at, sizeof part - (size_t)at, "distance:%u; within:%u; ", x, y);
    if (kind == 3)
        at += snprintf(part + at, sizeof part - (size_t)at, "startswith; ");
    if (random_below(seed, 5) == 0)
        snprintf(part + at, sizeof part - (size_t)at, "endswith; ");
    strncat(options, part, room - strlen(options) - 1);
}

static void random_options(uint32_t *seed, char *options, size_t room)
{
    options[0] = '\0';
    for (unsigned left = 1 + random_below(seed, 4); left; left--) {
        char part[64] = "";
        unsigned kind = random_below(seed, 8), x = random_below(seed, 7);
        if (kind == 0)
            snprintf(part, sizeof part, "isdataat:%s%u%s; ", random_below(seed, 2) ? "!" : "", x,
                     random_below(seed, 2) ? ",relative" : "");
        else if (kind == 1 && !strstr(options, "dsize"))
            snprintf(part, sizeof part, "dsize:%s%u; ", random_below(seed, 2) ? "<" : ">", x + 1);
        else
            add_content(seed, options, room);
        strncat(options, part, room - strlen(options) - 1);
    }
    options[strlen(options) - 2] = '\0'; /* the last semicolon is the kit's */
}

static bool said_never(struct rule_kit *kit, const char *options)
{
    char text[1024];
    snprintf(text, sizeof text, "alert udp any any -> any any (%s; sid:1;)\n", options);
    struct check *check = check_new(&kit->context);
    assert_non_null(check);
    assert_int_equal(check_text(check, "random", slice_str(text)), 0);
    assert_int_equal(check_finish(check), 0);
    bool never = false;
    const struct findings *findings = check_findings(check);
    for (uint32_t i = 0; i < findings->count; i++)
        never |= findings->list[i].code == FINDING_NEVER_MATCHES;
    check_free(check);
    return never;
}

static bool matches_some(struct eval *eval, const struct rule *rule, uint32_t *seed, char *bytes)
{
    for (int i = 0; i < PAYLOADS; i++) {
        size_t n = random_below(seed, PAYLOAD_MOST + 1);
        random_bytes(seed, bytes, n);
        struct view_buffer payload = {.bytes = slice_of(bytes, n), .first = true, .last = true};
        if (chain_text_match(eval, rule, &payload))
            return true;
    }
    return false;
}

static void what_never_matches_does_not(void **state)
{
    (void)state;
    struct rule_kit kit;
    struct eval *eval = eval_new();
    rule_kit_init(&kit);
    unsigned never = 0, matched = 0;
    for (uint32_t i = 0, seed = 7; i < RULES; i++) {
        char options[512], bytes[PAYLOAD_MOST + 1];
        random_options(&seed, options, sizeof options);
        struct rule *rule = rule_kit_rule(&kit, "udp", options, 1);
        if (!rule)
            continue; /* the parser says so itself */
        bool said = said_never(&kit, options), some = matches_some(eval, rule, &seed, bytes);
        if (said && some)
            fail_msg("said never to match, but does on \"%s\": %s", bytes, options);
        never += said;
        matched += some;
        rule_free(rule);
    }
    print_message("%u of %d said never to match; %u matched something\n", never, RULES, matched);
    assert_true(never > 100);
    assert_true(matched > 500);
    eval_free(eval);
    rule_kit_fini(&kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_never_matches_does_not)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
