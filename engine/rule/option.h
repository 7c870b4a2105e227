/*
 * An option of a rule as it was written, and reading its text: what the lexer, the keywords and whoever looks
 * at rules as text share. Slices of the rule's text; any thread.
 */
#ifndef SLUICE_RULE_OPTION_H
#define SLUICE_RULE_OPTION_H

#include "base/slice.h"

struct option {
    struct slice name;
    struct slice value; /* trimmed; quotes and escapes still in it; p is NULL without a value */
    unsigned column;    /* of the value (of the name without one) in its logical line, from 1 */
};

/* Helpers for parse functions. All return false (and leave *s as it was) when the text is not of that form.
 */
bool text_negated(struct slice *s); /* takes a leading '!' (and blanks) */
bool text_unquote(struct slice *s); /* takes the quotes around, if both are there */
struct slice text_trim(struct slice s);
bool text_equal(struct slice s, const char *word); /* whole, case-insensitive */
bool text_field(struct slice *rest, char separator,
                struct slice *field); /* takes the next trimmed field; false at the end */
bool text_uint(struct slice s, uint64_t most, uint64_t *value); /* whole; decimal, or hexadecimal with 0x */
/* The digits that the text begins with; what stands behind them is passed over. */
bool text_uint_begin(struct slice s, uint64_t most, uint64_t *value);
struct slice text_skip_plus(struct slice s); /* without a '+' in front */
/* As text_uint; decimal ones may have a unit (kb, KiB, mb, ...: powers of 1024 all). */
bool text_uint_unit(struct slice s, uint64_t most, uint64_t *value);
char *text_dup(struct slice s); /* NUL-terminated copy; NULL when memory is short */

#endif
