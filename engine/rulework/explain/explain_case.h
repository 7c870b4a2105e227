/* One evaluation of a rule made into lines for people: explain.c's way to explain_case.c. */
#ifndef SLUICE_RULEWORK_EXPLAIN_CASE_H
#define SLUICE_RULEWORK_EXPLAIN_CASE_H

#include "rulework/explain/explained.h"

/* How near it came; *eval is used. UINT32_MAX: all of it matches. */
uint32_t explain_score(struct eval *eval, const struct evaluation *e);

/* Fills in a case (zeroed before). 0 or -ENOMEM; explain_case_fini either way. `setters` says, for a state
 * test that failed, which rules would make it true; may be NULL. */
int explain_case_make(struct explain_case *out, struct eval *eval, const struct evaluation *e,
                      uint32_t score);
void explain_case_fini(struct explain_case *c);

#endif
