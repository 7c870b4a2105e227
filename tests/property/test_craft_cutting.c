/*
 * However a text says that bytes are cut, ordered, lost and sent again, sent twice, overlapped by garbage
 * with a wrong checksum, or carried in fragments: the receiver has the same bytes, and says so at the end.
 */
#include "support/check.h"

#include <stdio.h>

#include "craft/flows_yaml.h"
#include "support/connection.h"
#include "support/crafted.h"

enum { ROUNDS = 300, LENGTH = 200 };

static void put_list(struct buf *text, const char *name, unsigned pieces, bool all, uint64_t *random)
{
    unsigned order[LENGTH];
    for (unsigned i = 0; i < pieces; i++)
        order[i] = i;
    for (unsigned i = pieces; i-- > 1;) {
        unsigned k = test_random(random) % (i + 1), swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
    unsigned count = all ? pieces : test_random(random) % (pieces + 1);
    buf_printf(text, ", %s: [", name);
    for (unsigned i = 0; i < count; i++)
        buf_printf(text, "%s%u", i ? ", " : "", order[i]);
    buf_printf(text, "]");
}

static void put_step(struct buf *text, const char *side, const char *bytes, uint64_t *random)
{
    static const char *const acks[] = {"end", "each", "none"};
    unsigned size = 1 + test_random(random) % 60, pieces = (LENGTH + size - 1) / size;
    buf_printf(text, "  - {%s: '%s', segments: %u, acks: %s", side, bytes, size,
               acks[test_random(random) % 3]);
    if (test_random(random) % 2)
        put_list(text, "order", pieces, test_random(random) % 2, random);
    if (test_random(random) % 2)
        put_list(text, "lose", pieces, false, random);
    if (test_random(random) % 2)
        put_list(text, "duplicate", pieces, false, random);
    if (test_random(random) % 2)
        buf_printf(text, ", overlap: {at: %u, bytes: garbage, bad-checksum: true, before: %u}",
                   test_random(random) % (LENGTH - 7), test_random(random) % pieces);
    if (test_random(random) % 3 == 0)
        buf_printf(text, ", fragment: %u", 8 * (3 + test_random(random) % 4));
    buf_printf(text, "}\n");
}

static void any_cutting_gives_the_bytes(void **state)
{
    (void)state;
    uint64_t random = 20261130;
    for (unsigned round = 0; round < ROUNDS; round++) {
        char up[LENGTH + 1] = "", down[LENGTH + 1] = "";
        for (unsigned i = 0; i < LENGTH; i++) {
            up[i] = (char)('a' + test_random(&random) % 26);
            down[i] = (char)('A' + test_random(&random) % 26);
        }
        struct buf text = {0};
        buf_printf(&text, "flows:\n- steps:\n");
        put_step(&text, "client", up, &random);
        put_step(&text, "server", down, &random);
        struct flows flows;
        struct crafted crafted;
        struct err err = {0};
        if (flows_parse(&flows, "flows", buf_slice(&text), &err))
            fail_msg("%.*s\n%u:%u: %s", (int)text.n, text.p, err.line, err.column, err.message);
        crafted_init(&crafted, flows.list, flows.count);
        crafted_read(&crafted, up, down);
        crafted_fini(&crafted);
        flows_fini(&flows);
        buf_fini(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_cutting_gives_the_bytes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
