/*
 * Rules that are exchanged in the middle of a conversation. The same rules again change nothing: neither is
 * an alert lost nor one said twice, wherever it happens and however often. Other rules hold from the next
 * packet on, and what flowbits, thresholds and decisions remember stays.
 */
#include "support/check.h"
#include <stdlib.h>

#include "support/conversation.h"
#include "support/engine.h"

enum { STREAM = 9000, ROUNDS = 40 };

static const char all_rules[] =
    "alert tcp any any -> any any (content:\"needle\"; sid:1;)\n"
    "alert tcp any any -> any any (content:\"abc\"; content:\"xyz\"; distance:2; within:20; sid:2;)\n"
    "alert tcp any any -> any any (content:\"NEEDLE\"; nocase; pcre:\"/need[l]e[0-9]+/i\"; sid:3;)\n"
    "alert ip 10.0.0.0/8 any -> any any (sid:4;)\n"
    "alert tcp any any -> any any (flow:established; dsize:>100; threshold:type both, track by_src, count 3, "
    "seconds 60; sid:5;)\n"
    "alert tcp any any -> any any (content:\"abc\"; flowbits:set,seen; sid:6;)\n"
    "alert tcp any any -> any any (content:\"xyz\"; flowbits:isset,seen; sid:7;)\n"
    "alert http any any -> any any (http.uri; content:\"/one\"; sid:8;)\n"
    "alert http any any -> any any (http.method; content:\"GET\"; http.header; content:\"X-Last\"; sid:9;)\n"
    "alert http any any => any any (http.uri; content:\"/one\"; http.response_body; content:\"needle\"; "
    "sid:10;)\n"
    "alert http any any -> any any (file.data; content:\"needle\"; sid:11;)\n"
    "alert http any any => any any (http.uri; content:\"/one\"; http.stat_code; content:\"200\"; sid:12;)\n";

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void fill(uint8_t *stream, uint32_t *seed)
{
    static const char *const pieces[] = {"needle", "needle42", "abc", "..xyz", "abc--xyz"};
    for (size_t i = 0; i < STREAM; i++)
        stream[i] = (uint8_t)('m' + next(seed) % 12);
    for (unsigned i = 0, n = 1 + next(seed) % 6; i < n; i++) {
        const char *piece = pieces[next(seed) % 5];
        size_t at = (1 + next(seed) % 3) * 2560 - 8 + next(seed) % 16; /* where a chunk may end */
        memcpy(stream + at, piece, strlen(piece));
    }
}

/* 60 frames at the most, so that each has its bit. */
static void raw_conversation(struct frames *f, uint32_t seed)
{
    uint8_t stream[STREAM];
    struct conversation c = conversation_new(f);
    fill(stream, &seed);
    handshake(&c);
    for (size_t at = 0; at < STREAM;) {
        size_t n = 400 + next(&seed) % 900;
        if (n > STREAM - at)
            n = STREAM - at;
        client_sends(&c, TCP_ACK, stream + at, n);
        at += n;
        if (next(&seed) % 2 == 0)
            server_sends(&c, TCP_ACK, NULL, 0);
    }
    client_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    server_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    client_sends(&c, TCP_ACK, NULL, 0);
}

static void say(struct conversation *c, bool client, const char *text, size_t piece)
{
    for (size_t n = strlen(text); n;) {
        size_t part = n < piece ? n : piece;
        (client ? client_sends : server_sends)(c, TCP_ACK | TCP_PSH, text, part);
        (client ? server_sends : client_sends)(c, TCP_ACK, NULL, 0);
        text += part;
        n -= part;
    }
}

