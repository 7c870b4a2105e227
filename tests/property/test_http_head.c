/*
 * The fields of a head (app/http/http_head.h) are what a plain list makes of them, below and above the number
 * from which names are found by their hash: names that come again in any case of letters, values that are
 * joined, up to the caps; and when it is used again.
 */
#include "support/check.h"

#include <stdio.h>
#include <strings.h>

#include "app/http/http_head.h"
#include "app/parser_list.h"
#include "support/app_driver.h"

enum { ROUNDS = 60, FIELDS_MOST = 1200, NAME_MOST = 300, JOINED_MOST = 64 };

static uint32_t seed;

static uint32_t random_below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

struct plain {
    char name[NAME_MOST];
    struct buf value;
    bool repeated;
};

static struct plain list[FIELDS_MOST + 1];
static unsigned count, repetitions;

static void add_plain(const char *name, struct slice value)
{
    for (unsigned i = 0; i < count; i++) {
        if (strcasecmp(list[i].name, name) != 0)
            continue;
        if (list[i].repeated && repetitions++ >= JOINED_MOST)
            return;
        list[i].repeated = true;
        if (strcasecmp(name, "content-length") == 0)
            return;
        buf_append(&list[i].value, slice_str(", "));
        buf_append(&list[i].value, value);
        return;
    }
    snprintf(list[count].name, NAME_MOST, "%s", name);
    buf_append(&list[count++].value, value);
}

static void forget_plain(void)
{
    for (unsigned i = 0; i < count; i++)
        buf_fini(&list[i].value);
    memset(list, 0, sizeof list);
    count = repetitions = 0;
}

static void make_name(char *name, uint32_t kinds)
{
    static const char *const known[] = {"Host", "CONTENT-LENGTH", "Content-Length", "cookie", "hOST"};
    uint32_t kind = random_below(20);
    if (kind == 0)
        snprintf(name, NAME_MOST, "%s", known[random_below(5)]);
    else if (kind == 1)
        snprintf(name, NAME_MOST, "%0200u%c", random_below(3), random_below(2) ? 'a' : 'A');
    else
        snprintf(name, NAME_MOST, "%c-%u", random_below(2) ? 'x' : 'X', random_below(kinds));
}

static void add(struct app_session *s, struct http_head *head, uint32_t kinds)
{
    char name[NAME_MOST], value[32];
    make_name(name, kinds);
    snprintf(value, sizeof value, "%u", random_below(1000));
    struct http_part at = {(uint32_t)head->bytes.n, (uint32_t)strlen(name)};
    struct http_part value_at = {at.at + at.n, (uint32_t)strlen(value)};
    bool folded = random_below(10) == 0;
    assert_true(http_head_append(s, head, slice_str(name)));
    assert_true(http_head_append(s, head, slice_str(value)));
    if (folded) {
        struct http_part both = {at.at, at.n + value_at.n};
        at.at = (uint32_t)head->joined.n;
        value_at.at = at.at + at.n;
        assert_true(http_head_fold(s, head, both));
    }
    enum http_add added = http_head_add(s, head, at, value_at, folded);
    if (head->count <= HTTP_FIELDS_MOST)
        assert_true(added != HTTP_TOO_MANY && added != HTTP_NO_MEMORY);
    if (added != HTTP_TOO_MANY)
        add_plain(name, slice_str(value));
}

static void assert_same(const struct http_head *head)
{
    uint16_t first[HTTP_FIELDS] = {0};
    assert_int_equal(head->count, count);
    for (unsigned i = 0; i < count; i++) {
        const struct http_header *header = &head->headers[i];
        assert_true(slice_equal(http_head_name(head, header), slice_str(list[i].name)));
        assert_true(slice_equal(http_head_value(head, header), buf_slice(&list[i].value)));
        if (!first[header->field])
            first[header->field] = (uint16_t)(i + 1);
    }
    for (int f = HTTP_FIELD_NONE + 1; f < HTTP_FIELDS; f++)
        assert_ptr_equal(http_head_find(head, (enum http_field)f),
                         first[f] ? &head->headers[first[f] - 1] : NULL);
}

static void test_fields(void **state)
{
    static const uint32_t most[] = {10, 40, 300, FIELDS_MOST}, kinds[] = {5, 60, 100000};
    struct app_driver driver;
    struct http_head head = {0};
    (void)state;
    assert_true(app_driver_open(&driver, &http_parser, false));
    size_t before = driver.session->memory;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        seed = 7000 + round;
        uint32_t n = random_below(most[round % 4]), of = kinds[round % 3];
        for (uint32_t i = 0; i < n; i++)
            add(driver.session, &head, of);
        assert_same(&head);
        http_head_reuse(driver.session, &head);
        assert_int_equal(driver.session->memory, before); /* all of it was given back */
        forget_plain();
    }
    http_head_fini(&head);
    app_driver_close(&driver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fields)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
