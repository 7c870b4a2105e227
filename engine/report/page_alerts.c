/* Each alert that was kept, rule by rule: where, with which bytes, and why. */
#include <inttypes.h>

#include "report/page.h"
#include "rule/rule.h"
#include "rule/rule_list.h"
#include "rulework/explain/explained.h"
#include "sluice.h"

enum { OPTIONS_SHOWN = 64, OPTION_BYTES = 500, REFERENCES_SHOWN = 20 };

static const char *action_name(enum rule_action action)
{
    switch (action) {
    case ACTION_DROP:
        return "drop";
    case ACTION_REJECT:
        return "reject";
    case ACTION_PASS:
        return "pass";
    default:
        return "alert";
    }
}

static void put_heading(struct html *h, const struct report_rule *r, uint32_t index)
{
    const struct rule *rule = r->rule;
    html_format(h,
                "<article class=\"rule\" id=\"rule-%u\" aria-labelledby=\"rule-%u-title\">\n"
                "<h3 id=\"rule-%u-title\">",
                index, index, index);
    part_severity(h, severity_of(rule->priority));
    html_put(h, " ");
    html_text(h, rule->message[0] ? rule->message : "(no message)");
    html_format(h, "</h3>\n<p class=\"meta\">%s, sid ", action_name(rule->header.action));
    if (rule->gid != 1)
        html_format(h, "%u:", rule->gid);
    html_format(h, "%u, rev %u, ", rule->sid, rule->rev);
    if (rule->class_text[0]) {
        part_short(h, rule->class_text);
        html_put(h, ", ");
    }
    html_number(h, r->alerts);
    html_put(h, r->alerts == 1 ? " alert" : " alerts");
    for (uint32_t i = 0; i < rule->reference_count && i < REFERENCES_SHOWN; i++) {
        html_put(h, i ? ", " : "; see ");
        part_short(h, rule->references[i]);
    }
    html_put(h, "</p>\n");
}

static void put_rule_text(struct html *h, const struct rule *rule, uint32_t index)
{
    struct buf text = {0};
    h->failed |= rule_print(rule, &text) != 0;
    html_put(h, "<details class=\"text\">\n<summary>The rule, from ");
    part_short(h, rule->file ? rule->file : "nowhere");
    html_format(h, ":%u</summary>\n<pre class=\"wrap\" id=\"rule-%u-text\">", rule->line, index);
    html_cut(h, buf_slice(&text), HTML_TEXT_MOST);
    html_put(h, "</pre>\n</details>\n");
    buf_fini(&text);
}

static void put_option(struct html *h, const struct explain_line *line, unsigned *number)
{
    static const struct {
        const char *name, *style;
    } answers[] = {{"matched", "yes"}, {"did not match", "no-match"}, {"not reached", "muted"}, {"", ""}};
    html_put(h, "<tr><td class=\"no\">");
    if (line->mark >= 0)
        html_format(h, "<mark class=\"k%u\">%c</mark>", *number % 6, page_label(*number));
    *number += line->mark >= 0;
    html_put(h, "</td><th scope=\"row\" class=\"option\"><code>");
    html_cut(h, slice_str(line->text), OPTION_BYTES);
    html_put(h, "</code>");
    if (line->why) {
        html_put(h, "<small>");
        part_short(h, line->why);
        html_put(h, "</small>");
    }
    html_format(h, "</th><td class=\"%s\">%s</td></tr>\n", answers[line->answer].style,
                answers[line->answer].name);
}

static void put_options(struct html *h, const struct explain_case *explained)
{
    static const char *const columns[] = {"Mark", "Option, and where it is", "Answer"};
    unsigned number = 0;
    part_table(h, "Why the rule matched, option by option", columns, 3, false);
    for (uint32_t i = 0; i < explained->line_count && i < OPTIONS_SHOWN; i++)
        put_option(h, &explained->lines[i], &number);
    part_table_end(h);
    part_more(h, explained->line_count > OPTIONS_SHOWN ? explained->line_count - OPTIONS_SHOWN : 0,
              "options");
}

