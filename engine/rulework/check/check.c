#include "rulework/check/check.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "rule/logical_line.h"
#include "rule/parser.h"
#include "rule/rule_index.h"
#include "rulework/check/across.h"
#include "rulework/check/check_rule.h"
#include "rule/rule_paths.h"
#include "rulework/source.h"

struct check {
    const struct rule_context *context;
    struct rule_index *index; /* for the sets that headers share */
    struct across *across;
    struct findings findings;
    struct source *sources;
    struct traits **traits; /* of the rules that were accepted */
    uint32_t source_count, source_capacity, traits_count, traits_capacity;
    unsigned rules;
    uint64_t asked;
};

static const char *file_name(const void *ctx, uint32_t file)
{
    return check_file_name(ctx, file);
}

struct check *check_new(const struct rule_context *context)
{
    struct check *check = calloc(1, sizeof *check);
    if (!check)
        return NULL;
    check->context = context;
    check->index = rule_index_new();
    check->across = across_new(file_name, check);
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
    for (uint32_t i = 0; i < check->traits_count; i++) {
        traits_fini(check->traits[i]);
        free(check->traits[i]);
    }
    free(check->traits);
    rule_index_free(check->index);
    for (uint32_t i = 0; i < check->source_count; i++)
        source_fini(&check->sources[i]);
    free(check->sources);
    free(check);
}

void check_ask(struct check *check, uint64_t codes)
{
    check->asked = codes;
}

/* One rule; what others care about in it is kept. */
static int check_rule(struct check *check, struct checking *c, struct slice line)
{
    if (grow_array(&check->traits, check->traits_count, &check->traits_capacity))
        return -ENOMEM;
    struct traits *traits = calloc(1, sizeof *traits);
    if (!traits)
        return -ENOMEM;
    check->traits[check->traits_count++] = traits;
    int rc = check_line(c, line, traits);
    rule_text_fini(&c->text);
    return rc ? rc : across_add(check->across, traits);
}

static int check_source(struct check *check, uint32_t file, const struct rule_context *context)
{
    struct source *source = &check->sources[file];
    struct line_reader lines;
    line_reader_init(&lines, buf_slice(&source->text));
    int rc = check_comments(source, file, &check->findings), more;
    while (!rc && (more = line_reader_next(&lines, RULE_LINE_MOST)) != 0) {
        struct checking c = {
            .findings = &check->findings,
            .context = context,
            .sets = rule_index_sets(check->index),
            .source = source,
            .lines = &lines,
            .asked = check->asked,
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
    int rc = 0;
    for (uint32_t i = 0; !rc && i < check->traits_count; i++)
        rc = across_report(check->across, check->traits[i], &check->findings);
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