static void web_conversation(struct frames *f, uint32_t seed)
{
    struct conversation c = conversation_new(f);
    size_t piece = 20 + next(&seed) % 60;
    c.server_port = 80;
    handshake(&c);
    say(&c, true, "GET /one HTTP/1.1\r\nHost: a.example\r\nX-First: 1\r\nX-Last: 2\r\n\r\n", piece);
    say(&c, false, "HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n0123456789012needle01234567890", piece);
    say(&c, true, "GET /two HTTP/1.1\r\nHost: a.example\r\nX-Last: 2\r\n\r\n", piece);
    say(&c, false, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nneedle", piece);
    client_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    server_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    client_sends(&c, TCP_ACK, NULL, 0);
}

static void run(struct found *found, const struct frames *f, const char *before, const char *after,
                uint64_t at)
{
    struct engine_options options = {.checksums = CHECKSUM_ON, .next_rules = after, .renew_at = at};
    assert_true(f->count <= 64);
    assert_int_equal(engine_run(before, f->list, f->count, &options, found), 0);
    assert_int_equal(found->refused, 0);
}

static void assert_same(const struct found *a, const struct found *b)
{
    assert_int_equal(a->count, b->count);
    for (uint32_t i = 0; i < a->count; i++) {
        assert_int_equal(a->list[i].sid, b->list[i].sid);
        assert_int_equal(a->list[i].number, b->list[i].number);
    }
}

static void same_rules(void (*make)(struct frames *f, uint32_t seed))
{
    uint32_t seed = 7, alerts = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct frames f = {0};
        struct found once, again;
        make(&f, seed + i);
        uint64_t at = (uint64_t)next(&seed) << 40 | (uint64_t)next(&seed) << 20 | next(&seed);
        run(&once, &f, all_rules, NULL, 0);
        for (unsigned k = 0; k < 3; k++) { /* now and then, at each frame, once */
            run(&again, &f, all_rules, all_rules,
                k == 0   ? at
                : k == 1 ? UINT64_MAX
                         : UINT64_C(1) << next(&seed) % f.count);
            assert_same(&once, &again);
            found_fini(&again);
        }
        alerts += once.count;
        found_fini(&once);
        frames_fini(&f);
    }
    assert_true(alerts > 4 * ROUNDS);
}

static void test_the_same_rules_on_a_raw_stream(void **state)
{
    (void)state;
    same_rules(raw_conversation);
}

static void test_the_same_rules_on_transactions(void **state)
{
    (void)state;
    same_rules(web_conversation);
}

struct expected {
    uint32_t sid, number;
};

/* The conversation's frames are f; the rules become `after` before the frame with index `at`. */
static void check_alerts(struct frames *f, const char *before, const char *after, unsigned at,
                         const struct expected *expected, unsigned count)
{
    struct found found;
    run(&found, f, before, after, UINT64_C(1) << at);
    for (uint32_t i = 0; i < found.count && i < count; i++) {
        assert_int_equal(found.list[i].sid, expected[i].sid);
        assert_int_equal(found.list[i].number, expected[i].number);
    }
    assert_int_equal(found.count, count);
    found_fini(&found);
    frames_fini(f);
}

#define CHECK(f, before, after, at, ...)                                          \
    check_alerts(&(f), before, after, at, (const struct expected[]){__VA_ARGS__}, \
                 sizeof((const struct expected[]){__VA_ARGS__}) / sizeof(struct expected))

/* Each line in a segment of its own (the client's and its acknowledgment): frames 3 and 4, 5 and 6, ... */
static struct frames lines(const char *const *texts, unsigned count)
{
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    handshake(&c);
    for (unsigned i = 0; i < count; i++)
        say(&c, true, texts[i], SIZE_MAX);
    return f;
}

static void test_new_rules_hold_from_the_next_packet(void **state)
{
    (void)state;
    static const char *const texts[] = {"one red", "two red blue", "three blue"};
    struct frames f = lines(texts, 3);
    CHECK(f, "alert tcp any any -> any any (content:\"red\"; dsize:<100; sid:1;)",
          "alert tcp any any -> any any (content:\"blue\"; dsize:<100; sid:2;)", 5, {1, 4}, {2, 6}, {2, 8});
}

static void test_addresses_are_looked_at_once_by_each_rule(void **state)
{
    (void)state;
    static const char *const texts[] = {"one", "two"};
    struct frames f = lines(texts, 2);
    CHECK(f, "alert ip any any -> 192.168.0.0/16 any (sid:1;)",
          "alert ip any any -> 192.168.1.0/24 any (sid:2;)\nalert ip any any -> 192.168.0.0/16 any (sid:1;)",
          5, {1, 1}, {2, 6});
}

