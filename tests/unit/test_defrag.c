#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "packet/host_policy.h"
#include "support/frames.h"

enum { ROOM = DECODE_PACKETS, UNIT = 8 };

/* A fragment: units [from, to) of the payload filled with a letter. */
struct piece {
    unsigned from, to;
    char letter;
    bool more;
};

static struct decoder *decoder_with(const struct host_policies *hosts, struct decode_config config)
{
    config.checksums = CHECKSUM_OFF;
    config.hosts = hosts;
    return decoder_new(&config);
}

/* Sends one fragment of a UDP datagram; fills `out` and returns how many packets came. */
static unsigned send_piece(struct decoder *decoder, unsigned id, struct piece piece, unsigned second,
                           struct packet *out, uint8_t **copy)
{
    struct frame_bytes f = {.n = 0};
    size_t n = (piece.to - piece.from) * UNIT;
    put_ethernet(&f, 0x0800);
    put_ipv4_fragment(&f, id, piece.from * UNIT, piece.more, n);
    size_t at = f.n;
    for (size_t i = 0; i < n; i++)
        put_u8(&f, (unsigned)piece.letter);
    if (piece.from == 0) { /* the UDP header: ports 1000 and 2000, no checksum, 5 units in all */
        static const uint8_t header[] = {0x03, 0xe8, 0x07, 0xd0, 0, 40, 0, 0};
        for (size_t i = 0; i < sizeof header; i++)
            f.b[at + i] = header[i];
    }
    return test_decode(decoder, &f, 1, second, out, copy);
}

/* Sends the pieces and expects the payload's units to be these letters, or no datagram when NULL. */
static void expect(struct decoder *decoder, unsigned id, const struct piece *pieces, size_t n,
                   const char *letters)
{
    struct packet out[ROOM];
    for (size_t i = 0; i < n; i++) {
        uint8_t *copy;
        unsigned count = send_piece(decoder, id, pieces[i], 1, out, &copy);
        assert_true(out[0].is_fragment);
        assert_int_equal(out[0].flow_hash, 0);
        if (i + 1 < n || letters == NULL) {
            assert_int_equal(count, 1);
        } else {
            assert_int_equal(count, 2);
            assert_int_equal(out[1].source, PACKET_DEFRAGMENTED);
            assert_int_equal(out[1].source_port, 1000);
            assert_false(out[1].is_fragment);
            assert_int_equal(out[1].payload.n, strlen(letters) * UNIT);
            for (size_t u = 0; u < strlen(letters); u++)
                assert_int_equal(out[1].payload.p[u * UNIT], letters[u]);
        }
        free(copy);
        decoder_release(decoder);
    }
}

static void test_in_and_out_of_order(void **state)
{
    (void)state;
    struct decoder *decoder = decoder_with(NULL, (struct decode_config){.hash_seed = 1});
    static const struct piece in_order[] = {{0, 2, 'a', true}, {2, 4, 'b', true}, {4, 5, 'c', false}};
    static const struct piece reversed[] = {{4, 5, 'c', false}, {2, 4, 'b', true}, {0, 2, 'a', true}};
    static const struct piece hole[] = {{0, 2, 'a', true}, {3, 4, 'b', true}, {4, 5, 'c', false}};
    expect(decoder, 1, in_order, 3, "abbc");
    expect(decoder, 2, reversed, 3, "abbc");
    expect(decoder, 3, hole, 3, NULL);
    assert_int_equal(decoder_counters(decoder)->reassembled, 2);
    assert_int_equal(decoder_counters(decoder)->fragments, 9);
    decoder_free(decoder);
}

/*
 * Where the later piece N overlaps the earlier O (units 2 and 3), who gives them: one row for each relation
 * of their starts and ends, one column for each class of policies. As Suricata 8.0.8 answered.
 */
