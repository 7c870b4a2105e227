/* What the maps hold, as JSON for tools: the same objects from `sluice xdp` and from the control socket. */
#ifndef SLUICE_VERDICT_VERDICT_JSON_H
#define SLUICE_VERDICT_VERDICT_JSON_H

#include <jansson.h>

#include "verdict/blocks.h"
#include "xdp/shared.h"

/* Each is the caller's; NULL when memory is short. now: blocks_now(). */
json_t *block_json(const struct block *block, uint64_t now);
json_t *steering_json(const struct steering *steering);
/* total_name: "received", say. */
json_t *counts_json(const char *total_name, const struct sluice_count counts[SLUICE_STATS]);

/* The bypass map: an array, at most `most` of its entries. */
json_t *bypass_json(int map, size_t most, uint64_t now);

#endif
