/*
 * Buffers whose bytes have a form that is known beforehand (a hash in hexadecimal, a host in lower case):
 * contents that contradict it are refused, as in Suricata, and hashes are compared in the buffer's case.
 * Parse-time only; any thread.
 */
#ifndef SLUICE_RULE_CONTENT_FORM_H
#define SLUICE_RULE_CONTENT_FORM_H

#include "base/err.h"
#include "rule/rule.h"

/* 0; -EINVAL: a content of the rule can never match its buffer. Contents are lowered where that is done. */
int rule_check_forms(struct rule *rule, struct err *err);

#endif