static void test_policies(void **state)
{
    (void)state;
    static const char *const policies[] = {"windows", "bsd",   "bsd-right", "linux",
                                           "solaris", "first", "last"};
    static const struct {
        unsigned from, to;
        const char *owners[7];
    } rows[] = {
        {1, 3, {"O", "N", "O", "N", "O", "O", "N"}},
        {1, 4, {"OO", "NN", "OO", "NN", "NN", "OO", "NN"}},
        {1, 5, {"NN", "NN", "OO", "NN", "NN", "OO", "NN"}},
        {2, 3, {"O", "O", "N", "N", "O", "O", "N"}},
        {2, 4, {"OO", "OO", "NN", "NN", "OO", "OO", "NN"}},
        {2, 5, {"OO", "OO", "NN", "NN", "OO", "OO", "NN"}},
        {3, 4, {"O", "O", "N", "O", "O", "O", "N"}},
        {3, 5, {"O", "O", "N", "O", "O", "O", "N"}},
    };
    for (size_t k = 0; k < sizeof policies / sizeof policies[0]; k++) {
        struct err err;
        struct host_policies *hosts = host_policies_new();
        assert_int_equal(host_policies_add(hosts, policies[k], "10.0.0.0/8", &err), 0);
        struct decoder *decoder = decoder_with(hosts, (struct decode_config){.hash_seed = 1});
        for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
            unsigned from = rows[r].from, to = rows[r].to;
            struct piece pieces[] = {{2, 4, 'O', true}, {from, to, 'N', true}, {0, 1, '.', true},
                                     {1, 2, '.', true}, {4, 5, '.', true},     {5, 6, '.', false}};
            struct packet out[ROOM];
            uint8_t *copy;
            unsigned count = 0;
            for (size_t i = 0; i < 6; i++) {
                free(i > 0 ? copy : NULL);
                decoder_release(decoder);
                count = send_piece(decoder, (unsigned)r, pieces[i], 1, out, &copy);
                if (i == 1)
                    assert_true(packet_event_has(&out[0].events, EVENT_IPV4_FRAG_OVERLAP));
            }
            assert_int_equal(count, 2);
            unsigned first = from > 2 ? from : 2;
            for (unsigned u = first; u < 4 && u < to; u++)
                assert_int_equal(out[1].ip.payload.p[u * UNIT], rows[r].owners[k][u - first]);
            free(copy);
            decoder_release(decoder);
        }
        decoder_free(decoder);
        host_policies_free(hosts);
    }
}

static void test_too_large(void **state)
{
    (void)state;
    struct decoder *decoder = decoder_with(NULL, (struct decode_config){.hash_seed = 1});
    struct packet out[ROOM];
    uint8_t *copy;
    send_piece(decoder, 1, (struct piece){8191, 8193, 'x', false}, 1, out, &copy);
    assert_true(packet_event_has(&out[0].events, EVENT_IPV4_FRAG_PKT_TOO_LARGE));
    free(copy);
    decoder_free(decoder);
}

static void test_timeout(void **state)
{
    (void)state;
    struct decoder *decoder = decoder_with(NULL, (struct decode_config){.defrag_timeout_s = 10});
    struct packet out[ROOM];
    uint8_t *copy;
    send_piece(decoder, 1, (struct piece){0, 2, 'a', true}, 100, out, &copy);
    free(copy);
    assert_int_equal(send_piece(decoder, 1, (struct piece){2, 5, 'b', false}, 111, out, &copy), 1);
    free(copy);
    assert_int_equal(decoder_counters(decoder)->defrag_timeouts, 1);
    /* going back in time is no reason to drop anything */
    assert_int_equal(send_piece(decoder, 1, (struct piece){0, 2, 'a', true}, 50, out, &copy), 2);
    free(copy);
    decoder_free(decoder);
}

