/* The key of the card's hash: what exchanging the ends of a flow must not change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "run/receive_hash.h"

/* Toeplitz as cards have it: for each set bit of the input, the 32 bits of the key from there on. */
static uint32_t toeplitz(const uint8_t *key, const uint8_t *input, size_t n)
{
    uint32_t hash = 0;
    for (size_t bit = 0; bit < 8 * n; bit++) {
        if (!(input[bit / 8] >> (7 - bit % 8) & 1))
            continue;
        for (size_t i = 0; i < 32; i++)
            hash ^= (uint32_t)(key[(bit + i) / 8] >> (7 - (bit + i) % 8) & 1) << (31 - i);
    }
    return hash;
}

/* Addresses of `size` bytes, then ports. */
static void check_symmetric(const uint8_t *key, size_t size, unsigned seed)
{
    uint8_t there[36], back[36];
    for (size_t i = 0; i < sizeof there; i++) {
        seed = seed * 1103515245 + 12345;
        there[i] = (uint8_t)(seed >> 16);
    }
    memcpy(back, there + size, size);
    memcpy(back + size, there, size);
    memcpy(back + 2 * size, there + 2 * size + 2, 2);
    memcpy(back + 2 * size + 2, there + 2 * size, 2);
    assert_int_equal(toeplitz(key, there, 2 * size + 4), toeplitz(key, back, 2 * size + 4));
    there[0] ^= 1;
    assert_int_not_equal(toeplitz(key, there, 2 * size + 4), toeplitz(key, back, 2 * size + 4));
}

static void both_directions_have_one_hash(void **state)
{
    (void)state;
    uint8_t key[52];
    receive_hash_symmetric_key(key, sizeof key);
    for (unsigned seed = 0; seed < 100; seed++) {
        check_symmetric(key, 4, seed);
        check_symmetric(key, 16, seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_directions_have_one_hash)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
