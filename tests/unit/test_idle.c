/*
 * A connection that falls silent: what is complete is inspected without waiting for another packet, what the
 * session can do without goes, and the next bytes find it as it was.
 */
#include "support/check.h"

#include "support/conversation.h"
#include "support/engine.h"

enum { IDLE_S = 30 };

#define PAUSE_NS UINT64_C(60000000000)

#define SAYS(side, c, text) side##_sends((c), TCP_PSH | TCP_ACK, (text), sizeof(text) - 1)

#define ASK(path)  "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define PAGE(text) "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" text

static const char rules[] = "alert http any any -> any any (http.uri; content:\"/one\"; sid:1;)\n"
                            "alert http any any -> any any (http.response_body; content:\"first\"; sid:2;)\n"
                            "alert http any any -> any any (http.uri; content:\"/two\"; sid:3;)\n"
                            "alert http any any -> any any (http.response_body; content:\"other\"; sid:4;)\n"
                            "alert tcp any any -> any any (content:\"first\"; sid:5;)\n"
                            "alert http any any -> any any (app-layer-event:http.unable_to_match_response_to_"
                            "request; sid:6;)\n";

static struct found run(struct frames *f, uint32_t idle_s)
{
    struct engine_options options = {.checksums = CHECKSUM_ON, .idle_s = idle_s};
    struct found found;
    assert_int_equal(engine_run(rules, f->list, f->count, &options, &found), 0);
    assert_int_equal(found.refused, 0);
    return found;
}

static uint64_t where(const struct found *found, uint32_t sid)
{
    assert_int_equal(found_count(found, sid), 1);
    for (uint32_t i = 0; i < found->count; i++)
        if (found->list[i].sid == sid)
            return found->list[i].number;
    return UINT64_MAX;
}

static void exchange(struct conversation *c)
{
    SAYS(client, c, ASK("/one"));
    SAYS(server, c, PAGE("first"));
    client_sends(c, TCP_ACK, NULL, 0);
}

static void test_an_answer_does_not_wait_for_the_next(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    handshake(&c);
    exchange(&c);
    f.clock_ns += PAUSE_NS;
    SAYS(client, &c, ASK("/two"));
    SAYS(server, &c, PAGE("other"));
    client_sends(&c, TCP_ACK, NULL, 0);
    struct found found = run(&f, IDLE_S);
    assert_int_equal(where(&found, 1), 6);
    assert_int_equal(where(&found, 2), 0); /* with a packet that stands for it */
    assert_int_equal(where(&found, 3), 9);
    assert_int_equal(where(&found, 4), 0);
    assert_int_equal(where(&found, 5), 8); /* the raw stream still waits */
    assert_int_equal(found_count(&found, 6), 0);
    found_fini(&found);
    found = run(&f, 0);
    assert_int_equal(where(&found, 2), 8);
    assert_int_equal(where(&found, 3), 9);
    found_fini(&found);
    frames_fini(&f);
}

/* Silence in the middle of a message: nothing that is not complete is touched. */
static void test_a_pause_in_a_message_changes_nothing(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    handshake(&c);
    SAYS(client, &c, "GET /o");
    server_sends(&c, TCP_ACK, NULL, 0);
    f.clock_ns += PAUSE_NS;
    SAYS(client, &c, "ne HTTP/1.1\r\nHost: a\r\n\r\n");
    server_sends(&c, TCP_ACK, NULL, 0);
    f.clock_ns += PAUSE_NS;
    SAYS(server, &c, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfi");
    client_sends(&c, TCP_ACK, NULL, 0);
    f.clock_ns += PAUSE_NS;
    SAYS(server, &c, "rst");
    client_sends(&c, TCP_ACK, NULL, 0);
    struct found with = run(&f, IDLE_S), without = run(&f, 0);
    assert_int_equal(found_count(&with, 1), 1);
    assert_int_equal(found_count(&with, 2), 1);
    assert_true(found_same(&with, &without));
    found_fini(&with);
    found_fini(&without);
    frames_fini(&f);
}

/* An answer that nobody asked for is one for a parser made anew, too; and a close of an idle connection is
 * none. */
static void test_after_a_pause_the_parser_is_as_it_was(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    handshake(&c);
    exchange(&c);
    f.clock_ns += PAUSE_NS;
    SAYS(server, &c, PAGE("other"));
    client_sends(&c, TCP_ACK, NULL, 0);
    f.clock_ns += PAUSE_NS;
    client_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    server_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    client_sends(&c, TCP_ACK, NULL, 0);
    struct found with = run(&f, IDLE_S), without = run(&f, 0);
    assert_int_equal(found_count(&with, 6), 2); /* in both directions */
    assert_int_equal(with.count, without.count);
    for (uint32_t sid = 1; sid <= 6; sid++)
        assert_int_equal(found_count(&with, sid), found_count(&without, sid));
    found_fini(&with);
    found_fini(&without);
    frames_fini(&f);
}

/* What a raw stream has brought before the pause still counts, though its scan has gone. */
static void test_a_match_may_begin_before_the_pause(void **state)
{
    (void)state;
    static const char across[] =
        "alert tcp any any -> any any (content:\"half of a literal\"; sid:1;)\n"
        "alert tcp any any -> any any (content:\"before\"; content:\"after\"; distance:0; sid:2;)\n"
        "alert tcp any any -> any any (content:\"only before\"; sid:3;)\n";
    static char first[2560 + 40], second[2560];
    memset(first, 'x', sizeof first);
    memset(second, 'y', sizeof second);
    memcpy(first + 2500, "only before", 11);
    memcpy(first + 2551, "half of a", 9);
    memcpy(second, " literal", 8);
    memcpy(second + 100, "after", 5);
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    handshake(&c);
    client_sends(&c, TCP_PSH | TCP_ACK, first, 1300);
    client_sends(&c, TCP_PSH | TCP_ACK, first + 1300, 1260);
    server_sends(&c, TCP_ACK, NULL, 0);
    client_sends(&c, TCP_ACK, NULL, 0); /* the chunk is looked at */
    f.clock_ns += PAUSE_NS;
    client_sends(&c, TCP_PSH | TCP_ACK, second, 1300);
    client_sends(&c, TCP_PSH | TCP_ACK, second + 1300, 1260);
    server_sends(&c, TCP_ACK, NULL, 0);
    client_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    server_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    client_sends(&c, TCP_ACK, NULL, 0);
    for (uint32_t idle_s = 0; idle_s <= IDLE_S; idle_s += IDLE_S) {
        struct engine_options options = {.checksums = CHECKSUM_ON, .idle_s = idle_s};
        struct found found;
        assert_int_equal(engine_run(across, f.list, f.count, &options, &found), 0);
        for (uint32_t sid = 1; sid <= 3; sid++)
            assert_int_equal(found_count(&found, sid), 1);
        found_fini(&found);
    }
    frames_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_does_not_wait_for_the_next),
        cmocka_unit_test(test_a_pause_in_a_message_changes_nothing),
        cmocka_unit_test(test_after_a_pause_the_parser_is_as_it_was),
        cmocka_unit_test(test_a_match_may_begin_before_the_pause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
