/*
 * A long body is looked at in windows that overlap, and scanned for literals only where it is new: what a
 * window has shown before is not forgotten. The expectations are Suricata 8.0.8's on the same conversations.
 */
#include "support/check.h"

#include <stdlib.h>

#include "support/conversation.h"
#include "support/engine.h"

enum { KIB = 1024, FIRST = 48 * KIB, SECOND = 6 * KIB };

/* A response whose body comes in two pieces, with a word of each put at the given places. */
static void answer(struct conversation *c, const char *early, size_t early_at, const char *late,
                   size_t late_at)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 55296\r\n\r\n";
    char *body = malloc(FIRST + SECOND);
    assert_non_null(body);
    memset(body, 'x', FIRST + SECOND);
    memcpy(body + early_at, early, strlen(early));
    memcpy(body + late_at, late, strlen(late));
    handshake(c);
    client_sends(c, TCP_PSH | TCP_ACK, request, sizeof request - 1);
    server_sends(c, TCP_PSH | TCP_ACK, head, sizeof head - 1);
    server_sends(c, TCP_PSH | TCP_ACK, body, FIRST);
    client_sends(c, TCP_ACK, NULL, 0);
    server_sends(c, TCP_ACK, NULL, 0); /* the rules look: 48 KiB are there */
    server_sends(c, TCP_PSH | TCP_ACK, body + FIRST, SECOND);
    client_sends(c, TCP_ACK, NULL, 0);
    server_sends(c, TCP_ACK, NULL, 0);
    free(body);
}

static void check(struct frames *f, const char *rules, unsigned first, unsigned second)
{
    struct engine_options options = {.checksums = CHECKSUM_ON};
    struct found found;
    assert_int_equal(engine_run(rules, f->list, f->count, &options, &found), 0);
    assert_int_equal(found.refused, 0);
    assert_int_equal(found_count(&found, 1), first);
    assert_int_equal(found_count(&found, 2), second);
    found_fini(&found);
    frames_fini(f);
}

/* The second piece sets the flowbit that the rule about the first one asks for. */
static void check_late_flowbit(size_t early_at, unsigned alerts)
{
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    answer(&c, "earlyword", early_at, "lateword", FIRST + 100);
    check(&f,
          "alert http any any -> any any (file.data; content:\"lateword\"; flowbits:set,late; sid:1;)\n"
          "alert http any any -> any any (flowbits:isset,late; file.data; content:\"earlyword\"; sid:2;)\n",
          1, alerts);
}

/* The literal is in the window at both looks, but only at the second does the flow fit. */
static void test_flowbit_that_comes_later(void **state)
{
    (void)state;
    check_late_flowbit(44 * KIB, 1);
}

/* It has left the window by then. */
static void test_flowbit_that_comes_too_late(void **state)
{
    (void)state;
    check_late_flowbit(20 * KIB, 0);
}

/* A literal that lies across the edge of two looks, at each of its bytes. */
static void test_literal_across_looks(void **state)
{
    (void)state;
    static const char word[] = "a-literal-of-26-characters";
    for (size_t before = 0; before <= sizeof word - 1; before++) {
        struct frames f = {0};
        struct conversation c = conversation_new(&f);
        answer(&c, word, FIRST - before, "lateword", FIRST + 100);
        check(&f,
              "alert http any any -> any any (file.data; content:\"a-literal-of-26-characters\"; sid:1;)\n"
              "alert http any any -> any any (http.response_body; content:\"ters\"; content:\"lateword\"; "
              "distance:0; sid:2;)\n",
              1, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flowbit_that_comes_later),
        cmocka_unit_test(test_flowbit_that_comes_too_late),
        cmocka_unit_test(test_literal_across_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
