/* HTTP/1 where a transaction is refused: libhtp must stop, not ask for the next one for ever. */
#include "support/check.h"

#include "app/parser_list.h"
#include "app/http.h"
#include "app/session.h"
#include "support/app_driver.h"

enum { MANY = 1000, MEMORY = 64 << 20 /* of app_driver */ };

static void open_driver(struct app_driver *d)
{
    assert_true(app_driver_open(d, &http_parser, false));
}

static void ask(struct app_driver *d, unsigned times)
{
    struct buf requests = {0};
    for (unsigned i = 0; i < times; i++)
        assert_int_equal(buf_append(&requests, slice_str("GET / HTTP/1.1\r\nHost: a\r\n\r\n")), 0);
    app_driver_feed(d, TO_SERVER, buf_slice(&requests));
    buf_fini(&requests);
}

static void test_requests_past_the_most(void **state)
{
    (void)state;
    struct app_driver d;
    open_driver(&d);
    ask(&d, MANY);
    assert_int_equal(d.session->alive, 512);
    assert_true(d.bad);
    app_driver_close(&d);
}

static void test_requests_without_memory(void **state)
{
    (void)state;
    struct app_driver d;
    open_driver(&d);
    size_t most = MEMORY - 10000;
    assert_true(app_memory_take(d.session, most));
    ask(&d, MANY);
    assert_in_range(d.session->alive, 1, 5);
    assert_true(d.bad);
    app_memory_give(d.session, most);
    app_driver_close(&d);
}

static void test_responses_without_memory(void **state)
{
    (void)state;
    struct app_driver d;
    open_driver(&d);
    assert_true(app_memory_take(d.session, MEMORY));
    for (int i = 0; i < MANY && !d.bad; i++)
        app_driver_feed(&d, TO_CLIENT, slice_str("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    assert_int_equal(d.session->alive, 0);
    assert_true(d.bad);
    app_memory_give(d.session, MEMORY);
    app_driver_close(&d);
}

/* The line need not be complete when the transaction is refused. */
static void test_half_a_request_without_memory(void **state)
{
    (void)state;
    struct app_driver d;
    open_driver(&d);
    assert_true(app_memory_take(d.session, MEMORY));
    app_driver_feed(&d, TO_SERVER, slice_str("GET / HT"));
    assert_true(d.bad);
    app_memory_give(d.session, MEMORY);
    app_driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests_past_the_most),
        cmocka_unit_test(test_requests_without_memory),
        cmocka_unit_test(test_responses_without_memory),
        cmocka_unit_test(test_half_a_request_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
