#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "packet/host_policy.h"
#include "support/frames.h"

/*
 * Properties of the decoder: whatever bytes a frame has, nothing is read outside of it (frames end where
 * their memory ends) and what comes out keeps its promises; and fragments come out as the bytes that went in.
 */
enum { ROUNDS = 60000, DATAGRAMS = 400, PAYLOAD_MOST = 1200 };

static uint64_t random_state = 88172645463325252;

static unsigned random_below(unsigned n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (unsigned)(random_state >> 33) % n;
}

static bool inside(struct slice part, struct slice whole)
{
    return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void check_packet(const struct packet *out, unsigned i)
{
    const struct packet *p = &out[i];
    assert_true(inside(p->ip.header, p->bytes));
    assert_true(inside(p->ip.payload, p->bytes));
    assert_true(inside(p->transport, p->ip.payload.n > 0 ? p->ip.payload : p->bytes));
    assert_true(inside(p->payload, p->bytes));
    assert_true(p->vlan_count <= VLAN_LAYERS);
    assert_true(p->outer == NULL || (p->outer >= out && p->outer < p));
    assert_true(p->flow_hash == 0 || (!p->invalid && !p->is_fragment));
    bool transport = (p->layers & (LAYER_TCP | LAYER_UDP | LAYER_SCTP)) != 0;
    assert_true(!transport || (p->flow_hash != 0 && p->source_address.version != 0));
    assert_true(p->invalid || p->source_address.version != 0 || p->layers <= LAYER_ETHERNET + LAYER_ARP);
}

/* Frames of every kind, made once and then broken. */
static unsigned make_seed(struct frame_bytes *f, unsigned kind)
{
    static const unsigned protocols[] = {6, 17, 1, 58, 47, 4, 41, 50, 132, 2, 0, 43, 44, 51, 60, 59};
    static const unsigned types[] = {0x8100, 0x88a8, 0x8847, 0x8863, 0x8864, 0x0806, 0x8926, 0x88e7, 0x894f};
    static const unsigned ports[] = {3544, 4789, 6081, 53};
    static const unsigned links[] = {0, 1, 9, 12, 50, 101, 104, 105, 108, 113, 127, 228, 229, 276};
    unsigned link = random_below(3) == 0 ? links[random_below(14)] : 1;
    f->n = 0;
    if (link == 1 || kind % 2 == 0) {
        link = 1;
        unsigned layers = random_below(3);
        unsigned ip = random_below(2) == 0 ? 0x0800 : 0x86dd;
        put_ethernet(f, layers > 0 ? types[random_below(9)] : ip);
        for (unsigned i = 0; i < layers; i++) {
            put_u16(f, random_below(65536));
            put_u16(f, i + 1 == layers ? ip : types[random_below(9)]);
        }
    } else {
        put_u32(f, random_below(2) == 0 ? 0x02000000 : 0xff030021);
    }
    unsigned left = 600; /* what the headers say, mostly truly */
    for (unsigned depth = 0; depth < 4; depth++) {
        unsigned protocol = protocols[random_below(16)], version = random_below(2);
        left -= version == 0 ? 20 : 40;
        if (version == 0)
            put_ipv4(f, protocol, random_below(4), random_below(4), left);
        else
            put_ipv6(f, protocol, random_below(4), random_below(4), left);
        if (protocol == 17) {
            left -= 8;
            put_udp(f, ports[random_below(4)], ports[random_below(4)], left);
        } else if (protocol == 47) {
            left -= 4;
            put_u32(f, random_below(2) == 0 ? 0x00000800 : 0x000086dd);
        } else if (protocol == 44 || protocol == 60) {
            left -= 8;
            put_u32(f, (protocols[random_below(16)] << 24) + random_below(64));
            put_u32(f, random_below(4));
        }
    }
    while (left-- > 0)
        put_u8(f, random_below(256));
    return link;
}

static void test_mutations(void **state)
{
    (void)state;
    struct decoder *decoder = test_decoder(CHECKSUM_ON);
    struct packet *out = calloc(DECODE_PACKETS, sizeof *out);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct frame_bytes f;
        unsigned link = make_seed(&f, round);
        for (unsigned flips = random_below(6); flips > 0; flips--)
            f.b[random_below((unsigned)f.n)] = (uint8_t)random_below(256);
        if (random_below(4) == 0)
            f.n = random_below((unsigned)f.n + 1);
        uint8_t *copy;
        unsigned count = test_decode(decoder, &f, link, round / 100, out, &copy);
        assert_in_range(count, 1, DECODE_PACKETS);
        for (unsigned i = 0; i < count; i++)
            check_packet(out, i);
        free(copy);
        decoder_release(decoder);
    }
    const struct decode_counters *counters = decoder_counters(decoder);
    assert_true(counters->frames == ROUNDS && counters->tunnels > 100 && counters->fragments > 100);
    free(out);
    decoder_free(decoder);
}

