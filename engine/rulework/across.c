#include "rulework/across.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "base/hash.h"
#include "rule/rule.h"
#include "rule/state_op.h"
#include "rulework/check.h"
#include "rulework/check_rule.h"

struct identity {
    struct place place;
    uint32_t gid, sid, rev;
};

struct body { /* the rule without what only names it */
    struct place place;
    uint64_t hash;
    char *text;
};

struct mark {
    struct place place;
    enum state_store store;
    char *name;
    bool reads, sets;
};

struct across {
    struct identity *identities;
    struct body *bodies;
    struct mark *marks;
    uint32_t identity_count, identity_capacity, body_count, body_capacity, mark_count, mark_capacity;
};

struct across *across_new(void)
{
    return calloc(1, sizeof(struct across));
}

void across_free(struct across *across)
{
    if (!across)
        return;
    for (uint32_t i = 0; i < across->body_count; i++)
        free(across->bodies[i].text);
    for (uint32_t i = 0; i < across->mark_count; i++)
        free(across->marks[i].name);
    free(across->identities);
    free(across->bodies);
    free(across->marks);
    free(across);
}

static int add_identity(struct across *a, const struct checking *c)
{
    const struct option *sid = option_named(c, 0, "sid");
    if (grow_array(&a->identities, a->identity_count, &a->identity_capacity))
        return -ENOMEM;
    a->identities[a->identity_count++] = (struct identity){
        .place = sid ? check_place(c, option_whole(sid)) : c->place,
        .gid = c->rule->gid,
        .sid = c->rule->sid,
        .rev = c->rule->rev,
    };
    return 0;
}

static bool only_names(struct slice name)
{
    static const char *const names[] = {"sid",       "gid",      "rev",       "msg",
                                        "classtype", "priority", "reference", "metadata"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_equal(name, names[i]))
            return true;
    return false;
}

static int write_body(const struct rule_text *text, struct buf *out)
{
    int rc = 0;
    for (int i = 0; !rc && i < FIELD_COUNT; i++) {
        rc = buf_append(out, text->fields[i]);
        if (!rc)
            rc = buf_append_byte(out, ' ');
    }
    for (uint32_t i = 0; !rc && i < text->option_count; i++) {
        const struct option *option = &text->options[i];
        if (only_names(option->name))
            continue;
        rc = buf_append(out, option->name);
        if (!rc && option->value.p)
            rc = buf_append_byte(out, ':');
        if (!rc && option->value.p)
            rc = buf_append(out, option->value);
        if (!rc)
            rc = buf_append_byte(out, ';');
    }
    return rc ? rc : buf_append_byte(out, 0);
}

static int add_body(struct across *a, const struct checking *c)
{
    struct buf text = {0};
    if (write_body(&c->text, &text) || grow_array(&a->bodies, a->body_count, &a->body_capacity)) {
        buf_fini(&text);
        return -ENOMEM;
    }
    struct slice header = c->text.fields[FIELD_ACTION];
    a->bodies[a->body_count++] = (struct body){
        .place = check_place(c, header), .hash = hash_slice(buf_slice(&text), 0), .text = (char *)text.p};
    return 0;
}

static const char *store_keyword(enum state_store store)
{
    static const char *const names[] = {"flowbits", "flowint", "xbits", "hostbits"};
    return names[store];
}

/* The option of that store that has the name in it. */
static struct slice part_of(const struct checking *c, enum state_store store, const char *name)
{
    const struct option *option = option_named(c, 0, store_keyword(store));
    while (option) {
        if (option->value.p && memmem(option->value.p, option->value.n, name, strlen(name)))
            return option_whole(option);
        option = option_named(c, (uint32_t)(option - c->text.options) + 1, store_keyword(store));
    }
    return c->text.fields[FIELD_ACTION];
}

static int add_mark(struct across *a, const struct checking *c, const struct state_op *op, const char *name)
{
    if (grow_array(&a->marks, a->mark_count, &a->mark_capacity))
        return -ENOMEM;
    char *copy = strdup(name);
    if (!copy)
        return -ENOMEM;
    a->marks[a->mark_count++] = (struct mark){
        .place = check_place(c, part_of(c, op->store, name)),
        .store = op->store,
        .name = copy,
        .reads = op->verb == VERB_ISSET || op->verb == VERB_ISNOTSET,
        .sets = op->verb == VERB_SET || op->verb == VERB_TOGGLE,
    };
    return 0;
}

