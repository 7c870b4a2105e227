/* What `sluice rule example` says of each rule, and of all of them. Prints; one thread. */
#ifndef SLUICE_CLI_EXAMPLE_REPORT_H
#define SLUICE_CLI_EXAMPLE_REPORT_H

#include <stdbool.h>

#include "example/example.h"

struct example_report_form {
    bool json, summary;
    bool to_error; /* standard output is for the capture */
};

struct example_report;

struct example_report *example_report_new(
    const struct example_report_form *form); /* NULL when memory is short */
void example_report_free(struct example_report *report);

/* Example NULL: it could not be made; why. 0; -1 after saying what is wrong. */
int example_report_add(struct example_report *report, const struct rule *rule, const struct example *example,
                       const char *why);

/* The summary, when it is asked for. 0; -1 after saying what is wrong. */
int example_report_end(struct example_report *report);

#endif
