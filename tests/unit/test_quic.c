/* QUIC's pieces: the vectors of RFC 9001 and 9369, headers, frames, putting the handshake together. */
#include "support/check.h"

#include <errno.h>
#include <stdlib.h>

#include "app/engine_private.h"
#include "app/quic/gquic.h"
#include "app/quic/quic_crypto.h"
#include "app/quic/quic_crypto_stream.h"
#include "app/quic/quic_frame.h"
#include "app/quic/quic_header.h"
#include "support/quic_packet.h"

/* RFC 9001, A.2. */
static const char client_packet[] =
    "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9bd8bab936b47d92ec356c"
    "0bab7df5976d27cd449f63300099f3991c260ec4c60d17b31f8429157bb35a1282a643a8d2262cad67500cadb8e7378c"
    "8eb7539ec4d4905fed1bee1fc8aafba17c750e2c7ace01e6005f80fcb7df621230c83711b39343fa028cea7f7fb5ff89"
    "eac2308249a02252155e2347b63d58c5457afd84d05dfffdb20392844ae812154682e9cf012f9021a6f0be17ddd0c208"
    "4dce25ff9b06cde535d0f920a2db1bf362c23e596d11a4f5a6cf3948838a3aec4e15daf8500a6ef69ec4e3feb6b1d98e"
    "610ac8b7ec3faf6ad760b7bad1db4ba3485e8a94dc250ae3fdb41ed15fb6a8e5eba0fc3dd60bc8e30c5c4287e53805db"
    "059ae0648db2f64264ed5e39be2e20d82df566da8dd5998ccabdae053060ae6c7b4378e846d29f37ed7b4ea9ec5d82e7"
    "961b7f25a9323851f681d582363aa5f89937f5a67258bf63ad6f1a0b1d96dbd4faddfcefc5266ba6611722395c906556"
    "be52afe3f565636ad1b17d508b73d8743eeb524be22b3dcbc2c7468d54119c7468449a13d8e3b95811a198f3491de3e7"
    "fe942b330407abf82a4ed7c1b311663ac69890f4157015853d91e923037c227a33cdd5ec281ca3f79c44546b9d90ca00"
    "f064c99e3dd97911d39fe9c5d0b23a229a234cb36186c4819e8b9c5927726632291d6a418211cc2962e20fe47feb3edf"
    "330f2c603a9d48c0fcb5699dbfe5896425c5bac4aee82e57a85aaf4e2513e4f05796b07ba2ee47d80506f8d2c25e50fd"
    "14de71e6c418559302f939b0e1abd576f279c4b2e0feb85c1f28ff18f58891ffef132eef2fa09346aee33c28eb130ff2"
    "8f5b766953334113211996d20011a198e3fc433f9f2541010ae17c1bf202580f6047472fb36857fe843b19f5984009dd"
    "c324044e847a4f4a0ab34f719595de37252d6235365e9b84392b061085349d73203a4a13e96f5432ec0fd4a1ee65accd"
    "d5e3904df54c1da510b0ff20dcc0c77fcb2c0e0eb605cb0504db87632cf3d8b4dae6e705769d1de354270123cb11450e"
    "fc60ac47683d7b8d0f811365565fd98c4c8eb936bcab8d069fc33bd801b03adea2e1fbc5aa463d08ca19896d2bf59a07"
    "1b851e6c239052172f296bfb5e72404790a2181014f3b94a4e97d117b438130368cc39dbb2d198065ae3986547926cd2"
    "162f40a29f0c3c8745c0f50fba3852e566d44575c29d39a03f0cda721984b6f440591f355e12d439ff150aab7613499d"
    "bd49adabc8676eef023b15b65bfc5ca06948109f23f350db82123535eb8a7433bdabcb909271a6ecbcb58b936a88cd4e"
    "8f2e6ff5800175f113253d8fa9ca8885c2f552e657dc603f252e1a8e308f76f0be79e2fb8f5d5fbbe2e30ecadd220723"
    "c8c0aea8078cdfcb3868263ff8f0940054da48781893a7e49ad5aff4af300cd804a6b6279ab3ff3afb64491c85194aab"
    "760d58a606654f9f4400e8b38591356fbf6425aca26dc85244259ff2b19c41b9f96f3ca9ec1dde434da7d2d392b905dd"
    "f3d1f9af93d1af5950bd493f5aa731b4056df31bd267b6b90a079831aaf579be0a39013137aac6d404f518cfd4684064"
    "7e78bfe706ca4cf5e9c5453e9f7cfd2b8b4c8d169a44e55c88d4a9a7f9474241e221af44860018ab0856972e194cd934";

