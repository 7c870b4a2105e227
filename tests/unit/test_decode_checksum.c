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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_modes), cmocka_unit_test(test_auto)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
