/* The ftp-data parser: what the control connection told of it, then bytes of either direction. */
#include <stddef.h>
#include <stdint.h>

#include "app/parser_list.h"
#include "support/app_driver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct app_driver d;
    struct slice rest = slice_of(data, size);
    size_t told = size ? data[0] % 16 : 0;
    if (!app_driver_open(&d, &ftp_data_parser, false))
        return 0;
    if (!buf_append(&d.session->handed, slice_first(slice_from(rest, 1), told)))
        for (rest = slice_from(rest, 1 + told); rest.n; rest = slice_from(rest, 20)) {
            enum direction direction = rest.p[0] & 1 ? TO_CLIENT : TO_SERVER;
            if (rest.p[0] & 2)
                app_driver_gap(&d, direction, rest.p[0]);
            else if (rest.p[0] & 4)
                app_driver_end(&d, direction);
            else
                app_driver_feed(&d, direction, slice_first(rest, 20));
        }
    app_driver_close(&d);
    return 0;
}
