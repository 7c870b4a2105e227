#include "run/live/live_bypass.h"

#include <errno.h>
#include <time.h>

#include "flow/flow.h"
#include "verdict/bypass_map.h"

static uint64_t clock_of(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static struct bypass_flow tuple_of(const struct flow *flow)
{
    return (struct bypass_flow){.client = flow->client,
                                .server = flow->server,
                                .client_port = flow->client_port,
                                .server_port = flow->server_port,
                                .protocol = flow->protocol};
}

static bool begin(void *ctx, const struct flow *flow)
{
    struct bypass_flow tuple = tuple_of(flow);
    return bypass_map_add(*(const int *)ctx, &tuple, clock_of(CLOCK_MONOTONIC)) == 0;
}

static bool take(void *ctx, const struct flow *flow, struct bypass_counts *counts)
{
    struct bypass_flow tuple = tuple_of(flow);
    struct bypass_traffic traffic;
    if (bypass_map_take(*(const int *)ctx, &tuple, &traffic))
        return false;
    uint64_t monotonic = clock_of(CLOCK_MONOTONIC), ago = 0;
    if (traffic.last_ns < monotonic)
        ago = monotonic - traffic.last_ns;
    *counts = (struct bypass_counts){
        .packets = {[TO_SERVER] = traffic.packets_there, [TO_CLIENT] = traffic.packets_back},
        .bytes = {[TO_SERVER] = traffic.bytes_there, [TO_CLIENT] = traffic.bytes_back},
        .last_ns = traffic.last_ns ? clock_of(CLOCK_REALTIME) - ago : 0,
    };
    return true;
}

int live_bypass_ops(uint64_t elephant_bytes, const int *map, struct bypass_ops *ops, struct err *err)
{
    *ops = (struct bypass_ops){
        .begin = begin, .take = take, .ctx = (void *)map, .elephant_bytes = elephant_bytes};
    return bypass_map_reset(*map, err);
}