/* RFC 9001, A.3. */
static const char server_packet[] =
    "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb3"
    "8cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84"
    "022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee";

static const uint8_t first_id[8] = {0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08};

static void check_hex(const uint8_t *bytes, size_t n, const char *hex)
{
    struct buf expected = {0};
    quic_put_hex(&expected, hex);
    assert_int_equal(expected.n, n);
    assert_memory_equal(bytes, expected.p, n);
    buf_fini(&expected);
}

static void test_keys(void **state)
{
    (void)state;
    struct quic_key keys[DIRECTIONS];
    struct slice id = slice_of(first_id, sizeof first_id);
    assert_int_equal(quic_initial_keys(QUIC_VERSION_1, id, keys), 0); /* RFC 9001, A.1 */
    check_hex(keys[TO_SERVER].key, QUIC_KEY, "1f369613dd76d5467730efcbe3b1a22d");
    check_hex(keys[TO_SERVER].iv, QUIC_IV, "fa044b2f42a3fd3b46fb255c");
    check_hex(keys[TO_SERVER].header, QUIC_KEY, "9f50449e04a0e810283a1e9933adedd2");
    check_hex(keys[TO_CLIENT].key, QUIC_KEY, "cf3a5331653c364c88f0f379b6067e37");
    check_hex(keys[TO_CLIENT].iv, QUIC_IV, "0ac1493ca1905853b0bba03e");
    check_hex(keys[TO_CLIENT].header, QUIC_KEY, "c206b8d9b9f0f37644430b490eeaa314");
    assert_int_equal(quic_initial_keys(QUIC_VERSION_2, id, keys), 0); /* RFC 9369, A.1 */
    check_hex(keys[TO_SERVER].key, QUIC_KEY, "8b1a0bc121284290a29e0971b5cd045d");
    check_hex(keys[TO_SERVER].iv, QUIC_IV, "91f73e2351d8fa91660e909f");
    check_hex(keys[TO_SERVER].header, QUIC_KEY, "45b95e15235d6f45a6b19cbcb0294ba9");
    check_hex(keys[TO_CLIENT].key, QUIC_KEY, "82db637861d55e1d011f19ea71d5d2a7");
    check_hex(keys[TO_CLIENT].iv, QUIC_IV, "dd13c276499c0249d3310652");
    check_hex(keys[TO_CLIENT].header, QUIC_KEY, "edf6d05c83121201b436e16877593c3a");
    assert_int_equal(quic_initial_keys(0x0a0a0a0a, id, keys), -ENOTSUP);
    assert_false(quic_version_known(0xff000016));
    assert_true(quic_version_known(0xff000017));
    assert_true(quic_version_known(0xff000022));
    assert_false(quic_version_known(0xff000023));
}

/* Opens a packet of the appendix and compares what begins its frames. */
static void check_packet(const char *hex, enum direction sender, uint64_t number, const char *frames_begin)
{
    struct buf packet = {0}, plain = {0}, begin = {0};
    struct quic_key keys[DIRECTIONS];
    struct quic_header h;
    uint64_t largest = 0;
    quic_put_hex(&packet, hex);
    quic_put_hex(&begin, frames_begin);
    assert_int_equal(quic_header_parse(buf_slice(&packet), &h), 0);
    assert_int_equal(h.type, QUIC_INITIAL);
    assert_int_equal(h.packet.n, packet.n);
    quic_initial_keys(h.version, slice_of(first_id, sizeof first_id), keys);
    assert_int_equal(quic_open(&keys[sender], h.packet, h.protected_at, &largest, &plain), 0);
    assert_int_equal(largest, number);
    assert_true(plain.n >= begin.n);
    assert_memory_equal(plain.p, begin.p, begin.n);
    /* No bit can be turned without being noticed; the other side's keys do not open it. */
    uint64_t none = 0;
    assert_int_equal(quic_open(&keys[!sender], h.packet, h.protected_at, &none, &plain), -EBADMSG);
    for (size_t i = 0; i < packet.n; i += 7) {
        packet.p[i] ^= 0x10;
        assert_int_equal(quic_open(&keys[sender], h.packet, h.protected_at, &none, &plain), -EBADMSG);
        packet.p[i] ^= 0x10;
    }
    buf_fini(&packet);
    buf_fini(&plain);
    buf_fini(&begin);
}

