#include "rule/rule_list.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "base/log.h"
#include "rule/keyword.h"
#include "rule/logical_line.h"
#include "rule/parser.h"
#include "rule/rule_index.h"
#include "rule/rule_paths.h"

struct rule_list *rule_list_new(void)
{
    struct rule_list *list = calloc(1, sizeof *list);
    if (!list)
        return NULL;
    list->index = rule_index_new();
    if (list->index)
        return list;
    free(list);
    return NULL;
}

void rule_list_free(struct rule_list *list)
{
    if (!list)
        return;
    for (uint32_t i = 0; i < list->count; i++)
        rule_free(list->rules[i]);
    for (uint32_t i = 0; i < list->file_count; i++)
        free(list->files[i]);
    rule_index_free(list->index);
    free(list->rules);
    free(list->files);
    free(list);
}

void rule_list_keep(struct rule_list *list, const bool *keep)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->count; i++)
        if (keep[i])
            list->rules[kept++] = list->rules[i];
        else
            rule_free(list->rules[i]);
    list->count = kept;
}

struct reading { /* one file on its way into the list */
    struct rule_list *list;
    char *file;
    const struct rule_context *context;
    struct line_reader lines;
    rule_refused_fn refused;
    void *ctx;
};

static void report(struct reading *r, struct rule_refusal *refusal, struct err *err)
{
    const struct line_joint *joint = line_reader_find(&r->lines, &err->column);
    refusal->line = joint->physical;
    err_at(err, r->file, joint->number, err->column);
    r->list->refused++;
    if (r->refused)
        r->refused(r->ctx, refusal);
}

/* Into the list, or in the place of an older revision. -EEXIST when it is no newer than what is there. */
static int insert(struct reading *r, struct rule *rule, struct err *err)
{
    struct rule_list *list = r->list;
    uint32_t at;
    if (rule_index_find(list->index, rule->gid, rule->sid, &at)) {
        struct rule *old = list->rules[at];
        if (rule->rev <= old->rev) {
            err_set(err, -EEXIST, "sid %u stands in %s line %u already, with revision %u", rule->sid,
                    old->file, old->line, old->rev);
            err_hint(err, "a later rule replaces an earlier one only with a higher rev");
            return -EEXIST;
        }
        log_warning(r->context ? r->context->log : NULL,
                    "%s:%u: sid %u replaces revision %u of it from %s:%u", rule->file, rule->line, rule->sid,
                    old->rev, old->file, old->line);
        list->rules[at] = rule;
        rule_free(old);
        return 0;
    }
    if (grow_array(&list->rules, list->count, &list->capacity) ||
        rule_index_add(list->index, rule->gid, rule->sid, list->count))
        return err_set(err, -ENOMEM, "out of memory");
    list->rules[list->count++] = rule;
    return 0;
}

/* 0 for a rule that was taken, skipped or refused; -ENOMEM. */
static int read_rule(struct reading *r, struct err *err)
{
    struct err problem = {0};
    struct rule_refusal refusal = {.err = &problem};
    struct rule *rule = NULL;
    int rc;
    if (r->lines.too_long) {
        rc = err_set(&problem, -EINVAL, "a rule of more than %d bytes", RULE_LINE_MOST);
        err_at(&problem, NULL, 1, 1);
    } else {
        rc = rule_parse_cached(r->lines.line, r->context, rule_index_sets(r->list->index), &rule, &refusal,
                               &problem);
    }
    if (!rc) {
        unsigned column = 1;
        rule->file = r->file;
        rule->line = line_reader_find(&r->lines, &column)->number;
        err_at(&problem, NULL, 1, 1);
        rc = insert(r, rule, &problem);
        if (rc)
            rule_free(rule);
    }
    if (rc == -ENOMEM)
        return err_set(err, rc, "out of memory");
    refusal.code = rc;
    if (rc == -ECANCELED && refusal.keyword.n && !text_equal(refusal.keyword, "requires"))
        log_warning(r->context ? r->context->log : NULL, "%s:%u: the rule is left out: %s", r->file,
                    line_reader_find(&r->lines, &problem.column)->number, problem.message);
    if (rc == -ECANCELED)
        r->list->skipped++;
    else if (rc)
        report(r, &refusal, &problem);
    return 0;
}

static int keep_name(struct rule_list *list, const char *name, char **kept)
{
    if (grow_array(&list->files, list->file_count, &list->file_capacity))
        return -ENOMEM;
    *kept = strdup(name);
    if (!*kept)
        return -ENOMEM;
    list->files[list->file_count++] = *kept;
    return 0;
}

int rule_list_parse(struct rule_list *list, struct slice text, const char *name,
                    const struct rule_context *context, rule_refused_fn refused, void *ctx, struct err *err)
{
    struct reading r = {.list = list, .context = context, .refused = refused, .ctx = ctx};
    if (keep_name(list, name, &r.file))
        return err_set(err, -ENOMEM, "out of memory");
    line_reader_init(&r.lines, text);
    int rc;
    while ((rc = line_reader_next(&r.lines, RULE_LINE_MOST)) > 0) {
        rc = read_rule(&r, err);
        if (rc)
            break;
    }
    if (rc < 0)
        err_set(err, rc, "out of memory");
    line_reader_fini(&r.lines);
    return rc;
}

struct reading_path {
    struct rule_list *list;
    const struct rule_context *context;
    rule_refused_fn refused;
    void *ctx;
    struct err *err;
};

/* What rules name is sought beside the rule file, unless the caller has said where. */
static int read_one(void *ctx, const struct rule_path *path)
{
    const struct reading_path *r = ctx;
    struct rule_context local = r->context ? *r->context : (struct rule_context){0};
    if (!local.directory)
        local.directory = path->directory;
    return rule_list_parse(r->list, path->text, path->name, &local, r->refused, r->ctx, r->err);
}

int rule_list_read(struct rule_list *list, const char *path, const struct rule_context *context,
                   rule_refused_fn refused, void *ctx, struct err *err)
{
    struct reading_path r = {list, context, refused, ctx, err};
    return rule_paths_read(path, read_one, &r, err);
}
