/* Any text as a file of tests: it is refused with a reason, or its tests have what a test has. */
#include <stdint.h>
#include <stdlib.h>

#include "rulework/case/rule_case.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct case_file file;
    struct err err = {0};
    int rc = case_file_parse(&file, "folder/fuzz.test.yaml", slice_of(data, size), &err);
    if (rc && !err.message[0])
        abort();
    for (uint32_t i = 0; !rc && i < file.count; i++) {
        const struct rule_case *test = &file.list[i];
        if (!test->rules || !test->name || (!test->expect.count && !test->never.count && !test->buffer_count))
            abort();
    }
    case_file_fini(&file);
    return 0;
}
