/* The case of a rule that has just matched: for whoever listens to a run (match/probe.h). */
#ifndef SLUICE_RULEWORK_EXPLAIN_MATCH_H
#define SLUICE_RULEWORK_EXPLAIN_MATCH_H

#include "rulework/explain/explain_case.h"

/*
 * During the call of match_probe.happened that says PROBE_MATCHED (or PROBE_ALERTED, where it is not about a
 * transaction), with what it was given; `eval` is the caller's own, of the worker's thread. Options that
 * matched in what is gone since say so. 0 or -ENOMEM; explain_case_fini either way.
 */
int explain_match_make(struct explain_case *out, struct eval *eval, const struct rule *rule,
                       const struct view *view, struct app_tx *tx);

#endif
