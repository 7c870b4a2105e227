/* What the rules have cost: those that took longest. */
#include "match/profile_clock.h"
#include "report/page.h"
#include "rule/rule.h"
#include "rulework/profile/profile.h"
#include "rulework/profile/profile_ends.h"

enum { COSTS_SHOWN = 20 };

static void put_failure(struct html *h, const struct rule_profile *p)
{
    struct profile_endings endings;
    html_put(h, "<td class=\"wide\">");
    if (profile_endings_of(p, &endings))
        h->failed = true;
    const struct profile_ending *first = h->failed ? NULL : profile_first_failure(&endings);
    if (first) {
        html_format(h, "%.0f %% at <code>", 100.0 * (double)first->sum.count / (double)p->candidates);
        html_cut(h, buf_slice(&first->text), PAGE_SHORT);
        html_put(h, "</code>");
    }
    html_put(h, "</td>");
    profile_endings_fini(&endings);
}

static void put_row(struct html *h, const struct page_facts *f, const struct rule_profile *p)
{
    double share = f->costs->ticks ? 100.0 * (double)p->ticks / (double)f->costs->ticks : 0;
    html_put(h, "<tr>");
    if (!f->repeatable) {
        html_format(h, "<td class=\"num\" data-value=\"%.4f\">%.1f %%</td>", share, share);
        part_number_cell(h, p->ticks / p->candidates);
    }
    html_format(h, "<td class=\"num\" data-value=\"%u\">%u</td><th scope=\"row\" class=\"wide\">",
                p->rule->sid, p->rule->sid);
    part_short(h, p->rule->message[0] ? p->rule->message : "(no message)");
    html_put(h, "</th>");
    part_number_cell(h, p->candidates);
    part_number_cell(h, p->evaluations);
    part_number_cell(h, p->matches);
    put_failure(h, p);
    html_put(h, "</tr>\n");
}

static void put_table(struct html *h, const struct page_facts *f)
{
    static const char *const columns[] = {"#Share",     "#Cycles each", "#Sid",     "Message",
                                          "#Candidate", "#Evaluated",   "#Matched", "Fails first"};
    const unsigned untimed = f->repeatable ? 2 : 0; /* columns that are left out */
    profile_sort(f->costs, f->repeatable ? PROFILE_BY_EVALUATIONS : PROFILE_BY_CYCLES);
    part_table(h,
               f->repeatable ? "Rules that were evaluated most often" : "Rules whose evaluation took longest",
               columns + untimed, 8 - untimed, true);
    for (uint32_t i = 0; i < f->costs->count && i < COSTS_SHOWN; i++)
        put_row(h, f, f->costs->list[i]);
    part_table_end(h);
}

void page_costs(struct html *h, const struct page_facts *f)
{
    part_section(h, "costs", "Slowest rules");
    if (f->repeatable)
        html_put(h, "<p>Without times: this page is made to be the same every time.</p>\n");
    else
        html_put(h, "<p>The share is of all evaluations, measured in " PROFILE_CLOCK ".</p>\n");
    if (f->costs->count)
        put_table(h, f);
    else
        html_put(h, "<p>No rule was a candidate.</p>\n");
    part_more(h, f->costs->count > COSTS_SHOWN ? f->costs->count - COSTS_SHOWN : 0,
              "rules were candidates (sluice rule profile tells of all)");
    part_section_end(h);
}
