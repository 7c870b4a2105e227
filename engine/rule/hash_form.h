/*
 * Buffers that hold a hash in hexadecimal: contents that look into them must have a hash's form, and are
 * compared in its case, as in Suricata. Parse-time only; any thread.
 */
#ifndef SLUICE_RULE_HASH_FORM_H
#define SLUICE_RULE_HASH_FORM_H

#include "base/err.h"
#include "rule/rule.h"

/* 0; -EINVAL: a content of the rule can never match such a buffer. Contents are lowered where that is done.
 */
int rule_check_hashes(struct rule *rule, struct err *err);

#endif