static void test_packets_of_the_appendix(void **state)
{
    (void)state;
    check_packet(client_packet, TO_SERVER, 2,
                 "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e8");
    check_packet(server_packet, TO_CLIENT, 1,
                 "02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf7");
}

static void test_open_is_careful_with_lengths(void **state)
{
    (void)state;
    struct buf packet = {0}, plain = {0};
    struct quic_key keys[DIRECTIONS];
    uint64_t largest = 0;
    quic_put_hex(&packet, server_packet);
    quic_initial_keys(QUIC_VERSION_1, slice_of(first_id, sizeof first_id), keys);
    for (size_t n = 0; n < packet.n; n++) {
        uint8_t *exact = malloc(n ? n : 1);
        memcpy(exact, packet.p, n);
        assert_int_equal(quic_open(&keys[TO_CLIENT], slice_of(exact, n), 18, &largest, &plain), -EBADMSG);
        free(exact);
    }
    buf_fini(&packet);
    buf_fini(&plain);
}

/* RFC 9000, A.3: a number is the one next to what is expected. */
static void test_packet_numbers(void **state)
{
    (void)state;
    static const struct {
        uint64_t largest, number;
        uint8_t bytes;
    } cases[] = {{0, 0, 1}, {250, 260, 1}, {260, 250, 1}, {0xa82f30ea, 0xa82f9b32, 2}, {70000, 65530, 2}};
    struct slice id = slice_of(first_id, sizeof first_id);
    struct quic_key keys[DIRECTIONS];
    quic_initial_keys(QUIC_VERSION_1, id, keys);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf packet = {0}, plain = {0};
        struct quic_packet p = {.version = QUIC_VERSION_1,
                                .first = (uint8_t)(0xc0 | (cases[i].bytes - 1)),
                                .key_id = id,
                                .destination_id = id,
                                .number = cases[i].number,
                                .padded = 40};
        struct quic_header h;
        uint64_t largest = cases[i].largest;
        quic_put_packet(&packet, &p);
        assert_int_equal(quic_header_parse(buf_slice(&packet), &h), 0);
        assert_int_equal(quic_open(&keys[TO_SERVER], h.packet, h.protected_at, &largest, &plain), 0);
        assert_int_equal(largest, p.number > cases[i].largest ? p.number : cases[i].largest);
        buf_fini(&packet);
        buf_fini(&plain);
    }
}

static int header_of(const char *hex, struct quic_header *h)
{
    struct buf b = {0};
    quic_put_hex(&b, hex);
    uint8_t *exact = malloc(b.n ? b.n : 1);
    if (b.n)
        memcpy(exact, b.p, b.n);
    int rc = quic_header_parse(slice_of(exact, b.n), h);
    free(exact);
    buf_fini(&b);
    return rc;
}

