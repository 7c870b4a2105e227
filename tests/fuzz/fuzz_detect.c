/*
 * Any bytes as two directions of one flow, each growing by steps: what was told stays told, nothing is read
 * beyond the bytes there are, and datagrams are decided at once.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "app/detect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void step(struct flow *flow, enum direction direction, const uint8_t *data, size_t n)
{
    enum app_proto before = flow->app_direction[direction];
    uint8_t bits = flow->app_detect;
    uint8_t *exact = malloc(n ? n : 1); /* the sanitizer sees a read past its end */
    if (!exact)
        return;
    if (n)
        memcpy(exact, data, n);
    app_detect(flow, direction, slice_of(exact, n));
    free(exact);
    assert(before == APP_UNKNOWN || flow->app_direction[direction] == before);
    assert((flow->app_detect & bits) == bits);
    assert(flow->app < APP_PROTO_COUNT);
    bool news = app_detect_news(flow, direction, bits);
    assert(!news || flow->app_direction[direction] != APP_UNKNOWN);
    if (flow->protocol != 6)
        assert(flow->app_direction[direction] != APP_UNKNOWN || flow->app == APP_IMAP);
}

/* Two bytes of port, one of kind (UDP, who speaks first, how fast), one of the client's share; then both. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4)
        return 0;
    struct flow flow = {
        .protocol = data[2] & 1 ? 17 : 6,
        .client_port = 40000,
        .server_port = (uint16_t)(data[0] << 8 | data[1]),
    };
    enum direction first = data[2] & 2 ? TO_CLIENT : TO_SERVER;
    size_t pace = 1 + (data[2] >> 2), share = (size - 4) * data[3] / 255;
    const uint8_t *bytes[DIRECTIONS] = {data + 4, data + 4 + share};
    size_t count[DIRECTIONS] = {share, size - 4 - share};
    for (size_t n = pace;; n += pace) {
        for (int i = 0; i < DIRECTIONS; i++) {
            enum direction d = i ? !first : first;
            step(&flow, d, bytes[d], n < count[d] ? n : count[d]);
        }
        if (n >= count[TO_SERVER] && n >= count[TO_CLIENT])
            break;
    }
    app_detect_seen(&flow, TO_SERVER, size);
    app_detect_lost(&flow, TO_CLIENT);
    app_detect_end(&flow, TO_SERVER);
    return 0;
}
