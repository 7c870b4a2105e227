/*
 * Answers to rejected packets: what the decoder, with checksums on, makes of them.
 */
#include "support/check.h"

#include <errno.h>
#include <stdlib.h>

#include "packet/decode.h"
#include "packet/reject.h"
#include "support/conversation.h"
#include "support/frames.h"

enum { ETHERNET = 1, IPV4 = 0x0800, IPV6 = 0x86dd, VLAN = 0x8100, UDP = 17, TCP = 6 };

struct rejected {
    struct packet packets[DECODE_PACKETS], answers[DECODE_PACKETS];
    uint8_t *copies[2];
    struct decoder *decoder;
    struct buf out;
};

/* Decodes the frame, builds the answer and decodes that; what reject_build said. */
static int reject(struct rejected *r, const struct frame_bytes *f, bool to_sender)
{
    *r = (struct rejected){.decoder = test_decoder(CHECKSUM_ON)};
    test_decode(r->decoder, f, ETHERNET, 0, r->packets, &r->copies[0]);
    int result = reject_build(&r->out, &r->packets[0], slice_of(r->copies[0], f->n), to_sender);
    if (result)
        return result;
    struct frame_bytes answer = {.n = r->out.n};
    memcpy(answer.b, r->out.p, r->out.n);
    assert_int_equal(test_decode(r->decoder, &answer, ETHERNET, 0, r->answers, &r->copies[1]), 1);
    assert_false(r->answers[0].bad_checksum);
    assert_false(r->answers[0].invalid);
    assert_int_equal(r->answers[0].events.count, 0);
    return 0;
}

static void done(struct rejected *r)
{
    buf_fini(&r->out);
    free(r->copies[0]);
    free(r->copies[1]);
    decoder_free(r->decoder);
}

static struct frame_bytes segment(unsigned flags, const char *text, bool tagged, bool v6)
{
    struct frame_bytes f = {.n = 0};
    size_t n = strlen(text);
    put_ethernet(&f, tagged ? VLAN : v6 ? IPV6 : IPV4);
    if (tagged) {
        put_u16(&f, 0x6005);
        put_u16(&f, v6 ? IPV6 : IPV4);
    }
    if (v6)
        put_ipv6(&f, TCP, 1, 2, 20 + n);
    else
        put_ipv4(&f, TCP, 1, 2, 20 + n);
    put_tcp(&f, 4000, 80, flags, 0);
    put_text(&f, text);
    return f;
}

static uint32_t sequence_of(const struct rejected *r, unsigned which)
{
    return (which ? r->answers : r->packets)[0].tcp.sequence;
}

static void resets(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct rejected r;
        struct frame_bytes f = segment(TCP_PSH | TCP_ACK, "hello", i & 1, i & 2);
        assert_int_equal(reject(&r, &f, true), 0);
        const struct packet *p = &r.packets[0], *a = &r.answers[0];
        assert_int_equal(a->tcp.flags, TCP_RST | TCP_ACK);
        assert_int_equal(a->tcp.sequence, p->tcp.acknowledgment);
        assert_int_equal(a->tcp.acknowledgment, p->tcp.sequence + 5);
        assert_int_equal(a->source_port, 80);
        assert_int_equal(a->destination_port, 4000);
        assert_true(address_equal(&a->source_address, &p->destination_address));
        assert_true(address_equal(&a->destination_address, &p->source_address));
        assert_memory_equal(a->ether_source, p->ether_destination, 6);
        assert_memory_equal(a->ether_destination, p->ether_source, 6);
        assert_int_equal(a->vlan_count, i & 1);
        assert_memory_equal(r.out.p + 12, f.b + 12, i & 1 ? 6 : 2); /* the tag, its priority too */
        done(&r);
        assert_int_equal(reject(&r, &f, false), 0);
        assert_int_equal(r.answers[0].tcp.flags, TCP_RST | TCP_ACK);
        assert_int_equal(sequence_of(&r, 1), sequence_of(&r, 0));
        assert_int_equal(r.answers[0].tcp.acknowledgment, r.packets[0].tcp.acknowledgment);
        assert_int_equal(r.answers[0].source_port, 4000);
        assert_memory_equal(r.out.p, f.b, 12);
        done(&r);
    }
}

/* A SYN counts as a byte, and acknowledges nothing. */
static void reset_of_a_syn(void **state)
{
    (void)state;
    struct rejected r;
    struct frame_bytes f = segment(TCP_SYN, "", false, false);
    assert_int_equal(reject(&r, &f, true), 0);
    assert_int_equal(r.answers[0].tcp.flags, TCP_RST | TCP_ACK);
    assert_int_equal(sequence_of(&r, 1), 0);
    assert_int_equal(r.answers[0].tcp.acknowledgment, sequence_of(&r, 0) + 1);
    done(&r);
    assert_int_equal(reject(&r, &f, false), 0);
    assert_int_equal(r.answers[0].tcp.flags, TCP_RST);
    done(&r);
}

static struct frame_bytes datagram_of(size_t n, bool v6)
{
    struct frame_bytes f = {.n = 0};
    put_ethernet(&f, v6 ? IPV6 : IPV4);
    if (v6)
        put_ipv6(&f, UDP, 1, 2, 8 + n);
    else
        put_ipv4(&f, UDP, 1, 2, 8 + n);
    put_udp(&f, 4000, 53, n);
    for (size_t i = 0; i < n; i++)
        put_u8(&f, 'x');
    return f;
}

static void unreachable(void **state)
{
    (void)state;
    struct rejected r;
    struct frame_bytes f = datagram_of(100, false);
    assert_int_equal(reject(&r, &f, true), 0);
    assert_true(r.answers[0].layers & LAYER_ICMPV4);
    assert_int_equal(r.answers[0].icmp.type, 3);
    assert_int_equal(r.answers[0].icmp.code, 3);
    assert_int_equal(r.out.n, 14 + 20 + 8 + 28);
    assert_memory_equal(r.out.p + 14 + 20 + 8, f.b + 14, 28);
    done(&r);
    assert_int_equal(reject(&r, &f, false), -ENOTSUP);
    done(&r);
    f = datagram_of(1400, true);
    assert_int_equal(reject(&r, &f, true), 0);
    assert_true(r.answers[0].layers & LAYER_ICMPV6);
    assert_int_equal(r.answers[0].icmp.type, 1);
    assert_int_equal(r.answers[0].icmp.code, 4);
    assert_int_equal(r.out.n, 14 + 40 + 8 + 1200);
    done(&r);
}

static void no_answer(void **state)
{
    (void)state;
    struct rejected r;
    struct frame_bytes f = segment(TCP_RST, "", false, false);
    assert_int_equal(reject(&r, &f, true), -ENOTSUP);
    done(&r);
    f = datagram_of(10, false);
    f.b[30] = 239; /* multicast */
    assert_int_equal(reject(&r, &f, true), -ENOTSUP);
    done(&r);
    f = datagram_of(10, false);
    f.b[0] = 1;
    assert_int_equal(reject(&r, &f, true), -ENOTSUP);
    done(&r);
    f = (struct frame_bytes){.n = 0};
    put_ethernet(&f, IPV4);
    put_ipv4_fragment(&f, 5, 800, true, 8);
    put_text(&f, "the rest");
    assert_int_equal(reject(&r, &f, true), -ENOTSUP);
    done(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resets),
        cmocka_unit_test(reset_of_a_syn),
        cmocka_unit_test(unreachable),
        cmocka_unit_test(no_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
