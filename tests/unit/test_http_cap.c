/* What is held of lines and fields that come in small pieces stays in proportion to them. */
#include "support/check.h"

#include "app/http/http.h"
#include "app/http/http_reader.h"
#include "app/parser_list.h"
#include "support/app_driver.h"

static void open_http(struct app_driver *d)
{
    assert_true(app_driver_open(d, &http_parser, false));
    app_driver_feed(d, TO_SERVER, slice_str("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
}

static void answer(struct app_driver *d, const char *text)
{
    app_driver_feed(d, TO_CLIENT, slice_str(text));
}

/* Of a response a field is shown at once, and each line behind it that goes on with it is put there. */
static void test_folded(void **state)
{
    enum { LINES = 2000, LINE = 4, MOST = 16 * LINES * LINE };
    struct app_driver d;
    (void)state;
    open_http(&d);
    answer(&d, "HTTP/1.1 200 OK\r\nA: b\r\n");
    for (int i = 0; i < LINES; i++)
        answer(&d, " c\r\n");
    assert_in_range(d.session->memory, LINES * LINE, MOST);
    answer(&d, "\r\n");
    const struct http_tx *tx = (const struct http_tx *)d.session->first;
    assert_int_equal(http_head_value(&tx->sides[TO_CLIENT].head, &tx->sides[TO_CLIENT].head.headers[0]).n,
                     1 + 2 * LINES);
    app_driver_close(&d);
}

/* Fields of one name are joined: each adds its own bytes. */
static void test_joined(void **state)
{
    enum { FIELDS = 60, VALUE = 4000, MOST = 4 * FIELDS * VALUE };
    struct app_driver d;
    char value[VALUE + 1];
    (void)state;
    memset(value, 'v', VALUE);
    value[VALUE] = 0;
    open_http(&d);
    answer(&d, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < FIELDS; i++) {
        answer(&d, "A: ");
        answer(&d, value);
        answer(&d, "\r\n");
    }
    assert_in_range(d.session->memory, FIELDS * VALUE, MOST);
    app_driver_close(&d);
}

/* Behind an answer half a line is held back, as the next answer may begin with it: not without end. */
static void test_half_a_line(void **state)
{
    struct app_driver d;
    (void)state;
    open_http(&d);
    answer(&d, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nx");
    for (int i = 0; i <= HTTP_LINE_MOST; i++)
        answer(&d, "x");
    assert_true(d.pending[TO_CLIENT].n <= HTTP_LINE_MOST);
    assert_true(d.bad);
    app_driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folded),
        cmocka_unit_test(test_joined),
        cmocka_unit_test(test_half_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
