/* What a person is told of an option that failed: what was found where something else was asked for. All
 * append to `why`; 0 or -ENOMEM. Pure; *eval and *e are borrowed. */
#ifndef SLUICE_RULEWORK_EXPLAIN_WHY_H
#define SLUICE_RULEWORK_EXPLAIN_WHY_H

#include "base/buf.h"
#include "match/probe.h"

struct test;

/* Of the header: e->fit says what did not fit. */
int explain_why_header(const struct evaluation *e, struct buf *why);

/* Of the option `flow`. */
int explain_why_flow(const struct evaluation *e, struct buf *why);

/* Of a condition on the packet or its flow. */
int explain_why_test(const struct test *test, const struct view *view, struct buf *why);

/* Of a step that is no content: eval->buffer and eval->cursor are where it was asked. */
int explain_why_step(const struct eval *eval, const struct chain *chain, const struct step *step,
                     const struct evaluation *e, struct buf *why);

#endif