struct cut {
    unsigned from, to;
};

/* A payload cut at random, shuffled, some pieces twice: the datagram is the payload, whatever the policy. */
static void one_datagram(struct decoder *decoder, unsigned id, struct packet *out)
{
    uint8_t payload[PAYLOAD_MOST];
    struct cut cuts[PAYLOAD_MOST / 8 + 2];
    unsigned n = 16 + random_below(PAYLOAD_MOST - 16), count = 0;
    for (unsigned i = 0; i < n; i++)
        payload[i] = (uint8_t)random_below(256);
    for (unsigned at = 0; at < n; count++) {
        unsigned to = at + 8 * (1 + random_below(20));
        cuts[count] = (struct cut){at, to < n ? to : n};
        at = cuts[count].to;
    }
    for (unsigned i = count - 1; i > 0; i--) {
        unsigned j = random_below(i + 1);
        struct cut keep = cuts[i];
        cuts[i] = cuts[j];
        cuts[j] = keep;
    }
    unsigned made = 0;
    for (unsigned i = 0; i < count; i++) {
        struct frame_bytes f = {.n = 0};
        uint8_t *copy;
        put_ethernet(&f, 0x0800);
        put_ipv4_fragment(&f, id, cuts[i].from, cuts[i].to < n, cuts[i].to - cuts[i].from);
        put_bytes(&f, payload + cuts[i].from, cuts[i].to - cuts[i].from);
        unsigned repeat = i + 1 < count ? 1 + random_below(2) : 1;
        for (unsigned r = 0; r < repeat; r++) {
            unsigned packets = test_decode(decoder, &f, 1, 1, out, &copy);
            made += packets - 1;
            if (packets == 2) {
                assert_int_equal(i, count - 1);
                assert_int_equal(out[1].ip.payload.n, n);
                assert_memory_equal(out[1].ip.payload.p, payload, n);
                assert_false(out[1].bad_checksum && (out[1].layers & LAYER_UDP) == 0);
            }
            free(copy);
            decoder_release(decoder);
        }
    }
    assert_int_equal(made, count > 1 ? 1 : 0);
}

static void test_fragments_equal_model(void **state)
{
    (void)state;
    static const char *const policies[] = {"windows", "bsd",   "bsd-right", "linux",
                                           "solaris", "first", "last"};
    struct packet *out = calloc(DECODE_PACKETS, sizeof *out);
    for (unsigned k = 0; k < 7; k++) {
        struct err err;
        struct host_policies *hosts = host_policies_new();
        assert_int_equal(host_policies_add(hosts, policies[k], "0.0.0.0/0", &err), 0);
        struct decode_config config = {.checksums = CHECKSUM_ON, .hosts = hosts};
        struct decoder *decoder = decoder_new(&config);
        for (unsigned id = 0; id < DATAGRAMS; id++)
            one_datagram(decoder, id, out);
        decoder_free(decoder);
        host_policies_free(hosts);
    }
    free(out);
}

/* Nothing but first fragments, then one datagram in one-unit pieces sent over and over: caps hold. */
static void test_flood(void **state)
{
    (void)state;
    enum { MEMORY = 1 << 20, FRAGMENTS = 100000 };
    struct decode_config config = {
        .checksums = CHECKSUM_OFF, .defrag_memory = MEMORY, .defrag_trackers = 500};
    struct decoder *decoder = decoder_new(&config);
    struct packet *out = calloc(DECODE_PACKETS, sizeof *out);
    for (unsigned i = 0; i < FRAGMENTS; i++) {
        struct frame_bytes f = {.n = 0};
        uint8_t *copy;
        put_ethernet(&f, 0x0800);
        put_ipv4_fragment(&f, i < FRAGMENTS / 2 ? i : 7, i < FRAGMENTS / 2 ? 0 : i * 8 % 65000, true, 8);
        put_text(&f, "12345678");
        test_decode(decoder, &f, 1, 1, out, &copy);
        free(copy);
        decoder_release(decoder);
    }
    const struct decode_counters *counters = decoder_counters(decoder);
    assert_true(counters->defrag_trackers_full > 1000);
    assert_true(counters->defrag_memory_full > 0);
    free(out);
    decoder_free(decoder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutations),
        cmocka_unit_test(test_fragments_equal_model),
        cmocka_unit_test(test_flood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
