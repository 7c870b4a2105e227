/*
 * However a stream is cut into segments, the set of (sid, flow) of stream rules stays the same. Rules without
 * positions (depth, offset, startswith, dsize), without negation: those look at packets too, as in Suricata.
 */
#include "support/check.h"
#include <stdlib.h>

#include "support/conversation.h"
#include "support/engine.h"

static const char rules[] =
    "alert tcp any any -> any any (content:\"needle\"; sid:1;)\n"
    "alert tcp any any -> any any (content:\"abc\"; content:\"xyz\"; distance:2; within:20; sid:2;)\n"
    "alert tcp any any -> any any (content:\"NEEDLE\"; nocase; pcre:\"/need[l]e[0-9]+/i\"; sid:3;)\n"
    "alert tcp any any -> any any (content:\"|00 01|\"; byte_test:1,>,3,0,relative; sid:4;)\n"
    "alert tcp any any -> any any (content:\"never there\"; sid:5;)\n";

enum { STREAM = 12000, ROUNDS = 60, SIDS = 5 };

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void fill(uint8_t *stream, uint32_t *seed)
{
    static const char *const pieces[] = {"needle",   "needle42", "abc",   "..xyz",
                                         "abc--xyz", "\0\1\7",   "\0\1\2"};
    static const size_t lengths[] = {6, 8, 3, 5, 8, 3, 3};
    for (size_t i = 0; i < STREAM; i++)
        stream[i] = (uint8_t)('m' + next(seed) % 12);
    for (unsigned i = 0, n = next(seed) % 5; i < n; i++) {
        unsigned k = next(seed) % 7;
        /* around the chunk size, where a boundary may fall */
        size_t at = (i + 1) * 2560 - 8 + next(seed) % 16;
        if (at + lengths[k] < STREAM)
            memcpy(stream + at, pieces[k], lengths[k]);
    }
}

static uint32_t sids_of_cut(const uint8_t *stream, uint32_t *seed, unsigned most)
{
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    handshake(&c);
    for (size_t at = 0; at < STREAM;) {
        size_t n = 1 + next(seed) % most;
        if (n > STREAM - at)
            n = STREAM - at;
        client_sends(&c, TCP_ACK, stream + at, n);
        at += n;
        if (next(seed) % 3 == 0)
            server_sends(&c, TCP_ACK, NULL, 0);
    }
    client_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    server_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    struct engine_options options = {.checksums = CHECKSUM_ON};
    struct found found;
    assert_int_equal(engine_run(rules, f.list, f.count, &options, &found), 0);
    assert_int_equal(found.rules, SIDS);
    uint32_t set = 0;
    for (uint32_t i = 0; i < found.count; i++)
        set |= 1u << found.list[i].sid;
    found_fini(&found);
    frames_fini(&f);
    return set;
}

static void test_any_cutting_gives_the_same_alerts(void **state)
{
    (void)state;
    uint32_t seed = 20261123;
    uint8_t *stream = malloc(STREAM);
    unsigned alerting = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        fill(stream, &seed);
        uint32_t whole = sids_of_cut(stream, &seed, 1460);
        alerting += whole != 0;
        assert_int_equal(sids_of_cut(stream, &seed, 7), whole);
        assert_int_equal(sids_of_cut(stream, &seed, 100), whole);
        assert_int_equal(sids_of_cut(stream, &seed, 4000), whole);
    }
    assert_true(alerting > ROUNDS / 3);
    free(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_cutting_gives_the_same_alerts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
