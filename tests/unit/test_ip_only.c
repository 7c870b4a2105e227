/* The table of intervals names every rule that a walk over all of them would find. */
#include "support/check.h"

#include <stdlib.h>

#include "match/ip_only.h"

enum { RULES = 60, LOOKUPS = 4000, RANGES = 8 };

static uint32_t seed = 7;

static uint32_t random_below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static bool spread; /* over many first bytes, instead of in one corner */

static struct address make_address(uint8_t version, uint32_t low)
{
    struct address a = {.version = version};
    uint8_t *at = version == 4 || spread ? a.bytes : a.bytes + 12;
    if (spread && low < UINT32_MAX / 2)
        low = low * 3 << 21;
    at[0] = version == 4 || spread ? (uint8_t)(low >> 24) : 0;
    at[1] = (uint8_t)(low >> 16);
    at[2] = (uint8_t)(low >> 8);
    at[3] = (uint8_t)low;
    return a;
}

/* Sorted and disjoint, v4 before v6, in a small space so that sets overlap; sometimes up to the last address.
 */
static struct address_set make_set(struct address_range *ranges)
{
    struct address_set set = {.ranges = ranges};
    if (random_below(6) == 0) {
        set.any = true;
        return set;
    }
    for (uint8_t version = 4; version <= 6; version += 2) {
        uint32_t at = random_below(40);
        for (uint32_t i = 0, n = random_below(RANGES / 2); i < n; i++) {
            uint32_t to = at + random_below(20);
            ranges[set.count++] =
                (struct address_range){make_address(version, at), make_address(version, to)};
            at = to + 1 + random_below(30);
        }
    }
    if (random_below(4) == 0 && (!set.count || ranges[set.count - 1].from.version == 4))
        ranges[set.count++] = (struct address_range){make_address(4, UINT32_MAX - random_below(9)),
                                                     make_address(4, UINT32_MAX)};
    if (!set.count)
        set.any = true;
    return set;
}

static bool has(const struct address_set *set, const struct address *a)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (set->ranges[i].from.version == a->version && address_compare(&set->ranges[i].from, a) <= 0 &&
            address_compare(a, &set->ranges[i].to) <= 0)
            return true;
    return set->any;
}

static bool fits(const struct rule_header *header, const struct address *a, const struct address *b)
{
    return (has(header->source, a) && has(header->destination, b)) ||
           (header->direction == DIRECTION_BOTH && has(header->source, b) && has(header->destination, a));
}

static bool found(const struct ip_only *ip, uint32_t rule, const struct address *a, const struct address *b)
{
    struct ip_only_found lists[IP_ONLY_LISTS];
    ip_only_find(ip, a, b, lists);
    for (int i = 0; i < IP_ONLY_LISTS; i++)
        for (uint32_t k = 0; k < lists[i].count; k++)
            if (lists[i].rules[k] == rule)
                return true;
    return false;
}

static struct address random_address(void)
{
    uint8_t version = random_below(3) ? 4 : 6;
    return make_address(version, random_below(8) ? random_below(160) : UINT32_MAX - random_below(20));
}

static void find_what_a_walk_finds(void)
{
    static struct address_range ranges[RULES][2][RANGES + 2];
    static struct address_set sets[RULES][2];
    static struct rule_header headers[RULES];
    struct ip_only_rule rules[RULES];
    for (uint32_t i = 0; i < RULES; i++) {
        for (int side = 0; side < 2; side++)
            sets[i][side] = make_set(ranges[i][side]);
        headers[i] = (struct rule_header){.source = &sets[i][0], .destination = &sets[i][1]};
        headers[i].direction = random_below(4) ? DIRECTION_FORWARD : DIRECTION_BOTH;
        rules[i] = (struct ip_only_rule){.rule = i, .header = &headers[i]};
    }
    struct ip_only *ip;
    assert_int_equal(ip_only_new(rules, RULES, &ip), 0);
    unsigned fitting = 0;
    for (unsigned n = 0; n < LOOKUPS; n++) {
        struct address a = random_address(), b = random_address();
        for (uint32_t i = 0; i < RULES; i++) {
            if (!fits(&headers[i], &a, &b))
                continue;
            fitting++;
            assert_true(found(ip, i, &a, &b));
        }
    }
    assert_true(fitting > LOOKUPS);
    ip_only_free(ip);
}

static void test_finds_what_a_walk_finds(void **state)
{
    (void)state;
    find_what_a_walk_finds();
    spread = true;
    for (int i = 0; i < 20; i++)
        find_what_a_walk_finds();
    spread = false;
}

static void test_a_selective_rule_is_not_always_a_candidate(void **state)
{
    (void)state;
    struct address_range range = {make_address(4, 100), make_address(4, 101)};
    struct address_set one = {.ranges = &range, .count = 1}, any = {.any = true};
    struct rule_header header = {.source = &any, .destination = &one};
    struct ip_only_rule rule = {.rule = 3, .header = &header};
    struct ip_only *ip;
    assert_int_equal(ip_only_new(&rule, 1, &ip), 0);
    struct address in = make_address(4, 101), before = make_address(4, 99), after = make_address(4, 102);
    assert_true(found(ip, 3, &before, &in));
    assert_false(found(ip, 3, &in, &before));
    assert_false(found(ip, 3, &in, &after));
    ip_only_free(ip);
}

static void test_no_rules(void **state)
{
    (void)state;
    struct ip_only *ip;
    assert_int_equal(ip_only_new(NULL, 0, &ip), 0);
    struct address a = make_address(4, 1);
    assert_false(found(ip, 0, &a, &a));
    ip_only_free(ip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_what_a_walk_finds),
        cmocka_unit_test(test_a_selective_rule_is_not_always_a_candidate),
        cmocka_unit_test(test_no_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
