#include "run/live/live_verdict.h"

#include <errno.h>
#include <netinet/in.h>
#include <time.h>

#include "base/log.h"
#include "output/verdict_record.h"
#include "rule/rule.h"
#include "run/live/live_policy.h"
#include "run/settings/settings.h"
#include "verdict/blocks.h"

enum { RECORDS_MOST = 4 /* of one alert: a flow and a host, each with what gave way to it */ };

struct records {
    struct verdict_record list[RECORDS_MOST];
    unsigned count;
};

static uint64_t wall_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* From the maps' clock to that of people. */
static uint64_t wall_of(uint64_t monotonic_ns, uint64_t wall_ns)
{
    return monotonic_ns == UINT64_MAX ? 0 : wall_ns + monotonic_ns - blocks_now();
}

int live_verdict_init(struct live_verdict *v, struct settings *settings, const struct log *log,
                      struct err *err)
{
    *v = (struct live_verdict){.settings = settings, .log = log};
    pthread_mutex_init(&v->lock, NULL);
    return live_policy_prepare(settings, err);
}

void live_verdict_fini(struct live_verdict *v)
{
    blocks_close(v->blocks);
    v->blocks = NULL;
    pthread_mutex_destroy(&v->lock);
}

int live_verdict_open(struct live_verdict *v, int flow_map, int host_map, struct err *err)
{
    return blocks_open(&v->blocks, flow_map, host_map, err);
}

static struct policy_alert describe(const struct alert_record *alert)
{
    const struct rule *rule = alert->alert->rule;
    const struct packet *packet = alert->packet;
    enum rule_action action = alert->alert->action;
    return (struct policy_alert){
        .gid = rule->gid,
        .sid = rule->sid,
        .class_name = rule->class_name,
        .priority = rule->priority,
        .drops = action == ACTION_DROP || action == ACTION_REJECT,
        .source_target = rule->flags & RULE_TARGET_SOURCE,
        .destination_target = rule->flags & RULE_TARGET_DESTINATION,
        .has_flow =
            alert->flow && (alert->flow->protocol == IPPROTO_TCP || alert->flow->protocol == IPPROTO_UDP),
        .in_tunnel = packet->depth > 0,
        .source = packet->source_address,
        .destination = packet->destination_address,
    };
}

static struct block_target target_of(const struct alert_record *alert, const struct prefix *host)
{
    const struct packet *packet = alert->packet;
    if (host)
        return (struct block_target){.is_host = true, .host = *host};
    return (struct block_target){
        .source = packet->source_address,
        .destination = packet->destination_address,
        .source_port = packet->source_port,
        .destination_port = packet->destination_port,
        .protocol = alert->flow ? alert->flow->protocol : 0,
    };
}

static struct verdict_record *add_record(struct live_verdict *v, struct records *records,
                                         enum verdict_event event)
{
    struct verdict_record *r = &records->list[records->count++];
    *r = (struct verdict_record){.event = event, .time_ns = wall_clock(), .enforced = v->enforced};
    return r;
}

static void record_block(struct live_verdict *v, struct records *records, enum verdict_event event,
                         const struct block *block)
{
    struct verdict_record *r = add_record(v, records, event);
    const struct block_target *t = &block->target;
    r->sid = block->sid;
    r->is_host = t->is_host;
    r->host = t->host.address;
    r->host_length = t->host.length;
    r->source = t->source;
    r->destination = t->destination;
    r->source_port = t->source_port;
    r->destination_port = t->destination_port;
    r->protocol = t->protocol;
    r->since_ns = wall_of(block->since_ns, r->time_ns);
    r->expires_ns = wall_of(block->expires_ns, r->time_ns);
    r->packets = block->packets;
    r->bytes = block->bytes;
    v->counters.dropped_packets += block->packets;
    v->counters.dropped_bytes += block->bytes;
}

static struct verdict_record *record_alert(struct live_verdict *v, struct records *records,
                                           enum verdict_event event, const struct alert_record *alert,
                                           const struct prefix *host)
{
    struct verdict_record *r = add_record(v, records, event);
    const struct packet *packet = alert->packet;
    r->flow_id = alert->flow ? alert->flow->id : 0;
    r->gid = alert->alert->rule->gid;
    r->sid = alert->alert->rule->sid;
    r->is_host = host != NULL;
    if (host) {
        r->host = host->address;
        r->host_length = host->length;
    }
    r->source = packet->source_address;
    r->destination = packet->destination_address;
    r->source_port = packet->source_port;
    r->destination_port = packet->destination_port;
    r->protocol = packet->ip.protocol;
    return r;
}

static void refuse(struct live_verdict *v, struct records *records, const struct alert_record *alert,
                   const struct prefix *host, const char *reason)
{
    struct verdict_record *r = record_alert(v, records, VERDICT_REFUSED, alert, host);
    r->reason = reason;
    r->enforced = false;
}

