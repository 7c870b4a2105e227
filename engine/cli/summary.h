/* The end of a replay's report: what was seen, as text or as one JSON object. Internal to report.c. */
#ifndef SLUICE_CLI_SUMMARY_H
#define SLUICE_CLI_SUMMARY_H

#include "cli/report.h"

void summary_text(struct report *report, const struct sluice_summary *summary);
void summary_json(struct report *report, const struct sluice_summary *summary);

#endif
