#include "run/live/live_stats.h"

#include <bpf/bpf.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "run/live/live_verdict.h"
#include "run/pipeline.h"
#include "run/sink.h"
#include "run/stats.h"
#include "verdict/counters.h"
#include "verdict/pins.h"

enum { OWN_STATS = 24, NAME_MOST = 48, STATS_MOST = 2 * SLUICE_STATS + 8 + LIVE_STATS_MOST };

_Static_assert(LIVE_STATS_MOST >= RUN_STATS + OWN_STATS, "all counters have room");

struct names { /* of the counters of the XDP program, as groups: "xdp.ways.flow_blocked" */
    char list[SLUICE_STATS][NAME_MOST];
};

struct value_list {
    struct stat_value *list;
    unsigned count, most;
};

static uint64_t clock_of(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void live_stats_init(struct live_stats *s, bool wanted, uint32_t interval_s)
{
    *s = (struct live_stats){.wanted = wanted, .interval_ns = interval_s * UINT64_C(1000000000)};
    s->started_ns = clock_of(CLOCK_MONOTONIC);
    s->next_ns = s->started_ns + s->interval_ns;
}

void live_stats_fini(struct live_stats *s)
{
    for (unsigned i = 0; i < s->count; i++)
        close(s->maps[i]);
    s->count = 0;
}

int live_stats_add_port(struct live_stats *s, const struct pins *pins, unsigned ifindex, struct err *err)
{
    char path[PINS_PATH];
    if (s->count == LIVE_STATS_PORTS)
        return err_set(err, -ENOSPC, "at most %d interfaces", LIVE_STATS_PORTS);
    int result = pins_port_path(pins, ifindex, "stats", path);
    int map = result ? -1 : bpf_obj_get(path);
    if (map < 0)
        return err_set(err, result ? result : -errno, "the counters of an interface cannot be opened");
    s->maps[s->count++] = map;
    return 0;
}

bool live_stats_due(struct live_stats *s)
{
    if (!s->wanted || !s->interval_ns)
        return false;
    uint64_t now = clock_of(CLOCK_MONOTONIC);
    if (now < s->next_ns)
        return false;
    s->next_ns += s->interval_ns * (1 + (now - s->next_ns) / s->interval_ns);
    return true;
}

static void put(struct value_list *v, const char *group, const char *name, uint64_t value)
{
    if (v->count < v->most)
        v->list[v->count++] = (struct stat_value){group, name, value};
}

static void name_counters(struct names *names)
{
    for (int i = 0; i < SLUICE_STATS; i++) {
        char *name = names->list[i];
        snprintf(name, NAME_MOST, "xdp.%s.%s", i < SLUICE_WAYS ? "ways" : "notes", counter_names[i].name);
        for (; *name; name++)
            *name = (char)tolower((unsigned char)*name);
    }
}

/* Summed over the interfaces; one that has gone counts no more. Returns the frames that came in. */
static uint64_t put_xdp(const struct live_stats *s, struct value_list *v, const struct names *names)
{
    struct sluice_count sum[SLUICE_STATS] = {{0}}, of_one[SLUICE_STATS];
    struct err err = {0};
    for (unsigned i = 0; i < s->count; i++) {
        if (counters_read(s->maps[i], of_one, &err))
            continue;
        for (int k = 0; k < SLUICE_STATS; k++) {
            sum[k].packets += of_one[k].packets;
            sum[k].bytes += of_one[k].bytes;
        }
    }
    struct sluice_count received = counters_total(sum);
    put(v, "xdp.received", "packets", received.packets);
    put(v, "xdp.received", "bytes", received.bytes);
    for (int i = 0; i < SLUICE_STATS; i++) {
        put(v, names->list[i], "packets", sum[i].packets);
        put(v, names->list[i], "bytes", sum[i].bytes);
    }
    return received.packets;
}

static void put_capture(const struct input *input, struct value_list *v)
{
    static const char group[] = "capture";
    struct capture_counters c;
    input_counters(input, &c);
    put(v, group, "frames", c.frames);
    put(v, group, "joined", c.joined);
    put(v, group, "ring_full", c.ring_full);
    put(v, group, "no_buffer", c.no_buffer);
    put(v, group, "dropped", c.dropped);
    put(v, group, "oversized", c.oversized);
}

static void put_sink(const struct sink *sink, struct value_list *v)
{
    static const char group[] = "eve";
    struct sink_counters c;
    sink_counters(sink, &c);
    put(v, group, "lost_records", c.lost_records);
    put(v, group, "lost_bytes", c.lost_bytes);
    put(v, group, "failures", c.failures);
    put(v, group, "waiting_bytes", c.waiting_bytes);
}

static void put_verdicts(struct value_list *v, const struct live_verdict_counters *c)
{
    static const char group[] = "verdict";
    put(v, group, "blocked_flows", c->blocked_flows);
    put(v, group, "blocked_hosts", c->blocked_hosts);
    put(v, group, "refreshed", c->refreshed);
    put(v, group, "expired", c->expired);
    put(v, group, "evicted", c->evicted);
    put(v, group, "refused_never_block", c->refused_never);
    put(v, group, "refused_rate", c->refused_rate);
    put(v, group, "refused_full", c->refused_full);
    put(v, group, "refused_other", c->refused_other);
    put(v, group, "failed", c->failed);
    put(v, group, "dropped_packets", c->dropped_packets);
    put(v, group, "dropped_bytes", c->dropped_bytes);
}

static void put_pipeline(const struct live_stats_sources *from, struct value_list *v)
{
    struct run_counters counters = {.rules = from->rules, .rules_refused = from->rules_refused};
    pipeline_decoded(from->pipeline, &counters.decode);
    for (unsigned i = 0; i < from->workers; i++)
        run_counters_add(&counters, pipeline_inspector(from->pipeline, i));
    shared_state_counters(from->shared, &counters.shared);
    v->count += run_stats(&counters, v->list + v->count);
}

unsigned live_stats_list(const struct live_stats_sources *from, struct stat_value *list)
{
    struct value_list values = {.list = list, .most = LIVE_STATS_MOST};
    struct live_verdict_counters verdicts = live_verdict_counters(from->verdict);
    put_capture(from->input, &values);
    put_pipeline(from, &values);
    put_verdicts(&values, &verdicts);
    put_sink(from->sink, &values);
    return values.count;
}

/* kernel_packets and kernel_drops in Suricata's sense: what came in, and what of it was lost on the way to
 * us.
 */
static void put_kernel(const struct input *input, struct value_list *v, uint64_t received)
{
    struct capture_counters c;
    input_counters(input, &c);
    put(v, "capture", "kernel_packets", received);
    put(v, "capture", "kernel_drops", c.ring_full + c.dropped + c.oversized);
}

int live_stats_write(const struct live_stats *stats, const struct live_stats_sources *from, struct buf *text)
{
    struct stat_value list[STATS_MOST];
    struct value_list values = {.list = list, .most = STATS_MOST};
    struct names names;
    name_counters(&names);
    put(&values, "", "uptime", (clock_of(CLOCK_MONOTONIC) - stats->started_ns) / 1000000000u);
    put_kernel(from->input, &values, put_xdp(stats, &values, &names));
    values.count += live_stats_list(from, list + values.count);
    return output_eve_ops.stats(text, list, values.count, clock_of(CLOCK_REALTIME));
}
