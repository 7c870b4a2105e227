#include "report/replay_report.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "report/collect.h"
#include "report/page.h"
#include "rulework/profile/profile.h"

struct replay_report {
    struct run_observer observer;
    unsigned workers;
    bool merged;
    struct collector collectors[];
};

static struct collector *collector_of(void *ctx, unsigned worker)
{
    struct replay_report *r = ctx;
    return &r->collectors[worker];
}

static const struct match_probe *on_probe(void *ctx, unsigned worker)
{
    return &collector_of(ctx, worker)->probe;
}

static void on_alert(void *ctx, unsigned worker, const struct place *place, const struct alert_record *alert)
{
    collect_alert(collector_of(ctx, worker), place, alert);
}

static void on_flow(void *ctx, unsigned worker, const struct flow *flow)
{
    collect_flow(collector_of(ctx, worker), flow);
}

static void on_transaction(void *ctx, unsigned worker, const struct transaction_record *record)
{
    collect_transaction(collector_of(ctx, worker), record);
}

static void on_packet_events(void *ctx, unsigned worker, const struct view *view)
{
    collect_packet_events(collector_of(ctx, worker), view);
}

struct replay_report *replay_report_new(unsigned workers)
{
    struct replay_report *r = calloc(1, sizeof *r + workers * sizeof r->collectors[0]);
    uint64_t seed = 0;
    if (!r)
        return NULL;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
        seed = (uintptr_t)r;
    r->workers = workers;
    r->observer = (struct run_observer){
        .probe = on_probe,
        .alert = on_alert,
        .flow = on_flow,
        .transaction = on_transaction,
        .packet_events = on_packet_events,
        .profile = true,
        .ctx = r,
    };
    for (unsigned i = 0; i < workers; i++) {
        if (collector_init(&r->collectors[i], seed)) {
            replay_report_free(r);
            return NULL;
        }
    }
    return r;
}

void replay_report_free(struct replay_report *r)
{
    if (!r)
        return;
    for (unsigned i = 0; i < r->workers; i++)
        collector_fini(&r->collectors[i]);
    free(r);
}

const struct run_observer *replay_report_observer(const struct replay_report *r)
{
    return &r->observer;
}

static int gather_costs(const struct replay_report *r, const struct sluice_replay *replay,
                        struct profile_report *costs)
{
    const struct match_profile **parts = calloc(r->workers, sizeof *parts);
    unsigned count = 0;
    for (unsigned i = 0; parts && i < r->workers; i++)
        if ((parts[count] = replay_profile(replay, i))) /* none when the run could not begin */
            count++;
    int rc = parts ? profile_gather(costs, parts, count) : -ENOMEM;
    free(parts);
    return rc;
}

static unsigned name_captures(const struct sluice_replay *replay, const char *names[PAGE_CAPTURES])
{
    unsigned count = 0;
    while (count < PAGE_CAPTURES && (names[count] = replay_capture_name(replay, count)))
        count++;
    return count;
}

int replay_report_write(struct replay_report *r, const struct sluice_replay *replay,
                        const struct refusals *refusals, uint64_t made_s, bool repeatable, struct buf *out)
{
    struct collector *all = &r->collectors[0];
    for (unsigned i = 1; i < r->workers && !r->merged; i++)
        collector_merge(all, &r->collectors[i]);
    if (!r->merged)
        collector_settle(all);
    r->merged = true;
    if (all->failed)
        return -ENOMEM;
    struct profile_report costs = {0};
    if (gather_costs(r, replay, &costs)) {
        profile_fini(&costs);
        return -ENOMEM;
    }
    const char *captures[PAGE_CAPTURES];
    struct page_facts facts = {
        .facts = &all->facts,
        .summary = sluice_replay_summary(replay),
        .counters = replay_counters(replay),
        .captures = captures,
        .capture_count = name_captures(replay, captures),
        .refusals = refusals,
        .costs = &costs,
        .repeatable = repeatable,
        .made_s = made_s,
    };
    int rc = page_write(&facts, out);
    profile_fini(&costs);
    return rc;
}
