/*
 * A window of `seconds` starts with a match and holds as long as no more than that has passed since; the
 * first match after it starts the next one. Found by asking Suricata 8.0.8 with matches at and around the
 * edges.
 */
#include "match/threshold.h"
#include "packet/packet.h"

#include "match/state.h"
#include "match/store.h"

static bool passed(uint64_t since_ns, uint64_t now_ns, uint64_t seconds)
{
    return now_ns > since_ns && now_ns - since_ns > seconds * SECOND_NS;
}

static bool count_rate(const struct threshold *t, struct threshold_count *c, uint64_t now_ns, bool fresh)
{
    if (c->tripped_ns) {
        if (!passed(c->tripped_ns - 1, now_ns, t->timeout_s))
            return true;
        c->tripped_ns = 0;
        c->start_ns = now_ns;
        c->count = 0; /* the match that ends the time-out does not count */
        return false;
    }
    c->count = fresh ? 1 : c->count + 1;
    if (c->count <= t->count)
        return false;
    c->tripped_ns = now_ns + 1; /* never 0 */
    return true;
}

static bool count_backoff(const struct threshold *t, struct threshold_count *c)
{
    if (!c->next)
        c->next = t->count;
    if (++c->count < c->next)
        return false;
    uint64_t factor = t->multiplier ? t->multiplier : 1;
    c->next = c->next > UINT64_MAX / factor ? UINT64_MAX : c->next * factor;
    return true;
}

bool threshold_count_match(const struct threshold *t, struct threshold_count *c, uint64_t now_ns)
{
    if (t->kind == THRESHOLD_BACKOFF)
        return count_backoff(t, c);
    bool fresh = !c->used || passed(c->start_ns, now_ns, t->seconds);
    if (t->kind == THRESHOLD_RATE_FILTER) {
        if (fresh && !c->tripped_ns)
            c->start_ns = now_ns;
        c->used = true;
        return count_rate(t, c, now_ns, fresh);
    }
    if (fresh)
        c->start_ns = now_ns;
    c->count = fresh ? 1 : c->count + 1;
    c->used = true;
    switch (t->kind) {
    case THRESHOLD_LIMIT:
        return fresh || c->count <= t->count;
    case THRESHOLD_THRESHOLD:
        if (fresh ? t->count != 1 : c->count < t->count)
            return false;
        c->count = 0; /* in the same window */
        return true;
    case THRESHOLD_BOTH:
        return c->count == t->count;
    case THRESHOLD_DETECTION_FILTER:
        return c->count > t->count;
    default:
        return true;
    }
}

bool threshold_count_settled(const struct threshold *t, const struct threshold_count *c, uint64_t until_ns,
                             bool *yes)
{
    if (!c->used || passed(c->start_ns, until_ns, t->seconds))
        return false;
    *yes = t->kind == THRESHOLD_DETECTION_FILTER;
    switch (t->kind) {
    case THRESHOLD_LIMIT:
    case THRESHOLD_BOTH:
        return c->count >= t->count;
    case THRESHOLD_DETECTION_FILTER:
        return c->count > t->count;
    default:
        return false;
    }
}

uint64_t threshold_count_expiry(const struct threshold *t, const struct threshold_count *c)
{
    /* A rate_filter that has tripped does not start its next window with a count of 1: remember it longer. */
    enum { GRACE_S = 3600 };
    if (c->tripped_ns)
        return c->tripped_ns + (t->timeout_s + (uint64_t)GRACE_S) * SECOND_NS;
    return c->start_ns + (uint64_t)t->seconds * SECOND_NS;
}

/* A suppression tracked by both is Suricata's by_either. */
static bool suppressed(const struct threshold *t, const struct view *view)
{
    if (!t->hosts)
        return true;
    bool source = address_set_has(t->hosts, &view->packet->source_address);
    bool destination = address_set_has(t->hosts, &view->packet->destination_address);
    if (t->track == TRACK_SOURCE)
        return source;
    return t->track == TRACK_DESTINATION ? destination : source || destination;
}

static uint64_t key_of(const struct rule *rule)
{
    return (uint64_t)rule->gid << 32 | rule->sid;
}

static bool count_one(const struct rule *rule, const struct threshold *t, struct flow_memory *flow,
                      struct shared_state *shared, const struct view *view)
{
    uint64_t key = key_of(rule);
    if (t->track != TRACK_FLOW)
        return shared_state_count(shared, t, key, view);
    if (!view->flow && t->kind != THRESHOLD_DETECTION_FILTER) /* as in Suricata */
        return false;
    struct threshold_count *c = flow ? flow_memory_count(flow, t, key) : NULL;
    if (!c) {
        shared_state_count_refused(shared);
        return t->kind != THRESHOLD_RATE_FILTER;
    }
    return threshold_count_match(t, c, view->packet->time_ns);
}

bool threshold_settled(const struct rule *rule, struct shared_state *shared, const struct view *view,
                       uint64_t until_ns, enum threshold_verdict *verdict)
{
    bool yes;
    const struct threshold *t = rule->thresholds;
    if (rule->threshold_count != 1 || t->track == TRACK_FLOW || !view->packet->source_address.version ||
        !shared_state_settled(shared, t, key_of(rule), view, until_ns, &yes))
        return false;
    *verdict = yes ? THRESHOLD_ALERT : THRESHOLD_SILENT;
    return true;
}

/* Of a match that was counted and does not alert: whether it is one too few, not one too many. */
static bool waits(const struct rule *rule, const struct threshold *t, struct flow_memory *flow,
                  struct shared_state *shared, const struct view *view)
{
    if (t->kind != THRESHOLD_BOTH)
        return t->kind == THRESHOLD_THRESHOLD || t->kind == THRESHOLD_DETECTION_FILTER;
    bool yes;
    uint64_t key = key_of(rule), now_ns = view->packet->time_ns;
    if (t->track != TRACK_FLOW)
        return !shared_state_settled(shared, t, key, view, now_ns, &yes);
    const struct threshold_count *c = flow ? flow_memory_count(flow, t, key) : NULL;
    return c && !threshold_count_settled(t, c, now_ns, &yes);
}

enum threshold_verdict threshold_check(const struct rule *rule, struct flow_memory *flow,
                                       struct shared_state *shared, const struct view *view,
                                       enum rule_action *action)
{
    for (uint32_t i = 0; i < rule->threshold_count; i++)
        if (rule->thresholds[i].kind == THRESHOLD_SUPPRESS && suppressed(&rule->thresholds[i], view))
            return THRESHOLD_SILENT;
    enum threshold_verdict verdict = THRESHOLD_ALERT;
    if (!view->packet->source_address.version) /* without IP Suricata counts nothing: every match alerts */
        return verdict;
    for (uint32_t i = 0; i < rule->threshold_count; i++) {
        const struct threshold *t = &rule->thresholds[i];
        if (t->kind == THRESHOLD_SUPPRESS || t->kind == THRESHOLD_NONE)
            continue;
        bool yes = count_one(rule, t, flow, shared, view);
        if (t->kind == THRESHOLD_RATE_FILTER)
            *action = yes ? (enum rule_action)t->new_action : *action;
        else if (!yes && verdict != THRESHOLD_WAITS)
            verdict = waits(rule, t, flow, shared, view) ? THRESHOLD_WAITS : THRESHOLD_SILENT;
    }
    return verdict;
}
