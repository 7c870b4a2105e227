/* sluice rule check: what is wrong with rules, and what would mend it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "cli/rule_cli.h"
#include "cli/rule_context.h"
#include "cli/rule_write.h"
#include "rulework/check/check.h"
#include "rulework/finding_print.h"
#include "rulework/check/fix.h"

static const struct option_spec specs[] = {
    {"format", 0, "FORM", "text, json (one object a line), sarif (2.1.0) or github (annotations); text", NULL,
     NULL},
    {"json", 0, NULL, "the same as --format json", NULL, NULL},
    {"sarif", 0, NULL, "the same as --format sarif", NULL, NULL},
    {"github", 0, NULL, "the same as --format github", NULL, NULL},
    {"severity", 0, "LEAST", "note, warning or error: what is less is not shown, and does not count (note)",
     NULL, NULL},
    {"disable", 0, "CODES", "codes that are not shown and do not count, with commas between", NULL, NULL},
    {"enable", 0, "CODES", "codes that are only for those who ask: missing-metadata", NULL, NULL},
    {"count", 0, NULL, "only how many there are of each code", NULL, NULL},
    {"fix", 0, NULL, "print what the fixes would change, as a diff", NULL, NULL},
    {"write", 0, NULL, "with --fix: change the files instead", NULL, NULL},
    RULE_CONTEXT_OPTIONS,
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

typedef int (*print_fn)(const struct finding *finding, const char *file, struct buf *out);

struct wish {
    print_fn print; /* NULL: SARIF */
    enum finding_severity least;
    struct finding_choice choice;
    const struct rule_project *project;
    bool count, fix, write;
    double started;
};

static double now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static bool read_form(const struct parsed *parsed, struct wish *wish)
{
    const char *form = rule_option(parsed, "sarif")    ? "sarif"
                       : rule_option(parsed, "json")   ? "json"
                       : rule_option(parsed, "github") ? "github"
                                                       : rule_option(parsed, "format");
    static const struct {
        const char *name;
        print_fn print;
    } forms[] = {{"text", finding_text}, {"json", finding_json}, {"github", finding_github}, {"sarif", NULL}};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strcmp(forms[i].name, form ? form : "text") == 0) {
            wish->print = forms[i].print;
            return true;
        }
    return false;
}

static bool read_severity(const char *name, enum finding_severity *severity)
{
    *severity = SEVERITY_NOTE;
    for (int i = SEVERITY_NOTE; name && i <= SEVERITY_ERROR; i++)
        if (strcmp(finding_severity_name((enum finding_severity)i), name) == 0) {
            *severity = (enum finding_severity)i;
            return true;
        }
    return !name;
}

static bool read_codes(const char *text, uint64_t *codes)
{
    while (text && *text) {
        size_t n = strcspn(text, ",");
        enum finding_code code;
        if (!finding_code_find(slice_of(text, n), &code))
            return false;
        *codes |= UINT64_C(1) << code;
        text += n + (text[n] == ',');
    }
    return true;
}

/* Takes out what is not wanted; the rest stays in order. */
static void filter(const struct wish *wish, struct findings *findings)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < findings->count; i++) {
        struct finding *finding = &findings->list[i];
        if (finding_choose(&wish->choice, finding) && finding->severity >= wish->least)
            findings->list[kept++] = *finding;
        else
            finding_fini(finding);
    }
    findings->count = kept;
}

static int print_counts(const struct findings *findings, struct buf *out)
{
    unsigned counts[FINDING_CODES] = {0};
    enum finding_severity severities[FINDING_CODES] = {0};
    int rc = 0;
    for (uint32_t i = 0; i < findings->count; i++) {
        counts[findings->list[i].code]++;
        severities[findings->list[i].code] = findings->list[i].severity;
    }
    for (unsigned code = 0; !rc && code < FINDING_CODES; code++)
        if (counts[code]) {
            const struct finding_info *info = finding_info((enum finding_code)code);
            rc = buf_printf(out, "%7u  %-8s %-22s %s\n", counts[code],
                            finding_severity_name(severities[code]), info->code, info->summary);
        }
    return rc;
}

static int print_sarif(struct check *check, const struct wish *wish, struct buf *out)
{
    const char **files = calloc(check_files(check) + 1, sizeof *files);
    for (unsigned i = 0; files && i < check_files(check); i++)
        files[i] = check_file_name(check, i);
    int rc = files ? findings_sarif(check_findings(check), files, wish->least, out) : -1;
    free(files);
    return rc;
}

static int print(struct check *check, const struct wish *wish, struct buf *out)
{
    const struct findings *findings = check_findings(check);
    if (wish->count)
        return print_counts(findings, out);
    if (!wish->print)
        return print_sarif(check, wish, out);
    int rc = 0;
    for (uint32_t i = 0; !rc && i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        rc = wish->print(finding, check_file_name(check, finding->file), out);
    }
    return rc;
}

