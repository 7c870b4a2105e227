/*
 * Where the lines of a head end, as Suricata 8.0.8 was seen to take CR and LF in any order: what stands
 * between "A: b" and "C: d", and whether that is a field then or the head is over.
 */
#include "support/check.h"

#include <stdio.h>

#include "app/http/http.h"
#include "app/parser_list.h"
#include "support/app_driver.h"

#define LF "\n"
#define CR "\r"

static const struct {
    const char *between;
    size_t n;
    bool request, response; /* C is a field */
} ends[] = {
#define END(text, request, response)             \
    {                                            \
        text, sizeof text - 1, request, response \
    }
    END(CR, false, true),
    END(LF, true, true),
    END(CR LF, true, true),
    END(LF CR, true, true),
    END(CR CR, false, false),
    END(LF LF, false, false),
    END(CR LF LF, false, false),
    END(LF CR LF, false, false),
    END(CR CR LF, true, false),
    END(CR LF CR, true, false),
    END(LF CR CR, true, false),
    END(CR LF CR LF, false, false),
    END(CR LF CR CR, true, true),
    END(CR CR CR LF, true, false),
    END(CR CR LF CR, true, false),
    END(LF CR CR CR, true, false),
    END(CR LF CR CR CR, true, true),
    END(LF CR CR LF, false, false),
    END(CR LF CR CR LF, true, true),
    END(CR LF CR CR CR LF, true, true),
    END(CR LF CR " " CR, true, true),
    END(LF "\t" LF, false, false),
    END(CR LF " " LF, false, false),
    END(LF "\0" LF, false, false),
    END(LF "\t\t" LF, true, true),
    END(LF "\t" CR LF, true, true),
    END(CR LF " " CR LF, true, true),
#undef END
};

/* Whether some field has a name that ends with that letter. */
static bool has_field(const struct http_head *head, uint8_t letter)
{
    for (unsigned i = 0; i < head->count; i++) {
        struct slice name = http_head_name(head, &head->headers[i]);
        if (name.n && name.p[name.n - 1] == letter)
            return true;
    }
    return false;
}

static bool is_field(enum direction direction, struct slice between)
{
    struct app_driver d;
    struct buf message = {0};
    assert_true(app_driver_open(&d, &http_parser, false));
    buf_append(&message,
               slice_str(direction == TO_SERVER ? "GET / HTTP/1.1\r\nA: b" : "HTTP/1.1 200 OK\r\nA: b"));
    buf_append(&message, between);
    buf_append(&message, slice_str("C: d\r\nContent-Length: 0\r\n\r\n"));
    app_driver_feed(&d, direction, buf_slice(&message));
    const struct http_tx *tx = (const struct http_tx *)d.session->first;
    assert_non_null(tx);
    bool found = has_field(&tx->sides[direction].head, 'C');
    assert_true(has_field(&tx->sides[direction].head, 'A'));
    app_driver_close(&d);
    buf_fini(&message);
    return found;
}

static void test_ends(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct slice between = slice_of(ends[i].between, ends[i].n);
        if (is_field(TO_SERVER, between) != ends[i].request ||
            is_field(TO_CLIENT, between) != ends[i].response)
            fail_msg("case %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
