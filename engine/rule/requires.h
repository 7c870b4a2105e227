/* The keyword requires: what a rule wants of the engine that loads it. Pure; any thread. */
#ifndef SLUICE_RULE_REQUIRES_H
#define SLUICE_RULE_REQUIRES_H

#include "base/err.h"
#include "base/slice.h"

/*
 * 0 when all is met; 1 when something is not (*err says what): the rule is for another engine; -EINVAL when
 * the value is malformed. Versions are compared with the Suricata whose rules we read.
 */
int requires_check(struct slice value, struct err *err);

#endif
