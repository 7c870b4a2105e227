/* The explanations of matches, from the match to the alert that it becomes: collect.c's, of one worker. */
#ifndef SLUICE_REPORT_PENDING_H
#define SLUICE_REPORT_PENDING_H

#include "report/collect.h"

/* match_probe.happened, with the collector as its ctx. */
void pending_happened(void *ctx, enum probe_event event, const struct rule *rule, const struct view *view,
                      struct app_tx *tx);

/* The explanation of an alert, the caller's now (explain_case_fini, free); NULL when there is none. */
struct explain_case *pending_take(struct collector *collector, const struct alert_record *alert);

/* Frees those that have become nothing. */
void pending_clear(struct collector *collector);

#endif
