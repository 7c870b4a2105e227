/*
 * What the evaluation of pcre needs beside the rule: PCRE2's match data, limits and JIT stack. One a worker,
 * owned by its eval.
 */
#ifndef SLUICE_RULE_KEYWORD_PCRE_H
#define SLUICE_RULE_KEYWORD_PCRE_H

#include "rule/chain.h"

struct pcre_scratch *pcre_scratch_new(void); /* NULL when memory is short */
void pcre_scratch_free(struct pcre_scratch *scratch);

/* Sets the limits for an instance of a buffer, eval->buffer, by eval->strain. */
void pcre_begin_instance(struct eval *eval);

extern const struct step_ops pcre_ops;

#endif
