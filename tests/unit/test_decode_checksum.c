#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/frames.h"

static struct decode_counters run(enum checksum_mode mode, unsigned frames, unsigned wrong_every, bool known)
{
    struct decoder *decoder = test_decoder(mode);
    struct packet out[DECODE_PACKETS];
    for (unsigned i = 0; i < frames; i++) {
        struct frame_bytes f = {.n = 0};
        put_ethernet(&f, 0x0800);
        put_ipv4(&f, 6, 1, 2, 20);
        put_tcp(&f, 1, 2, TCP_ACK, 0);
        f.b[50] = 0x70; /* the correct sum, by hand */
        f.b[51] = 0x17;
        struct frame frame = {.bytes = slice_of(f.b, f.n), .link_type = 1, .checksums_known = known};
        f.b[50] ^= wrong_every != 0 && i % wrong_every == 0;
        assert_int_equal(decode_frame(decoder, &frame, out), 1);
        assert_true((out[0].layers & LAYER_TCP) != 0); /* wrong, but decoded */
    }
    struct decode_counters counters = *decoder_counters(decoder);
    decoder_free(decoder);
    return counters;
}

static void test_modes(void **state)
{
    (void)state;
    assert_int_equal(run(CHECKSUM_ON, 20, 0, false).bad_checksums, 0);
    assert_int_equal(run(CHECKSUM_ON, 20, 2, false).bad_checksums, 10);
    assert_int_equal(run(CHECKSUM_OFF, 20, 2, false).bad_checksums, 0);
    assert_int_equal(run(CHECKSUM_ON, 20, 2, true).bad_checksums, 0);
}

/* A capture from before the offload stops being validated after 1000 frames; a few wrong ones go on. */
static void test_auto(void **state)
{
    (void)state;
    assert_int_equal(run(CHECKSUM_AUTO, 3000, 1, false).bad_checksums, 1000);
    assert_int_equal(run(CHECKSUM_AUTO, 3000, 100, false).bad_checksums, 30);
    assert_int_equal(run(CHECKSUM_ON, 3000, 1, false).bad_checksums, 3000);
}

/* One TCP (or UDP) frame whose checksum field is `field`; whether that counts as wrong. */
static bool is_wrong(struct decoder *decoder, bool udp, uint16_t field)
{
    struct packet out[DECODE_PACKETS];
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, 0x0800);
    put_ipv4(&f, udp ? 17 : 6, 1, 2, udp ? 12 : 24);
    if (udp)
        put_udp(&f, 1, 2, 4);
    else
        put_tcp(&f, 1, 2, TCP_ACK, 0);
    put_text(&f, "data");
    size_t at = udp ? 40 : 50;
    f.b[at] = (uint8_t)(field >> 8);
    f.b[at + 1] = (uint8_t)field;
    struct frame frame = {.bytes = slice_of(f.b, f.n), .link_type = 1};
    assert_int_equal(decode_frame(decoder, &frame, out), 1);
    return out[0].bad_checksum;
}

/*
 * The addresses 10.0.0.1 and 10.0.0.2, the protocol and the length add up to 0x0a00 + 1 + 0x0a00 + 2 + 6 + 24
 * for TCP: Linux leaves that sum in the field.
 */