/* Into the map. 1 when it is new, 0 when it was there, or a negative errno. */
static int write_block(struct live_verdict *v, struct records *records, const struct block_target *target,
                       uint64_t duration_ns, uint32_t sid)
{
    struct err err = {0};
    struct block evicted;
    bool was_evicted = false;
    uint64_t before = blocks_counts(v->blocks)->refreshed;
    int result = blocks_add(v->blocks, target, duration_ns, sid, false, &evicted, &was_evicted, &err);
    if (was_evicted) {
        v->counters.evicted++;
        record_block(v, records, VERDICT_EVICTED, &evicted);
    }
    if (result && result != -ENOSPC && v->counters.failed++ == 0)
        log_warning(v->log, "a block could not be put: %s", err.message);
    if (result)
        return result;
    bool refreshed = blocks_counts(v->blocks)->refreshed != before;
    v->counters.refreshed += refreshed;
    return !refreshed;
}

/* One part of a decision; host NULL: that of the flow. Whether the block stands now. */
static bool carry_out(struct live_verdict *v, const struct policy_part *part, const struct prefix *host,
                      const struct alert_record *alert, struct records *records)
{
    const struct live_settings *s = &v->settings->live;
    if (!part->wanted)
        return false;
    if (part->refused) {
        *(part->refused == POLICY_NEVER_BLOCK ? &v->counters.refused_never : &v->counters.refused_other) += 1;
        refuse(v, records, alert, host, policy_refusal_name(part->refused));
        return false;
    }
    if (!policy_rate_take(&v->rate, s->most_blocks, blocks_now())) {
        v->counters.refused_rate++;
        refuse(v, records, alert, host, "rate");
        return false;
    }
    int result = 1;
    if (!s->dry_run) {
        struct block_target target = target_of(alert, host);
        result = write_block(v, records, &target, part->duration_ns, alert->alert->rule->sid);
    }
    if (result < 0) {
        v->counters.refused_full += result == -ENOSPC;
        refuse(v, records, alert, host, result == -ENOSPC ? "full" : "failed");
        return false;
    }
    if (result > 0) {
        struct verdict_record *r = record_alert(v, records, VERDICT_BLOCKED, alert, host);
        r->expires_ns = part->duration_ns ? r->time_ns + part->duration_ns : 0;
        r->dry_run = s->dry_run;
        r->enforced = v->enforced && !s->dry_run;
        *(host ? &v->counters.blocked_hosts : &v->counters.blocked_flows) += 1;
    }
    return !s->dry_run;
}

static void write_records(const struct live_verdict *v, const struct records *records, struct buf *text)
{
    const struct output_options *options = &v->settings->output;
    for (unsigned i = 0; i < records->count && options->records & RECORD_VERDICT; i++)
        if (eve_verdict(text, &records->list[i], options))
            log_warning(v->log, "out of memory: a verdict is not recorded");
}

struct judgement live_verdict_judge(void *ctx, const struct alert_record *alert, struct buf *text)
{
    struct live_verdict *v = ctx;
    const struct live_settings *live = &v->settings->live;
    struct policy_alert described = describe(alert);
    struct policy_decision decision;
    struct records records = {.count = 0};
    policy_decide(v->settings->live.policy, &described, &decision);
    /* Inline, a packet is dropped by itself; its flow only where the rule is about flows. */
    bool drops_packet = live->mode == LIVE_INLINE && described.drops && !live->dry_run;
    if (drops_packet && !live->block_alerts && alert->flow && !(alert->flow->flags & FLOW_DROP))
        decision.flow.wanted = false;
    if (!decision.flow.wanted && !decision.host.wanted)
        return (struct judgement){.drops = drops_packet};
    bool blocked = alert->flow && alert->flow->flags & FLOW_BLOCKED; /* by another alert of this packet */
    if (blocked && decision.flow.wanted)
        decision.flow.wanted = false;
    else
        blocked = false;
    pthread_mutex_lock(&v->lock);
    blocked |= carry_out(v, &decision.host, &decision.address, alert, &records);
    blocked |= carry_out(v, &decision.flow, NULL, alert, &records);
    pthread_mutex_unlock(&v->lock);
    write_records(v, &records, text);
    return (struct judgement){
        .ends = blocked, .drops = (blocked && v->enforced) || drops_packet, .decided_ns = wall_clock()};
}

struct expiry {
    struct live_verdict *verdict;
    struct buf *text;
};

static int on_expired(void *ctx, const struct block *block)
{
    struct expiry *e = ctx;
    struct records records = {.count = 0};
    e->verdict->counters.expired++;
    record_block(e->verdict, &records, VERDICT_EXPIRED, block);
    write_records(e->verdict, &records, e->text);
    return 0;
}

void live_verdict_advance(struct live_verdict *v, struct buf *text)
{
    struct expiry expiry = {v, text};
    uint64_t now = blocks_now();
    if (!v->blocks || now - v->expired_ns <= 1000000000u)
        return;
    v->expired_ns = now;
    pthread_mutex_lock(&v->lock);
    blocks_expire(v->blocks, on_expired, &expiry);
    pthread_mutex_unlock(&v->lock);
}

struct live_verdict_counters live_verdict_counters(struct live_verdict *v)
{
    pthread_mutex_lock(&v->lock);
    struct live_verdict_counters copy = v->counters;
    pthread_mutex_unlock(&v->lock);
    return copy;
}
