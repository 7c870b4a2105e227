/* Whose turn it is, and what a worker has last been given of two hosts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "run/batch.h"
#include "run/host_marks.h"
#include "support/frames.h"

static struct address host(uint8_t last)
{
    return (struct address){.bytes = {10, 0, 0, last}, .version = 4};
}

static void test_places_in_order(void **state)
{
    static const struct place places[] = {{0, 0, 0}, {1, 0, 0}, {1, 0, 3}, {1, 7, 1}, {2, 0, 0}};
    (void)state;
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 5; k++)
            assert_int_equal((place_compare(&places[i], &places[k]) > 0) -
                                 (place_compare(&places[i], &places[k]) < 0),
                             (i > k) - (i < k));
}

static const struct turn_pastime nothing;

static void test_a_turn_that_has_come(void **state)
{
    (void)state;
    struct turn_slot slots[2] = {0};
    struct place place = {.sequence = 4, .deadline = 2, .id = 1};
    turn_publish(&slots[0], &place);
    turn_wait_for(slots, 0, &place, &nothing);
    turn_wait_for(slots, 0, &(struct place){.sequence = 3, .deadline = 9}, &nothing);
}

struct pastime {
    struct turn_slot *slots;
    unsigned asked, useful;
};

/* The slot's worker comes on by what is done meanwhile. */
static bool move_on(void *ctx, unsigned slot, const struct place *place)
{
    struct pastime *p = ctx;
    struct place to = {.sequence = ++p->asked};
    assert_int_equal(slot, 1);
    assert_int_equal(place->sequence, 4);
    if (p->asked == 2) /* there was nothing: asked again later */
        return false;
    turn_publish(&p->slots[slot], &to);
    p->useful++;
    return true;
}

static void test_something_useful_meanwhile(void **state)
{
    (void)state;
    struct turn_slot slots[2] = {0};
    struct pastime pastime = {.slots = slots};
    turn_wait_for(slots, 1, &(struct place){.sequence = 4}, &(struct turn_pastime){move_on, &pastime});
    assert_int_equal(pastime.asked, 4);
    assert_int_equal(pastime.useful, 3);
}

static void test_marks_for_either_order(void **state)
{
    (void)state;
    struct host_marks *marks = calloc(1, sizeof *marks);
    struct address a = host(1), b = host(2), c = host(9);
    assert_non_null(marks);
    host_marks_set(marks, &a, &b, 7);
    assert_int_equal(host_marks_last(marks, &b, &a), 7);
    assert_int_equal(host_marks_last(marks, &a, &c), 0);
    host_marks_set(marks, &b, &a, 9);
    assert_int_equal(host_marks_last(marks, &a, &b), 9);
    free(marks);
}

/* Pairs of a small net, and of IPv6, spread over the marks. */
static void test_marks_spread(void **state)
{
    (void)state;
    for (uint8_t version = 4; version <= 6; version += 2) {
        uint8_t *used = calloc(1, HOST_MARKS);
        unsigned slots = 0;
        assert_non_null(used);
        for (unsigned i = 0; i < 1024; i++) {
            struct address a = {.bytes = {10, 0, 0, (uint8_t)(i % 32)}, .version = version};
            struct address b = {.bytes = {192, 168, 0, (uint8_t)(i / 32)}, .version = version};
            a.bytes[15] = b.bytes[15] = version;
            slots += !used[host_marks_slot(&a, &b)]++;
        }
        free(used);
        assert_true(slots > 512);
    }
}

/* The reader marks what it gives each worker. */
static void test_a_batch_is_marked(void **state)
{
    (void)state;
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, 0x0800);
    put_ipv4(&f, 6, 1, 2, 20);
    put_tcp(&f, 1000, 2000, 16, 0);
    struct frame frame = {.bytes = slice_of(f.b, f.n), .number = 1, .link_type = 1, .wire_length = 60};
    struct batch *batch = batch_new(2);
    struct decoder *decoder = test_decoder(CHECKSUM_OFF);
    struct host_marks *marks = calloc(2, sizeof *marks);
    assert_true(batch && decoder && marks);
    batch->marks = marks;
    batch->first_sequence = 40;
    for (int i = 0; i < 3; i++)
        assert_int_equal(batch_decode(batch, decoder, &frame), 0);
    const struct packet *packet = batch->shares[batch->shares[1].count > 0].packets[0].packet;
    const struct address *from = &packet->source_address, *to = &packet->destination_address;
    uint64_t last[2] = {host_marks_last(&marks[0], from, to), host_marks_last(&marks[1], from, to)};
    assert_int_equal(last[batch->shares[1].count > 0], 42);
    assert_int_equal(last[batch->shares[1].count == 0], 0);
    batch_free(batch);
    decoder_free(decoder);
    free(marks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places_in_order),
        cmocka_unit_test(test_a_turn_that_has_come),
        cmocka_unit_test(test_something_useful_meanwhile),
        cmocka_unit_test(test_marks_for_either_order),
        cmocka_unit_test(test_marks_spread),
        cmocka_unit_test(test_a_batch_is_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
