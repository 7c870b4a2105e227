/* Protocol detection: patterns in either direction, ports as a hint, bytes that come one at a time, giving
 * up. */
#include "support/check.h"

#include "app/detect.h"
#include "base/app_event.h"

static struct flow tcp_flow(uint16_t port)
{
    return (struct flow){.protocol = 6, .client_port = 40000, .server_port = port};
}

static void test_patterns(void **state)
{
    (void)state;
    struct flow f = tcp_flow(9999);
    app_detect(&f, TO_SERVER, slice_str("GET / HTTP/1.1\r\n"));
    assert_int_equal(f.app, APP_HTTP1);
    f = tcp_flow(9999);
    app_detect(&f, TO_CLIENT, slice_str("SSH-2.0-OpenSSH_9.2\r\n"));
    assert_int_equal(f.app, APP_SSH);
    f = tcp_flow(9999);
    app_detect(&f, TO_SERVER, slice_of("\x16\x03\x01\x02\x00\x01", 6));
    assert_int_equal(f.app, APP_TLS);
    f = tcp_flow(9999);
    app_detect(&f, TO_SERVER, slice_of("\0\0\0\x40\xfeSMB@\0", 10));
    assert_int_equal(f.app, APP_SMB);
    f = tcp_flow(9999);
    app_detect(&f, TO_SERVER, slice_str("OPTIONS sip:a@b SIP/2.0\r\n"));
    assert_int_equal(f.app, APP_SIP);
}

static void test_bytes_one_by_one(void **state)
{
    (void)state;
    const char *request = "OPTIONS * HTTP/1.0";
    struct flow f = tcp_flow(9999);
    for (size_t n = 1; n <= strlen(request); n++) {
        app_detect(&f, TO_SERVER, slice_of(request, n));
        assert_int_equal(f.app, n >= 8 ? APP_HTTP1 : APP_UNKNOWN);
    }
    assert_int_equal(f.app_direction[TO_SERVER], APP_HTTP1);
    assert_int_equal(f.app_direction[TO_CLIENT], APP_UNKNOWN); /* until the server speaks */
    app_detect(&f, TO_CLIENT, slice_str("HTTP/1.0 200 OK\r\n"));
    assert_int_equal(f.app_direction[TO_CLIENT], APP_HTTP1);
}

/* 17 bytes of the client's and 10 of the server's are waited for; one side alone does not fail the flow. */
static void test_gives_up_when_both_directions_cannot_be_it(void **state)
{
    (void)state;
    const char *client = "hello hello hello", *server = "therethere";
    for (size_t c = 1; c <= 17; c++)
        for (size_t s = 1; s <= 10; s++) {
            struct flow f = tcp_flow(9999);
            app_detect(&f, TO_SERVER, slice_of(client, c));
            assert_int_equal(f.app, APP_UNKNOWN);
            app_detect(&f, TO_CLIENT, slice_of(server, s));
            assert_int_equal(f.app, c == 17 && s == 10 ? APP_FAILED : APP_UNKNOWN);
            assert_int_equal(f.app_direction[TO_SERVER], f.app);
        }
    struct flow f = {.protocol = 17, .client_port = 4000, .server_port = 9999};
    app_detect(&f, TO_SERVER, slice_str("hello"));
    assert_int_equal(f.app, APP_FAILED);
    assert_int_equal(f.app_direction[TO_CLIENT], APP_UNKNOWN);
}

static void test_one_side_alone_fails_after_many_bytes(void **state)
{
    (void)state;
    struct flow f = tcp_flow(9999);
    app_detect(&f, TO_SERVER, slice_str("hello hello hello hello"));
    assert_false(app_detect_wants(&f, TO_SERVER)); /* no byte to come can tell */
    assert_true(app_detect_open(&f, TO_SERVER));
    app_detect_seen(&f, TO_SERVER, DETECT_MOST - 1);
    assert_int_equal(f.app, APP_UNKNOWN);
    app_detect_seen(&f, TO_SERVER, DETECT_MOST);
    assert_int_equal(f.app, APP_FAILED);
    assert_int_equal(f.app_direction[TO_CLIENT], APP_FAILED);
}

