/* The dcerpc parser: a conversation in pieces, or datagrams by the first byte; every buffer asked for after
 * each. */
#include <stddef.h>
#include <stdint.h>

#include "app/parser_list.h"
#include "support/app_driver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size)
        app_driver_fuzz(&dcerpc_parser, data[0] & 1, data + 1, size - 1);
    return 0;
}
