/* The collectors of all workers made into one, and its facts put in order. */
#include <stdlib.h>

#include "report/collect.h"
#include "report/pending.h"
#include "rule/rule.h"
#include "rulework/explain/explain_case.h"

static void free_explained(struct kept_alert *alert)
{
    if (alert->explained)
        explain_case_fini(alert->explained);
    free(alert->explained);
    alert->explained = NULL;
}

static void free_kept(struct report_rule *r, uint32_t from)
{
    for (uint32_t i = from; i < r->kept_count; i++) {
        free_explained(&r->kept[i]);
        free(r->kept[i].ends);
    }
    r->kept_count = from < r->kept_count ? from : r->kept_count;
}

void collector_fini(struct collector *c)
{
    pending_clear(c);
    for (uint32_t i = 0; i < c->facts.rules.count; i++) {
        struct report_rule *r = tally_item(&c->facts.rules, i);
        free_kept(r, 0);
        free(r->kept);
    }
    for (uint32_t i = 0; i < c->facts.flows.count; i++)
        free(((struct report_flow *)tally_item(&c->facts.flows, i))->ends);
    tally_fini(&c->facts.rules);
    tally_fini(&c->facts.flows);
    tally_fini(&c->facts.hosts);
    tally_fini(&c->facts.protocols);
    tally_fini(&c->facts.anomalies);
    eval_free(c->eval);
    c->eval = NULL;
}

static int by_place(const void *a, const void *b)
{
    const struct kept_alert *x = a, *y = b;
    return place_compare(&x->place, &y->place);
}

/* The first alerts of both, in their order. Alerts of one place come from one worker and are in order. */
static void merge_kept(struct report_rule *into, struct report_rule *from)
{
    struct kept_alert all[2 * REPORT_ALERTS];
    if (!into->kept) {
        into->kept = from->kept;
        into->kept_count = from->kept_count;
        from->kept = NULL;
        from->kept_count = 0;
        return;
    }
    uint32_t count = 0, a = 0, b = 0;
    while (a < into->kept_count || b < from->kept_count) {
        bool first =
            b == from->kept_count || (a < into->kept_count && by_place(&into->kept[a], &from->kept[b]) <= 0);
        all[count++] = first ? into->kept[a++] : from->kept[b++];
    }
    from->kept_count = 0;
    struct report_rule rest = {.kept = all, .kept_count = count};
    free_kept(&rest, REPORT_ALERTS);
    into->kept_count = rest.kept_count;
    memcpy(into->kept, all, rest.kept_count * sizeof all[0]);
    for (uint32_t i = REPORT_EXPLAINED; i < into->kept_count; i++) {
        free_explained(&into->kept[i]);
        into->kept[i].byte_count = 0;
    }
}

static void add_rule(void *to, void *of)
{
    struct report_rule *into = to, *from = of;
    if (!from->alerts)
        return;
    if (!into->alerts || place_compare(&from->first, &into->first) < 0)
        into->first = from->first;
    if (!into->alerts || from->first_ns < into->first_ns)
        into->first_ns = from->first_ns;
    into->rule = from->rule;
    into->last_ns = from->last_ns > into->last_ns ? from->last_ns : into->last_ns;
    into->alerts += from->alerts;
    if (from->kept)
        merge_kept(into, from);
}

static void add_flow(void *to, void *of)
{
    struct report_flow *into = to, *from = of;
    uint64_t alerts = into->alerts;
    if (!alerts) {
        *into = *from;
        from->ends = NULL;
        return;
    }
    into->alerts += from->alerts;
    into->first_ns = from->first_ns < into->first_ns ? from->first_ns : into->first_ns;
    into->severity = from->severity < into->severity ? from->severity : into->severity;
}

static void add_host(void *to, void *of)
{
    struct report_host *into = to;
    const struct report_host *from = of;
    if (!into->address.version) {
        *into = *from;
        return;
    }
    into->as_source += from->as_source;
    into->as_destination += from->as_destination;
    into->severity = from->severity < into->severity ? from->severity : into->severity;
}

static void add_protocol(void *to, void *of)
{
    struct report_protocol *into = to;
    const struct report_protocol *from = of;
    into->ip_protocol = from->ip_protocol;
    into->app = from->app;
    into->flows += from->flows;
    into->packets += from->packets;
    into->bytes += from->bytes;
}

