/* A comparison of alerts as text for a person, and as JSON. */
#include <inttypes.h>

#include "output/json.h"
#include "rulework/diff/alert_diff.h"

enum { NAMED_MOST = 20 }; /* rules of a kind that are named beside their number */

static int put_place(struct buf *out, const struct eve_alert *alert)
{
    int rc = buf_printf(out, "%s  %s", alert->time, alert->ends);
    return rc              ? rc
           : alert->packet ? buf_printf(out, "  packet %" PRIu64, alert->packet)
                           : buf_printf(out, "  no packet of its own");
}

/* Bytes that a terminal might obey are shown as dots. */
static int put_text(struct buf *out, const char *text)
{
    int rc = 0;
    for (const uint8_t *p = (const uint8_t *)text; !rc && *p; p++)
        rc = buf_append_byte(out, *p < ' ' || *p == 127 ? '.' : *p);
    return rc;
}

static int put_head(struct buf *out, const char *what, const struct sid_diff *d, uint32_t count)
{
    int rc = buf_printf(out, "%-8s sid %u \"", what, d->sid);
    if (!rc)
        rc = put_text(out, d->message);
    return rc ? rc : buf_printf(out, "\": %u alert%s", count, count == 1 ? "" : "s");
}

/* What explains it: the rule is not there, refused, or reads otherwise. */
static int put_cause(struct buf *out, const struct sid_diff *d, const struct rule_said *other,
                     const char *side)
{
    if (other && other->refusal) {
        int rc = buf_printf(out, "\n  refused by %s: ", side);
        return rc ? rc : put_text(out, other->refusal);
    }
    if (d->text == TEXT_DIFFERS)
        return buf_printf(out, "; the rule's text differs");
    if (d->text == TEXT_ONLY_A || d->text == TEXT_ONLY_B)
        return buf_printf(out, "; the rule is in %s only", d->text == TEXT_ONLY_A ? "A" : "B");
    return d->text == TEXT_SAME ? buf_printf(out, "; the rule is the same in both") : 0;
}

static int put_example(struct buf *out, const struct eve_alert *alert)
{
    int rc = buf_printf(out, "\n  ");
    if (!rc)
        rc = put_place(out, alert);
    return rc ? rc : buf_append_byte(out, '\n');
}

static int put_field(struct buf *out, const char *name, const char *a, const char *b)
{
    if (strcmp(a, b) == 0)
        return 0;
    int rc = buf_printf(out, "  %s \"", name);
    if (!rc)
        rc = put_text(out, a);
    if (!rc)
        rc = buf_printf(out, "\" -> \"");
    if (!rc)
        rc = put_text(out, b);
    return rc ? rc : buf_printf(out, "\"\n");
}

static int put_change(struct buf *out, const struct alert_pair *pair)
{
    const struct eve_alert *a = pair->a, *b = pair->b;
    int rc = put_example(out, a);
    if (!rc && (a->packet != b->packet || strcmp(a->time, b->time) != 0 || strcmp(a->ends, b->ends) != 0)) {
        rc = buf_printf(out, "  is now at ");
        if (!rc)
            rc = put_place(out, b);
        if (!rc)
            rc = buf_append_byte(out, '\n');
    }
    if (!rc)
        rc = put_field(out, "action", a->action, b->action);
    if (!rc)
        rc = put_field(out, "message", a->message, b->message);
    if (!rc)
        rc = put_field(out, "category", a->category, b->category);
    if (!rc && a->severity != b->severity)
        rc = buf_printf(out, "  severity %u -> %u\n", a->severity, b->severity);
    return rc;
}

static int put_rule(struct buf *out, const struct sid_diff *d)
{
    int rc = 0;
    if (d->lost) {
        rc = put_head(out, "lost", d, d->lost);
        if (!rc)
            rc = put_cause(out, d, d->rule_b, "B");
        if (!rc)
            rc = put_example(out, d->first_lost);
    }
    if (!rc && d->gained) {
        rc = put_head(out, "gained", d, d->gained);
        if (!rc)
            rc = put_cause(out, d, d->rule_a, "A");
        if (!rc)
            rc = put_example(out, d->first_gained);
    }
    if (!rc && d->changed) {
        rc = put_head(out, "changed", d, d->changed);
        if (!rc)
            rc = put_cause(out, d, NULL, "");
        if (!rc)
            rc = put_change(out, &d->first_changed);
    }
    return rc;
}

static bool alerts_are_same(const struct sid_diff *d)
{
    return !d->gained && !d->lost && !d->changed;
}

static bool refused_by_other(const struct sid_diff *d)
{
    return (d->rule_a && d->rule_a->refusal) || (d->rule_b && d->rule_b->refusal);
}