static void offload_is_seen_by_the_packet(void **state)
{
    (void)state;
    enum { OF_TCP = 0x1403 + 6 + 24, OF_LARGE = 0x1403 + 6, OF_UDP = 0x1403 + 17 + 12 };
    static const struct {
        enum checksum_mode mode;
        bool wrong;
    } modes[] = {{CHECKSUM_AUTO, false}, {CHECKSUM_ON, true}, {CHECKSUM_OFF, false}};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        struct decoder *decoder = test_decoder(modes[i].mode);
        assert_int_equal(is_wrong(decoder, false, OF_TCP), modes[i].wrong);
        assert_int_equal(is_wrong(decoder, false, OF_LARGE),
                         modes[i].wrong); /* to be cut into segments: no length */
        assert_int_equal(is_wrong(decoder, true, OF_UDP), modes[i].wrong);
        if (modes[i].mode != CHECKSUM_OFF) {
            assert_true(is_wrong(decoder, false, OF_TCP + 1));
            assert_true(is_wrong(decoder, false, (uint16_t)~OF_TCP));
            assert_true(is_wrong(decoder, true, OF_TCP));
        }
        decoder_free(decoder);
    }
    /* All of a capture like that: none is wrong, so that others still count. */
    struct decoder *decoder = test_decoder(CHECKSUM_AUTO);
    for (int i = 0; i < 3000; i++)
        assert_false(is_wrong(decoder, false, OF_TCP));
    assert_true(is_wrong(decoder, false, OF_TCP + 1));
    decoder_free(decoder);
}

/* An IPv4 header without its checksum: the card's to fill in; any other wrong one is wrong. */
static void a_header_without_its_sum(void **state)
{
    (void)state;
    static const struct {
        enum checksum_mode mode;
        unsigned field;
        bool wrong;
    } cases[] = {{CHECKSUM_AUTO, 0, false},
                 {CHECKSUM_AUTO, 1, true},
                 {CHECKSUM_ON, 0, true},
                 {CHECKSUM_OFF, 1, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct decoder *decoder = test_decoder(cases[i].mode);
        struct packet out[DECODE_PACKETS];
        struct frame_bytes f = {.n = 0};
        put_ethernet(&f, 0x0800);
        put_ipv4(&f, 253, 1, 2, 4);
        put_text(&f, "data");
        f.b[24] = 0;
        f.b[25] = (uint8_t)cases[i].field;
        struct frame frame = {.bytes = slice_of(f.b, f.n), .link_type = 1};
        assert_int_equal(decode_frame(decoder, &frame, out), 1);
        assert_int_equal(out[0].bad_checksum, cases[i].wrong);
        decoder_free(decoder);
    }
}

/* A short capture that was taken before the card filled the sums in: seen before its first packet is judged.
 */
static void a_short_capture_is_seen_as_a_whole(void **state)
{
    (void)state;
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, 0x0800);
    put_ipv4(&f, 6, 1, 2, 24);
    put_tcp(&f, 1, 2, TCP_ACK, 0);
    put_text(&f, "data");
    struct frame_bytes wrong = f, good = f;
    wrong.b[50] = wrong.b[51] = 0x55;
    good.b[50] = (uint8_t)((0x1403 + 6 + 24) >> 8); /* what offload leaves, which is not wrong */
    good.b[51] = (uint8_t)(0x1403 + 6 + 24);
    struct frame frames[4];
    for (unsigned bad = 0; bad <= 4; bad++) {
        for (unsigned i = 0; i < 4; i++)
            frames[i] = (struct frame){.bytes = slice_of(i < bad ? wrong.b : good.b, f.n), .link_type = 1};
        struct decoder *decoder = test_decoder(CHECKSUM_AUTO);
        decoder_look_ahead(decoder, frames, 4);
        struct packet out[DECODE_PACKETS];
        decode_frame(decoder, &(struct frame){.bytes = slice_of(wrong.b, f.n), .link_type = 1}, out);
        assert_int_equal(out[0].bad_checksum, bad <= 2);
        decoder_free(decoder);
        decoder = test_decoder(CHECKSUM_ON);
        decoder_look_ahead(decoder, frames, 4);
        decode_frame(decoder, &(struct frame){.bytes = slice_of(wrong.b, f.n), .link_type = 1}, out);
        assert_true(out[0].bad_checksum);
        decoder_free(decoder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_modes), cmocka_unit_test(test_auto),
                                       cmocka_unit_test(offload_is_seen_by_the_packet),
                                       cmocka_unit_test(a_header_without_its_sum),
                                       cmocka_unit_test(a_short_capture_is_seen_as_a_whole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