static void test_caps(void **state)
{
    (void)state;
    struct packet out[ROOM];
    uint8_t *copy;
    struct decoder *decoder =
        decoder_with(NULL, (struct decode_config){.defrag_trackers = 4, .defrag_memory = 1 << 20});
    for (unsigned id = 0; id < 6; id++) {
        send_piece(decoder, id, (struct piece){0, 2, 'a', true}, 1, out, &copy);
        free(copy);
    }
    assert_int_equal(decoder_counters(decoder)->defrag_trackers_full, 2);
    assert_int_equal(send_piece(decoder, 0, (struct piece){2, 5, 'b', false}, 1, out, &copy), 1);
    free(copy);
    assert_int_equal(send_piece(decoder, 5, (struct piece){2, 5, 'b', false}, 1, out, &copy), 2);
    free(copy);
    decoder_free(decoder);
    decoder = decoder_with(NULL, (struct decode_config){.defrag_memory = 4096});
    for (unsigned id = 0; id < 100; id++) {
        send_piece(decoder, id, (struct piece){0, 20, 'a', true}, 1, out, &copy);
        free(copy);
    }
    assert_true(decoder_counters(decoder)->defrag_memory_full > 50);
    decoder_free(decoder);
}

/* VLANs are part of what tells datagrams apart, addresses and protocol besides. */
static void test_ipv6(void **state)
{
    (void)state;
    struct decoder *decoder = decoder_with(NULL, (struct decode_config){.hash_seed = 1});
    struct packet out[ROOM];
    uint8_t *copy = NULL;
    unsigned count = 0;
    for (unsigned i = 0; i < 2; i++) {
        struct frame_bytes f = {.n = 0};
        put_ethernet(&f, 0x86dd);
        put_ipv6(&f, 60, 1, 2, 8 + 8 + 8);
        put_bytes(&f, "\x2c\0\x01\x04\0\0\0\0", 8); /* destination options come before the fragment header */
        put_u16(&f, 17 << 8);
        put_u16(&f, i == 0 ? 1 : 8);
        put_u32(&f, 77);
        if (i == 0)
            put_udp(&f, 1000, 2000, 8);
        else
            put_text(&f, "payload!");
        free(copy);
        count = test_decode(decoder, &f, 1, 1, out, &copy);
        assert_true(out[0].is_fragment);
        assert_int_equal(out[0].ip.protocol, 44);
        assert_int_equal(out[0].ip.identification, 77);
    }
    assert_int_equal(count, 2);
    assert_int_equal(out[1].source, PACKET_DEFRAGMENTED);
    assert_int_equal(out[1].destination_port, 2000);
    assert_true(slice_equal(out[1].payload, slice_str("payload!")));
    free(copy);
    decoder_free(decoder);
}

/* Windows takes the datagram's last piece over one that ends with it but starts later, as Suricata 8.0.8
 * does.
 */
static void test_windows_takes_the_last_piece(void **state)
{
    (void)state;
    struct err err;
    struct host_policies *hosts = host_policies_new();
    assert_int_equal(host_policies_add(hosts, "windows", "10.0.0.0/8", &err), 0);
    struct decoder *decoder = decoder_with(hosts, (struct decode_config){.hash_seed = 1});
    static const struct piece pieces[] = {{0, 1, '.', true}, {2, 4, 'O', true}, {1, 4, 'N', false}};
    struct packet out[ROOM];
    uint8_t *copy;
    unsigned count = 0;
    for (size_t i = 0; i < 3; i++) {
        count = send_piece(decoder, 1, pieces[i], 1, out, &copy);
        if (i < 2)
            free(copy);
    }
    assert_int_equal(count, 2);
    assert_int_equal(out[1].ip.payload.p[2 * UNIT], 'N');
    free(copy);
    decoder_release(decoder);
    decoder_free(decoder);
    host_policies_free(hosts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_and_out_of_order),
        cmocka_unit_test(test_policies),
        cmocka_unit_test(test_windows_takes_the_last_piece),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_timeout),
        cmocka_unit_test(test_caps),
        cmocka_unit_test(test_ipv6),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
