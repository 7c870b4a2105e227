/* Packets of a batch stay where they are until they are inspected; one worker that goes ahead gives their
 * memory back to those that follow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "run/batch.h"
#include "support/frames.h"

enum { FRAMES = 500 };

struct reading {
    struct batch *batch;
    struct decoder *decoder;
    struct frame frames[FRAMES];
};

static void begin(struct reading *r, const struct frame_bytes *bytes)
{
    r->batch = batch_new(1);
    r->decoder = test_decoder(CHECKSUM_OFF);
    assert_non_null(r->batch);
    assert_non_null(r->decoder);
    for (unsigned i = 0; i < FRAMES; i++)
        r->frames[i] = (struct frame){
            .bytes = slice_of(bytes->b, bytes->n), .number = i + 1, .link_type = 1, .wire_length = 60};
}

static void end(struct reading *r)
{
    batch_free(r->batch);
    decoder_free(r->decoder);
}

/* Decodes the next frame and looks at every packet that has not been inspected. */
static void decode(struct reading *r, unsigned at)
{
    assert_int_equal(batch_decode(r->batch, r->decoder, &r->frames[at]), 0);
    const struct batch_share *share = &r->batch->shares[0];
    for (uint32_t i = share->done; i < share->count; i++) {
        const struct packet *packet = share->packets[i].packet;
        assert_int_equal(packet->number, share->packets[i].frame->number);
        assert_int_equal(share->packets[i].at, i);
        assert_true(i + 1 < share->count || packet->number == at + 1);
        if (packet->outer)
            assert_int_equal(packet->outer->number, packet->number);
    }
}

static struct frame_bytes plain(void)
{
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, 0x0800);
    put_ipv4(&f, 17, 1, 2, 12);
    put_udp(&f, 1000, 2000, 4);
    put_text(&f, "text");
    return f;
}

static struct frame_bytes tunnelled(void)
{
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, 0x0800);
    put_ipv4(&f, 4, 1, 2, 32);
    put_ipv4(&f, 17, 3, 4, 12);
    put_udp(&f, 1000, 2000, 4);
    put_text(&f, "text");
    return f;
}

static void packets_of_a_batch_that_is_read_whole_all_stay(void **state)
{
    (void)state;
    struct reading r;
    struct frame_bytes bytes = tunnelled();
    begin(&r, &bytes);
    for (unsigned i = 0; i < FRAMES; i++)
        decode(&r, i);
    assert_int_equal(r.batch->count, 2 * FRAMES);
    end(&r);
}

static void one_that_is_inspected_meanwhile_needs_little_memory(void **state)
{
    (void)state;
    struct frame_bytes kinds[] = {plain(), tunnelled()};
    for (unsigned kind = 0; kind < 2; kind++) {
        struct reading r;
        begin(&r, &kinds[kind]);
        for (unsigned round = 0; round < 3; round++) {
            for (unsigned i = 0; i < FRAMES; i++) {
                decode(&r, i);
                if (i % 50 == 49) /* all but the last few */
                    r.batch->shares[0].done = r.batch->shares[0].count - 7;
            }
            assert_true(r.batch->chunk_count <= 3 + kind);
            batch_clear(r.batch);
        }
        end(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_of_a_batch_that_is_read_whole_all_stay),
        cmocka_unit_test(one_that_is_inspected_meanwhile_needs_little_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