static int add_marks(struct across *a, const struct checking *c)
{
    int rc = 0;
    for (uint32_t i = 0; i < c->rule->state_count; i++) {
        const struct state_op *op = &c->rule->state[i];
        for (uint32_t j = 0; !rc && j < op->name_count && op->store != STORE_FLOWINT; j++)
            rc = add_mark(a, c, op, op->names[j].text);
    }
    return rc;
}

int across_add(struct across *across, const struct checking *c)
{
    int rc = add_identity(across, c);
    if (!rc)
        rc = add_body(across, c);
    return rc ? rc : add_marks(across, c);
}

static int order(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int by_place(const struct place *a, const struct place *b)
{
    int by = order(a->file, b->file);
    if (!by)
        by = order(a->line, b->line);
    return by ? by : order(a->column, b->column);
}

static int by_identity(const void *a, const void *b)
{
    const struct identity *x = a, *y = b;
    int by = order(x->gid, y->gid);
    if (!by)
        by = order(x->sid, y->sid);
    return by ? by : by_place(&x->place, &y->place);
}

static int by_body(const void *a, const void *b)
{
    const struct body *x = a, *y = b;
    int by = order(x->hash, y->hash);
    return by ? by : by_place(&x->place, &y->place);
}

static int by_mark(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    int by = order(x->store, y->store);
    if (!by)
        by = strcmp(x->name, y->name);
    return by ? by : by_place(&x->place, &y->place);
}

static bool report_identities(const struct across *a, const struct check *check, struct findings *findings)
{
    bool failed = false;
    for (uint32_t i = 1, first = 0; i < a->identity_count; i++) {
        const struct identity *one = &a->identities[first], *other = &a->identities[i];
        if (one->gid != other->gid || one->sid != other->sid) {
            first = i;
            continue;
        }
        check_report_at(findings, &failed, &other->place, FINDING_DUPLICATE_SID,
                        "sid %u stands in %s line %u already, with rev %u: %s", other->sid,
                        check_file_name(check, one->place.file), one->place.line, one->rev,
                        other->rev > one->rev ? "this one replaces it" : "this one is left out");
    }
    return failed;
}

static bool report_bodies(const struct across *a, const struct check *check, struct findings *findings)
{
    bool failed = false;
    for (uint32_t i = 1, first = 0; i < a->body_count; i++) {
        const struct body *one = &a->bodies[first], *other = &a->bodies[i];
        if (one->hash != other->hash || strcmp(one->text, other->text) != 0)
            first = i;
        else if (one->place.sid != other->place.sid)
            check_report_at(findings, &failed, &other->place, FINDING_DUPLICATE_RULE,
                            "sid %u matches the very same as sid %u in %s line %u", other->place.sid,
                            one->place.sid, check_file_name(check, one->place.file), one->place.line);
    }
    return failed;
}

/* Marks [from, to), which are of one name. */
static bool report_mark(const struct across *a, uint32_t from, uint32_t to, struct findings *findings)
{
    uint32_t reads = 0, sets = 0;
    bool failed = false, said = false;
    for (uint32_t i = from; i < to; i++) {
        reads += a->marks[i].reads;
        sets += a->marks[i].sets;
    }
    for (uint32_t i = from; i < to && !reads != !sets && !said; i++) {
        const struct mark *mark = &a->marks[i];
        if (mark->reads)
            check_report_at(findings, &failed, &mark->place, FINDING_BIT_NEVER_SET,
                            "no rule sets \"%s\": %s:isset is never true, isnotset always", mark->name,
                            store_keyword(mark->store));
        said = mark->sets; /* once is enough: lists of addresses set one mark in hundreds of rules */
        if (said)
            check_report_at(findings, &failed, &mark->place, FINDING_BIT_NEVER_READ,
                            "no rule asks whether \"%s\" is set (set %u times)", mark->name, sets);
    }
    return failed;
}

int across_report(struct across *a, const struct check *check, struct findings *findings)
{
    if (a->identity_count)
        qsort(a->identities, a->identity_count, sizeof *a->identities, by_identity);
    if (a->body_count)
        qsort(a->bodies, a->body_count, sizeof *a->bodies, by_body);
    if (a->mark_count)
        qsort(a->marks, a->mark_count, sizeof *a->marks, by_mark);
    bool failed = report_identities(a, check, findings) | report_bodies(a, check, findings);
    for (uint32_t from = 0, to; from < a->mark_count; from = to) {
        const struct mark *first = &a->marks[from];
        for (to = from + 1; to < a->mark_count && a->marks[to].store == first->store &&
                            strcmp(a->marks[to].name, first->name) == 0;)
            to++;
        failed |= report_mark(a, from, to, findings);
    }
    return failed ? -ENOMEM : 0;
}
