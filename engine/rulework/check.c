#include "rulework/check.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "rule/logical_line.h"
#include "rule/parser.h"
#include "rule/rule_index.h"
#include "rulework/across.h"
#include "rulework/check_rule.h"
#include "rule/rule_paths.h"
#include "rulework/source.h"

struct check {
    const struct rule_context *context;
    struct rule_index *index; /* for the sets that headers share */
    struct across *across;
    struct findings findings;
    struct source *sources;
    uint32_t source_count, source_capacity;
    unsigned rules;
};

struct check *check_new(const struct rule_context *context)
{
    struct check *check = calloc(1, sizeof *check);
    if (!check)
        return NULL;
    check->context = context;
    check->index = rule_index_new();
    check->across = across_new();
    if (check->index && check->across)
        return check;
    check_free(check);
    return NULL;
}

void check_free(struct check *check)
{
    if (!check)
        return;
    findings_fini(&check->findings);
    across_free(check->across);
    rule_index_free(check->index);
    for (uint32_t i = 0; i < check->source_count; i++)
        source_fini(&check->sources[i]);
    free(check->sources);
    free(check);
}

static void check_accepted(struct checking *c)
{
    check_meta(c);
    check_lengths(c);
    check_contradictions(c);
    check_protocol(c);
    check_pattern(c);
    check_forms(c);
}

/* The rule as text stays even if it cannot be read to its end, so that places can be told. */
static int check_rule(struct check *check, struct checking *c, struct slice line)
{
    struct err err = {0};
    struct rule_refusal refusal = {0};
    struct rule *rule = NULL;
    rule_text_lex(line, &c->text, &(struct err){0});
    c->place.sid = rule_text_sid(&c->text);
    c->place.column = c->text.fields[FIELD_ACTION].p ? rule_text_column(&c->text, c->text.fields[0].p) : 1;
    int rc = rule_parse_cached(line, c->context, c->sets, &rule, &refusal, &err);
    c->rule = rule;
    if (rc && rc != -ENOMEM) {
        refusal.err = &err;
        check_refused(c, &refusal);
    } else if (!rc) {
        check_accepted(c);
        rc = across_add(check->across, c);
    }
    rule_free(rule);
    rule_text_fini(&c->text);
    return rc == -ENOMEM || c->failed ? -ENOMEM : 0;
}

static int report_comments(struct check *check, const struct source *source, uint32_t file)
{
    bool failed = false;
    for (uint32_t i = 0; i < source->comment_count; i++) {
        const struct source_comment *comment = &source->comments[i];
        struct place place = {.file = file,
                              .line = comment->line,
                              .column = comment->column,
                              .end_line = comment->line,
                              .end_column = comment->end_column,
                              .rule_line = comment->line};
        if (comment->unknown)
            check_report_at(&check->findings, &failed, &place, FINDING_UNKNOWN_CODE,
                            "there is no code \"%.60s\"", comment->unknown);
    }
    return failed ? -ENOMEM : 0;
}

static int check_source(struct check *check, uint32_t file, const struct rule_context *context)
{
    struct source *source = &check->sources[file];
    struct line_reader lines;
    line_reader_init(&lines, buf_slice(&source->text));
    int rc = report_comments(check, source, file), more;
    while (!rc && (more = line_reader_next(&lines, RULE_LINE_MOST)) != 0) {
        struct checking c = {
            .findings = &check->findings,
            .context = context,
            .sets = rule_index_sets(check->index),
            .source = source,
            .lines = &lines,
        };
        if (more < 0)
            rc = more;
        else {
            unsigned line = lines.joints[0].number;
            c.place = (struct place){.file = file, .line = line, .rule_line = line};
            c.place.disabled = source_disabled(source, line);
            check->rules++;
            rc = check_rule(check, &c, lines.line);
        }
    }
    line_reader_fini(&lines);
    return rc;
}

static int check_in(struct check *check, const char *name, struct slice text, const char *directory)
{
    if (grow_array(&check->sources, check->source_count, &check->source_capacity))
        return -ENOMEM;
    uint32_t file = check->source_count++;
    int rc = source_init(&check->sources[file], name, text);
    struct rule_context context = *check->context;
    if (!context.directory)
        context.directory = directory;
    return rc ? rc : check_source(check, file, &context);
}

int check_text(struct check *check, const char *name, struct slice text)
{
    return check_in(check, name, text, NULL);
}

static int on_file(void *ctx, const struct rule_path *path)
{
    return check_in(ctx, path->name, path->text, path->directory);
}

int check_path(struct check *check, const char *path, struct err *err)
{
    return rule_paths_read(path, on_file, check, err);
}

int check_finish(struct check *check)
{
    int rc = across_report(check->across, check, &check->findings);
    findings_sort(&check->findings);
    return rc;
}

struct findings *check_findings(struct check *check)
{
    return &check->findings;
}

unsigned check_rules(const struct check *check)
{
    return check->rules;
}

unsigned check_files(const struct check *check)
{
    return check->source_count;
}

const char *check_file_name(const struct check *check, unsigned file)
{
    return check->sources[file].name;
}

struct slice check_file_text(const struct check *check, unsigned file)
{
    return buf_slice(&check->sources[file].text);
}
