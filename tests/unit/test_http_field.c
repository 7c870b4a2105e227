/* Header fields by name: with the index, without it, and behind it, as when a trailer adds to the table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "app/http/http_field.h"

static void add(htp_table_t *table, struct slice name, const char *value)
{
    htp_header_t *header = calloc(1, sizeof *header);
    assert_non_null(header);
    header->name = bstr_dup_mem(name.p, name.n);
    header->value = bstr_dup_c(value);
    assert_int_equal(htp_table_addk(table, header->name, header), HTP_OK);
}

static void free_table(htp_table_t *table)
{
    for (size_t i = 0; i < htp_table_size(table); i++) {
        htp_header_t *header = htp_table_get_index(table, i, NULL);
        bstr_free(header->name);
        bstr_free(header->value);
        free(header);
    }
    htp_table_destroy(table);
}

static void assert_value(const struct http_fields *fields, const htp_table_t *table, enum http_field field,
                         const char *value)
{
    struct slice found = http_field_value(fields, table, field);
    if (value)
        assert_true(slice_equal(found, slice_str(value)));
    else
        assert_null(found.p);
}

static void test_names(void **state)
{
    static const struct {
        const char *text;
        size_t n;
        enum http_field field;
    } names[] = {
        {"host", 4, HTTP_FIELD_HOST},
        {"HOST", 4, HTTP_FIELD_HOST},
        {"User-Agent", 10, HTTP_FIELD_USER_AGENT},
        {"Set-Cookie", 10, HTTP_FIELD_SET_COOKIE},
        {"X-Forwarded-For", 15, HTTP_FIELD_X_FORWARDED_FOR},
        {"Ho\0st", 5, HTTP_FIELD_HOST},
        {"\0host\0", 6, HTTP_FIELD_HOST},
        {"Hos\0", 4, HTTP_FIELD_NONE},
        {"Hosts", 5, HTTP_FIELD_NONE},
        {"Hos", 3, HTTP_FIELD_NONE},
        {"\0", 1, HTTP_FIELD_NONE},
        {"", 0, HTTP_FIELD_NONE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct slice name = slice_of(names[i].text, names[i].n);
        assert_int_equal(http_field_named(name), names[i].field);
        for (int f = HTTP_FIELD_NONE + 1; f < HTTP_FIELDS; f++)
            assert_int_equal(http_field_is(name, (enum http_field)f), names[i].field == (enum http_field)f);
    }
}

static void test_values(void **state)
{
    (void)state;
    struct http_fields fields = {0};
    htp_table_t *table = htp_table_create(4);
    assert_non_null(table);
    assert_value(&fields, table, HTTP_FIELD_HOST, NULL);
    add(table, slice_str("Accept"), "text");
    add(table, slice_of("Ho\0st", 5), "first");
    add(table, slice_str("Host"), "second");
    assert_value(&fields, table, HTTP_FIELD_HOST, "first"); /* no index yet */
    http_fields_index(&fields, table);
    assert_int_equal(fields.count, 3);
    assert_int_equal(fields.bytes, sizeof "Accepttext" + sizeof "Ho\0stfirst" + sizeof "Hostsecond" - 3);
    assert_value(&fields, table, HTTP_FIELD_HOST, "first");
    assert_value(&fields, table, HTTP_FIELD_ACCEPT, "text");
    assert_value(&fields, table, HTTP_FIELD_COOKIE, NULL);
    add(table, slice_str("Cookie"), "late");
    assert_value(&fields, table, HTTP_FIELD_COOKIE, "late");
    assert_value(&fields, table, HTTP_FIELD_HOST, "first");
    assert_value(&fields, NULL, HTTP_FIELD_HOST, NULL);
    http_fields_index(&fields, table); /* goes on */
    assert_int_equal(fields.count, 4);
    assert_value(&fields, table, HTTP_FIELD_COOKIE, "late");
    assert_value(&fields, table, HTTP_FIELD_HOST, "first");
    free_table(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
