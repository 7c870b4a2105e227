#include "run/live/live_answer.h"

#include <stdlib.h>

#include "base/app_proto.h"
#include "flow/flow.h"
#include "inspect/renew.h"
#include "run/pipeline.h"

static void put(json_t *stats, const char *group, const char *name, uint64_t value)
{
    json_t *in = json_object_get(stats, group);
    if (!in) {
        in = json_object();
        json_object_set_new(stats, group, in);
    }
    json_object_set_new(in, name, json_integer((json_int_t)value));
}

json_t *live_answer_stats(const struct live_stats_sources *from)
{
    struct stat_value values[LIVE_STATS_MOST];
    json_t *stats = json_object();
    pipeline_pause(from->pipeline);
    unsigned n = live_stats_list(from, values);
    for (unsigned i = 0; i < n; i++)
        put(stats, values[i].group, values[i].name, values[i].value);
    return stats;
}

/* A heap with the smallest on top: the largest flows that were seen so far. */
struct top {
    const struct flow **list;
    unsigned count, most;
};

static uint64_t bytes_of(const struct flow *flow)
{
    return flow->bytes[TO_SERVER] + flow->bytes[TO_CLIENT];
}

static int by_bytes(const void *left, const void *right)
{
    uint64_t a = bytes_of(*(const struct flow *const *)left),
             b = bytes_of(*(const struct flow *const *)right);
    return (a < b) - (a > b);
}

static void sift_down(struct top *top)
{
    for (unsigned at = 0;;) {
        unsigned child = 2 * at + 1;
        if (child >= top->count)
            return;
        if (child + 1 < top->count && bytes_of(top->list[child + 1]) < bytes_of(top->list[child]))
            child++;
        if (bytes_of(top->list[at]) <= bytes_of(top->list[child]))
            return;
        const struct flow *flow = top->list[at];
        top->list[at] = top->list[child];
        top->list[child] = flow;
        at = child;
    }
}

static void look_at(void *ctx, const struct flow *flow)
{
    struct top *top = ctx;
    if (top->count == top->most) {
        if (bytes_of(flow) > bytes_of(top->list[0])) {
            top->list[0] = flow;
            sift_down(top);
        }
        return;
    }
    unsigned at = top->count++;
    for (; at && bytes_of(top->list[(at - 1) / 2]) > bytes_of(flow); at = (at - 1) / 2)
        top->list[at] = top->list[(at - 1) / 2];
    top->list[at] = flow;
}

static json_t *flow_json(const struct flow *flow)
{
    static const char *const states[] = {"new", "established", "closed", "bypassed"};
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    address_print(&flow->client, client);
    address_print(&flow->server, server);
    return json_pack(
        "{s:s, s:i, s:s, s:i, s:i, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:b, s:b}", "client", client,
        "client_port", flow->client_port, "server", server, "server_port", flow->server_port, "protocol",
        flow->protocol, "app", app_proto_name(flow->app), "state", states[flow->state < 4 ? flow->state : 0],
        "packets_to_server", (json_int_t)flow->packets[TO_SERVER], "packets_to_client",
        (json_int_t)flow->packets[TO_CLIENT], "bytes_to_server", (json_int_t)flow->bytes[TO_SERVER],
        "bytes_to_client", (json_int_t)flow->bytes[TO_CLIENT], "seconds",
        (json_int_t)((flow->last_ns - flow->start_ns) / 1000000000), "alerted",
        (flow->flags & FLOW_ALERTED) != 0, "blocked", (flow->flags & FLOW_BLOCKED) != 0);
}

json_t *live_answer_flows(const struct live_stats_sources *from, unsigned most)
{
    struct top top = {.list = calloc(most, sizeof *top.list), .most = most};
    json_t *list = json_array();
    pipeline_pause(from->pipeline);
    for (unsigned i = 0; top.list && i < from->workers; i++)
        inspector_each_flow(pipeline_inspector(from->pipeline, i), look_at, &top);
    if (top.list && top.count)
        qsort(top.list, top.count, sizeof *top.list, by_bytes);
    for (unsigned i = 0; top.list && i < top.count; i++)
        json_array_append_new(list, flow_json(top.list[i]));
    free(top.list);
    return list;
}
