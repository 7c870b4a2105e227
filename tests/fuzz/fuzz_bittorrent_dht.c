/* The bittorrent-dht parser: datagrams, every buffer asked for after each. */
#include <stddef.h>
#include <stdint.h>

#include "app/parser_list.h"
#include "support/app_driver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    app_driver_fuzz(&bittorrent_dht_parser, true, data, size);
    return 0;
}
