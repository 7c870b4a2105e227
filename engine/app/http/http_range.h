/* Content-Range of HTTP (RFC 9110, 14.4): "bytes 0-499/1234". Any thread. */
#ifndef SLUICE_APP_HTTP_RANGE_H
#define SLUICE_APP_HTTP_RANGE_H

#include "base/slice.h"

struct http_range {
    bool has_range, has_size; /* either may be "*" */
    uint64_t start, end;      /* both of them inside */
    uint64_t size;
};

/* False when it is not one. As in Suricata the unit may be any word, and the end before the start. */
bool http_range_read(struct slice field, struct http_range *range);

#endif