/* Its place in the order, its sid and all around it are others. */
static void test_flowbits_stay_by_their_names(void **state)
{
    (void)state;
    static const char *const texts[] = {"login", "secret"};
    struct frames f = lines(texts, 2);
    CHECK(f, "alert tcp any any -> any any (content:\"login\"; dsize:<9; flowbits:set,in; noalert; sid:1;)",
          "alert tcp any any -> any any (content:\"other\"; dsize:<9; flowbits:set,before; sid:3;)\n"
          "alert tcp any any -> any any (content:\"secret\"; dsize:<9; flowbits:isset,before; sid:4;)\n"
          "alert tcp any any -> any any (content:\"secret\"; dsize:<9; flowbits:isset,in; sid:5;)",
          5, {5, 6});
}

static void test_thresholds_go_on_where_the_sid_is_the_same(void **state)
{
    (void)state;
    static const char *const texts[] = {"hit", "hit", "hit", "hit"};
    struct frames f = lines(texts, 4);
    CHECK(
        f,
        "alert tcp any any -> any any (content:\"hit\"; dsize:3; threshold:type both, track by_src, count 3, "
        "seconds 60; sid:1;)",
        "alert tcp any any -> any any (content:\"none\"; dsize:4; sid:7;)\n"
        "alert tcp any any -> any any (content:\"hit\"; dsize:3; threshold:type both, track by_src, count 3, "
        "seconds 60; sid:1; rev:2;)",
        7, {1, 8});
}

/* Nobody looked at the stream, so nothing of it was kept: that is no gap, and what follows is inspected. */
static void test_a_stream_is_taken_up_again(void **state)
{
    (void)state;
    static const char *const texts[] = {"nothing", "need", "le and on"};
    struct frames f = lines(texts, 3);
    CHECK(f, "alert udp any any -> any any (content:\"needle\"; sid:1;)",
          "alert tcp any any -> any any (content:\"needle\"; flow:only_stream; sid:2;)\n"
          "alert tcp any any -> any any (stream-event:reassembly_seq_gap; sid:3;)\n"
          "alert tcp any any -> any any (content:\"le and\"; flow:only_stream; sid:4;)",
          3, {2, 0}, {4, 0});
}

static void test_what_was_decided_of_a_flow_stays(void **state)
{
    (void)state;
    static const char *const texts[] = {"friend", "evil"};
    struct frames f = lines(texts, 2);
    CHECK(f,
          "pass tcp any any -> any any (content:\"friend\"; sid:1;)\npass:flow tcp any any -> any any "
          "(content:\"friend\"; dsize:6; alert; sid:3;)",
          "alert tcp any any -> any any (content:\"evil\"; dsize:4; sid:2;)", 5, {3, 4});
}

static void test_rules_meet_an_open_transaction(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    c.server_port = 80;
    handshake(&c);
    say(&c, true, "GET /one HTTP/1.1\r\nHost: a.example\r\n\r\n", SIZE_MAX);               /* 4, 5 */
    say(&c, false, "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 6\r\n\r\n", SIZE_MAX); /* 6, 7 */
    say(&c, false, "needle", SIZE_MAX);                                                    /* 8, 9 */
    CHECK(f,
          "alert http any any -> any any (http.uri; content:\"/one\"; sid:1;)\n"
          "alert http any any => any any (http.uri; content:\"/one\"; http.response_body; "
          "content:\"needle\"; sid:2;)",
          "alert http any any -> any any (http.server; content:\"x\"; sid:3;)\n"
          "alert http any any => any any (http.uri; content:\"/one\"; http.response_body; "
          "content:\"needle\"; sid:2;)\n"
          "alert http any any -> any any (http.uri; content:\"/one\"; sid:1;)\n"
          "alert http any any -> any any (http.response_body; content:\"needle\"; sid:4;)",
          7, {1, 7}, {3, 8}, {2, 0}, {4, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_rules_on_a_raw_stream),
        cmocka_unit_test(test_the_same_rules_on_transactions),
        cmocka_unit_test(test_new_rules_hold_from_the_next_packet),
        cmocka_unit_test(test_addresses_are_looked_at_once_by_each_rule),
        cmocka_unit_test(test_flowbits_stay_by_their_names),
        cmocka_unit_test(test_thresholds_go_on_where_the_sid_is_the_same),
        cmocka_unit_test(test_a_stream_is_taken_up_again),
        cmocka_unit_test(test_what_was_decided_of_a_flow_stays),
        cmocka_unit_test(test_rules_meet_an_open_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