static void test_headers(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        int type; /* -1: none */
        uint32_t version;
    } cases[] = {
        {"", -1, 0},
        {"40", QUIC_SHORT, 0},
        {"474554202f", QUIC_SHORT, 0},
        {"c000000001", -1, 0},
        {"c00000000100000000", QUIC_INITIAL, 1}, /* no ids, no token, no bytes */
        {"c0000000010000000101", QUIC_INITIAL, 1},
        {"c0000000010000000201", -1, 0}, /* one byte short */
        {"c00000000100004064", -1, 0},   /* the token is */
        {"c0000000010300", -1, 0},       /* the connection id is */
        {"d00000000100000101", QUIC_0RTT, 1},
        {"e00000000100007fff", QUIC_HANDSHAKE, 1}, /* a length that cannot be: the datagram's rest is it */
        {"f000000001000074", QUIC_RETRY, 1},
        {"8a0000000000000000000001", QUIC_NEGOTIATION, 0},
        {"c06b3343cf000074", QUIC_RETRY, QUIC_VERSION_2},
        {"d06b3343cf00000000", QUIC_INITIAL, QUIC_VERSION_2},
        {"f06b3343cf000000", QUIC_HANDSHAKE, QUIC_VERSION_2},
        {"c00a0a0a0a00000000", QUIC_INITIAL, 0x0a0a0a0a},
        {"c0513034330000000000000000000000000000000000000000", -1, 0}, /* Q043 has no long headers */
        {"c35130343650111111111111111100000001ffffffffffffffffffffffff", QUIC_INITIAL, QUIC_Q046},
        {"c35130343650111111111111111100000001ffffffffffffffffffffff", -1, 0},
        {"0d1111111111111111513034330100000000000000000000000000", QUIC_PUBLIC, QUIC_Q043},
        {"0d11111111111111115130343301000000000000000000000000", QUIC_PUBLIC, QUIC_Q043},
        {"0d111111111111111151303433010000000000000000000000", -1, 0},
        {"011111111101", QUIC_PUBLIC, 0x11111111},
        {"0811111111", QUIC_SHORT, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct quic_header h;
        int rc = header_of(cases[i].hex, &h);
        assert_int_equal(rc, cases[i].type < 0 ? -EBADMSG : 0);
        if (!rc) {
            assert_int_equal(h.type, cases[i].type);
            assert_int_equal(h.version, cases[i].version);
        }
    }
}

static void test_frames(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        bool plain;
        const char *kinds; /* C: TLS, G: Google, B: bad; the end is not written */
    } cases[] = {
        {"", false, ""},
        {"000001", false, ""},
        {"06000161", false, "C"},
        {"400600016106010162", false, "CC"}, /* a type longer than it need be */
        {"060002", false, "B"},
        {"06", false, "B"},
        {"06ffffffffffffffff0161", false, "C"},
        {"0600ffffffffffffffff61", false, "B"},
        {"0200000000"
         "06000161",
         false, "C"},
        {"03050002000101010101"
         "010101"
         "06000161",
         false, "C"},
        {"0200007fffffff00"
         "0101",
         false, "B"}, /* more ranges than bytes */
        {"1c0000"
         "06000161",
         false, ""}, /* what is not told apart ends it */
        {"0800024142", false, "G"},
        {"a001000161", true, "G"},
        {"800161626364", true, "G"}, /* without a length: the rest */
        {"a4010000000361", true, "B"},
        {"a001000161", false, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf b = {0};
        quic_put_hex(&b, cases[i].hex);
        struct cursor c = cursor_of(buf_slice(&b));
        char kinds[8] = "";
        for (size_t n = 0; n < 7; n++) {
            struct quic_frame frame = {0};
            enum quic_frame_kind kind = quic_frame_next(&c, cases[i].plain, &frame);
            if (kind == QUIC_FRAME_END)
                break;
            kinds[n] = kind == QUIC_FRAME_BAD ? 'B' : kind == QUIC_FRAME_CRYPTO ? 'C' : 'G';
            if (kind == QUIC_FRAME_BAD)
                break;
        }
        assert_string_equal(kinds, cases[i].kinds);
        buf_fini(&b);
    }
}

static void test_crypto_stream(void **state)
{
    (void)state;
    struct app_engine engine = {.memory_most = 20000};
    struct app_session s = {.engine = &engine};
    struct quic_crypto_stream stream = {0};
    struct buf message = {0};
    uint8_t data[5000] = {1, 0, 0x13, 0x80}; /* 4992 bytes behind the header */
    for (size_t i = 4; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7);
    for (size_t at = 4800; at > 0; at -= 600) {
        assert_int_equal(quic_crypto_put(&s, &stream, at, slice_of(data + at, 200)), 0);
        assert_int_equal(quic_crypto_put(&s, &stream, at - 450, slice_of(data + at - 450, 500)), 0);
        assert_int_equal(quic_crypto_message(&stream, &message), -EAGAIN);
    }
    assert_int_equal(quic_crypto_put(&s, &stream, 0, slice_of(data, 200)), 0);
    assert_int_equal(quic_crypto_message(&stream, &message), 0);
    assert_int_equal(message.n, 4996);
    assert_memory_equal(message.p, data, message.n);
    assert_int_equal(quic_crypto_message(&stream, &message), -EAGAIN); /* nothing new */
    assert_int_equal(quic_crypto_put(&s, &stream, 20, slice_of("XYZ", 3)), 0);
    buf_clear(&message);
    assert_int_equal(quic_crypto_message(&stream, &message), 0);
    assert_memory_equal(message.p + 20, "XYZ", 3); /* what came last */
    quic_crypto_reset(&s, &stream);
    assert_int_equal(engine.memory, 0);
    buf_fini(&message);
}

