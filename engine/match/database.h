/*
 * A Hyperscan database of literals, and which rules each literal stands for.
 *
 * In blocks literals of nothing but zero bytes are not Hyperscan's to find: where zeros are many, each place
 * would be looked at closely (seven times as dear as other bytes).
 *
 * Filled with database_add while a ruleset is built, then compiled (or read from the cache) once by
 * database_compile; const from then on and readable by any thread.
 */
#ifndef SLUICE_MATCH_DATABASE_H
#define SLUICE_MATCH_DATABASE_H

#include <hs/hs.h>

#include "base/err.h"
#include "base/slice.h"

struct cache;

struct literal {
    const uint8_t *bytes; /* borrowed from the rule */
    uint32_t length;
    uint32_t rule;
    bool nocase;
};

struct database {
    hs_database_t *hs;
    uint32_t id;    /* among the ruleset's databases */
    uint32_t count; /* different literals; Hyperscan's ids */
    uint32_t zeros; /* of these, the last: all zeros, the short ones first */
    uint16_t *zero_lengths;
    uint32_t *start; /* rules of literal i: rules[start[i]] up to rules[start[i + 1]] */
    uint32_t *rules;
    struct literal *literals; /* as added; sorted by database_compile */
    uint32_t literal_count, literal_capacity;
    size_t bytes;
    bool streaming, from_cache;
    bool automaton; /* for blocks below DATABASE_SHORT, of several hundred kilobytes */
};

enum { DATABASE_SHORT = 70 }; /* bytes */

struct database *database_new(bool streaming);
void database_free(struct database *database);

/* 0 or -ENOMEM. `literal->bytes` must live until database_compile is done. */
int database_add(struct database *database, const struct literal *literal);

/* Compiles. `cache` may be NULL. 0, -ENOMEM, or -EINVAL with *err when Hyperscan refuses. */
int database_compile(struct database *database, struct cache *cache, struct err *err);

/* Compiles all, on several threads at a time. The first failure is returned. */
int databases_compile(struct database **databases, uint32_t count, struct cache *cache, struct err *err);

/* How many of the literals of zeros lie in the bytes: the first of them. */
uint32_t database_zeros(const struct database *database, struct slice bytes);

#endif
