/* sluice rule test: rules tried on flows and captures that files of tests describe. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/rule_cli.h"
#include "cli/rule_run.h"
#include "cli/watch.h"
#include "rulework/case/rule_case_captures.h"
#include "rulework/case/rule_case_mutate.h"
#include "rulework/case/rule_case_print.h"

static const struct option_spec specs[] = {
    {"jobs", 'j', "N", "how many at once (as many as there are processors)", NULL, NULL},
    {"filter", 0, "TEXT", "only tests whose name or file has this text in it", NULL, NULL},
    {"verbose", 'v', NULL, "also name the tests that hold", NULL, NULL},
    {"json", 0, NULL, "one JSON object a test, and one for the whole", NULL, NULL},
    {"tap", 0, NULL, "the Test Anything Protocol", NULL, NULL},
    {"junit", 0, "FILE", "also write JUnit's XML", NULL, NULL},
    {"coverage", 0, NULL,
     "fail unless each rule has a test in which it alerts and one in which it nearly does", NULL, NULL},
    {"watch", 0, NULL, "run again whenever a file of tests, a rule or a capture changes", NULL, NULL},
    {"mutate", 0, NULL, "break each option of the rules in turn, and name what no test notices", NULL, NULL},
    {"captures", 0, "DIR",
     "run nothing: write the flows of the tests there as capture files, with manifest.tsv", NULL, NULL},
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

enum { JOBS_MOST = 256 };

struct tests {
    struct case_paths paths;
    struct case_file *files;
    uint32_t file_count;
};

static atomic_bool *interrupted; /* set while a command runs */

static void on_refused(void *ctx, const struct rule_refusal *refusal)
{
    (void)ctx;
    const struct err *e = refusal->err;
    fprintf(stderr, "sluice: %s:%u:%u: %s\n", e->file, e->line, e->column, e->message);
}

static int read_tests(struct tests *tests, const struct parsed *parsed)
{
    struct err err = {0};
    size_t named = 0;
    for (size_t i = 0; i < parsed->count; i++) {
        if (parsed->list[i].spec)
            continue;
        named++;
        if (case_paths_add(&tests->paths, parsed->list[i].value, &err))
            return rule_run_failed(&err);
    }
    if (!named && case_paths_add(&tests->paths, ".", &err))
        return rule_run_failed(&err);
    tests->files = calloc(tests->paths.count + 1, sizeof *tests->files);
    if (!tests->files)
        return rule_usage("test", "out of memory");
    for (uint32_t i = 0; i < tests->paths.count; i++) {
        tests->file_count++;
        if (case_file_read(&tests->files[i], tests->paths.list[i], &err))
            return rule_run_failed(&err);
    }
    return RULE_CLEAN;
}

static void free_tests(struct tests *tests)
{
    for (uint32_t i = 0; i < tests->file_count; i++)
        case_file_fini(&tests->files[i]);
    free(tests->files);
    case_paths_fini(&tests->paths);
}

static int write_junit(const char *path, const struct case_report *report)
{
    struct buf out = {0};
    FILE *file = fopen(path, "we");
    int rc = file ? cases_print_junit(report, &out) : -1;
    if (!rc && fwrite(out.p, 1, out.n, file) != out.n)
        rc = -1;
    if (file && fclose(file))
        rc = -1;
    buf_fini(&out);
    if (!rc)
        return RULE_CLEAN;
    fputs("sluice: cannot write ", stderr);
    perror(path);
    return RULE_USAGE;
}

static int print_report(const struct parsed *parsed, const struct case_report *report)
{
    struct buf out = {0};
    int code = report->failed || atomic_load(interrupted) ? RULE_FINDINGS : RULE_CLEAN;
    int rc;
    if (rule_option(parsed, "json"))
        rc = cases_print_json(report, &out);
    else if (rule_option(parsed, "tap"))
        rc = cases_print_tap(report, &out);
    else
        rc = cases_print_text(report, rule_option(parsed, "verbose") != NULL, &out);
    if (!rc && rule_option(parsed, "coverage")) {
        uint32_t lacking;
        struct buf text = {0};
        bool machine = rule_option(parsed, "json") || rule_option(parsed, "tap");
        rc = cases_print_coverage(report, machine ? &text : &out, &lacking);
        if (lacking)
            code = RULE_FINDINGS;
        buf_fini(&text);
    }
    const char *junit = rule_option(parsed, "junit");
    if (!rc && junit && write_junit(junit, report) != RULE_CLEAN)
        code = RULE_USAGE;
    return rule_print_out(rc, &out, code);
}

/* Tells of the mutants, behind the tests. Survivors are no findings: some change nothing that can be seen. */
static int mutate(const struct parsed *parsed, const struct case_run_config *config,
                  const struct case_report *report)
{
    struct mutation_report mutation;
    struct err err = {0};
    struct buf out = {0};
    int code = RULE_USAGE;
    if (cases_mutate(config, report, &mutation, &err))
        rule_run_failed(&err);
    else
        code = rule_print_out(rule_option(parsed, "json") ? mutation_print_json(&mutation, &out)
                                                          : mutation_print_text(&mutation, &out),
                              &out, RULE_CLEAN);
    mutation_report_fini(&mutation);
    return code;
}

