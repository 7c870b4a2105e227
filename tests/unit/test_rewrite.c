/*
 * Bytes replaced in a packet: the decoder, with checksums on, finds nothing wrong afterwards.
 */
#include "support/check.h"

#include <stdlib.h>

#include "packet/checksum.h"
#include "packet/decode.h"
#include "packet/rewrite.h"
#include "support/frames.h"

enum { ETHERNET = 1, IPV4 = 0x0800, IPV6 = 0x86dd, UDP = 17, TCP = 6, PAYLOAD = 21 };

/* As the sender would have made it. */
static void sum_up(struct frame_bytes *f, bool tcp, bool v6)
{
    struct address source = {.version = v6 ? 6 : 4}, destination = source;
    size_t at = 14 + (v6 ? 40 : 20), field = at + (tcp ? 16 : 6);
    memcpy(source.bytes, f->b + (v6 ? 22 : 26), v6 ? 16 : 4);
    memcpy(destination.bytes, f->b + (v6 ? 38 : 30), v6 ? 16 : 4);
    f->b[field] = f->b[field + 1] = 0;
    struct slice whole = slice_of(f->b + at, f->n - at);
    uint64_t pseudo = checksum_pseudo(&source, &destination, tcp ? TCP : UDP, (uint32_t)whole.n);
    uint16_t sum = checksum_finish(checksum_add(whole, pseudo));
    f->b[field] = (uint8_t)(sum >> 8);
    f->b[field + 1] = (uint8_t)sum;
}

static struct frame_bytes frame(bool tcp, bool v6, size_t options)
{
    struct frame_bytes f = {.n = 0};
    size_t n = PAYLOAD + (tcp ? 20 + options : 8);
    put_ethernet(&f, v6 ? IPV6 : IPV4);
    if (v6)
        put_ipv6(&f, tcp ? TCP : UDP, 1, 2, n);
    else
        put_ipv4(&f, tcp ? TCP : UDP, 1, 2, n);
    if (tcp)
        put_tcp(&f, 4000, 80, 16, options);
    else
        put_udp(&f, 4000, 53, PAYLOAD);
    for (size_t i = 0; tcp && i < options; i++)
        put_u8(&f, 1); /* no operation */
    put_text(&f, "abcdefghijklmnopqrstu");
    sum_up(&f, tcp, v6);
    return f;
}

static void decoded(struct decoder *decoder, struct frame_bytes *f, struct packet *p)
{
    struct packet packets[DECODE_PACKETS];
    const struct frame given = {
        .bytes = slice_of(f->b, f->n), .wire_length = (uint32_t)f->n, .link_type = ETHERNET};
    assert_int_equal(decode_frame(decoder, &given, packets), 1);
    *p = packets[0];
}

static void checksum_stays_right(void **state)
{
    (void)state;
    struct decoder *decoder = test_decoder(CHECKSUM_ON);
    for (unsigned kind = 0; kind < 6; kind++)
        for (size_t at = 0; at < PAYLOAD; at++)
            for (size_t n = 1; n <= PAYLOAD - at; n++) {
                struct frame_bytes f = frame(kind & 1, kind & 2, kind >= 4 ? 12 : 0);
                struct packet p;
                decoded(decoder, &f, &p);
                assert_false(p.bad_checksum);
                assert_true(
                    packet_rewrite(&p, at, slice_of((const uint8_t *)"\xff\0ZZ?!0123456789abcdef", n)));
                decoded(decoder, &f, &p);
                assert_false(p.bad_checksum);
                assert_memory_equal(p.payload.p + at, "\xff\0ZZ?!0123456789abcdef", n);
            }
    decoder_free(decoder);
}

static void refused(void **state)
{
    (void)state;
    struct decoder *decoder = test_decoder(CHECKSUM_ON);
    struct frame_bytes f = frame(true, false, 0), before = f;
    struct packet p;
    decoded(decoder, &f, &p);
    assert_false(packet_rewrite(&p, PAYLOAD - 1, slice_of((const uint8_t *)"xy", 2)));
    assert_false(packet_rewrite(&p, PAYLOAD + 1, slice_of((const uint8_t *)"x", 1)));
    p.source = PACKET_DEFRAGMENTED;
    assert_false(packet_rewrite(&p, 0, slice_of((const uint8_t *)"x", 1)));
    assert_memory_equal(f.b, before.b, f.n);
    decoder_free(decoder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(checksum_stays_right), cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
