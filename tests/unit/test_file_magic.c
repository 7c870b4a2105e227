/* libmagic's word on a file, asked for once and remembered: it is the same, and that of these very bytes. */
#include "support/check.h"

#include <stdio.h>
#include <string.h>

#include "app/file/file_magic.h"

static void check(struct file_magic *magic, struct slice bytes, const char *text)
{
    const char *said = file_magic_describe(magic, bytes);
    assert_non_null(said);
    assert_true(strstr(said, text));
}

static void remembered(void **state)
{
    static const char gif[] = "GIF89a\1\0\1\0\0\0\0";
    (void)state;
    struct file_magic *magic = file_magic_new();
    assert_non_null(magic);
    for (int round = 0; round < 3; round++) {
        check(magic, slice_of(gif, sizeof gif), "GIF image data");
        check(magic, slice_str("%PDF-1.4\n"), "PDF document");
        for (int i = 0; i < 200; i++) { /* more than are remembered */
            char pdf[16];
            int n = snprintf(pdf, sizeof pdf, "%%PDF-1.%d\n", i % 8);
            check(magic, slice_of(pdf, (size_t)n), "PDF document");
            check(magic, slice_of(pdf + 1, (size_t)n - 1), "ASCII text");
        }
    }
    file_magic_free(magic);
}

static void large(void **state)
{
    (void)state;
    struct file_magic *magic = file_magic_new();
    uint8_t bytes[FILE_MAGIC_BYTES] = "GIF89a";
    for (int i = 0; i < 3; i++) {
        check(magic, slice_of(bytes, sizeof bytes), i ? "PDF" : "GIF");
        memcpy(bytes, "%PDF-1.4", 8);
    }
    file_magic_free(magic);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(remembered), cmocka_unit_test(large)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
