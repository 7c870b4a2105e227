/* The pop3 parser: both directions in pieces, every buffer asked for after each. */
#include <stddef.h>
#include <stdint.h>

#include "app/parser_list.h"
#include "support/app_driver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    app_driver_fuzz(&pop3_parser, false, data, size);
    return 0;
}
