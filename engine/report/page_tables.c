/* Alerts by rule, by flow and by host; flows by protocol. */
#include "output/protocol_name.h"
#include "report/page.h"
#include "rule/rule.h"

enum { RULE_ROWS = 1000 };

static void put_message(struct html *h, const struct report_rule *r, uint32_t index)
{
    if (r->kept_count)
        html_format(h, "<a href=\"#rule-%u\">", index + 1);
    part_short(h, r->rule->message[0] ? r->rule->message : "(no message)");
    if (r->kept_count)
        html_put(h, "</a>");
}

void page_rules(struct html *h, const struct page_facts *f)
{
    static const char *const columns[] = {"Severity", "#Alerts", "#Sid", "Message", "Class", "First", "Last"};
    const struct tally *rules = &f->facts->rules;
    part_section(h, "rules", "Alerts by rule");
    if (!rules->count)
        html_put(h, "<p>No rule has alerted.</p>\n");
    else
        part_table(h, "Rules that alerted, the most urgent first", columns, 7, true);
    for (uint32_t i = 0; i < rules->count && i < RULE_ROWS; i++) {
        const struct report_rule *r = tally_item(rules, i);
        html_put(h, "<tr>");
        part_severity_cell(h, severity_of(r->rule->priority));
        part_number_cell(h, r->alerts);
        html_format(h, "<td class=\"num\" data-value=\"%u\">", r->rule->sid);
        if (r->rule->gid != 1)
            html_format(h, "%u:", r->rule->gid);
        html_format(h, "%u</td><th scope=\"row\" class=\"wide\">", r->rule->sid);
        put_message(h, r, i);
        html_put(h, "</th><td>");
        part_short(h, r->rule->class_text[0] ? r->rule->class_text : "-");
        html_put(h, "</td>");
        part_time_cell(h, r->first_ns);
        part_time_cell(h, r->last_ns);
        html_put(h, "</tr>\n");
    }
    if (rules->count)
        part_table_end(h);
    part_more(h, rules->count > RULE_ROWS ? rules->count - RULE_ROWS : 0, "rules");
    part_section_end(h);
}

/* Of what was counted past the keys that are told apart. */
static void put_lost(struct html *h, const struct tally *tally, const char *what)
{
    if (!tally->lost)
        return;
    html_put(h, "<p class=\"notice\">");
    html_number(h, tally->lost);
    html_format(h, " alerts are of %s beyond the most that are told apart, and missing here.</p>\n", what);
}

void page_flows(struct html *h, const struct page_facts *f)
{
    static const char *const columns[] = {"Highest", "#Alerts", "Flow", "Application", "First alert"};
    const struct tally *flows = &f->facts->flows;
    part_section(h, "flows", "Alerts by flow");
    if (!flows->count)
        html_put(h, "<p>No flow has alerts.</p>\n");
    else
        part_table(h, "Flows, those with the most alerts first", columns, 5, true);
    for (uint32_t i = 0; i < flows->count && i < PAGE_ROWS; i++) {
        const struct report_flow *flow = tally_item(flows, i);
        html_put(h, "<tr>");
        part_severity_cell(h, flow->severity);
        part_number_cell(h, flow->alerts);
        html_put(h, "<th scope=\"row\" class=\"ends\">");
        html_text(h, flow->ends);
        html_put(h, "</th><td>");
        part_app(h, flow->app);
        html_put(h, "</td>");
        part_time_cell(h, flow->first_ns);
        html_put(h, "</tr>\n");
    }
    if (flows->count)
        part_table_end(h);
    part_more(h, flows->count > PAGE_ROWS ? flows->count - PAGE_ROWS : 0, "flows");
    put_lost(h, flows, "flows");
    part_section_end(h);
}

void page_hosts(struct html *h, const struct page_facts *f)
{
    static const char *const columns[] = {"Highest", "Host", "#As source", "#As destination"};
    const struct tally *hosts = &f->facts->hosts;
    part_section(h, "hosts", "Alerts by host");
    if (!hosts->count)
        html_put(h, "<p>No host has alerts.</p>\n");
    else
        part_table(h, "Hosts: alerts on packets from them and to them", columns, 4, true);
    for (uint32_t i = 0; i < hosts->count && i < PAGE_ROWS; i++) {
        const struct report_host *host = tally_item(hosts, i);
        char text[ADDRESS_TEXT];
        address_print(&host->address, text);
        html_put(h, "<tr>");
        part_severity_cell(h, host->severity);
        html_format(h, "<th scope=\"row\" class=\"ends\">%s</th>", text);
        part_number_cell(h, host->as_source);
        part_number_cell(h, host->as_destination);
        html_put(h, "</tr>\n");
    }
    if (hosts->count)
        part_table_end(h);
    part_more(h, hosts->count > PAGE_ROWS ? hosts->count - PAGE_ROWS : 0, "hosts");
    put_lost(h, hosts, "hosts");
    part_section_end(h);
}

void page_protocols(struct html *h, const struct page_facts *f)
{
    static const char *const columns[] = {"Transport", "Application", "#Flows", "#Packets", "#Bytes"};
    const struct tally *protocols = &f->facts->protocols;
    part_section(h, "protocols", "Protocols");
    if (!protocols->count)
        html_put(h, "<p>There are no flows.</p>\n");
    else
        part_table(h, "Flows by protocol, the most frequent first", columns, 5, true);
    for (uint32_t i = 0; i < protocols->count && i < PAGE_ROWS; i++) {
        const struct report_protocol *p = tally_item(protocols, i);
        char text[PROTOCOL_TEXT];
        html_format(h, "<tr><th scope=\"row\">%s</th><td>", protocol_name(p->ip_protocol, text));
        part_app(h, p->app);
        html_put(h, "</td>");
        part_number_cell(h, p->flows);
        part_number_cell(h, p->packets);
        part_number_cell(h, p->bytes);
        html_put(h, "</tr>\n");
    }
    if (protocols->count)
        part_table_end(h);
    part_more(h, protocols->count > PAGE_ROWS ? protocols->count - PAGE_ROWS : 0, "protocols");
    part_section_end(h);
}
