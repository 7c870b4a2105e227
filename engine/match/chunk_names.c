#include "match/chunk_names.h"

#include <errno.h>

#include "match/scan.h"
#include "match/worker.h"

/* Only where few literals come to many: all streams are scanned for them, those of any protocol. */
static bool has_room(const struct group *group, const struct database *names)
{
    return group->database && group->database->literal_count >= names->literal_count;
}

static int add_to(struct space *space, const struct database *names)
{
    for (uint32_t g = 0; g < space->count; g++) {
        struct group *group = &space->groups[g];
        group->names = has_room(group, names);
        for (uint32_t i = 0; i < names->literal_count && group->names; i++) {
            struct literal literal = names->literals[i];
            literal.rule |= NAMES_TRANSACTION;
            if (database_add(group->database, &literal))
                return -ENOMEM;
        }
    }
    return 0;
}

int chunk_names_build(struct ruleset *ruleset)
{
    for (uint32_t i = 0; i < ruleset->space_count; i++) {
        const struct buffer_space *space = &ruleset->spaces[i];
        if (space->buffer == BUFFER_PAYLOAD && add_to(&ruleset->streams[space->direction], space->database))
            return -ENOMEM;
    }
    return 0;
}

void chunk_names_begin(struct matcher *m, const struct stream_scan *scan, size_t new_from)
{
    struct chunk_names *names = &m->chunk_names;
    buf_clear(&names->rules);
    names->known = false;
    names->behind =
        !scan->renewed && (scan->position < new_from || scan->named_to > scan->position - new_from);
}

void chunk_names_end(struct matcher *m, struct stream_scan *scan, bool scanned)
{
    m->chunk_names.known = scanned;
    if (m->chunk_names.rules.n || !scanned)
        scan->named_to = scan->position;
}

static void add(struct matcher *m, const struct buf *rules)
{
    uint32_t rule;
    for (size_t at = 0; at < rules->n; at += sizeof rule) {
        memcpy(&rule, rules->p + at, sizeof rule);
        candidates_add(&m->rules.candidates, CANDIDATE_PACKET, rule);
    }
}

bool chunk_names_add(struct matcher *m, bool whole)
{
    const struct chunk_names *names = &m->chunk_names;
    if (!names->known || (whole && names->behind))
        return false;
    add(m, &names->rules);
    return true;
}

void chunk_names_scan(struct matcher *m, const struct database *database, struct slice bytes,
                      struct buf *named, bool *known)
{
    uint32_t rule;
    unsigned views;
    if (!*known) {
        *known = true;
        buf_clear(named);
        scan_block(m, database, bytes, false);
        while (candidates_take(&m->rules.candidates, &rule, &views))
            m->counters.no_memory += buf_append(named, slice_of(&rule, sizeof rule)) != 0;
    }
    add(m, named);
}
