/* Alerts over time: a chart, and the same as a table. */
#include "report/page.h"

enum { SLOTS_LEAST = 24, SLOT = 10, HEIGHT = 100 };

static uint64_t sum_of(const uint64_t bar[SEVERITIES])
{
    uint64_t sum = 0;
    for (unsigned s = 0; s < SEVERITIES; s++)
        sum += bar[s];
    return sum;
}

/* What the axis ends at: one digit and zeroes. */
static uint64_t axis_end(const struct timeline *t)
{
    uint64_t most = 1, unit = 1;
    for (unsigned i = 0; i < t->count; i++)
        most = sum_of(t->bars[i]) > most ? sum_of(t->bars[i]) : most;
    while (most / unit >= 10)
        unit *= 10;
    return (most + unit - 1) / unit * unit;
}

static void put_width(struct html *h, uint64_t ns)
{
    static const struct {
        uint64_t ns;
        const char *name;
    } units[] = {{UINT64_C(604800000000000), "week"}, {UINT64_C(86400000000000), "day"},
                 {UINT64_C(3600000000000), "hour"},   {UINT64_C(60000000000), "minute"},
                 {UINT64_C(1000000000), "second"},    {UINT64_C(1000000), "millisecond"}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (ns < units[i].ns)
            continue;
        unsigned long long n = ns / units[i].ns;
        html_format(h, "%llu %s%s", n, units[i].name, n == 1 ? "" : "s");
        return;
    }
}

static void put_bar(struct html *h, const struct timeline *t, unsigned i, uint64_t end)
{
    double y = HEIGHT;
    if (!sum_of(t->bars[i]))
        return;
    html_put(h, "<g><title>");
    html_time_text(h, (t->first + i) * timeline_width(t));
    html_format(h, ": %llu</title>", (unsigned long long)sum_of(t->bars[i]));
    for (unsigned s = 0; s < SEVERITIES; s++) {
        double height = (double)t->bars[i][s] / (double)end * HEIGHT;
        if (t->bars[i][s] && height < 0.75)
            height = 0.75; /* what is there is seen */
        y -= height;
        if (t->bars[i][s])
            html_format(h, "<rect class=\"b%u\" x=\"%u\" y=\"%.2f\" width=\"%d\" height=\"%.2f\"/>", s,
                        i * SLOT + 1, y, SLOT - 2, height);
    }
    html_put(h, "</g>\n");
}

static void put_legend(struct html *h, const struct report_facts *c)
{
    html_put(h, "<ul class=\"legend\">\n");
    for (unsigned s = 0; s < SEVERITIES; s++) {
        if (!c->severities[s])
            continue;
        html_format(h,
                    "<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"b%u\" width=\"10\" "
                    "height=\"10\"/></svg>",
                    s);
        html_put(h, severity_name(s));
        html_put(h, ": ");
        html_number(h, c->severities[s]);
        html_put(h, "</li>\n");
    }
    html_put(h, "</ul>\n");
}

static void put_chart(struct html *h, const struct report_facts *c)
{
    const struct timeline *t = &c->timeline;
    unsigned slots = t->count < SLOTS_LEAST ? SLOTS_LEAST : t->count;
    uint64_t end = axis_end(t), width = timeline_width(t);
    html_put(h, "<figure class=\"chart\">\n<div class=\"plot\">\n<div class=\"axis\" "
                "aria-hidden=\"true\"><span>");
    html_number(h, end);
    html_format(h,
                "</span><span>0</span></div>\n<svg viewBox=\"0 0 %u %d\" preserveAspectRatio=\"none\" "
                "role=\"img\" aria-labelledby=\"chart-title\">\n<title id=\"chart-title\">Alerts over time, "
                "stacked by severity; the table below has the numbers</title>\n",
                slots * SLOT, HEIGHT);
    for (unsigned i = 0; i < 4; i++)
        html_format(h, "<line class=\"grid\" x1=\"0\" x2=\"%u\" y1=\"%u\" y2=\"%u\"/>\n", slots * SLOT,
                    i * HEIGHT / 4, i * HEIGHT / 4);
    for (unsigned i = 0; i < t->count; i++)
        put_bar(h, t, i, end);
    html_format(h, "<line class=\"base\" x1=\"0\" x2=\"%u\" y1=\"%d\" y2=\"%d\"/>\n</svg>\n", slots * SLOT,
                HEIGHT, HEIGHT);
    html_put(h, "<div class=\"span\"><span>");
    html_time(h, t->first * width);
    html_put(h, "</span><span>one bar: ");
    put_width(h, width);
    html_put(h, "</span><span>");
    html_time(h, (t->first + slots) * width);
    html_put(h, "</span></div>\n</div>\n");
    put_legend(h, c);
    html_put(h, "</figure>\n");
}

static void put_table(struct html *h, const struct timeline *t)
{
    static const char *const columns[] = {"From", "#High", "#Medium", "#Low", "#Notice"};
    html_put(h, "<details>\n<summary>The numbers of the chart</summary>\n");
    part_table(h, "Alerts over time", columns, 1 + SEVERITIES, false);
    for (unsigned i = 0; i < t->count; i++) {
        if (!sum_of(t->bars[i]))
            continue;
        html_put(h, "<tr><th scope=\"row\">");
        html_time(h, (t->first + i) * timeline_width(t));
        html_put(h, "</th>");
        for (unsigned s = 0; s < SEVERITIES; s++)
            part_number_cell(h, t->bars[i][s]);
        html_put(h, "</tr>\n");
    }
    part_table_end(h);
    html_put(h, "</details>\n");
}

void page_timeline(struct html *h, const struct page_facts *f)
{
    part_section(h, "timeline", "Alerts over time");
    if (!f->facts->timeline.count)
        html_put(h, "<p>There are no alerts.</p>\n");
    else {
        put_chart(h, f->facts);
        put_table(h, &f->facts->timeline);
    }
    part_section_end(h);
}
