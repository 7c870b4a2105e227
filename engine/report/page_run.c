/* What did not go as it should: rules that were refused, anomalies, and what the run did not see. */
#include "report/page.h"
#include "report/refusals.h"
#include "run/stats.h"

enum { REASONS_SHOWN = 100 };

static void put_reasons(struct html *h, const struct refusals *r, bool unsupported)
{
    static const char *const columns[] = {"#Rules", "Reason"};
    uint64_t more = 0, shown = 0;
    part_table(h, unsupported ? "Right, but not supported yet" : "Wrong", columns, 2, false);
    for (size_t i = 0; i < r->reason_count; i++) {
        if (r->reasons[i].unsupported != unsupported)
            continue;
        if (shown++ >= REASONS_SHOWN) {
            more++;
            continue;
        }
        html_put(h, "<tr>");
        part_number_cell(h, r->reasons[i].count);
        html_put(h, "<th scope=\"row\" class=\"wide\">");
        html_cut(h, slice_str(r->reasons[i].text), 500);
        html_put(h, "</th></tr>\n");
    }
    part_table_end(h);
    part_more(h, more, "reasons");
}

static void put_text_lines(struct html *h, const char *text)
{
    for (const char *line = text; *line;) {
        const char *end = strchrnul(line, '\n');
        html_cut(h, slice_of(line, (size_t)(end - line)), HTML_TEXT_MOST);
        html_put(h, "\n");
        line = *end ? end + 1 : end;
    }
}

void page_refused(struct html *h, const struct page_facts *f)
{
    const struct refusals *r = f->refusals;
    part_section(h, "refused", "Refused rules");
    if (!r->wrong && !r->unsupported)
        html_put(h, "<p>All rules were loaded.</p>\n");
    if (r->wrong) {
        put_reasons(h, r, false);
        html_put(h, "<details class=\"refusal\">\n<summary>Where they are wrong</summary>\n"
                    "<pre tabindex=\"0\" role=\"group\" aria-label=\"Rules that are wrong\">");
        for (size_t i = 0; i < r->shown_count; i++)
            put_text_lines(h, r->shown[i]);
        html_put(h, "</pre>\n</details>\n");
        part_more(h, r->wrong - r->shown_count, "wrong rules (sluice rule check shows them all)");
    }
    if (r->unsupported)
        put_reasons(h, r, true);
    part_section_end(h);
}

void page_anomalies(struct html *h, const struct page_facts *f)
{
    static const char *const columns[] = {"Layer", "Event", "#Times", "#First packet"};
    const struct tally *anomalies = &f->facts->anomalies;
    part_section(h, "anomalies", "Anomalies of parsers");
    if (!anomalies->count)
        html_put(h, "<p>Decoding, streams and the application parsers met nothing odd.</p>\n");
    else
        part_table(h, "What decoding, the stream engine and the application parsers remarked on", columns, 4,
                   true);
    for (uint32_t i = 0; i < anomalies->count && i < PAGE_ROWS; i++) {
        const struct report_anomaly *a = tally_item(anomalies, i);
        html_format(h, "<tr><td>%s</td><th scope=\"row\"><code>", a->layer);
        html_text(h, a->name);
        html_put(h, "</code></th>");
        part_number_cell(h, a->count);
        if (a->first_packet)
            part_number_cell(h, a->first_packet);
        else
            html_put(h, "<td class=\"num\" data-value=\"0\">a flow's end</td>");
        html_put(h, "</tr>\n");
    }
    if (anomalies->count)
        part_table_end(h);
    part_section_end(h);
}

struct loss {
    const char *group, *name, *meaning;
};

/* Values of run/stat_list.h that say what was not inspected, or not told, and in what way. */
static const struct loss losses[] = {
#define LOSS(group, name, meaning) {group, name, meaning},
#include "report/loss_list.h"
#undef LOSS
};

static const struct loss *loss_of(const struct stat_value *stat)
{
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++)
        if (strcmp(losses[i].group, stat->group) == 0 && strcmp(losses[i].name, stat->name) == 0)
            return &losses[i];
    return NULL;
}

void page_losses(struct html *h, const struct page_facts *f)
{
    static const char *const columns[] = {"Counter", "#Times", "What it means"};
    struct stat_value stats[RUN_STATS];
    unsigned count = run_stats(f->counters, stats), shown = 0;
    uint64_t caps = run_caps_hit(f->counters);
    part_section(h, "losses", "What was not seen");
    if (caps) {
        html_put(h, "<p class=\"notice\"><strong>Alerts may be missing:</strong> a cap on memory was hit ");
        html_number(h, caps);
        html_put(h, caps == 1 ? " time.</p>\n" : " times.</p>\n");
    }
    for (unsigned i = 0; i < count; i++) {
        const struct loss *loss = stats[i].value ? loss_of(&stats[i]) : NULL;
        if (!loss)
            continue;
        if (!shown++)
            part_table(h, "Packets, bytes, streams and alerts that were left out or cut", columns, 3, false);
        html_format(h, "<tr><th scope=\"row\"><code>%s.%s</code></th>", loss->group, loss->name);
        part_number_cell(h, stats[i].value);
        html_format(h, "<td class=\"wide\">%s</td></tr>\n", loss->meaning);
    }
    if (shown)
        part_table_end(h);
    else
        html_put(h, "<p>Nothing was cut, dropped or left out.</p>\n");
    part_section_end(h);
}
