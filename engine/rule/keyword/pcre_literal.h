/*
 * The longest text that every match of a regular expression has in it, told from the pattern alone. Where it
 * is missing the expression need not be run. Parse-time only; no state.
 */
#ifndef SLUICE_RULE_KEYWORD_PCRE_LITERAL_H
#define SLUICE_RULE_KEYWORD_PCRE_LITERAL_H

#include "base/buf.h"

/*
 * Appends the text to `out`, which is left empty when the pattern (compiled without PCRE2_EXTENDED) has none,
 * or what is not understood in it. It lies within each match, lookarounds left out. 0 or -ENOMEM.
 */
int pcre_literal_find(struct slice pattern, struct buf *out);

#endif
