/* Protocol detection: patterns in either direction, ports as a hint, bytes that come one at a time, giving
 * up. */
#include "support/check.h"

#include "app/detect.h"

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
}

static void test_gives_up_when_both_directions_cannot_be_it(void **state)
{
    (void)state;
    struct flow f = tcp_flow(9999);
    app_detect(&f, TO_SERVER, slice_str("hellohello"));
    assert_int_equal(f.app, APP_UNKNOWN);
    app_detect(&f, TO_CLIENT, slice_str("therethere"));
    assert_int_equal(f.app, APP_FAILED);
    f = (struct flow){.protocol = 17, .client_port = 4000, .server_port = 9999};
    app_detect(&f, TO_SERVER, slice_str("hello"));
    assert_int_equal(f.app, APP_FAILED);
}

static void test_ports_are_asked_where_no_pattern_tells(void **state)
{
    (void)state;
    static const uint8_t query[] = "\x12\x34\x01\x00\0\x01\0\0\0\0\0\0\x03www\x07"
                                   "example\x03"
                                   "com\0\0\x01\0\x01";
    struct flow f = {.protocol = 17, .client_port = 4000, .server_port = 53};
    app_detect(&f, TO_SERVER, slice_of(query, sizeof query - 1));
    assert_int_equal(f.app, APP_DNS);
    f = (struct flow){.protocol = 17, .client_port = 4000, .server_port = 54};
    app_detect(&f, TO_SERVER, slice_of(query, sizeof query - 1));
    assert_int_equal(f.app, APP_FAILED);
}

static void test_every_cut_of_every_probe_stays_inside(void **state)
{
    (void)state;
    static const uint16_t ports[] = {25,  21,  23,  53,  67,   69,   80,   88,  123,
                                     161, 389, 443, 500, 1883, 2049, 3389, 5353};
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_bytes_one_by_one),
        cmocka_unit_test(test_gives_up_when_both_directions_cannot_be_it),
        cmocka_unit_test(test_ports_are_asked_where_no_pattern_tells),
        cmocka_unit_test(test_every_cut_of_every_probe_stays_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
