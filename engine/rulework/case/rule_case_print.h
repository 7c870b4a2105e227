/* What became of tests, for a person and for tools. Each appends to `out`: 0 or -ENOMEM. */
#ifndef SLUICE_RULEWORK_RULE_CASE_PRINT_H
#define SLUICE_RULEWORK_RULE_CASE_PRINT_H

#include "rulework/case/rule_case_run.h"

/* The tests that fail, with the reasons, and a last line that counts; `all`: those that hold as well. */
int cases_print_text(const struct case_report *report, bool all, struct buf *out);

/* One JSON object a test, and one for the whole. */
int cases_print_json(const struct case_report *report, struct buf *out);

/* The Test Anything Protocol, version 13; JUnit's XML. */
int cases_print_tap(const struct case_report *report, struct buf *out);
int cases_print_junit(const struct case_report *report, struct buf *out);

/* Which rules have a test that fires and a near miss, for a person. *lacking: those that do not. */
int cases_print_coverage(const struct case_report *report, struct buf *out, uint32_t *lacking);

#endif
