/*
 * Messages that came before are not searched again (look_memo.h): with any mix of messages that are the same
 * but for one thing, rules alert as without a prefilter, which has no memory.
 */
#include "support/check.h"

#include "support/conversation.h"
#include "support/engine.h"

struct exchange {
    const char *request, *answer;
};

#define OK   "HTTP/1.1 200 OK\r\n"
#define HOST "Host: a.example\r\n\r\n"

static const struct exchange exchanges[] = {
    {"GET /one.txt HTTP/1.1\r\n" HOST, OK "Content-Length: 5\r\n\r\nhello"},
    {"GET /one.txt HTTP/1.1\r\n" HOST, OK "Content-Length: 5\r\n\r\nworld"},
    {"GET /two.exe HTTP/1.1\r\n" HOST, OK "Content-Length: 5\r\n\r\nhello"},
    {"GET /one.txt HTTP/1.1\r\nHost: b.example\r\n\r\n", OK "Content-Length: 5\r\nServer: x\r\n\r\nhello"},
    {"GET /one.txt HTTP/1.1\r\nUser-Agent: tool\r\n" HOST,
     "HTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\nhello"},
    {"GET /one.txt HTTP/1.0\r\n" HOST, OK "Content-Length: 0\r\n\r\n"},
    {"HEAD /one.txt HTTP/1.1\r\n" HOST, OK "Content-Length: 5\r\n\r\n"},
    {"POST /one.txt HTTP/1.1\r\nContent-Length: 5\r\n" HOST "hello", OK "Content-Length: 5\r\n\r\nhello"},
    {"POST /one.txt HTTP/1.1\r\nContent-Length: 5\r\n" HOST "world", OK "Content-Length: 5\r\n\r\nhello"},
    {"GET /one.txt HTTP/1.1\r\nCookie: hello\r\n" HOST,
     OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nServer: x\r\n\r\n"},
    {"GET /one.txt HTTP/1.1\r\n" HOST, OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
    {"GET http://c.example/one.txt HTTP/1.1\r\n" HOST, OK "Content-Length: 9\r\n\r\nhello"}, /* cut short */
    {"GET /one.txt HTTP/1.1\n" HOST, "HTTP/1.1 200 OK\nContent-Length: 5\r\n\r\nhello"},
};

enum { EXCHANGES = sizeof exchanges / sizeof exchanges[0], CONNECTIONS = 900 };

static const char rules[] =
    "alert http any any -> any any (http.uri; content:\"/one.txt\"; sid:1;)\n"
    "alert http any any -> any any (http.uri; content:\"two\"; http.method; content:\"GET\"; sid:2;)\n"
    "alert http any any -> any any (http.host; content:\"b.example\"; sid:3;)\n"
    "alert http any any -> any any (http.host; content:\"c.example\"; sid:4;)\n"
    "alert http any any -> any any (http.user_agent; content:\"tool\"; sid:5;)\n"
    "alert http any any -> any any (http.user_agent; absent; http.uri; content:\"txt\"; sid:6;)\n"
    "alert http any any -> any any (http.stat_code; content:\"404\"; sid:7;)\n"
    "alert http any any -> any any (http.request_body; content:\"hello\"; sid:8;)\n"
    "alert http any any -> any any (http.response_body; content:\"hello\"; sid:9;)\n"
    "alert http any any -> any any (file.data; content:\"world\"; sid:10;)\n"
    "alert http any any -> any any (filename:\"two.exe\"; sid:11;)\n"
    "alert http any any -> any any (http.header; content:\"Server\"; sid:12;)\n"
    "alert http any any -> any any (http.header_names; content:\"Cookie\"; sid:13;)\n"
    "alert http any any -> any any (http.cookie; content:\"hello\"; sid:14;)\n"
    "alert http any any -> any any (http.protocol; content:\"HTTP/1.0\"; sid:15;)\n"
    "alert http any any -> any any (http.response_line; content:\"200 OK|0d 0a|\"; sid:16;)\n"
    "alert http any any -> any any (http.method; content:\"HEAD\"; sid:17;)\n"
    "alert http any any -> any any (http.method; content:!\"GET\"; sid:18;)\n"
    "alert http any any -> any any (urilen:8; sid:19;)\n"
    "alert http any any -> any any (http.start; content:\"GET /one.txt HTTP/1.1|0d 0a|Host\"; sid:20;)\n"
    "alert http any any -> any any (flow:to_client; http.server; content:\"x\"; sid:21;)\n"
    "alert http any any -> any any (http.uri; content:\"one\"; http.request_line; content:\"GET\"; sid:22;)\n"
    "alert http any any -> any any (flow:to_client; http.header.raw; content:\"Content-Length: 5\"; "
    "sid:23;)\n";

static void exchange(struct frames *f, unsigned number, const struct exchange *e)
{
    struct conversation c = conversation_new(f);
    c.client_port = (uint16_t)(c.client_port + number);
    handshake(&c);
    client_sends(&c, TCP_PSH | TCP_ACK, e->request, strlen(e->request));
    server_sends(&c, TCP_PSH | TCP_ACK, e->answer, strlen(e->answer));
    client_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    server_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    client_sends(&c, TCP_ACK, NULL, 0);
}

/* The first ones alone at first, so that they are asked about: what seldom comes again is not. */
static void test_the_same_as_without_memory(void **state)
{
    (void)state;
    struct frames f = {0};
    uint64_t random = 7;
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        unsigned kinds = i < CONNECTIONS / 3 ? 3 : EXCHANGES;
        random = random * 6364136223846793005u + 1;
        exchange(&f, i, &exchanges[(random >> 33) % kinds]);
    }
    struct found with, without;
    assert_int_equal(engine_run(rules, f.list, f.count, &(struct engine_options){0}, &with), 0);
    assert_int_equal(
        engine_run(rules, f.list, f.count, &(struct engine_options){.no_prefilter = true}, &without), 0);
    assert_int_equal(with.refused, 0);
    assert_true(found_same(&with, &without));
    for (int64_t sid = 1; sid <= 23; sid++)
        if (!found_count(&with, sid))
            fail_msg("nothing of sid %d", (int)sid);
    found_fini(&with);
    found_fini(&without);
    frames_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_same_as_without_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
