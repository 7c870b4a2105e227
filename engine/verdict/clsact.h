/* The queueing discipline that holds tc filters of both directions. Any thread. */
#ifndef SLUICE_VERDICT_CLSACT_H
#define SLUICE_VERDICT_CLSACT_H

#include <stdbool.h>

/* Whether any filter is left on it, of either direction; also true when that cannot be told. */
bool clsact_is_used(unsigned ifindex);

#endif
