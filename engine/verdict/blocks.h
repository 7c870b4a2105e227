/*
 * The blocks that the XDP program enforces: of flows and of hosts (prefixes), each with an expiry. Opening
 * takes over what the maps hold, so blocks survive their writer; a map changed by another writer meanwhile is
 * read anew. One thread.
 */
#ifndef SLUICE_VERDICT_BLOCKS_H
#define SLUICE_VERDICT_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "verdict/steering.h"
#include "xdp/shared.h"

struct block_target {
    bool is_host;
    struct prefix host;
    struct address source, destination; /* a flow; the source is the host that the block is charged to */
    uint16_t source_port, destination_port;
    uint8_t protocol;
};

struct block {
    struct block_target target;
    uint64_t expires_ns, since_ns; /* CLOCK_MONOTONIC */
    uint64_t packets, bytes;
    uint32_t sid;
    bool is_static;
};

struct blocks_counts { /* since opening */
    uint64_t added, refreshed, removed, expired, evicted, refused;
};

enum { BLOCKS_FOREVER = 0 };

struct blocks;

/* One host may hold 1/BLOCKS_SHARE of the flow map. */
enum { BLOCKS_SHARE = 8 };
int blocks_open(struct blocks **out, int flow_map, int host_map, struct err *err);
void blocks_close(struct blocks *blocks);

/*
 * Adds or refreshes (the later expiry and the newer sid hold). When there is no room one gives way
 * (expiry_index.h): *evicted is then filled, and *was_evicted set; both may be NULL. duration_ns
 * BLOCKS_FOREVER: until removed. 0, -ENOSPC or another negative errno.
 */
int blocks_add(struct blocks *b, const struct block_target *target, uint64_t duration_ns, uint32_t sid,
               bool is_static, struct block *evicted, bool *was_evicted, struct err *err);

/* 0, or -ENOENT. */
int blocks_remove(struct blocks *b, const struct block_target *target, struct err *err);

/* Removes what has expired; `visitor` (may be NULL) is told. Returns how many. */
typedef int block_visitor(void *ctx, const struct block *block);
unsigned blocks_expire(struct blocks *b, block_visitor *visitor, void *ctx);

/* All that hold now, in the maps' order; stops at the first non-zero and returns it. */
int blocks_each(struct blocks *b, block_visitor *visitor, void *ctx);

const struct blocks_counts *blocks_counts(const struct blocks *b);
uint64_t blocks_now(void); /* ns of CLOCK_MONOTONIC_COARSE, the program's clock */

/* "tcp 192.0.2.1:4000 198.51.100.2:80", "tcp [2001:db8::1]:4000 ..."; a prefix for a host. 0 or -EINVAL with
 * *err. */
int block_target_parse(struct block_target *target, int count, const char *const *words, struct err *err);
enum { BLOCK_TARGET_TEXT = 128 };
void block_target_print(const struct block_target *target, char text[BLOCK_TARGET_TEXT]);

/* "90", "90s", "15m", "2h", "7d", "forever"; 0 or -EINVAL. */
int block_duration_parse(const char *text, uint64_t *ns);

#endif
