#include "run/stats.h"

#include <assert.h>
#include <string.h>

/* The counters of each module are structs of uint64_t and nothing else. */
static void add(void *sum, const void *part, size_t size)
{
    uint64_t *to = sum;
    const uint64_t *from = part;
    for (size_t i = 0; i < size / sizeof *to; i++)
        to[i] += from[i];
}

static_assert(sizeof(struct inspect_counters) % sizeof(uint64_t) == 0, "only uint64_t in it");
static_assert(sizeof(struct flow_counters) % sizeof(uint64_t) == 0, "only uint64_t in it");
static_assert(sizeof(struct bypass_counters) % sizeof(uint64_t) == 0, "only uint64_t in it");
static_assert(sizeof(struct tcp_counters) % sizeof(uint64_t) == 0, "only uint64_t in it");
static_assert(sizeof(struct app_counters) % sizeof(uint64_t) == 0, "only uint64_t in it");
static_assert(sizeof(struct matcher_counters) % sizeof(uint64_t) == 0, "only uint64_t in it");

void run_counters_add(struct run_counters *sum, const struct inspector *inspector)
{
    add(&sum->inspect, inspector_counters(inspector), sizeof sum->inspect);
    add(&sum->flow, inspector_flow_counters(inspector), sizeof sum->flow);
    add(&sum->bypass, inspector_bypass_counters(inspector), sizeof sum->bypass);
    add(&sum->tcp, inspector_tcp_counters(inspector), sizeof sum->tcp);
    add(&sum->app, inspector_app_counters(inspector), sizeof sum->app);
    add(&sum->matcher, inspector_matcher_counters(inspector), sizeof sum->matcher);
}

unsigned run_stats(const struct run_counters *c, struct stat_value *stats)
{
    const struct stat_value all[] = {
#define STAT(group, name, member) {group, name, c->member},
#include "run/stat_list.h"
#undef STAT
    };
    static_assert(sizeof all / sizeof all[0] <= RUN_STATS, "RUN_STATS is too small");
    const struct inspect_counters *i = &c->inspect;
    bool is_inline = i->accepted || i->blocked || i->rejected || i->replaced;
    unsigned count = 0;
    for (unsigned s = 0; s < sizeof all / sizeof all[0]; s++)
        if (is_inline || strncmp(all[s].group, "ips", 3) != 0)
            stats[count++] = all[s];
    return count;
}

uint64_t run_caps_hit(const struct run_counters *c)
{
    return c->decode.defrag_memory_full + c->decode.defrag_trackers_full + c->flow.evicted +
           c->flow.no_memory + c->tcp.sessions_refused + c->tcp.memory_full + c->tcp.ranges_full +
           c->app.memory_full + c->app.no_memory + c->app.transactions_forced + c->app.transactions_lost +
           c->app.files_refused + c->app.files_not_stored + c->matcher.no_memory +
           c->matcher.streams_open_refused + c->shared.evicted + c->shared.no_memory;
}
