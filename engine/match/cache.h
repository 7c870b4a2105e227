/*
 * Compiled databases on disk, one file each, named by a hash of everything that they were made from.
 *
 * Files are written to a temporary name and renamed, so that readers see whole ones only; what does not
 * verify when read is built again. The folder is capped; the files that were not used for longest go first.
 * Failing to write is a warning. Several threads, and several processes, may use one folder at a time.
 */
#ifndef SLUICE_MATCH_CACHE_H
#define SLUICE_MATCH_CACHE_H

#include <hs/hs.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/log.h"

struct cache;

struct cache_key {
    void *state; /* while it is being made */
    char name[33];
};

/* Makes the folder where needed. NULL (after a warning) when there can be none, or it belongs to another. */
struct cache *cache_open(const char *directory, const struct log *log);
void cache_close(struct cache *cache); /* removes files past the caps */

void cache_key_init(struct cache_key *key); /* starts with Hyperscan's version and this processor */
void cache_key_add(struct cache_key *key, const void *p, size_t n);
void cache_key_done(struct cache_key *key);

/* Whether it was there and whole; then *out is the caller's (hs_free_database). */
bool cache_read(struct cache *cache, const struct cache_key *key, hs_database_t **out);
void cache_write(struct cache *cache, const struct cache_key *key, const hs_database_t *database);

#endif
