/*
 * Rules that have something in common are members of a group, which is found by its key: a gid and sid, a
 * body, or a store and a name. A group knows its members in their order, and is gone when the last has left.
 */
#include "rulework/check/across.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "base/hash.h"
#include "rulework/check/check_rule.h"

enum group_kind { GROUP_IDENTITY, GROUP_BODY, GROUP_MARK };

struct member {
    struct traits *rule;
    uint32_t mark;
};

struct across_group {
    struct across_group *next; /* in its bucket */
    uint64_t hash;
    enum group_kind kind;
    struct buf key;
    struct member *members;
    uint32_t count, capacity;
    uint32_t reads, sets;
    uint32_t first_set; /* of the members; count when none sets it */
};

struct across {
    struct across_group **buckets; /* a power of two */
    uint32_t size, count;
    across_file_fn file_name;
    const void *ctx;
};

enum { BUCKETS_FIRST = 64 };

struct across *across_new(across_file_fn file_name, const void *ctx)
{
    struct across *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    *a = (struct across){.size = BUCKETS_FIRST, .file_name = file_name, .ctx = ctx};
    a->buckets = calloc(a->size, sizeof(struct across_group *));
    if (a->buckets)
        return a;
    free(a);
    return NULL;
}

static void group_free(struct across_group *group)
{
    buf_fini(&group->key);
    free(group->members);
    free(group);
}

void across_free(struct across *across)
{
    if (!across)
        return;
    for (uint32_t i = 0; i < across->size; i++)
        for (struct across_group *group = across->buckets[i], *next; group; group = next) {
            next = group->next;
            group_free(group);
        }
    free(across->buckets);
    free(across);
}

static uint64_t key_hash(enum group_kind kind, struct slice key)
{
    return hash_slice(key, kind);
}

static struct across_group *find(const struct across *a, enum group_kind kind, struct slice key)
{
    uint64_t hash = key_hash(kind, key);
    struct across_group *group = a->buckets[hash & (a->size - 1)];
    while (group && (group->hash != hash || group->kind != kind || !slice_equal(buf_slice(&group->key), key)))
        group = group->next;
    return group;
}

/* When it fails the buckets are longer lists, and that is all. */
static void rehash(struct across *a)
{
    uint32_t size = a->size * 2;
    struct across_group **buckets = size ? calloc(size, sizeof(struct across_group *)) : NULL;
    if (!buckets)
        return;
    for (uint32_t i = 0; i < a->size; i++)
        for (struct across_group *group = a->buckets[i], *next; group; group = next) {
            next = group->next;
            group->next = buckets[group->hash & (size - 1)];
            buckets[group->hash & (size - 1)] = group;
        }
    free(a->buckets);
    a->buckets = buckets;
    a->size = size;
}

static struct across_group *group_new(struct across *a, enum group_kind kind, struct slice key)
{
    struct across_group *group = calloc(1, sizeof *group);
    if (!group || buf_append(&group->key, key)) {
        free(group);
        return NULL;
    }
    if (a->count >= a->size)
        rehash(a);
    group->hash = key_hash(kind, key);
    group->kind = kind;
    group->next = a->buckets[group->hash & (a->size - 1)];
    a->buckets[group->hash & (a->size - 1)] = group;
    a->count++;
    return group;
}

static void group_drop(struct across *a, struct across_group *group)
{
    struct across_group **at = &a->buckets[group->hash & (a->size - 1)];
    while (*at != group)
        at = &(*at)->next;
    *at = group->next;
    a->count--;
    group_free(group);
}

