/*
 * What a replay tells a person: messages, refused rules, progress, the summary. Prints; callbacks of the
 * library end here, one at a time.
 */
#ifndef SLUICE_CLI_REPORT_H
#define SLUICE_CLI_REPORT_H

#include <stdio.h>

#include "report/refusals.h"

struct report {
    FILE *out; /* the summary; messages go to standard error */
    bool quiet, verbose, json, colour, colour_errors, show_progress;
    struct refusals refusals;
    double last_progress;
    bool progress_shown;
};

/* The callbacks of a run, with `report` as their ctx. */
struct sluice_callbacks report_callbacks(struct report *report);

/* After the run: how many wrong rules were not shown, then the summary. */
void report_finish(struct report *report, const struct sluice_summary *summary);
void report_fini(struct report *report);

/* An error that ended the run, or kept it from starting. */
void report_error(struct report *report, const char *text);

/* Whether the stream is a terminal whose user has not asked for plain text (https://no-color.org). */
bool wants_colour(FILE *stream);

#endif