static void add_anomaly(void *to, void *of)
{
    struct report_anomaly *into = to;
    const struct report_anomaly *from = of;
    if (!into->first_packet || (from->first_packet && from->first_packet < into->first_packet))
        into->first_packet = from->first_packet;
    into->name = from->name;
    into->layer = from->layer;
    into->count += from->count;
}

static void merge_facts(struct report_facts *into, struct report_facts *from)
{
    tally_merge(&into->rules, &from->rules, add_rule);
    tally_merge(&into->flows, &from->flows, add_flow);
    tally_merge(&into->hosts, &from->hosts, add_host);
    tally_merge(&into->protocols, &from->protocols, add_protocol);
    tally_merge(&into->anomalies, &from->anomalies, add_anomaly);
    timeline_merge(&into->timeline, &from->timeline);
    for (unsigned s = 0; s < SEVERITIES; s++)
        into->severities[s] += from->severities[s];
    into->first_ns = from->first_ns < into->first_ns ? from->first_ns : into->first_ns;
    into->last_ns = from->last_ns > into->last_ns ? from->last_ns : into->last_ns;
}

void collector_merge(struct collector *into, struct collector *from)
{
    merge_facts(&into->facts, &from->facts);
    into->failed |= from->failed;
}

static int descending(uint64_t a, uint64_t b)
{
    return (a < b) - (a > b);
}

static int by_first(const void *a, const void *b)
{
    const struct report_rule *x = a, *y = b;
    if (!x->alerts != !y->alerts)
        return x->alerts ? -1 : 1;
    return place_compare(&x->first, &y->first);
}

/* The most urgent first, of these the most frequent. */
static int by_urgency(const void *a, const void *b)
{
    const struct report_rule *x = a, *y = b;
    if (x->rule->priority != y->rule->priority)
        return x->rule->priority < y->rule->priority ? -1 : 1;
    if (x->alerts != y->alerts)
        return descending(x->alerts, y->alerts);
    if (x->rule->sid != y->rule->sid)
        return x->rule->sid < y->rule->sid ? -1 : 1;
    return x->rule->gid < y->rule->gid ? -1 : x->rule->gid > y->rule->gid;
}

static int by_flow_alerts(const void *a, const void *b)
{
    const struct report_flow *x = a, *y = b;
    if (x->alerts != y->alerts)
        return descending(x->alerts, y->alerts);
    if (x->first_ns != y->first_ns)
        return x->first_ns < y->first_ns ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int by_host_alerts(const void *a, const void *b)
{
    const struct report_host *x = a, *y = b;
    uint64_t m = x->as_source + x->as_destination, n = y->as_source + y->as_destination;
    return m != n ? descending(m, n) : address_compare(&x->address, &y->address);
}

static int by_flows(const void *a, const void *b)
{
    const struct report_protocol *x = a, *y = b;
    if (x->flows != y->flows)
        return descending(x->flows, y->flows);
    return memcmp(x->key.bytes, y->key.bytes, sizeof x->key.bytes);
}

static int by_count(const void *a, const void *b)
{
    const struct report_anomaly *x = a, *y = b;
    return x->count != y->count ? descending(x->count, y->count) : strcmp(x->name, y->name);
}

void collector_settle(struct collector *c)
{
    uint32_t kept[SEVERITIES] = {0}, alerted = 0;
    tally_sort(&c->facts.rules, by_first);
    for (; alerted < c->facts.rules.count; alerted++) {
        struct report_rule *r = tally_item(&c->facts.rules, alerted);
        if (!r->alerts)
            break; /* it has matched, and never alerted; so have those behind it */
        if (kept[severity_of(r->rule->priority)]++ >= REPORT_RULES)
            free_kept(r, 0);
    }
    c->facts.rules.count = alerted;
    tally_sort(&c->facts.rules, by_urgency);
    tally_sort(&c->facts.flows, by_flow_alerts);
    tally_sort(&c->facts.hosts, by_host_alerts);
    tally_sort(&c->facts.protocols, by_flows);
    tally_sort(&c->facts.anomalies, by_count);
}