static int order(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static const struct place *place_of(const struct across_group *group, const struct member *member)
{
    return group->kind == GROUP_IDENTITY ? &member->rule->sid_place
           : group->kind == GROUP_BODY   ? &member->rule->place
                                         : &member->rule->marks[member->mark].place;
}

static int compare(const struct across_group *group, const struct member *a, const struct member *b)
{
    const struct place *x = place_of(group, a), *y = place_of(group, b);
    int by = order(a->rule->file, b->rule->file);
    if (!by)
        by = order((uint64_t)a->rule->line + x->line, (uint64_t)b->rule->line + y->line);
    if (!by)
        by = order(x->column, y->column);
    return by ? by : order(a->mark, b->mark);
}

/* The first member that does not come before it. Files are read from the front: the end is looked at first.
 */
static uint32_t position(const struct across_group *group, const struct member *member)
{
    uint32_t low = 0, high = group->count;
    if (high && compare(group, &group->members[high - 1], member) < 0)
        return high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare(group, &group->members[middle], member) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Without a mark it is never set. */
static const struct trait_mark *mark_of(const struct across_group *group, uint32_t i)
{
    return &group->members[i].rule->marks[group->members[i].mark];
}

static void find_first_set(struct across_group *group, uint32_t from)
{
    while (from < group->count && !mark_of(group, from)->sets)
        from++;
    group->first_set = from;
}

/* A member has come to others, or is about to leave them: what is said of rules alone need not be asked. */
static void keep_company(struct across_group *group, struct traits *rule, bool comes)
{
    if (group->kind == GROUP_MARK || group->count < 2)
        return;
    rule->company += comes ? 1 : -1U;
    if (group->count == 2) {
        struct traits *other = group->members[group->members[0].rule == rule].rule;
        other->company += comes ? 1 : -1U;
    }
}

static struct across_group *join(struct across *a, enum group_kind kind, struct slice key,
                                 struct member member)
{
    struct across_group *group = find(a, kind, key);
    if (!group)
        group = group_new(a, kind, key);
    if (!group)
        return NULL;
    if (grow_array(&group->members, group->count, &group->capacity)) {
        if (!group->count)
            group_drop(a, group);
        return NULL;
    }
    uint32_t at = position(group, &member);
    memmove(group->members + at + 1, group->members + at, (group->count - at) * sizeof member);
    group->members[at] = member;
    group->count++;
    keep_company(group, member.rule, true);
    if (kind == GROUP_MARK) {
        const struct trait_mark *mark = mark_of(group, at);
        group->reads += mark->reads;
        group->sets += mark->sets;
        find_first_set(group, at <= group->first_set ? at : group->first_set);
    }
    return group;
}

static void leave(struct across *a, struct across_group *group, struct member member)
{
    if (!group)
        return;
    uint32_t at = position(group, &member);
    if (at == group->count || group->members[at].rule != member.rule)
        return;
    if (group->kind == GROUP_MARK) {
        group->reads -= mark_of(group, at)->reads;
        group->sets -= mark_of(group, at)->sets;
    }
    keep_company(group, member.rule, false);
    group->count--;
    memmove(group->members + at, group->members + at + 1, (group->count - at) * sizeof member);
    if (!group->count)
        group_drop(a, group);
    else if (group->kind == GROUP_MARK)
        find_first_set(group, at < group->first_set ? group->first_set - 1 : group->first_set);
}

static int mark_key(enum state_store store, struct slice name, struct buf *key)
{
    int rc = buf_append_byte(key, (uint8_t)store);
    return rc ? rc : buf_append(key, name);
}

static int add_marks(struct across *a, struct traits *traits)
{
    int rc = 0;
    for (uint32_t i = 0; !rc && i < traits->mark_count; i++) {
        struct trait_mark *mark = &traits->marks[i];
        struct buf key = {0};
        rc = mark_key(mark->store, slice_str(mark->name), &key);
        if (!rc)
            mark->group = join(a, GROUP_MARK, buf_slice(&key), (struct member){traits, i});
        buf_fini(&key);
        if (!mark->group)
            rc = -ENOMEM;
    }
    return rc;
}

int across_add(struct across *across, struct traits *traits)
{
    if (!traits->body)
        return 0;
    uint32_t identity[2] = {traits->gid, traits->sid};
    struct member member = {.rule = traits};
    traits->identity_group = join(across, GROUP_IDENTITY, slice_of(identity, sizeof identity), member);
    traits->body_group = join(across, GROUP_BODY, slice_str(traits->body), member);
    if (traits->identity_group && traits->body_group && !add_marks(across, traits))
        return 0;
    across_remove(across, traits);
    return -ENOMEM;
}

void across_remove(struct across *across, struct traits *traits)
{
    struct member member = {.rule = traits};
    for (uint32_t i = 0; i < traits->mark_count; i++) {
        leave(across, traits->marks[i].group, (struct member){traits, i});
        traits->marks[i].group = NULL;
    }
    leave(across, traits->body_group, member);
    leave(across, traits->identity_group, member);
    traits->body_group = traits->identity_group = NULL;
}

/* A place among all rules. */
static struct place absolute(const struct traits *traits, struct place place)
{
    place.file = traits->file;
    place.line += traits->line;
    place.end_line += traits->line;
    place.rule_line += traits->line;
    return place;
}

static void report_identity(const struct across *a, const struct traits *traits, struct findings *findings,
                            bool *failed)
{
    const struct traits *first = traits->identity_group->members[0].rule;
    if (first == traits)
        return;
    struct place place = absolute(traits, traits->sid_place), other = absolute(first, first->sid_place);
    check_report_at(findings, failed, &place, FINDING_DUPLICATE_SID,
                    "sid %u stands in %s line %u already, with rev %u: %s", traits->sid,
                    a->file_name(a->ctx, other.file), other.line, first->rev,
                    traits->rev > first->rev ? "this one replaces it" : "this one is left out");
}

static void report_body(const struct across *a, const struct traits *traits, struct findings *findings,
                        bool *failed)
{
    const struct traits *first = traits->body_group->members[0].rule;
    if (first == traits || first->sid == traits->sid)
        return;
    struct place place = absolute(traits, traits->place), other = absolute(first, first->place);
    check_report_at(findings, failed, &place, FINDING_DUPLICATE_RULE,
                    "sid %u matches the very same as sid %u in %s line %u", traits->sid, first->sid,
                    a->file_name(a->ctx, other.file), other.line);
}

static void report_mark(const struct traits *traits, const struct trait_mark *mark, struct findings *findings,
                        bool *failed)
{
    const struct across_group *group = mark->group;
    struct place place = absolute(traits, mark->place);
    if (mark->reads && !group->sets)
        check_report_at(findings, failed, &place, FINDING_BIT_NEVER_SET,
                        "no rule that is accepted sets \"%s\": %s:isset is never true, isnotset always",
                        mark->name, state_store_keyword(mark->store));
    /* Once is enough: lists of addresses set one mark in hundreds of rules. */
    if (mark->sets && !group->reads && mark_of(group, group->first_set) == mark)
        check_report_at(findings, failed, &place, FINDING_BIT_NEVER_READ,
                        "no rule that is accepted asks whether \"%s\" is set (set %u times)", mark->name,
                        group->sets);
}

int across_report(const struct across *across, const struct traits *traits, struct findings *findings)
{
    bool failed = false;
    if (!traits->identity_group || (!traits->company && !traits->mark_count))
        return 0;
    if (traits->company) {
        report_identity(across, traits, findings, &failed);
        report_body(across, traits, findings, &failed);
    }
    for (uint32_t i = 0; i < traits->mark_count; i++)
        report_mark(traits, &traits->marks[i], findings, &failed);
    return failed ? -ENOMEM : 0;
}

const struct traits *across_sid(const struct across *across, uint32_t sid)
{
    uint32_t identity[2] = {1, sid};
    const struct across_group *group = find(across, GROUP_IDENTITY, slice_of(identity, sizeof identity));
    return group ? group->members[0].rule : NULL;
}

void across_each_mark(const struct across *across, enum state_store store, struct slice name,
                      across_mark_fn each, void *ctx)
{
    struct buf key = {0};
    const struct across_group *group =
        mark_key(store, name, &key) ? NULL : find(across, GROUP_MARK, buf_slice(&key));
    for (uint32_t i = 0; group && i < group->count; i++)
        each(ctx, group->members[i].rule, mark_of(group, i));
    buf_fini(&key);
}

void across_each_name(const struct across *across, enum state_store store, across_name_fn each, void *ctx)
{
    for (uint32_t i = 0; i < across->size; i++)
        for (const struct across_group *group = across->buckets[i]; group; group = group->next)
            if (group->kind == GROUP_MARK && mark_of(group, 0)->store == store)
                each(ctx, mark_of(group, 0)->name, group->reads, group->sets);
}