static void test_crypto_stream_is_bounded(void **state)
{
    (void)state;
    struct app_engine engine = {.memory_most = 20000};
    struct app_session s = {.engine = &engine};
    struct quic_crypto_stream stream = {0};
    struct slice byte = slice_of("x", 1);
    assert_int_equal(quic_crypto_put(&s, &stream, QUIC_CRYPTO_MOST - 1, byte), 0);
    assert_int_equal(quic_crypto_put(&s, &stream, QUIC_CRYPTO_MOST, byte), -EMSGSIZE);
    assert_int_equal(quic_crypto_put(&s, &stream, UINT64_MAX, byte), -EMSGSIZE);
    assert_int_equal(quic_crypto_put(&s, &stream, UINT64_C(1) << 61, byte), -EMSGSIZE);
    assert_true(engine.memory < 3000); /* one page, not all up to it */
    int rc = 0;
    for (size_t at = 0; at < QUIC_CRYPTO_MOST && !rc; at += QUIC_PAGE)
        rc = quic_crypto_put(&s, &stream, at, byte);
    assert_int_equal(rc, -ENOMEM); /* the worker's cap */
    assert_int_equal(engine.counters.memory_full, 1);
    assert_true(engine.memory <= engine.memory_most);
    quic_crypto_reset(&s, &stream);
    assert_int_equal(engine.memory, 0);
}

static const char google_hello[] = "CHLO\4\0\0\0"
                                   "PAD\0\2\0\0\0SNI\0\6\0\0\0UAID\13\0\0\0VER\0\17\0\0\0"
                                   "--a.exAgentQ046";

static void test_google_hello(void **state)
{
    (void)state;
    struct gquic_hello hello;
    struct slice message = slice_of(google_hello, sizeof google_hello - 1);
    struct buf string = {0};
    char hash[GQUIC_HASH_TEXT];
    assert_int_equal(gquic_hello_parse(message, &hello), 0);
    assert_true(slice_equal(hello.server_name, slice_str("a.ex")));
    assert_true(slice_equal(hello.user_agent, slice_str("Agent")));
    assert_int_equal(gquic_cyu(&hello, QUIC_Q046, &string, hash), 0);
    assert_true(slice_equal(buf_slice(&string), slice_str("46,PAD-SNI-UAID-VER")));
    assert_int_equal(strlen(hash), 32);
    assert_int_equal(gquic_cyu(&hello, QUIC_Q050, &string, hash), -ENOTSUP);
    for (size_t n = 0; n < message.n; n++) {
        uint8_t *exact = malloc(n ? n : 1);
        memcpy(exact, message.p, n);
        assert_int_equal(gquic_hello_parse(slice_of(exact, n), &hello), -EBADMSG);
        free(exact);
    }
    /* Ends that go back, and ends that lie beyond the message. */
    uint8_t bad[sizeof google_hello];
    memcpy(bad, google_hello, sizeof bad);
    bad[20] = 1;
    assert_int_equal(gquic_hello_parse(slice_of(bad, message.n), &hello), -EBADMSG);
    bad[20] = 6;
    bad[39] = 0xff;
    assert_int_equal(gquic_hello_parse(slice_of(bad, message.n), &hello), -EBADMSG);
    buf_fini(&string);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_packets_of_the_appendix),
        cmocka_unit_test(test_open_is_careful_with_lengths),
        cmocka_unit_test(test_packet_numbers),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_crypto_stream),
        cmocka_unit_test(test_crypto_stream_is_bounded),
        cmocka_unit_test(test_google_hello),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
