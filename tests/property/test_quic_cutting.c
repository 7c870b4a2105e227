/*
 * However a QUIC handshake is cut into CRYPTO frames, packets and datagrams, in whatever order and however
 * often they come: the same rules alert, once.
 */
#include "support/check.h"

#include <stdlib.h>

#include "support/conversation.h"
#include "support/engine.h"
#include "support/quic_packet.h"

static const char rules[] =
    "alert quic any any -> any any (quic.sni; content:\"example.com\"; bsize:11; sid:1;)\n"
    "alert quic any any -> any any (ja4.hash; content:\"q13d0211\"; startswith; sid:2;)\n"
    "alert quic any any -> any any (ja3.string; content:\"771,4865-4866\"; startswith; sid:3;)\n"
    "alert quic any any -> any any (ja3s.string; content:\"771,4865,51-43\"; sid:4;)\n"
    "alert quic any any -> any any (app-layer-event:quic.error_on_data; sid:5;)\n"
    "alert quic any any -> any any (app-layer-event:quic.failed_decrypt; sid:6;)\n";

static const unsigned expected[] = {0, 1, 1, 1, 1, 0, 0}; /* alerts by sid */

enum { ROUNDS = 100, PARTS_MOST = 300 };

struct part {
    size_t from, to;
};

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static unsigned cut(struct slice hello, uint32_t *seed, struct part *parts)
{
    unsigned count = 0, most = 1 + next(seed) % 120;
    for (size_t at = 0; at < hello.n;) {
        size_t n = 1 + next(seed) % most;
        size_t back = next(seed) % 3 ? 0 : next(seed) % (at + 1) % 20; /* overlapping what came before */
        parts[count++] = (struct part){at - back, at + n};
        at += n;
    }
    for (unsigned i = next(seed) % 4; i-- > 0 && count < PARTS_MOST;) /* some of them twice */
    {
        parts[count] = parts[next(seed) % count];
        count++;
    }
    for (unsigned i = next(seed) % 2 ? count : 1; i-- > 1;) { /* any order */
        unsigned j = next(seed) % (i + 1);
        struct part p = parts[i];
        parts[i] = parts[j];
        parts[j] = p;
    }
    return count;
}

static struct slice side(struct conversation *c, bool server, uint32_t *seed, uint64_t *number)
{
    struct slice hello = server ? quic_server_hello() : quic_client_hello();
    struct part parts[PARTS_MOST + 4];
    struct buf frames = {0}, datagrams = {0};
    struct slice client_id = slice_str("clientid"), server_id = slice_str("serverid");
    unsigned count = cut(hello, seed, parts);
    for (unsigned i = 0; i < count; i++) {
        quic_put_crypto(&frames, parts[i].from,
                        slice_first(slice_from(hello, parts[i].from), parts[i].to - parts[i].from));
        bool last = i + 1 == count;
        if (!last && next(seed) % 2 && frames.n < 1000)
            continue;
        struct quic_packet p = {
            .version = 1,
            .first = (uint8_t)(0xc0 | next(seed) % 4),
            .from_server = server,
            .key_id = slice_str("original"),
            .destination_id = server ? client_id : slice_str("original"),
            .source_id = server ? server_id : client_id,
            .number = (*number)++,
            .frames = buf_slice(&frames),
            .padded = next(seed) % 200,
        };
        quic_put_packet(&datagrams, &p);
        buf_clear(&frames);
        if (!last && next(seed) % 2 && datagrams.n < 1000)
            continue;
        datagram(c, !server, datagrams.p, datagrams.n);
        buf_clear(&datagrams);
    }
    buf_fini(&frames);
    buf_fini(&datagrams);
    return hello;
}

static void test_cutting(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t seed = round * 7919 + 1;
        struct frames f = {0};
        struct conversation c = conversation_new(&f);
        c.server_port = 443;
        uint64_t number = 0;
        side(&c, false, &seed, &number);
        number = 0;
        side(&c, true, &seed, &number);
        struct engine_options options = {.checksums = CHECKSUM_ON};
        struct found found;
        assert_int_equal(engine_run(rules, f.list, f.count, &options, &found), 0);
        for (uint32_t sid = 1; sid < sizeof expected / sizeof expected[0]; sid++)
            if (found_count(&found, sid) != expected[sid])
                fail_msg("round %u: sid %u: %u alerts", round, sid, found_count(&found, sid));
        found_fini(&found);
        frames_fini(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cutting)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
