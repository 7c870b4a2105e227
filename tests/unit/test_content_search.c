/*
 * content_search and search_memo against a search that looks at every place, on bytes with much repetition
 * and windows in any order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "rule/keyword/content_search.h"

enum { ROUNDS = 3000, QUESTIONS = 30, BYTES_MOST = 200, PATTERN_MOST = 5 };

static unsigned below(uint64_t *state, unsigned n)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*state >> 33) % n;
}

static size_t naive(bool nocase, struct slice pattern, struct slice in, size_t from, size_t upto)
{
    for (size_t at = from; at + pattern.n <= upto && at + pattern.n <= in.n; at++)
        if (content_search_at(nocase, pattern, slice_from(in, at)))
            return at;
    return SEARCH_NONE;
}

static void ask(uint64_t *state, bool nocase)
{
    uint8_t pattern_bytes[PATTERN_MOST];
    uint32_t alphabet = (uint32_t)below(state, 2) ? 11 : 17; /* with the neighbours of letters, or without */
    size_t n = below(state, BYTES_MOST) + 1;
    uint8_t *bytes = malloc(n); /* no byte behind it may be read */
    assert_non_null(bytes);
    struct slice in = slice_of(bytes, n);
    struct slice pattern = slice_of(pattern_bytes, below(state, PATTERN_MOST) + 1);
    for (size_t i = 0; i < in.n; i++)
        bytes[i] = (uint8_t) "aaaaaabAABB@[`{\xc1\xe1"[below(state, i % 64 < 40 ? 4 : alphabet)];
    for (size_t i = 0; i < pattern.n; i++)
        pattern_bytes[i] = (uint8_t) "aab@`{[\xc1\xe1"[below(state, alphabet < 12 ? 3 : 9)];
    struct search_memo memo = {.known = false};
    for (int i = 0; i < QUESTIONS; i++) {
        size_t from = below(state, BYTES_MOST), upto = from + below(state, BYTES_MOST);
        size_t wanted = naive(nocase, pattern, in, from, upto);
        assert_int_equal(search_memo_find(&memo, nocase, pattern, in, from, upto), wanted);
        assert_int_equal(search_memo_find(NULL, nocase, pattern, in, from, upto), wanted);
    }
    free(bytes);
}

static void test_equals_naive(void **state)
{
    (void)state;
    uint64_t random = 42;
    for (int i = 0; i < ROUNDS; i++)
        ask(&random, i & 1);
}

/* Long enough for the search to turn to folded pieces: the match must be found across their borders. */
static void test_repetition(void **state)
{
    (void)state;
    enum { N = 20000 };
    uint8_t *bytes = malloc(N);
    assert_non_null(bytes);
    uint8_t pattern_bytes[300];
    memset(pattern_bytes, 'a', sizeof pattern_bytes);
    pattern_bytes[0] = 'b';
    struct slice pattern = slice_of(pattern_bytes, sizeof pattern_bytes);
    for (size_t at = 3000; at + sizeof pattern_bytes <= N; at += 997) {
        memset(bytes, 'A', N);
        bytes[at] = 'B';
        assert_int_equal(content_search_find(true, pattern, slice_of(bytes, N)), at);
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equals_naive),
        cmocka_unit_test(test_repetition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
