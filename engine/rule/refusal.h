/* A refused rule as a person wants to read it. Pure; any thread. */
#ifndef SLUICE_RULE_REFUSAL_H
#define SLUICE_RULE_REFUSAL_H

#include "base/buf.h"

struct rule_refusal;

enum { REFUSAL_WIDTH = 100 }; /* columns of a long line that are shown around the place */

/*
 * Appends
 *     file:line:column: error: message
 *       the line, or the part of it around the column
 *             ^
 *       hint
 * Bytes that a terminal might obey are shown as dots. 0 or -ENOMEM.
 */
int rule_refusal_print(const struct rule_refusal *refusal, struct buf *out);

#endif