static void put_place(struct html *h, const struct kept_alert *alert)
{
    const struct explain_case *explained = alert->explained;
    html_put(h, "<p class=\"meta\">");
    if (explained && explained->transaction >= 0)
        html_format(h, "transaction %" PRId64 " ", explained->transaction);
    else if (explained)
        html_put(h, explained->kind == VIEW_STREAM ? "in the stream " : "in the packet ");
    if (explained)
        html_put(h, explained->direction == TO_SERVER ? "to the server, " : "to the client, ");
    if (alert->flow_id)
        html_format(h, "flow_id %" PRIu64 " ", alert->flow_id);
    else
        html_put(h, "no flow ");
    html_put(h, "in EVE</p>\n");
}

static void put_summary(struct html *h, const struct kept_alert *alert)
{
    html_time(h, alert->time_ns);
    html_put(h, " ");
    html_text(h, alert->ends);
    if (alert->app > APP_FAILED)
        html_format(h, ", %s", app_proto_name(alert->app));
    if (alert->packet)
        html_format(h, ", packet %" PRIu64, alert->packet);
    else
        html_put(h, ", at the flow's end");
}

/* The first alert of a rule stands open. */
static void put_detailed(struct html *h, const struct report_rule *r, const struct kept_alert *alert,
                         bool open)
{
    html_format(h, "<li><details%s>\n<summary>", open ? " open" : "");
    put_summary(h, alert);
    html_put(h, "</summary>\n");
    put_place(h, alert);
    if (alert->explained) {
        put_options(h, alert->explained);
        page_explained_bytes(h, r->rule, alert->explained);
    } else
        html_put(h, "<p>Its explanation could not be kept: a threshold silenced most of the rule's "
                    "matches.</p>\n");
    page_payload(h, alert);
    html_put(h, "</details></li>\n");
}

/* The others: where they are. */
static void put_brief(struct html *h, const struct report_rule *r, uint32_t from)
{
    html_format(h, "<details class=\"text\">\n<summary>%u more</summary>\n<ol class=\"brief\">\n",
                r->kept_count - from);
    for (uint32_t i = from; i < r->kept_count; i++) {
        html_put(h, "<li>");
        put_summary(h, &r->kept[i]);
        html_put(h, "</li>\n");
    }
    html_put(h, "</ol>\n</details>\n");
}

static void put_alerts(struct html *h, const struct report_rule *r)
{
    uint32_t i = 0;
    html_put(h, "<ol class=\"alerts\">\n");
    for (; i < r->kept_count && i < REPORT_EXPLAINED && h->out.n < PAGE_DETAILS_MOST; i++)
        put_detailed(h, r, &r->kept[i], i == 0);
    html_put(h, "</ol>\n");
    if (i < r->kept_count)
        put_brief(h, r, i);
    part_more(h, r->alerts - r->kept_count, "alerts of this rule, which are only counted");
}

static void put_left_out(struct html *h, const struct page_facts *f)
{
    const struct report_facts *c = f->facts;
    uint64_t kept = 0, rules = 0;
    for (uint32_t i = 0; i < c->rules.count; i++) {
        const struct report_rule *r = tally_item(&c->rules, i);
        kept += r->kept_count;
        rules += r->kept_count > 0;
    }
    html_put(h, "<p>Of ");
    html_number(h, f->summary->alerts);
    html_put(h, " alerts ");
    html_number(h, kept);
    html_put(h, " are shown here, of ");
    html_number(h, rules);
    html_format(h, " rules: the first %d of a rule, the first %d of these with bytes and explanation. ",
                REPORT_ALERTS, REPORT_EXPLAINED);
    if (f->summary->alerts > kept) {
        html_number(h, f->summary->alerts - kept);
        html_put(h, " are only counted.");
    }
    if (rules < c->rules.count)
        html_format(h, " Of each severity it is the first %d rules that alerted.", REPORT_RULES);
    if (h->out.n >= PAGE_DETAILS_MOST)
        html_put(h, " The page would be too large with the bytes of all of them.");
    html_put(h, "</p>\n");
}

void page_alerts(struct html *h, const struct page_facts *f)
{
    const struct report_facts *c = f->facts;
    part_section(h, "alerts", "Alerts");
    put_left_out(h, f);
    for (uint32_t i = 0; i < c->rules.count; i++) {
        const struct report_rule *r = tally_item(&c->rules, i);
        if (!r->kept_count)
            continue;
        put_heading(h, r, i + 1);
        put_rule_text(h, r->rule, i + 1);
        put_alerts(h, r);
        html_put(h, "</article>\n");
    }
    part_section_end(h);
}
