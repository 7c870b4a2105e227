/*
 * The page of a report, written section by section; each file of this folder called page_*.c writes some.
 * Internal to engine/report. Every section begins with a heading of level 2 and has its id. One thread.
 */
#ifndef SLUICE_REPORT_PAGE_H
#define SLUICE_REPORT_PAGE_H

#include "report/facts.h"
#include "report/html.h"

struct profile_report;
struct refusals;
struct run_counters;
struct sluice_summary;

enum {
    PAGE_CAPTURES = 50,
    PAGE_ROWS = 500,             /* of a table */
    PAGE_SHORT = 240,            /* bytes of a message or the like in a table */
    PAGE_DETAILS_MOST = 6 << 20, /* bytes of the page: past them alerts are written without their bytes */
};

struct page_facts {
    const struct report_facts *facts; /* settled */
    const struct sluice_summary *summary;
    const struct run_counters *counters;
    const char *const *captures; /* their names, at most PAGE_CAPTURES */
    unsigned capture_count;
    const struct refusals *refusals; /* sorted */
    struct profile_report *costs;    /* what each rule has cost; is sorted */
    bool repeatable;                 /* no times of this machine */
    uint64_t made_s;
};

/* Appends the page. 0 or -ENOMEM. */
int page_write(const struct page_facts *facts, struct buf *out);

/* page_head.c: the document up to the end of its header, the summary, and the document's end. */
void page_begin(struct html *h, const struct page_facts *facts);
void page_summary(struct html *h, const struct page_facts *facts);
void page_end(struct html *h, const struct page_facts *facts);

void page_timeline(struct html *h, const struct page_facts *facts); /* page_timeline.c */

/* page_tables.c */
void page_rules(struct html *h, const struct page_facts *facts);
void page_flows(struct html *h, const struct page_facts *facts);
void page_hosts(struct html *h, const struct page_facts *facts);
void page_protocols(struct html *h, const struct page_facts *facts);

void page_alerts(struct html *h, const struct page_facts *facts); /* page_alerts.c */

void page_costs(struct html *h, const struct page_facts *facts); /* page_costs.c */

/* page_run.c: what did not go as it should */
void page_refused(struct html *h, const struct page_facts *facts);
void page_anomalies(struct html *h, const struct page_facts *facts);
void page_losses(struct html *h, const struct page_facts *facts);

/* page_bytes.c: the bytes of an explained alert, what matched marked; and how its options are numbered there.
 */
char page_label(unsigned number); /* of a marked option, from 0 on: '1', '2', ... */
void page_explained_bytes(struct html *h, const struct rule *rule, const struct explain_case *explained);
void page_payload(struct html *h, const struct kept_alert *alert);

/* page_parts.c: what sections have in common. */
void part_section(struct html *h, const char *id, const char *title);
void part_section_end(struct html *h);
/* A table in a box that scrolls; `columns` are its headings, those that begin with '#' of numbers. */
void part_table(struct html *h, const char *caption, const char *const *columns, unsigned count,
                bool sortable);
void part_table_end(struct html *h);
void part_number_cell(struct html *h, uint64_t n);
void part_time_cell(struct html *h, uint64_t time_ns);
const char *severity_name(unsigned severity); /* "1 high" */
void part_severity(struct html *h, unsigned severity);
void part_severity_cell(struct html *h, unsigned severity);
void part_app(struct html *h, enum app_proto app);
void part_short(struct html *h, const char *text); /* PAGE_SHORT bytes of it */
/* "and 12 more flows", when there are any. */
void part_more(struct html *h, uint64_t more, const char *what);

#endif
