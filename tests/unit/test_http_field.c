/* Header fields by name. */
#include "support/check.h"

#include "app/http/http_field.h"

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
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(http_field_named(slice_of(names[i].text, names[i].n)), names[i].field);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
