/* The nfs parser: both directions in pieces, over TCP or as datagrams, every buffer asked for after each. */
#include <stddef.h>
#include <stdint.h>

#include "app/parser_list.h"
#include "support/app_driver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size)
        app_driver_fuzz(&nfs_parser, data[0] & 1, data + 1, size - 1);
    return 0;
}