/* What a direction becomes whose bytes are not the protocol that the other one is told to speak. */
static void test_the_other_side_does_not_fit(void **state)
{
    (void)state;
    static const struct {
        const char *client;
        enum app_proto told, other;
    } cases[] = {
        {"GET / HTTP/1.1\r\n\r\n", APP_HTTP1, APP_FAILED},
        {"USER anonymous\r\n", APP_FTP, APP_FAILED},
        {"EHLO there\r\n", APP_SMTP, APP_SMTP},
        {"SSH-2.0-x\r\n", APP_SSH, APP_SSH},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct flow f = tcp_flow(9999);
        app_detect(&f, TO_SERVER, slice_str(cases[i].client));
        app_detect(&f, TO_CLIENT, slice_str("something else entirely\r\n"));
        assert_int_equal(f.app, cases[i].told);
        assert_int_equal(f.app_direction[TO_CLIENT], cases[i].other);
        /* and when the one that does not fit came first */
        f = tcp_flow(9999);
        app_detect(&f, TO_CLIENT, slice_str("something else entirely\r\n"));
        app_detect(&f, TO_SERVER, slice_str(cases[i].client));
        assert_true(app_detect_wants(&f, TO_CLIENT));
        app_detect(&f, TO_CLIENT, slice_str("something else entirely\r\n"));
        assert_int_equal(f.app, cases[i].told);
        assert_int_equal(f.app_direction[TO_CLIENT], cases[i].other);
    }
}

static void test_two_protocols(void **state)
{
    (void)state;
    struct flow f = tcp_flow(80);
    app_detect(&f, TO_SERVER, slice_str("GET / HTTP/1.1\r\n\r\n"));
    app_detect(&f, TO_CLIENT, slice_str("SSH-2.0-OpenSSH_9.2\r\n"));
    assert_int_equal(f.app, APP_HTTP1); /* the first */
    assert_int_equal(f.app_direction[TO_CLIENT], APP_SSH);
}

static void test_a_tls_server_that_speaks_first_fails(void **state)
{
    (void)state;
    struct flow f = tcp_flow(443);
    app_detect(&f, TO_CLIENT, slice_of("\x16\x03\x03\x00\x2a\x02", 6));
    assert_int_equal(f.app, APP_FAILED);
    assert_int_equal(f.app_direction[TO_CLIENT], APP_TLS);
    assert_int_equal(f.app_direction[TO_SERVER], APP_FAILED);
}

static void test_a_greeting_is_known_once_the_client_has_spoken(void **state)
{
    (void)state;
    struct flow f = tcp_flow(2121);
    struct slice greeting = slice_str("220 ready when you are\r\n");
    app_detect(&f, TO_CLIENT, greeting);
    assert_int_equal(f.app, APP_UNKNOWN);
    app_detect(&f, TO_SERVER, slice_str("USER x\r\n"));
    app_detect(&f, TO_CLIENT, greeting);
    assert_int_equal(f.app_direction[TO_CLIENT], APP_FTP);
    f = tcp_flow(25);
    app_detect(&f, TO_CLIENT, slice_str("220 mail.example.com ESMTP\r\n"));
    assert_int_equal(f.app, APP_SMTP);
}

static void test_news_come_once_in_each_direction(void **state)
{
    (void)state;
    struct flow f = tcp_flow(80);
    app_detect(&f, TO_SERVER, slice_str("GET / HTTP/1.1\r\n\r\n"));
    assert_false(app_detect_news(&f, TO_SERVER, 0)); /* the packet that completed it is too early */
    assert_false(app_detect_news(&f, TO_CLIENT, f.app_detect));
    assert_true(app_detect_news(&f, TO_SERVER, f.app_detect));
    assert_false(app_detect_news(&f, TO_SERVER, f.app_detect));
    f = (struct flow){.protocol = 17, .client_port = 4000, .server_port = 9999};
    app_detect(&f, TO_SERVER, slice_str("hello"));
    assert_true(app_detect_news(&f, TO_SERVER, 0)); /* of datagrams it is not */
    assert_true(app_detect_news(&f, TO_SERVER, f.app_detect));
    assert_false(app_detect_news(&f, TO_SERVER, f.app_detect));
}

static void test_a_short_stream_ends_as_the_other(void **state)
{
    (void)state;
    struct flow f = tcp_flow(80);
    app_detect_end(&f, TO_CLIENT);
    assert_int_equal(f.app_direction[TO_CLIENT], APP_UNKNOWN);
    app_detect(&f, TO_SERVER, slice_str("GET / HTTP/1.1\r\n\r\n"));
    app_detect(&f, TO_CLIENT, slice_str("oh"));
    assert_int_equal(f.app_direction[TO_CLIENT], APP_UNKNOWN);
    app_detect_end(&f, TO_CLIENT);
    assert_int_equal(f.app_direction[TO_CLIENT], APP_HTTP1);
}

