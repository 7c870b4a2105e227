/* What is known of a buffer is what a scan of it found; where few come again, hardly any are asked about. */
#include "support/check.h"

#include "match/scan_memo.h"

enum { DATABASES = 3, WARM = 200 };

/* A scan as it might be: what it finds depends on the database and each byte. */
static uint64_t mixed(uint32_t database, struct slice bytes)
{
    uint64_t all = database + 1;
    for (size_t i = 0; i < bytes.n; i++)
        all = (all ^ bytes.p[i]) * 0x100000001b3;
    return all ^ all >> 32;
}

static uint32_t found_count(uint32_t database, struct slice bytes)
{
    return (uint32_t)(mixed(database, bytes) % (SCAN_MEMO_PATTERNS + 2));
}

/* True: it was known, and as a scan would have it. */
static bool ask(struct scan_memo *memo, uint32_t database, struct slice bytes, bool *kept)
{
    struct scan_note note;
    *kept = scan_memo_ask(memo, database, bytes, &note);
    const struct known_scan *known = *kept ? scan_memo_find(memo, bytes, &note) : NULL;
    uint32_t count = found_count(database, bytes), first = (uint32_t)mixed(database, bytes);
    if (known) {
        assert_int_equal(known->count, count);
        for (uint32_t i = 0; i < count; i++)
            assert_int_equal(known->patterns[i], first + i);
        return true;
    }
    for (uint32_t i = 0; *kept && i < count; i++)
        scan_note_add(&note, first + i);
    if (*kept)
        scan_memo_keep(memo, bytes, &note);
    return false;
}

static struct slice numbered(uint8_t *room, uint32_t number, size_t n)
{
    memset(room, 'a', n);
    memcpy(room, &number, n < sizeof number ? n : sizeof number);
    return slice_of(room, n);
}

/* A buffer of that length in which a scan finds no more than is kept, or more. */
static struct slice made(uint8_t *room, size_t n, bool too_much)
{
    for (uint32_t number = 0;; number++) {
        struct slice bytes = numbered(room, number, n);
        if ((found_count(0, bytes) > SCAN_MEMO_PATTERNS) == too_much)
            return bytes;
    }
}

/* The last of some that are asked about again and again. */
static bool comes_to_be_known(struct slice bytes)
{
    struct scan_memo *memo = scan_memo_new(DATABASES);
    assert_non_null(memo);
    bool known = false, kept;
    for (int i = 0; i < WARM; i++)
        known = ask(memo, 0, bytes, &kept);
    bool other = ask(memo, 1, bytes, &kept);
    assert_false(other);
    scan_memo_free(memo);
    return known;
}

static void test_what_comes_again_is_known(void **state)
{
    (void)state;
    uint8_t room[SCAN_MEMO_BYTES + 1];
    assert_true(comes_to_be_known(made(room, 4, false)));
    assert_true(comes_to_be_known(made(room, SCAN_MEMO_BYTES, false)));
    assert_false(comes_to_be_known(made(room, SCAN_MEMO_BYTES + 1, false)));
    assert_false(comes_to_be_known(made(room, 20, true)));
}

/* Some often, some seldom, of all lengths, in all databases: what is kept goes round several times. */
static void test_what_is_known_is_what_a_scan_finds(void **state)
{
    (void)state;
    enum { ASKED = 200000, OFTEN = 50, SELDOM = 20000 };
    struct scan_memo *memo = scan_memo_new(DATABASES);
    assert_non_null(memo);
    uint8_t room[SCAN_MEMO_BYTES];
    uint64_t random = 1;
    uint32_t known = 0;
    for (int i = 0; i < ASKED; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        uint32_t draw = (uint32_t)(random >> 33);
        uint32_t number = draw & 1 ? draw / 2 % OFTEN : draw / 2 % SELDOM;
        struct slice bytes = numbered(room, number, 1 + number * 7919 % SCAN_MEMO_BYTES);
        bool kept;
        known += ask(memo, draw % DATABASES, bytes, &kept);
    }
    assert_true(known > ASKED / 3);
    scan_memo_free(memo);
}

static void test_what_never_comes_again_is_left_alone(void **state)
{
    (void)state;
    enum { ASKED = 100000 };
    struct scan_memo *memo = scan_memo_new(DATABASES);
    assert_non_null(memo);
    uint8_t room[32];
    uint32_t tried = 0, known = 0;
    bool kept;
    for (uint32_t i = 0; i < ASKED; i++) {
        known += ask(memo, 0, numbered(room, i, sizeof room), &kept);
        tried += kept;
    }
    assert_int_equal(known, 0);
    assert_true(tried < ASKED / 10);
    for (int i = 0; i < 2 * ASKED; i++) /* it is noticed when that changes */
        known += ask(memo, 0, made(room, sizeof room, false), &kept);
    assert_true(known > ASKED);
    scan_memo_free(memo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_comes_again_is_known),
        cmocka_unit_test(test_what_is_known_is_what_a_scan_finds),
        cmocka_unit_test(test_what_never_comes_again_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
