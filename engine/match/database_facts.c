#include "match/database_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match/group.h"

struct listing {
    struct database_facts *facts;
    uint32_t count;
};

static void name_of(char name[DATABASE_NAME], const struct database_place *place)
{
    static const char *const directions[] = {
        [TO_SERVER] = " to_server", [TO_CLIENT] = " to_client", [DIRECTIONS] = ""};
    char port[24] = "";
    if (place->port >= 0)
        snprintf(port, sizeof port, " port %d", place->port);
    snprintf(name, DATABASE_NAME, "%s%s%s%s", place->kind, directions[place->direction], port, place->part);
}

static void visit(void *ctx, struct database *database, const struct database_place *place)
{
    struct listing *listing = ctx;
    struct database_facts *facts = &listing->facts[listing->count++];
    name_of(facts->name, place);
    facts->literals = database->count;
    facts->bytes = database->bytes;
    facts->from_cache = database->from_cache;
}

static int by_bytes(const void *a, const void *b)
{
    const struct database_facts *x = a, *y = b;
    return x->bytes != y->bytes ? (x->bytes < y->bytes ? 1 : -1) : strcmp(x->name, y->name);
}

struct database_facts *database_facts(const struct ruleset *ruleset, uint32_t *count)
{
    struct listing listing = {.facts = calloc(ruleset->database_count + 1, sizeof *listing.facts)};
    if (listing.facts) {
        groups_each_database(ruleset, visit, &listing);
        qsort(listing.facts, listing.count, sizeof *listing.facts, by_bytes);
    }
    *count = listing.count;
    return listing.facts;
}
