/* sluice rule fmt: the one layout of rule files. */
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "cli/rule_cli.h"
#include "cli/rule_context.h"
#include "cli/rule_write.h"
#include "rulework/check/fix.h"
#include "rulework/layout.h"
#include "rule/rule_paths.h"

static const struct option_spec specs[] = {
    {"check", 0, NULL, "only say which files would change; exit 1 if any", NULL, NULL},
    {"diff", 0, NULL, "print what would change, as a diff; exit 1 if anything", NULL, NULL},
    {"write", 'w', NULL, "change the files", NULL, NULL},
    RULE_CONTEXT_OPTIONS,
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

struct format {
    const struct rule_context *context;
    struct buf out;
    bool check, diff, write, changed;
};

static int on_file(void *ctx, const struct rule_path *path)
{
    struct format *f = ctx;
    struct buf text = {0};
    int rc = layout_file(path->text, f->context, &text);
    bool changed = !rc && !slice_equal(path->text, buf_slice(&text));
    f->changed |= changed;
    if (!rc && f->diff)
        rc = fix_diff(path->name, path->text, buf_slice(&text), &f->out);
    else if (!rc && f->check)
        rc = changed ? buf_printf(&f->out, "%s\n", path->name) : 0;
    else if (!rc && f->write)
        rc = changed ? rule_write(path->name, buf_slice(&text)) : 0;
    else if (!rc)
        rc = buf_append(&f->out, buf_slice(&text));
    buf_fini(&text);
    return rc;
}

static int format_all(const struct parsed *parsed, struct format *f)
{
    struct err err = {0};
    int rc = 0;
    for (size_t i = 0; !rc && rule_argument(parsed, i); i++)
        rc = rule_paths_read(rule_argument(parsed, i), on_file, f, &err);
    if (!rc)
        return rule_print_out(0, &f->out, (f->check || f->diff) && f->changed ? RULE_FINDINGS : RULE_CLEAN);
    if (err.message[0]) {
        char text[ERR_TEXT];
        err_text(&err, text);
        fprintf(stderr, "sluice: %s\n", text);
    }
    buf_fini(&f->out);
    return RULE_USAGE;
}

static int run(const struct parsed *parsed)
{
    struct format f = {.check = rule_option(parsed, "check"),
                       .diff = rule_option(parsed, "diff"),
                       .write = rule_option(parsed, "write")};
    if (!rule_argument(parsed, 0))
        return rule_usage("fmt", "there are no rules to format: give files or folders");
    if (f.check + f.diff + f.write > 1)
        return rule_usage("fmt", "only one of --check, --diff and --write");
    struct rule_project project;
    bool good = rule_project_open(&project, parsed, rule_argument(parsed, 0));
    struct rule_context *context = good ? rule_context_open(parsed, &project) : NULL;
    f.context = context;
    int code = context ? format_all(parsed, &f) : RULE_USAGE;
    rule_context_close(context);
    rule_project_fini(&project);
    return code;
}

const struct command_part rule_part_fmt = {
    .name = "fmt",
    .usage = "fmt [OPTIONS] FILE|DIR...",
    .summary = "prints rules in one layout, comments kept; or changes the files with --write",
    .more = "A rule that the engine refuses stays as it is.",
    .specs = specs,
    .run = run,
};
