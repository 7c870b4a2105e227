#include "report/page.h"

static const char *const severity_names[SEVERITIES] = {"1 high", "2 medium", "3 low", "4 notice"};

const char *severity_name(unsigned severity)
{
    return severity_names[severity];
}

void part_section(struct html *h, const char *id, const char *title)
{
    html_format(h, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n<h2 id=\"%s-title\">%s</h2>\n", id, id,
                id, title);
}

void part_section_end(struct html *h)
{
    html_put(h, "</section>\n");
}

void part_table(struct html *h, const char *caption, const char *const *columns, unsigned count,
                bool sortable)
{
    html_format(h, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table: %s\">\n",
                caption);
    html_format(h, "<table%s>\n<caption>%s</caption>\n<thead><tr>", sortable ? " class=\"sortable\"" : "",
                caption);
    for (unsigned i = 0; i < count; i++) {
        bool number = columns[i][0] == '#';
        html_format(h, "<th scope=\"col\"%s>%s</th>", number ? " class=\"num\"" : "", columns[i] + number);
    }
    html_put(h, "</tr></thead>\n<tbody>\n");
}

void part_table_end(struct html *h)
{
    html_put(h, "</tbody>\n</table>\n</div>\n");
}

void part_number_cell(struct html *h, uint64_t n)
{
    html_format(h, "<td class=\"num\" data-value=\"%llu\">", (unsigned long long)n);
    html_number(h, n);
    html_put(h, "</td>");
}

void part_time_cell(struct html *h, uint64_t time_ns)
{
    html_put(h, "<td class=\"time\">");
    html_time(h, time_ns);
    html_put(h, "</td>");
}

void part_severity(struct html *h, unsigned severity)
{
    html_format(h, "<span class=\"sev sev%u\">%s</span>", severity, severity_names[severity]);
}

void part_severity_cell(struct html *h, unsigned severity)
{
    html_format(h, "<td data-value=\"%u\">", severity);
    part_severity(h, severity);
    html_put(h, "</td>");
}

void part_app(struct html *h, enum app_proto app)
{
    html_put(h, app > APP_FAILED ? app_proto_name(app) : "not told");
}

void part_short(struct html *h, const char *text)
{
    html_cut(h, slice_str(text), PAGE_SHORT);
}

void part_more(struct html *h, uint64_t more, const char *what)
{
    if (!more)
        return;
    html_put(h, "<p class=\"muted\">And ");
    html_number(h, more);
    html_format(h, " more %s.</p>\n", what);
}
