/* The key of the card's hash: what exchanging the ends of a flow must not change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "run/live/receive_hash.h"

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

/* What a run notes of the card is what the next one reads; rubbish is none. */
static void it_is_written_down(void **state)
{
    (void)state;
    static const char *const texts[] = {"{\"function\":1,\"key\":[109,90,0,255]}",
                                        "{\"function\":255,\"key\":[1]}"};
    static const char *const rubbish[] = {"7",
                                          "{}",
                                          "{\"function\":1}",
                                          "{\"function\":1,\"key\":[]}",
                                          "{\"function\":256,\"key\":[1]}",
                                          "{\"function\":-1,\"key\":[1]}",
                                          "{\"function\":1,\"key\":{\"a\":1}}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        json_t *json = json_loads(texts[i], 0, NULL), *again;
        struct receive_hash *hash = receive_hash_of_json(json);
        assert_non_null(hash);
        again = receive_hash_json(hash);
        assert_true(json_equal(json, again));
        free(hash);
        json_decref(json);
        json_decref(again);
    }
    for (size_t i = 0; i < sizeof rubbish / sizeof rubbish[0]; i++) {
        json_t *json = json_loads(rubbish[i], JSON_DECODE_ANY, NULL);
        assert_null(receive_hash_of_json(json));
        json_decref(json);
    }
    json_t *json = json_pack("{s:i, s:o}", "function", 1, "key", json_array()),
           *key = json_object_get(json, "key");
    for (unsigned i = 0; i < 1025; i++)
        json_array_append_new(key, json_integer(1));
    assert_null(receive_hash_of_json(json)); /* more than any card has */
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_directions_have_one_hash),
                                       cmocka_unit_test(it_is_written_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