static void test_ports_are_asked_where_no_pattern_tells(void **state)
{
    (void)state;
    static const uint8_t query[] = "\x12\x34\x01\x00\0\x01\0\0\0\0\0\0\x03www\x07"
                                   "example\x03"
                                   "com\0\0\x01\0\x01";
    struct slice q = slice_of(query, sizeof query - 1);
    struct flow f = {.protocol = 17, .client_port = 4000, .server_port = 53};
    app_detect(&f, TO_SERVER, q);
    assert_int_equal(f.app, APP_DNS);
    assert_int_equal(f.app_direction[TO_CLIENT], APP_UNKNOWN);
    app_detect(&f, TO_CLIENT, slice_str("no answer"));
    assert_int_equal(f.app_direction[TO_CLIENT],
                     APP_DNS); /* a datagram is taken for what the other side is */
    f = (struct flow){.protocol = 17, .client_port = 4000, .server_port = 54};
    app_detect(&f, TO_SERVER, q);
    assert_int_equal(f.app, APP_FAILED);
    f = (struct flow){
        .protocol = 17, .client_port = 53, .server_port = 4000}; /* the client's port is no hint */
    app_detect(&f, TO_SERVER, q);
    assert_int_equal(f.app, APP_FAILED);
    f = (struct flow){.protocol = 17, .client_port = 4000, .server_port = 53}; /* no bytes are no protocol */
    app_detect(&f, TO_SERVER, slice_of(NULL, 0));
    assert_int_equal(f.app, APP_FAILED);
}

static void test_every_cut_of_every_probe_stays_inside(void **state)
{
    (void)state;
    static const uint16_t ports[] = {25,  21,  23,  53,  67,  69,   80,   88,   123,
                                     110, 161, 389, 443, 500, 1883, 2049, 3389, 5353};
    for (size_t p = 0; p < sizeof ports / sizeof ports[0]; p++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            for (size_t n = 1; n < 50; n++) {
                uint8_t exact[n]; /* the sanitizer sees a read past its end */
                memset(exact, (int)byte, n);
                struct flow f = tcp_flow(ports[p]);
                f.protocol = n & 1 ? 6 : 17;
                app_detect(&f, TO_SERVER, slice_of(exact, n));
                app_detect(&f, TO_CLIENT, slice_of(exact, n));
                assert_true(f.app < APP_PROTO_COUNT);
            }
        }
    }
}

/* As Suricata 8.0.8 raises them in the captures that have any. */
static const char modbus[] = "\0\1\0\0\0\6\1\3\0\4\0\3";

static void test_a_protocol_that_is_off_is_not_told(void **state)
{
    (void)state;
    struct flow f = {.protocol = 6, .server_port = 502};
    app_detect(&f, TO_SERVER, slice_of(modbus, sizeof modbus - 1));
    assert_int_equal(f.app, APP_UNKNOWN);
    f = (struct flow){.protocol = 6, .server_port = 502};
    app_detect_but(&f, TO_SERVER, slice_of(modbus, sizeof modbus - 2), 0);
    assert_int_equal(f.app, APP_UNKNOWN); /* a message is waited for as a whole */
    app_detect_but(&f, TO_SERVER, slice_of(modbus, sizeof modbus - 1), 0);
    assert_int_equal(f.app, APP_MODBUS);
    f = (struct flow){.protocol = 6, .server_port = 80};
    app_detect_but(&f, TO_SERVER, slice_str("GET / HTTP/1.1\r\n"), UINT64_C(1) << APP_HTTP1);
    assert_int_equal(f.app, APP_UNKNOWN);
}

static void test_events(void **state)
{
    (void)state;
    struct flow f = tcp_flow(22);
    app_detect(&f, TO_SERVER, slice_str("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_int_equal(f.app_event, 0);
    app_detect(&f, TO_CLIENT, slice_str("SSH-2.0-OpenSSH_9.2\r\n"));
    assert_int_equal(f.app_event, APP_EVENT_APPLAYER_MISMATCH_PROTOCOL_BOTH_DIRECTIONS);
    assert_int_equal(f.app, APP_HTTP1);
    f = tcp_flow(80);
    app_detect(&f, TO_SERVER, slice_str("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    app_detect(&f, TO_CLIENT, slice_str("what is this answer"));
    assert_int_equal(f.app_event, APP_EVENT_APPLAYER_DETECT_PROTOCOL_ONLY_ONE_DIRECTION);
    f = tcp_flow(80);
    app_detect(&f, TO_SERVER, slice_str("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    app_detect(&f, TO_CLIENT, slice_str("HTTP/1.1 200 OK\r\n\r\n"));
    assert_int_equal(f.app_event, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_bytes_one_by_one),
        cmocka_unit_test(test_gives_up_when_both_directions_cannot_be_it),
        cmocka_unit_test(test_one_side_alone_fails_after_many_bytes),
        cmocka_unit_test(test_the_other_side_does_not_fit),
        cmocka_unit_test(test_two_protocols),
        cmocka_unit_test(test_a_tls_server_that_speaks_first_fails),
        cmocka_unit_test(test_a_greeting_is_known_once_the_client_has_spoken),
        cmocka_unit_test(test_news_come_once_in_each_direction),
        cmocka_unit_test(test_a_short_stream_ends_as_the_other),
        cmocka_unit_test(test_a_protocol_that_is_off_is_not_told),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_ports_are_asked_where_no_pattern_tells),
        cmocka_unit_test(test_every_cut_of_every_probe_stays_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
