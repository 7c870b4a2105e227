/* What the parts of `sluice rule` share: their table, their options. Prints; one thread. */
#ifndef SLUICE_CLI_RULE_CLI_H
#define SLUICE_CLI_RULE_CLI_H

#include <stdbool.h>

#include "base/buf.h"
#include "cli/parts.h"

/* How a part ends: as a checker does, so that scripts can tell. */
enum rule_exit { RULE_CLEAN = 0, RULE_FINDINGS = 1, RULE_USAGE = 2 };

#define RULE_PART(name) extern const struct command_part rule_part_##name; /* run: an enum rule_exit */
#include "cli/rule_part_list.h"
#undef RULE_PART

/* The last value of the option, "" when it takes none, NULL when it was not given. */
const char *rule_option(const struct parsed *parsed, const char *name);

/* The n-th argument that is no option, or NULL. */
const char *rule_argument(const struct parsed *parsed, size_t n);

/* Says on standard error what is wrong with the arguments; RULE_USAGE. */
int rule_usage(const char *part, const char *text);

/* Prints what was made, and frees it; a failure of memory is said on standard error, and ends in RULE_USAGE.
 */
int rule_print_out(int rc, struct buf *out, int code);

#endif