static bool jobs_of(const struct parsed *parsed, unsigned *out)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    const char *text = rule_option(parsed, "jobs");
    unsigned long n = processors > 0 && processors < JOBS_MOST ? (unsigned long)processors : 1;
    if (text && !options_number("jobs", text, 1, JOBS_MOST, &n))
        return false;
    *out = (unsigned)n;
    return true;
}

static int run_tests(const struct parsed *parsed)
{
    struct tests tests = {0};
    struct case_report report = {0};
    struct err err = {0};
    struct log log = rule_run_log();
    unsigned jobs;
    if (!jobs_of(parsed, &jobs))
        return RULE_USAGE;
    int code = read_tests(&tests, parsed);
    if (code == RULE_CLEAN) {
        struct case_run_config config = {.files = tests.files,
                                         .file_count = tests.file_count,
                                         .filter = rule_option(parsed, "filter"),
                                         .workers = jobs,
                                         .log = &log,
                                         .refused = on_refused,
                                         .stop = interrupted};
        code = cases_run(&config, &report, &err) ? rule_run_failed(&err) : print_report(parsed, &report);
        if (code == RULE_CLEAN && rule_option(parsed, "mutate"))
            code = mutate(parsed, &config, &report);
        case_report_fini(&report);
    }
    free_tests(&tests);
    return code;
}

/* What is written instead of run, for other programs to read. */
static int write_captures(const struct parsed *parsed, const char *folder)
{
    static const char *const others[] = {"jobs",  "verbose",  "json",  "tap",
                                         "junit", "coverage", "watch", "mutate"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (rule_option(parsed, others[i]))
            return rule_usage("test", "--captures runs no tests: only --filter goes with it");
    struct tests tests = {0};
    struct err err = {0};
    uint32_t written;
    int code = read_tests(&tests, parsed);
    if (code == RULE_CLEAN && case_captures_write(folder, tests.files, tests.file_count,
                                                  rule_option(parsed, "filter"), &written, &err))
        code = rule_run_failed(&err);
    else if (code == RULE_CLEAN)
        printf("%u capture%s in %s\n", written, written == 1 ? "" : "s", folder);
    free_tests(&tests);
    return code;
}

enum { WATCHED_MOST = 4096 };

/* What a run depends on: what was named, and what the tests in it name. */
static size_t watched(const struct parsed *parsed, const struct tests *tests, const char **paths)
{
    size_t count = 0;
    for (size_t i = 0; i < parsed->count && count < WATCHED_MOST; i++)
        if (!parsed->list[i].spec)
            paths[count++] = parsed->list[i].value;
    if (!count)
        paths[count++] = ".";
    for (uint32_t i = 0; i < tests->file_count; i++) {
        const struct case_file *file = &tests->files[i];
        for (uint32_t k = 0; k < file->count; k++) {
            const struct rule_case *test = &file->list[k];
            for (uint32_t p = 0; test->rules && p < test->rules->path_count && count < WATCHED_MOST; p++)
                if (!k || test->rules != file->list[k - 1].rules)
                    paths[count++] = test->rules->paths[p];
            if (test->capture && count < WATCHED_MOST)
                paths[count++] = test->capture;
        }
        if (file->config && count < WATCHED_MOST)
            paths[count++] = file->config;
    }
    return count;
}

/* Until it is interrupted. The paths belong to the tests, which are read anew each time. */
static int watch(const struct parsed *parsed)
{
    int code = RULE_CLEAN;
    while (!atomic_load(interrupted)) {
        const char *paths[WATCHED_MOST];
        struct tests tests = {0};
        int readable = read_tests(&tests, parsed);
        size_t count = watched(parsed, &tests, paths);
        uint64_t seen = watch_look(paths, count);
        code = readable == RULE_CLEAN ? run_tests(parsed) : readable;
        fflush(stdout);
        watch_wait(paths, count, seen, interrupted);
        free_tests(&tests);
    }
    return code;
}

static int run(const struct parsed *parsed)
{
    interrupted = rule_run_interrupts();
    const char *folder = rule_option(parsed, "captures");
    if (folder)
        return write_captures(parsed, folder);
    return rule_option(parsed, "watch") ? watch(parsed) : run_tests(parsed);
}

const struct command_part rule_part_test = {
    .name = "test",
    .usage = "test [PATH...] [OPTIONS]",
    .summary = "runs tests of rules: which alert on flows written as text or on captures, and which must not",
    .more = "PATH is a file of tests or a folder with NAME.test.yaml in it or below (the current folder);\n"
            "docs/testing-rules.md describes them. Exit: 0 all held; 1 some failed; 2 usage, or something "
            "could not\n"
            "be read.",
    .specs = specs,
    .run = run,
};
