/*
 * Finding rules by what they say: a sid, a CVE, keyword:NAME, flowbit:NAME, or any text. A rule that the
 * engine refuses is found too. Pure; any thread.
 */
#ifndef SLUICE_RULEWORK_SEARCH_H
#define SLUICE_RULEWORK_SEARCH_H

#include "base/slice.h"

struct rule_text;

/*
 * Whether the rule has it. A pattern of digits is a sid; CVE-2021-44228 is found in references, metadata and
 * text; keyword:NAME and flowbit:NAME (flowbits, xbits, hostbits, flowint) are whole names; all else is text
 * in any case, anywhere in the rule.
 */
bool search_has(const struct rule_text *text, struct slice pattern);

/* Hands over each rule of a file that has all of the patterns, as it stands there. */
struct search_hit {
    unsigned line;
    const struct rule_text *text;
};
typedef int (*search_fn)(void *ctx, const struct search_hit *hit); /* 0, or what ends the search */

/* 0, -ENOMEM, or what `found` returns. */
int search_text(struct slice file, const char *const *patterns, search_fn found, void *ctx);

#endif
