/* Literals at fixed places: found where they are asked for, whatever else lies there. */
#include "support/check.h"

#include <errno.h>
#include <stdlib.h>

#include "match/database.h"
#include "match/placed.h"

enum { LITERALS = 60, ROUNDS = 400, PAYLOAD = 40 };

static struct literal literal_of(const char *text, uint32_t rule, bool nocase)
{
    return (struct literal){
        .bytes = (const uint8_t *)text, .length = (uint32_t)strlen(text), .rule = rule, .nocase = nocase};
}

static const struct placed_limits anything = {.port_to = UINT16_MAX, .size_to = UINT16_MAX};

/* As many votes as it takes to be elected. */
static void vote(struct placed **table, uint32_t place, uint32_t length)
{
    for (int i = 0; i < 2; i++)
        assert_int_equal(placed_vote(table, place, length, 1), 0);
}

static void note(void *ctx, uint32_t rule)
{
    *(uint64_t *)ctx |= UINT64_C(1) << rule;
}

static uint64_t find(const struct placed *table, const char *text)
{
    uint64_t found = 0;
    size_t n = strlen(text);
    char *exact = malloc(n + !n); /* so that a byte too far is noticed */
    assert_non_null(exact);
    memcpy(exact, text, n);
    placed_find(table, slice_of(exact, n), 80, note, &found);
    free(exact);
    return found;
}

static void test_found_at_its_place_only(void **state)
{
    (void)state;
    struct placed *table = NULL;
    vote(&table, 0, 6);
    vote(&table, 3, 2);
    placed_elect(table);
    struct literal hello = literal_of("Hello!", 0, false), any = literal_of("hello!", 1, true),
                   two = literal_of("lo", 2, false);
    assert_int_equal(placed_add(table, &hello, 0, &anything), 0);
    assert_int_equal(placed_add(table, &any, 0, &anything), 0);
    assert_int_equal(placed_add(table, &two, 3, &anything), 0);
    assert_int_equal(placed_ready(table), 0);
    assert_int_equal(find(table, "Hello!"), 7);
    assert_int_equal(find(table, "hELLO! and more"), 2);
    assert_int_equal(find(table, " Hello!"), 0);
    assert_int_equal(find(table, "Hello"), 4);
    assert_int_equal(find(table, "Hell"), 0);
    assert_int_equal(find(table, ""), 0);
    placed_free(table);
}

static void count(void *ctx, uint32_t rule)
{
    (void)rule;
    ++*(unsigned *)ctx;
}

static void test_the_same_literal_of_a_rule_is_told_once(void **state)
{
    (void)state;
    struct placed *table = NULL;
    vote(&table, 0, 4);
    placed_elect(table);
    struct literal one = literal_of("text", 1, false), two = literal_of("text", 2, false);
    for (int i = 0; i < 3; i++)
        assert_int_equal(placed_add(table, &one, 0, &anything), 0);
    assert_int_equal(placed_add(table, &two, 0, &anything), 0);
    assert_int_equal(placed_ready(table), 0);
    unsigned told = 0;
    placed_find(table, slice_str("text"), 80, count, &told);
    assert_int_equal(told, 2);
    placed_free(table);
}

static unsigned told_at(const struct placed *table, const char *text, uint16_t port)
{
    unsigned told = 0;
    placed_find(table, slice_str(text), port, count, &told);
    return told;
}

