#include "rulework/diff/alert_diff.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"

static int order(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_texts(const char *a, const char *b)
{
    return a == b ? 0 : strcmp(a, b);
}

static int compare_rules(const struct eve_alert *x, const struct eve_alert *y)
{
    int by = order(x->gid, y->gid);
    return by ? by : order(x->sid, y->sid);
}

/* Of one rule: where the alert is. */
static int compare_places(const struct eve_alert *x, const struct eve_alert *y)
{
    int by = compare_texts(x->flow, y->flow);
    if (!by)
        by = order(x->packet, y->packet);
    if (!by)
        by = compare_texts(x->time, y->time);
    return by ? by : compare_texts(x->ends, y->ends);
}

static int compare_alerts(const void *a, const void *b)
{
    const struct eve_alert *x = a, *y = b;
    int by = compare_rules(x, y);
    if (!by)
        by = compare_places(x, y);
    return by ? by : order(x->line, y->line);
}

static void sort(struct eve_alerts *alerts)
{
    if (alerts->count)
        qsort(alerts->list, alerts->count, sizeof alerts->list[0], compare_alerts);
}

static bool reads_the_same(const struct eve_alert *a, const struct eve_alert *b)
{
    return a->severity == b->severity && !compare_texts(a->message, b->message) &&
           !compare_texts(a->category, b->category) && !compare_texts(a->action, b->action);
}

static void first(const struct eve_alert **example, const struct eve_alert *alert)
{
    if (!*example || alert->line < (*example)->line)
        *example = alert;
}

static void changed(struct sid_diff *d, const struct eve_alert *a, const struct eve_alert *b)
{
    d->changed++;
    if (!d->first_changed.a || a->line < d->first_changed.a->line)
        d->first_changed = (struct alert_pair){a, b};
}

struct run { /* alerts of one rule on one side, sorted */
    const struct eve_alert *list;
    uint32_t count;
};

/* Takes those out that are at the same place on both sides; the rest moves to the front of `rest`. */
static void pair_places(struct sid_diff *d, const struct run *a, const struct run *b,
                        const struct eve_alert **rest_a, uint32_t *count_a, const struct eve_alert **rest_b,
                        uint32_t *count_b)
{
    uint32_t i = 0, j = 0;
    while (i < a->count || j < b->count) {
        int by = i == a->count ? 1 : j == b->count ? -1 : compare_places(&a->list[i], &b->list[j]);
        if (by < 0) {
            rest_a[(*count_a)++] = &a->list[i++];
        } else if (by > 0) {
            rest_b[(*count_b)++] = &b->list[j++];
        } else {
            if (reads_the_same(&a->list[i], &b->list[j]))
                d->same++;
            else
                changed(d, &a->list[i], &b->list[j]);
            i++;
            j++;
        }
    }
}

/* What is left: in the same conversation it has moved to another packet; else it is lost, or gained. */
static void pair_flows(struct sid_diff *d, const struct eve_alert **a, uint32_t count_a,
                       const struct eve_alert **b, uint32_t count_b)
{
    uint32_t i = 0, j = 0;
    while (i < count_a || j < count_b) {
        int by = i == count_a ? 1 : j == count_b ? -1 : compare_texts(a[i]->flow, b[j]->flow);
        if (by < 0) {
            d->lost++;
            first(&d->first_lost, a[i++]);
        } else if (by > 0) {
            d->gained++;
            first(&d->first_gained, b[j++]);
        } else {
            changed(d, a[i++], b[j++]);
        }
    }
}

static int compare_rule(struct sid_diff *d, const struct run *a, const struct run *b)
{
    const struct eve_alert **rest = calloc((size_t)a->count + b->count + 1, sizeof *rest);
    uint32_t count_a = 0, count_b = 0;
    if (!rest)
        return -ENOMEM;
    pair_places(d, a, b, rest, &count_a, rest + a->count, &count_b);
    pair_flows(d, rest, count_a, rest + a->count, count_b);
    free(rest);
    return 0;
}

static enum text_state compare_rule_texts(const struct alert_diff *diff, const struct sid_diff *d)
{
    if (!diff->a->has_rules || !diff->b->has_rules)
        return TEXT_UNKNOWN;
    const char *a = d->rule_a ? d->rule_a->text : NULL, *b = d->rule_b ? d->rule_b->text : NULL;
    if (!a || !b)
        return a ? TEXT_ONLY_A : b ? TEXT_ONLY_B : TEXT_SAME;
    return strcmp(a, b) == 0 ? TEXT_SAME : TEXT_DIFFERS;
}

/* Where the three or four lists stand. */
struct walk {
    uint32_t alert_a, alert_b, rule_a, rule_b;
};

static uint64_t key(uint32_t gid, uint32_t sid)
{
    return (uint64_t)gid << 32 | sid;
}

static uint64_t alert_key(const struct eve_alerts *alerts, uint32_t at)
{
    return alerts->list && at < alerts->count ? key(alerts->list[at].gid, alerts->list[at].sid) : UINT64_MAX;
}

static uint64_t rule_key(const struct diff_side *side, uint32_t at)
{
    return at < side->rule_count ? key(side->rules[at].gid, side->rules[at].sid) : UINT64_MAX;
}

static uint64_t least_key(const struct alert_diff *d, const struct walk *w)
{
    uint64_t keys[] = {alert_key(&d->a->alerts, w->alert_a), alert_key(&d->b->alerts, w->alert_b),
                       rule_key(d->a, w->rule_a), rule_key(d->b, w->rule_b)};
    uint64_t least = keys[0];
    for (int i = 1; i < 4; i++)
        least = keys[i] < least ? keys[i] : least;
    return least;
}

static struct run take_run(const struct eve_alerts *alerts, uint32_t *at, uint64_t which)
{
    struct run run = {.list = alerts->list ? alerts->list + *at : NULL};
    for (; alert_key(alerts, *at) == which; ++*at)
        run.count++;
    return run;
}

static void skip_rules(const struct diff_side *side, uint32_t *at, uint64_t which)
{
    while (rule_key(side, *at) == which)
        ++*at;
}

static const char *message_of(const struct sid_diff *d, const struct run *a, const struct run *b)
{
    if (d->rule_b && d->rule_b->message)
        return d->rule_b->message;
    if (b->count)
        return b->list[0].message;
    if (d->rule_a && d->rule_a->message)
        return d->rule_a->message;
    return a->count ? a->list[0].message : "";
}

/* One rule; kept when there is something to say of it. */
static int take(struct alert_diff *diff, struct walk *w, uint64_t which)
{
    struct sid_diff d = {.gid = (uint32_t)(which >> 32), .sid = (uint32_t)which};
    struct run a = take_run(&diff->a->alerts, &w->alert_a, which);
    struct run b = take_run(&diff->b->alerts, &w->alert_b, which);
    skip_rules(diff->a, &w->rule_a, which);
    skip_rules(diff->b, &w->rule_b, which);
    d.rule_a = diff_side_rule(diff->a, d.gid, d.sid);
    d.rule_b = diff_side_rule(diff->b, d.gid, d.sid);
    d.message = message_of(&d, &a, &b);
    d.text = compare_rule_texts(diff, &d);
    int rc = compare_rule(&d, &a, &b);
    if (rc || (!a.count && !b.count && d.text <= TEXT_SAME))
        return rc;
    if (grow_array(&diff->list, diff->count, &diff->capacity))
        return -ENOMEM;
    diff->list[diff->count++] = d;
    diff->same += d.same;
    diff->gained += d.gained;
    diff->lost += d.lost;
    diff->changed += d.changed;
    return 0;
}

int alert_diff_make(struct alert_diff *out, struct diff_side *a, struct diff_side *b)
{
    *out = (struct alert_diff){.a = a, .b = b};
    sort(&a->alerts);
    sort(&b->alerts);
    struct walk walk = {0};
    uint64_t which;
    int rc = 0;
    while (!rc && (which = least_key(out, &walk)) != UINT64_MAX)
        rc = take(out, &walk, which);
    return rc;
}

void alert_diff_fini(struct alert_diff *diff)
{
    free(diff->list);
    *diff = (struct alert_diff){0};
}

bool alert_diff_any(const struct alert_diff *diff)
{
    return diff->gained || diff->lost || diff->changed;
}
