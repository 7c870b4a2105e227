/* What a compiled ruleset's databases are and weigh, for people. */
#ifndef SLUICE_MATCH_DATABASE_FACTS_H
#define SLUICE_MATCH_DATABASE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ruleset;

enum { DATABASE_NAME = 64 };

struct database_facts {
    char name[DATABASE_NAME]; /* "http.uri to_server", "tcp streams to_client port 80" */
    uint32_t literals;
    size_t bytes; /* compiled */
    bool from_cache;
};

/* All of them, the largest first, in an array that the caller frees. NULL with *count 0: memory is short. */
struct database_facts *database_facts(const struct ruleset *ruleset, uint32_t *count);

#endif