/* The fixes of one file: as a diff into *out, or into the file. */
static int fix_one(struct check *check, const struct wish *wish, unsigned file, struct buf *out,
                   unsigned *fixed)
{
    struct buf after = {0};
    const char *name = check_file_name(check, file);
    struct slice before = check_file_text(check, file);
    int rc = fix_file(before, check_findings(check), file, &after, fixed);
    if (!rc && !wish->write)
        rc = fix_diff(name, before, buf_slice(&after), out);
    else if (!rc && !slice_equal(before, buf_slice(&after)))
        rc = rule_write(name, buf_slice(&after));
    buf_fini(&after);
    return rc;
}

static int finish(struct check *check, const struct wish *wish)
{
    struct buf out = {0};
    struct findings *findings = check_findings(check);
    unsigned by[SEVERITY_ERROR + 1] = {0}, fixed = 0;
    filter(wish, findings);
    for (uint32_t i = 0; i < findings->count; i++)
        by[findings->list[i].severity]++;
    int rc = wish->fix ? 0 : print(check, wish, &out);
    for (unsigned i = 0; !rc && wish->fix && i < check_files(check); i++)
        rc = fix_one(check, wish, i, &out, &fixed);
    int code = rule_print_out(rc, &out, findings->count ? RULE_FINDINGS : RULE_CLEAN);
    if (!rc)
        fprintf(stderr, "%u rules in %u files: %u errors, %u warnings, %u notes; %.2f s\n",
                check_rules(check), check_files(check), by[SEVERITY_ERROR], by[SEVERITY_WARNING],
                by[SEVERITY_NOTE], now() - wish->started);
    if (!rc && wish->fix)
        fprintf(stderr, "%u findings %s\n", fixed, wish->write ? "mended" : "can be mended: --write does it");
    return code;
}

/* The project's say, and over it that of the options. */
static bool read_wish(const struct parsed *parsed, const struct rule_project *project, struct wish *wish)
{
    uint64_t disabled = 0, enabled = 0;
    if (!read_codes(rule_option(parsed, "disable"), &disabled) ||
        !read_codes(rule_option(parsed, "enable"), &enabled)) {
        rule_usage("check", "--disable, --enable: there is no such code; docs/rules/ has them all");
        return false;
    }
    wish->project = project;
    wish->choice = project->choice;
    wish->choice.disabled = (project->choice.disabled & ~enabled) | disabled;
    wish->choice.asked |= enabled;
    return true;
}

/* The files that are named, or else the project's. */
static const char *nth_path(const struct parsed *parsed, const struct rule_project *project, size_t n)
{
    if (rule_argument(parsed, 0))
        return rule_argument(parsed, n);
    return n < project->rule_count ? project->rules[n] : NULL;
}

static int check_all(const struct parsed *parsed, const struct wish *wish, const struct rule_context *context)
{
    struct err err = {0};
    struct check *check = check_new(context);
    int rc = check ? 0 : err_set(&err, -1, "out of memory"), code = RULE_USAGE;
    if (check)
        check_ask(check, wish->choice.asked);
    for (size_t i = 0; !rc && nth_path(parsed, wish->project, i); i++)
        rc = check_path(check, nth_path(parsed, wish->project, i), &err);
    if (!rc && check_finish(check))
        rc = err_set(&err, -1, "out of memory");
    if (rc) {
        char text[ERR_TEXT];
        err_text(&err, text);
        fprintf(stderr, "sluice: %s\n", text);
    } else {
        code = finish(check, wish);
    }
    check_free(check);
    return code;
}

static int run_in(const struct parsed *parsed, struct wish *wish, const struct rule_project *project)
{
    if (!nth_path(parsed, project, 0))
        return rule_usage(
            "check",
            "there are no rules to check: give files or folders, or name them in " RULE_PROJECT_FILE);
    if (!read_wish(parsed, project, wish))
        return RULE_USAGE;
    struct rule_context *context = rule_context_open(parsed, project);
    int code = context ? check_all(parsed, wish, context) : RULE_USAGE;
    rule_context_close(context);
    return code;
}

static int run(const struct parsed *parsed)
{
    struct wish wish = {.started = now(),
                        .count = rule_option(parsed, "count"),
                        .fix = rule_option(parsed, "fix"),
                        .write = rule_option(parsed, "write")};
    if (!read_form(parsed, &wish))
        return rule_usage("check", "--format is text, json, sarif or github");
    if (!read_severity(rule_option(parsed, "severity"), &wish.least))
        return rule_usage("check", "--severity is note, warning or error");
    if (wish.write && !wish.fix)
        return rule_usage("check", "--write is for --fix");
    struct rule_project project;
    bool good = rule_project_open(&project, parsed, rule_argument(parsed, 0));
    int code = good ? run_in(parsed, &wish, &project) : RULE_USAGE;
    rule_project_fini(&project);
    return code;
}

const struct command_part rule_part_check = {
    .name = "check",
    .usage = "check [OPTIONS] [FILE|DIR...]",
    .summary = "says what is wrong with rules, where, and what would mend it",
    .more =
        "All files are taken together: a flowbit that one sets and another reads is fine. A comment\n"
        "\"# sluice: disable=CODE\" keeps the rule below quiet, disable-file=CODE the whole file. Each code\n"
        "is explained in docs/rules/CODE.md. A file " RULE_PROJECT_FILE
        " in the rules' folder or above it says where rules,\n"
        "variables and classes are, and which codes count (docs/authoring.md).",
    .specs = specs,
    .run = run,
};
