/* Who gives way: against a naive list, and the promise that one host cannot push out blocks of others. */
#include "support/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "verdict/expiry_index.h"

enum { CAPACITY = 32, SHARE = 4, KEYS = 100 };

static struct expiry_entry entry(unsigned key, unsigned owner, uint64_t expires, bool is_static)
{
    struct expiry_entry e = {.expires_ns = expires, .is_static = is_static};
    memcpy(e.key, &key, sizeof key);
    memcpy(e.owner, &owner, sizeof owner);
    return e;
}

/* As a caller would: what must go goes, then the new one comes. */
static bool add(struct expiry_index *x, const struct expiry_entry *e)
{
    bool possible;
    const struct expiry_entry *victim = expiry_index_victim(x, e, &possible);
    if (!possible)
        return false;
    if (victim) {
        struct expiry_entry copy = *victim;
        assert_true(expiry_index_remove(x, copy.key));
    }
    assert_int_equal(expiry_index_put(x, e), 0);
    return true;
}

static void soonest_goes_when_full(void **state)
{
    (void)state;
    struct expiry_index *x = expiry_index_new(CAPACITY, SHARE);
    bool possible;
    for (unsigned i = 0; i < CAPACITY; i++) {
        struct expiry_entry e = entry(i, 1000 + i, 5000 - (i * 7) % CAPACITY, false);
        assert_null(expiry_index_victim(x, &e, &possible));
        assert_int_equal(expiry_index_put(x, &e), 0);
    }
    struct expiry_entry next = entry(99, 1, 9000, false);
    assert_int_equal(expiry_index_put(x, &next), -ENOSPC);
    const struct expiry_entry *victim = expiry_index_victim(x, &next, &possible);
    assert_non_null(victim);
    assert_int_equal(victim->expires_ns, 5000 - CAPACITY + 1);
    struct expiry_entry again = entry(3, 1003, 9000, false); /* is there: nobody has to go */
    assert_null(expiry_index_victim(x, &again, &possible));
    expiry_index_free(x);
}

static void one_host_cannot_push_out_others(void **state)
{
    (void)state;
    struct expiry_index *x = expiry_index_new(CAPACITY, SHARE);
    for (unsigned i = 0; i < CAPACITY - SHARE; i++) { /* blocks that would expire soonest of all */
        struct expiry_entry e = entry(i, 1000 + i, 10, false);
        assert_true(add(x, &e));
    }
    for (unsigned i = 0; i < 1000; i++) {
        struct expiry_entry e = entry(5000 + i, 7, 100 + i, false);
        assert_true(add(x, &e));
    }
    for (unsigned i = 0; i < CAPACITY - SHARE; i++) {
        struct expiry_entry e = entry(i, 0, 0, false);
        assert_true(expiry_index_remove(x, e.key));
    }
    assert_int_equal(expiry_index_count(x), SHARE);
    assert_int_equal(expiry_index_soonest(x)->expires_ns, 100 + 1000 - SHARE); /* its own oldest went */
    expiry_index_free(x);
}

static void by_hand_stays(void **state)
{
    (void)state;
    struct expiry_index *x = expiry_index_new(2, 0);
    struct expiry_entry a = entry(1, 1, 10, true), b = entry(2, 1, 50, false), c = entry(3, 1, 60, false);
    bool possible;
    assert_true(add(x, &a) && add(x, &b) && add(x, &c));
    assert_true(expiry_index_remove(x, a.key));
    assert_true(add(x, &a));
    struct expiry_entry d = entry(4, 1, 20, true);
    assert_true(add(x, &d)); /* pushes out c */
    assert_false(expiry_index_remove(x, c.key));
    assert_false(add(x, &b)); /* nothing that may go */
    struct expiry_entry e = entry(5, 1, 30, true);
    const struct expiry_entry *victim = expiry_index_victim(x, &e, &possible);
    assert_true(possible && victim && victim->expires_ns == 10);
    expiry_index_free(x);
}

struct model {
    bool there;
    struct expiry_entry entry;
};

static void check_model(const struct expiry_index *x, const struct model *m)
{
    uint64_t soonest = UINT64_MAX;
    uint32_t count = 0;
    for (unsigned i = 0; i < KEYS; i++)
        if (m[i].there) {
            count++;
            if (m[i].entry.expires_ns < soonest)
                soonest = m[i].entry.expires_ns;
        }
    assert_int_equal(expiry_index_count(x), count);
    const struct expiry_entry *e = expiry_index_soonest(x);
    assert_true(count ? e && e->expires_ns == soonest : !e);
}

static void like_a_list(void **state)
{
    (void)state;
    struct expiry_index *x = expiry_index_new(CAPACITY, SHARE);
    struct model m[KEYS] = {0};
    srand(3);
    for (int round = 0; round < 20000; round++) {
        unsigned key = (unsigned)rand() % KEYS;
        struct expiry_entry e = entry(key, key % 11, (uint64_t)rand() % 50, rand() % 8 == 0);
        if (rand() % 3 == 0) {
            assert_int_equal(expiry_index_remove(x, e.key), m[key].there);
            m[key].there = false;
        } else {
            bool possible;
            const struct expiry_entry *victim = expiry_index_victim(x, &e, &possible);
            unsigned gone;
            if (victim) {
                memcpy(&gone, victim->key, sizeof gone);
                assert_true(m[gone].there && gone != key);
                m[gone].there = false;
                expiry_index_remove(x, m[gone].entry.key);
            }
            if (possible) {
                assert_int_equal(expiry_index_put(x, &e), 0);
                m[key] = (struct model){true, e};
            }
        }
        check_model(x, m);
    }
    expiry_index_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(soonest_goes_when_full),
        cmocka_unit_test(one_host_cannot_push_out_others),
        cmocka_unit_test(by_hand_stays),
        cmocka_unit_test(like_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