/* Rules whose text says something else, to no effect here. */
static int put_unchanged(struct buf *out, const struct alert_diff *diff, enum text_state text,
                         const char *title)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < diff->count; i++)
        count += diff->list[i].text == text && alerts_are_same(&diff->list[i]);
    if (!count)
        return 0;
    int rc = buf_printf(out, "%u rule%s %s:", count, count == 1 ? "" : "s", title);
    uint32_t named = 0;
    for (uint32_t i = 0; !rc && i < diff->count && named < NAMED_MOST; i++) {
        const struct sid_diff *d = &diff->list[i];
        if (d->text != text || !alerts_are_same(d))
            continue;
        named++;
        rc = buf_printf(out, " %u%s", d->sid, refused_by_other(d) ? " (refused by the other)" : "");
        if (!rc && text == TEXT_DIFFERS)
            rc = buf_printf(out, " (%u alert%s)", d->same, d->same == 1 ? "" : "s");
    }
    return rc ? rc : buf_printf(out, "%s\n", count > named ? " ..." : "");
}

static int put_side(struct buf *out, const char *title, const struct diff_side *side)
{
    int rc = buf_printf(out, "%s %s: ", title, side->name);
    if (!rc && side->has_rules)
        rc = buf_printf(out, "%u rules (%u refused), ", side->loaded, side->refused);
    return rc ? rc : buf_printf(out, "%u alerts\n", side->alerts.count);
}

int alert_diff_text(const struct alert_diff *diff, struct buf *out)
{
    int rc = 0;
    for (uint32_t i = 0; !rc && i < diff->count; i++)
        rc = put_rule(out, &diff->list[i]);
    if (!rc)
        rc = put_unchanged(out, diff, TEXT_DIFFERS, "read otherwise, which changed nothing here");
    if (!rc)
        rc = put_unchanged(out, diff, TEXT_ONLY_A, "in A only, without an alert");
    if (!rc)
        rc = put_unchanged(out, diff, TEXT_ONLY_B, "in B only, without an alert");
    if (!rc)
        rc = put_side(out, "A", diff->a);
    if (!rc)
        rc = put_side(out, "B", diff->b);
    return rc ? rc
              : buf_printf(out,
                           "%" PRIu64 " alerts are the same, %" PRIu64 " lost, %" PRIu64 " gained, %" PRIu64
                           " changed\n",
                           diff->same, diff->lost, diff->gained, diff->changed);
}

static json_t *alert_json(struct json_writer *w, const struct eve_alert *alert)
{
    json_t *o = json_object();
    json_put_text(w, o, "timestamp", alert->time);
    json_put_text(w, o, "ends", alert->ends);
    if (alert->packet)
        json_put_uint(w, o, "pcap_cnt", alert->packet);
    json_put_text(w, o, "action", alert->action);
    json_put_text(w, o, "signature", alert->message);
    json_put_text(w, o, "category", alert->category);
    json_put_uint(w, o, "severity", alert->severity);
    return o;
}

static json_t *rule_json(struct json_writer *w, const struct sid_diff *d)
{
    static const char *const texts[] = {"unknown", "same", "differs", "only_a", "only_b"};
    json_t *o = json_object();
    json_put_uint(w, o, "gid", d->gid);
    json_put_uint(w, o, "sid", d->sid);
    json_put_text(w, o, "msg", d->message);
    json_put_text(w, o, "text", texts[d->text]);
    json_put_uint(w, o, "same", d->same);
    json_put_uint(w, o, "lost", d->lost);
    json_put_uint(w, o, "gained", d->gained);
    json_put_uint(w, o, "changed", d->changed);
    if (d->rule_a && d->rule_a->refusal)
        json_put_text(w, o, "refused_by_a", d->rule_a->refusal);
    if (d->rule_b && d->rule_b->refusal)
        json_put_text(w, o, "refused_by_b", d->rule_b->refusal);
    if (d->first_lost)
        json_put(w, o, "first_lost", alert_json(w, d->first_lost));
    if (d->first_gained)
        json_put(w, o, "first_gained", alert_json(w, d->first_gained));
    if (d->changed) {
        json_t *pair = json_object();
        json_put(w, pair, "a", alert_json(w, d->first_changed.a));
        json_put(w, pair, "b", alert_json(w, d->first_changed.b));
        json_put(w, o, "first_changed", pair);
    }
    return o;
}

static json_t *side_json(struct json_writer *w, const struct diff_side *side)
{
    json_t *o = json_object();
    json_put_text(w, o, "name", side->name);
    if (side->has_rules) {
        json_put_uint(w, o, "rules", side->loaded);
        json_put_uint(w, o, "refused", side->refused);
    }
    json_put_uint(w, o, "alerts", side->alerts.count);
    return o;
}

int alert_diff_json(const struct alert_diff *diff, struct buf *out)
{
    struct json_writer w = {0};
    json_t *o = json_object(), *rules = json_array();
    json_put(&w, o, "a", side_json(&w, diff->a));
    json_put(&w, o, "b", side_json(&w, diff->b));
    json_put_uint(&w, o, "same", diff->same);
    json_put_uint(&w, o, "lost", diff->lost);
    json_put_uint(&w, o, "gained", diff->gained);
    json_put_uint(&w, o, "changed", diff->changed);
    for (uint32_t i = 0; i < diff->count; i++)
        json_append(&w, rules, rule_json(&w, &diff->list[i]));
    json_put(&w, o, "rules", rules);
    return json_finish(&w, o, out);
}
