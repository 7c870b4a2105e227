/* Base64 of any bytes: the same as decoded group by group, in each mode. */
#include "support/check.h"

#include <stdlib.h>
#include <string.h>

#include "rule/keyword/base64_codec.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

static int sextet(uint8_t c)
{
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1; /* 64: padding */
}

/* A group that may be short or padded; false when it says nothing. */
static bool put(struct buf *out, const int *group, int count)
{
    int there = 0;
    uint32_t bits = 0;
    for (int i = 0; i < 4; i++) {
        bool is_padding = i >= count || group[i] == 64;
        there += !is_padding;
        bits = bits << 6 | (is_padding ? 0 : (uint32_t)group[i]);
    }
    if (count < 2 || group[0] == 64 || group[1] == 64)
        return false;
    for (int i = 0; i < there - 1; i++)
        assert_int_equal(buf_append_byte(out, (uint8_t)(bits >> (16 - 8 * i))), 0);
    return true;
}

/* What base64_codec.h says, in the plainest way. */
static bool plain(enum base64_mode mode, struct slice in, struct buf *out)
{
    int group[4], count = 0;
    for (size_t i = 0; i < in.n; i++) {
        int value = sextet(in.p[i]);
        if (value < 0 && mode == BASE64_STRICT)
            return false;
        if (value < 0 && mode == BASE64_RFC4648)
            break;
        if (value < 0)
            continue;
        group[count++] = value;
        if (count < 4)
            continue;
        if ((mode == BASE64_STRICT && value == 64 && i + 1 < in.n) || !put(out, group, 4))
            return false;
        count = 0;
    }
    if (count && (mode == BASE64_STRICT || (mode == BASE64_RFC4648 && !put(out, group, count))))
        return false;
    return out->n > 0;
}

static void any_bytes(void **state)
{
    enum { ROUNDS = 20000, MOST = 40 };
    static const int odd_ones[] = {1000000, 50, 8, 3}; /* one of so many bytes is any byte */
    (void)state;
    srand(1);
    for (int round = 0; round < ROUNDS; round++) {
        uint8_t bytes[MOST];
        size_t n = (size_t)rand() % (MOST + 1);
        for (size_t i = 0; i < n; i++) {
            bool odd = rand() % odd_ones[round % 4] == 0;
            bytes[i] = odd ? (uint8_t)rand() : (uint8_t)alphabet[rand() % (round % 3 ? 64 : 65)];
        }
        for (int mode = BASE64_RFC4648; mode <= BASE64_STRICT; mode++) {
            struct buf wanted = {0}, found = {0};
            bool fine = plain((enum base64_mode)mode, slice_of(bytes, n), &wanted);
            assert_int_equal(base64_decode((enum base64_mode)mode, slice_of(bytes, n), &found), fine);
            if (fine && !slice_equal(buf_slice(&wanted), buf_slice(&found)))
                fail_msg("round %d, mode %d: %.*s", round, mode, (int)n, (const char *)bytes);
            buf_fini(&wanted);
            buf_fini(&found);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_bytes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
