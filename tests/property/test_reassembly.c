/*
 * Whatever way bytes are cut, shuffled and repeated, the stream is the bytes; and where copies differ, it is
 * what a naive model of the overlap policy says, byte by byte. Caps hold throughout.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/block.h"
#include "flow/stream_insert.h"
#include "support/connection.h"

enum { LENGTH = 3000, SEGMENTS = 400, ROUNDS = 40 };

static const char *const policies[] = {"bsd",    "old-linux", "linux", "solaris", "hpux10",
                                       "hpux11", "irix",      "macos", "windows", "windows2k3",
                                       "vista",  "first",     "last"};

struct cut {
    uint32_t from, length;
};

/* Segments that cover [0, LENGTH), some of them twice or overlapping, within reach of one window. */
static unsigned make_cuts(struct cut cuts[SEGMENTS], uint64_t *random)
{
    unsigned count = 0;
    uint32_t most = 1 + test_random(random) % 200;
    for (uint32_t at = 0; at < LENGTH && count < SEGMENTS / 2;) {
        uint32_t left = LENGTH - at;
        uint32_t length = count + 1 == SEGMENTS / 2 ? left : 1 + test_random(random) % most;
        cuts[count++] = (struct cut){at, length < left ? length : left};
        at += length;
    }
    unsigned extra = test_random(random) % (SEGMENTS - count);
    for (unsigned i = 0; i < extra; i++) {
        uint32_t from = test_random(random) % LENGTH;
        uint32_t length = 1 + test_random(random) % 300;
        cuts[count++] = (struct cut){from, length < LENGTH - from ? length : LENGTH - from};
    }
    for (unsigned i = count; i-- > 1;) {
        unsigned j = test_random(random) % (i + 1);
        struct cut swap = cuts[i];
        cuts[i] = cuts[j];
        cuts[j] = swap;
    }
    return count;
}

/* One past the last byte that has come without a hole. */
static uint32_t contiguous(const bool *have)
{
    uint32_t n = 0;
    while (n < LENGTH && have[n])
        n++;
    return n;
}

static void send_shuffled(struct connection *c, const uint8_t *bytes, uint64_t *random)
{
    struct cut cuts[SEGMENTS];
    bool have[LENGTH] = {false};
    unsigned count = make_cuts(cuts, random);
    for (unsigned i = 0; i < count; i++) {
        struct slice part = slice_of(bytes + cuts[i].from, cuts[i].length);
        connection_send(c, true, TCP_ACK | TCP_PSH, 1 + cuts[i].from, 1, part);
        memset(have + cuts[i].from, true, cuts[i].length);
        if (test_random(random) % 4 == 0)
            connection_send(c, false, TCP_ACK, 1, 1 + contiguous(have), (struct slice){0});
    }
    connection_send(c, false, TCP_ACK, 1, 1 + LENGTH, (struct slice){0});
}

static void any_cutting_gives_the_bytes(void **state)
{
    (void)state;
    static uint8_t bytes[LENGTH], got[LENGTH];
    uint64_t random = 88172645463325252u;
    for (size_t p = 0; p < sizeof policies / sizeof *policies; p++) {
        struct host_policies *hosts = host_policies_new();
        struct err err;
        assert_non_null(hosts);
        if (host_policies_add(hosts, policies[p], "0.0.0.0/0", &err))
            print_message("%s: %s\n", policies[p], err.message);
        for (int round = 0; round < ROUNDS; round++) {
            for (size_t i = 0; i < LENGTH; i++)
                bytes[i] = (uint8_t)test_random(&random);
            struct tcp_config config = {.hosts = hosts};
            struct connection c;
            connection_init(&c, &config);
            /* Half of them wrap around 2^32. */
            c.client_isn = round % 2 ? 0u - 1 - test_random(&random) % LENGTH : test_random(&random);
            connection_open(&c);
            send_shuffled(&c, bytes, &random);
            assert_int_equal(connection_read(&c, TO_SERVER, got, sizeof got), LENGTH);
            assert_memory_equal(got, bytes, LENGTH);
            assert_false(c.flow->tcp->streams[TO_SERVER].has_gap);
            assert_int_equal(tcp_engine_counters(c.engine)->overlap_differs, 0);
            connection_fini(&c);
        }
        host_policies_free(hosts);
    }
}

