/*
 * The bypass of a live run: flows that the inspector has seen enough of, put into the map of the XDP program
 * (verdict/bypass_map.h), and what went by read back. It has no state of its own: any thread.
 */
#ifndef SLUICE_RUN_LIVE_BYPASS_H
#define SLUICE_RUN_LIVE_BYPASS_H

#include "base/err.h"
#include "inspect/bypass.h"

/* For inspect_config.bypass; borrows *map, a descriptor, and empties it of what a former run has left. 0 or a
 * negative errno with *err. */
int live_bypass_ops(uint64_t elephant_bytes, const int *map, struct bypass_ops *ops, struct err *err);

#endif