static void test_within_its_limits(void **state)
{
    (void)state;
    struct placed *table = NULL;
    vote(&table, 0, 4);
    placed_elect(table);
    struct literal one = literal_of("text", 1, false), two = literal_of("text", 2, false);
    struct placed_limits named = {.port_from = 80, .port_to = 81, .size_to = UINT16_MAX},
                         sized = {.port_to = UINT16_MAX, .size_from = 5, .size_to = 6},
                         other = {.port_from = 90, .port_to = 90, .size_to = UINT16_MAX};
    assert_int_equal(placed_add(table, &one, 0, &named), 0);
    assert_int_equal(placed_add(table, &two, 0, &sized), 0);
    assert_int_equal(placed_ready(table), 0);
    assert_int_equal(told_at(table, "text", 79), 0);
    assert_int_equal(told_at(table, "text", 80), 1);
    assert_int_equal(told_at(table, "text.", 81), 2);
    assert_int_equal(told_at(table, "text..", 82), 1);
    assert_int_equal(told_at(table, "text...", 82), 0);
    assert_int_equal(placed_add(table, &one, 0, &other), 0); /* and all between them */
    assert_int_equal(told_at(table, "text", 90), 1);
    assert_int_equal(told_at(table, "text", 79), 0);
    placed_free(table);
}

static void test_places_with_few_votes_are_not_elected(void **state)
{
    (void)state;
    struct placed *table = NULL;
    struct literal text = literal_of("text", 0, false);
    for (uint32_t place = 0; place < 20; place++)
        for (uint32_t i = 0; i <= place; i++)
            assert_int_equal(placed_vote(&table, place, 4, 1), 0);
    placed_elect(table);
    assert_int_equal(placed_add(table, &text, 0, &anything), -ENOSPC);
    assert_int_equal(placed_add(table, &text, 5, &anything), -ENOSPC);
    assert_int_equal(placed_add(table, &text, 19, &anything), 0);
    assert_int_equal(placed_ready(table), 0);
    assert_int_equal(find(table, "...................text"), 1);
    placed_free(table);
    assert_int_equal(placed_add(NULL, &text, 0, &anything), -ENOSPC);
    placed_free(NULL);
}

static uint32_t seed = 20261130;

static uint32_t random_below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static bool lies_at(const struct literal *literal, uint32_t place, const char *text)
{
    size_t n = strlen(text);
    if (place + literal->length > n)
        return false;
    for (uint32_t i = 0; i < literal->length; i++) {
        char c = text[place + i];
        if ((literal->nocase && c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c) != literal->bytes[i])
            return false;
    }
    return true;
}

static void test_as_a_plain_comparison(void **state)
{
    (void)state;
    static const char alphabet[] = "aAbB";
    char texts[LITERALS][10];
    struct literal literals[LITERALS];
    uint32_t places[LITERALS], finds = 0;
    struct placed *table = NULL;
    for (uint32_t i = 0; i < LITERALS; i++) {
        uint32_t n = 1 + random_below(8);
        bool nocase = random_below(2);
        for (uint32_t b = 0; b < n; b++)
            texts[i][b] = alphabet[random_below(4) & (nocase ? 2u : 3u)];
        texts[i][n] = '\0';
        places[i] = random_below(2) * 7;
        literals[i] = literal_of(texts[i], i, nocase);
        vote(&table, places[i], n);
    }
    placed_elect(table);
    for (uint32_t i = 0; i < LITERALS; i++)
        assert_int_equal(placed_add(table, &literals[i], places[i], &anything), 0);
    assert_int_equal(placed_ready(table), 0);
    for (unsigned round = 0; round < ROUNDS; round++) {
        char text[PAYLOAD + 1];
        uint32_t n = random_below(PAYLOAD + 1);
        uint64_t expected = 0;
        for (uint32_t b = 0; b < n; b++)
            text[b] = alphabet[random_below(4)];
        text[n] = '\0';
        for (uint32_t i = 0; i < LITERALS; i++)
            expected |= (uint64_t)lies_at(&literals[i], places[i], text) << i;
        assert_true(find(table, text) == expected);
        finds += expected != 0;
    }
    assert_true(finds > ROUNDS / 4);
    placed_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found_at_its_place_only),
        cmocka_unit_test(test_the_same_literal_of_a_rule_is_told_once),
        cmocka_unit_test(test_within_its_limits),
        cmocka_unit_test(test_places_with_few_votes_are_not_elected),
        cmocka_unit_test(test_as_a_plain_comparison),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