struct owned_byte {
    uint8_t byte;
    bool present;
    uint32_t from, to; /* of the segment that it came with */
};

static void model_insert(struct owned_byte *model, enum os_policy policy, uint32_t from, uint32_t length,
                         const uint8_t *bytes)
{
    for (uint32_t i = 0; i < length; i++) {
        struct owned_byte *b = &model[from + i];
        if (!b->present || overlap_new_wins(policy, b->from, b->to, from, from + length))
            *b = (struct owned_byte){bytes[i], true, from, from + length};
    }
}

static void conflicting_copies_follow_the_model(void **state)
{
    (void)state;
    uint64_t random = 1234567;
    for (unsigned round = 0; round < 600; round++) {
        enum os_policy policy = (enum os_policy)(round % OS_COUNT);
        struct blocks blocks = {0};
        struct stream_budget budget = {
            .blocks = &blocks, .most = 1 << 20, .most_window = 1 << 20, .most_ranges = 512};
        struct stream stream = {.depth = UINT64_MAX};
        static struct owned_byte model[LENGTH];
        memset(model, 0, sizeof model);
        uint32_t floor = 0;
        for (int i = 0; i < 60; i++) {
            uint8_t bytes[64];
            uint32_t length = 1 + test_random(&random) % sizeof bytes;
            uint32_t from = floor + test_random(&random) % 300;
            for (uint32_t k = 0; k < length; k++)
                bytes[k] = (uint8_t)('a' + test_random(&random) % 3);
            model_insert(model, policy, from, length, bytes);
            unsigned flags = stream_insert(&stream, &budget, from, slice_of(bytes, length), policy);
            assert_false(flags & (STREAM_MEMORY_FULL | STREAM_RANGES_FULL));
            if (i % 10 == 9) {
                floor += test_random(&random) % 100;
                stream_acknowledge(&stream, floor);
                stream_release(&stream, floor > 50 ? floor - 50 : 0);
            }
        }
        stream_finish(&stream);
        uint64_t at = stream.released, next;
        for (struct slice got; (got = stream_read(&stream, at, &next)).n > 0; at = next + got.n) {
            for (; at < next; at++)
                assert_false(model[at].present);
            for (size_t k = 0; k < got.n; k++) {
                assert_true(model[next + k].present);
                assert_int_equal(model[next + k].byte, got.p[k]);
            }
        }
        stream_fini(&stream);
        assert_int_equal(budget.used, 0);
        blocks_fini(&blocks);
    }
}

static void caps_hold_under_floods(void **state)
{
    (void)state;
    uint64_t random = 42;
    struct tcp_config config = {.memory = 40000, .most_ranges = 32, .depth = UINT64_MAX};
    struct connection c;
    connection_init(&c, &config);
    for (uint16_t port = 1; port < 60; port++) {
        c.pair.client_port = port;
        connection_open(&c);
        for (int i = 0; i < 100; i++) {
            uint8_t bytes[40] = {0};
            struct slice part = slice_of(bytes, 1 + test_random(&random) % sizeof bytes);
            connection_send(&c, true, TCP_ACK, 1 + test_random(&random) % 60000, 1, part);
            assert_true(tcp_engine_memory(c.engine) <= 40000);
            assert_true(c.flow->tcp->streams[TO_SERVER].range_count <= 32);
        }
    }
    assert_true(tcp_engine_counters(c.engine)->memory_full > 0);
    flow_table_end_all(c.table);
    assert_int_equal(tcp_engine_memory(c.engine), 0);
    connection_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_cutting_gives_the_bytes),
        cmocka_unit_test(conflicting_copies_follow_the_model),
        cmocka_unit_test(caps_hold_under_floods),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
