/*
 * More transactions with one packet than a flow may hold: the rules look at each before it goes. A sender can
 * have as many acknowledged at once as it likes, so a cap that forgets what was not looked at would hide
 * whatever comes before it. Suricata 8.0.8 alerts on each of these (up to 15 with a packet).
 */
#include "support/check.h"

#include <stdio.h>

#include "base/buf.h"
#include "support/conversation.h"
#include "support/engine.h"

enum { MANY = 1500, SEGMENT = 60000 };

static void put(struct buf *out, const void *bytes, size_t n)
{
    assert_int_equal(buf_append(out, slice_of(bytes, n)), 0);
}

#define PUT(out, text) put((out), (text), sizeof(text) - 1)

/* One segment, one acknowledgement by the other side. */
static void send_at_once(struct conversation *c, struct buf *bytes)
{
    assert_in_range(bytes->n, 1, SEGMENT);
    client_sends(c, TCP_PSH | TCP_ACK, bytes->p, bytes->n);
    server_sends(c, TCP_ACK, NULL, 0);
    buf_fini(bytes);
}

static void check(struct frames *f, const char *rules, unsigned first, unsigned last)
{
    struct engine_options options = {.checksums = CHECKSUM_ON};
    struct found found;
    assert_int_equal(engine_run(rules, f->list, f->count, &options, &found), 0);
    assert_int_equal(found.refused, 0);
    assert_int_equal(found_count(&found, 1), first);
    assert_int_equal(found_count(&found, 2), last);
    found_fini(&found);
    frames_fini(f);
}

static void put_http2(struct buf *out, uint8_t type, uint8_t flags, uint8_t stream, const char *payload,
                      uint8_t n)
{
    const uint8_t head[9] = {0, 0, n, type, flags, 0, 0, 0, stream};
    put(out, head, sizeof head);
    put(out, payload, n);
}

static void test_http2_pings(void **state)
{
    (void)state;
    enum { HEADERS = 1, PING = 6, END_STREAM_AND_HEADERS = 5 };
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    struct buf bytes = {0};
    handshake(&c);
    PUT(&bytes, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    put_http2(&bytes, 4, 0, 0, "", 0);
    put_http2(&bytes, HEADERS, END_STREAM_AND_HEADERS, 1,
              "\x82\x86\x04\x06/first\x01\x01"
              "a",
              13);
    for (int i = 0; i < MANY; i++)
        put_http2(&bytes, PING, 0, 0, "12345678", 8);
    put_http2(&bytes, HEADERS, END_STREAM_AND_HEADERS, 3,
              "\x82\x86\x04\x05/last\x01\x01"
              "a",
              12);
    send_at_once(&c, &bytes);
    check(&f,
          "alert http2 any any -> any any (http.uri; content:\"/first\"; sid:1;)\n"
          "alert http2 any any -> any any (http.uri; content:\"/last\"; sid:2;)\n",
          1, 1);
}

static void test_dns_queries(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    struct buf bytes = {0};
    c.server_port = 53;
    handshake(&c);
    for (int i = 0; i < MANY; i++) {
        char name[32];
        snprintf(name, sizeof name, "n%04d", i);
        PUT(&bytes, "\0\x17\0\1\1\0\0\1\0\0\0\0\0\0\5");
        put(&bytes, name, 5);
        PUT(&bytes, "\0\0\1\0\1");
    }
    send_at_once(&c, &bytes);
    check(&f,
          "alert dns any any -> any any (dns.query; content:\"n0000\"; sid:1;)\n"
          "alert dns any any -> any any (dns.query; content:\"n1499\"; sid:2;)\n",
          1, 1);
}

static void test_websocket_pings(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    struct buf bytes = {0};
    static const char request[] =
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    static const char answer[] =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    handshake(&c);
    client_sends(&c, TCP_PSH | TCP_ACK, request, sizeof request - 1);
    server_sends(&c, TCP_PSH | TCP_ACK, answer, sizeof answer - 1);
    client_sends(&c, TCP_ACK, NULL, 0);
    PUT(&bytes, "\x81\x85\0\0\0\0first");
    for (int i = 0; i < MANY; i++)
        PUT(&bytes, "\x89\x80\0\0\0\0");
    PUT(&bytes, "\x81\x84\0\0\0\0last");
    send_at_once(&c, &bytes);
    check(&f,
          "alert websocket any any -> any any (websocket.payload; content:\"first\"; sid:1;)\n"
          "alert websocket any any -> any any (websocket.payload; content:\"last\"; sid:2;)\n",
          1, 1);
}

/* The client falls silent after the acknowledgement, but the server goes on: nothing is put off for ever. */
static void test_only_the_other_side_goes_on(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    c.server_port = 53;
    handshake(&c);
    for (int part = 0; part < 3; part++) {
        struct buf bytes = {0};
        for (int i = 0; i < MANY; i++) {
            char name[32];
            snprintf(name, sizeof name, "%d%04d", part, i);
            PUT(&bytes, "\0\x17\0\1\1\0\0\1\0\0\0\0\0\0\5");
            put(&bytes, name, 5);
            PUT(&bytes, "\0\0\1\0\1");
        }
        send_at_once(&c, &bytes);
        for (int i = 0; i < 5; i++)
            server_sends(&c, TCP_ACK, NULL, 0);
    }
    check(&f,
          "alert dns any any -> any any (dns.query; content:\"00000\"; sid:1;)\n"
          "alert dns any any -> any any (dns.query; content:\"21499\"; sid:2;)\n",
          1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http2_pings),
        cmocka_unit_test(test_dns_queries),
        cmocka_unit_test(test_websocket_pings),
        cmocka_unit_test(test_only_the_other_side_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
