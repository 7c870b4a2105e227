/* sluice rule example: captures on which rules fire. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/pcap_write.h"
#include "cli/example_report.h"
#include "cli/rule_cli.h"
#include "cli/rule_run.h"
#include "rule/classes.h"
#include "rule/dataset.h"
#include "rule/rule_list.h"
#include "rule/rule.h"
#include "run/settings/settings.h"

enum { PATH_ROOM = 4096, REFUSED_SHOWN = 20 };

static const struct option_spec specs[] = {
    {"output", 'o', "FILE", "the capture to write; near misses stand beside it (X.miss-1.pcap)", NULL, NULL},
    {"directory", 'd', "DIR", "captures of all rules of the file, SID.pcap each; made if need be", NULL,
     NULL},
    {"sid", 0, "N", "this rule of the file", NULL, NULL},
    {"sample", 0, "N", "so many rules, spread over the file", NULL, NULL},
    {"near-misses", 0, NULL, "also captures with one option broken each, on which it does not fire", NULL,
     NULL},
    {"summary", 0, NULL, "for how many rules one could be made, and why not for the others", NULL, NULL},
    {"rules", 0, "FILE", "where to look for rules that set what the rule asks for (flowbits)", NULL, NULL},
    RULE_RUN_OPTIONS,
    {"json", 0, NULL, "one JSON object a rule", NULL, NULL},
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

struct run {
    const struct parsed *parsed;
    struct rule_run run;
    struct classes *classes;
    struct datasets *datasets;
    struct rule_list *list;
    uint32_t own; /* rules of the list that were asked about: the first ones */
    struct example_maker *maker;
    struct example_report *report;
    const char *output, *directory;
    unsigned long sid, sample;
};

static bool read_numbers(struct run *r)
{
    const char *sid = rule_option(r->parsed, "sid"), *sample = rule_option(r->parsed, "sample");
    return (!sid || options_number("sid", sid, 1, UINT32_MAX, &r->sid)) &&
           (!sample || options_number("sample", sample, 1, UINT32_MAX, &r->sample));
}

/* What is no file is a rule. */
static bool is_text(const char *rules)
{
    return access(rules, R_OK) && strchr(rules, '(');
}

static int read_rules(struct run *r, const char *rules)
{
    struct err err = {0};
    const struct settings *settings = r->run.settings;
    struct rule_context context = {.variables = settings->variables,
                                   .classes = r->classes,
                                   .datasets = r->datasets,
                                   .directory = settings->dataset_directory};
    bool text = is_text(rules);
    int rc = text ? rule_list_parse(r->list, slice_str(rules), "the rule", &context, rule_run_refused,
                                    &r->run, &err)
                  : rule_list_read(r->list, rules, &context, rule_run_refused, &r->run, &err);
    r->own = r->list->count;
    const char *others = rule_option(r->parsed, "rules");
    if (!rc && others)
        rc = rule_list_read(r->list, others, &context, NULL, NULL, &err);
    if (rc)
        return rule_run_failed(&err);
    if (r->own)
        return RULE_CLEAN;
    fputs("sluice: there is no rule that could be loaded\n", stderr);
    return RULE_USAGE;
}

static int write_capture(const char *path, const struct craft_frames *frames)
{
    struct err err = {0};
    return pcap_write(path, frames->list, frames->count, false, &err) ? rule_run_failed(&err) : RULE_CLEAN;
}

/* X.pcap: X.miss-1.pcap. */
static int write_misses(const char *path, const struct example *example)
{
    size_t n = strlen(path);
    bool suffix = n > 5 && strcmp(path + n - 5, ".pcap") == 0;
    char other[PATH_ROOM];
    int code = RULE_CLEAN;
    for (unsigned i = 0; i < example->miss_count && code == RULE_CLEAN; i++) {
        snprintf(other, sizeof other, "%.*s.miss-%u.pcap", (int)(suffix ? n - 5 : n), path, i + 1);
        code = write_capture(other, &example->misses[i].frames);
    }
    return code;
}

static int write_all(const struct run *r, const struct rule *rule, const struct example *example)
{
    char path[PATH_ROOM];
    if (!r->output && !r->directory)
        return RULE_CLEAN;
    if (r->directory)
        snprintf(path, sizeof path, "%s/%u.pcap", r->directory, rule->sid);
    else
        snprintf(path, sizeof path, "%s", r->output);
    int code = write_capture(path, &example->frames);
    return code == RULE_CLEAN && strcmp(path, "-") != 0 ? write_misses(path, example) : code;
}

/* An exit code: what could not be made is a finding. */
static int make_one(struct run *r, const struct rule *rule)
{
    struct example example;
    struct err err = {0};
    int rc = example_make(r->maker, rule, &example, &err), code = RULE_CLEAN;
    if (rc && rc != -EINVAL)
        code = rule_run_failed(&err);
    else if (!rc)
        code = write_all(r, rule, &example);
    if (code == RULE_CLEAN && example_report_add(r->report, rule, rc ? NULL : &example, err.message))
        code = RULE_USAGE;
    example_fini(&example);
    return code == RULE_CLEAN && rc ? RULE_FINDINGS : code;
}

static bool is_asked(const struct run *r, uint32_t index)
{
    if (r->sid)
        return r->list->rules[index]->sid == r->sid;
    if (!r->sample || r->sample >= r->own)
        return true;
    return (uint64_t)index * r->sample / r->own != ((uint64_t)index + 1) * r->sample / r->own;
}

static int make_all(struct run *r)
{
    int code = RULE_CLEAN;
    unsigned long asked = 0;
    for (uint32_t i = 0; i < r->own && code != RULE_USAGE && !atomic_load(r->run.stop); i++) {
        if (!is_asked(r, i))
            continue;
        asked++;
        int one = make_one(r, r->list->rules[i]);
        code = one > code ? one : code;
    }
    if (!asked && code == RULE_CLEAN) {
        fputs("sluice: there is no rule of that sid that could be loaded\n", stderr);
        return RULE_USAGE;
    }
    return example_report_end(r->report) ? RULE_USAGE : code;
}

static int prepare(struct run *r, const char *rules)
{
    int code = read_rules(r, rules);
    if (code != RULE_CLEAN)
        return code;
    bool several = r->own > 1 && !r->sid;
    if (several && (r->output || !(r->directory || r->sample || rule_option(r->parsed, "summary"))))
        return rule_usage("example",
                          "there are several rules: --sid N names one, --directory DIR and --summary are "
                          "about all");
    if (r->directory && mkdir(r->directory, 0777) && errno != EEXIST) {
        fprintf(stderr, "sluice: %s: %s\n", r->directory, strerror(errno));
        return RULE_USAGE;
    }
    struct example_config config = {.settings = r->run.settings,
                                    .rules = r->list,
                                    .near_misses = rule_option(r->parsed, "near-misses"),
                                    .stop = r->run.stop};
    struct example_report_form form = {.json = rule_option(r->parsed, "json"),
                                       .summary = rule_option(r->parsed, "summary"),
                                       .to_error = r->output && strcmp(r->output, "-") == 0};
    r->maker = example_maker_new(&config);
    r->report = example_report_new(&form);
    return r->maker && r->report ? make_all(r) : RULE_USAGE;
}

static int start(struct run *r, const char *rules)
{
    int code = rule_run_open(&r->run, "example", r->parsed, is_text(rules) ? NULL : rules);
    r->run.refused_most = REFUSED_SHOWN;
    return code == RULE_CLEAN && r->run.settings ? prepare(r, rules) : RULE_USAGE;
}

static int run(const struct parsed *parsed)
{
    struct run r = {.parsed = parsed,
                    .classes = classes_new(),
                    .datasets = datasets_new(1),
                    .list = rule_list_new(),
                    .output = rule_option(parsed, "output"),
                    .directory = rule_option(parsed, "directory")};
    const char *rules = rule_argument(parsed, 0);
    int code = r.classes && r.datasets && r.list ? RULE_CLEAN : rule_usage("example", "out of memory");
    if (code == RULE_CLEAN && (!rules || rule_argument(parsed, 1)))
        code = rule_usage("example", "it needs one rule, or a file of rules");
    if (code == RULE_CLEAN && r.output && r.directory)
        code = rule_usage("example", "--output and --directory exclude each other");
    if (code == RULE_CLEAN && !read_numbers(&r))
        code = RULE_USAGE;
    if (code == RULE_CLEAN && rules)
        code = start(&r, rules);
    example_maker_free(r.maker);
    example_report_free(r.report);
    rule_list_free(r.list);
    datasets_free(r.datasets);
    classes_free(r.classes);
    rule_run_close(&r.run);
    return code;
}

const struct command_part rule_part_example = {
    .name = "example",
    .usage = "example RULE|FILE [--sid N] -o CAPTURE [OPTIONS]",
    .summary = "makes a capture on which a rule fires, by solving its options",
    .more =
        "The capture was replayed with the rule before it is written. Rules that set what it asks of a flow\n"
        "(flowbits) are looked for in the same file, and in --rules. Exit: 0 made; 1 it could not be made: "
        "why;\n"
        "2 usage, or something could not be read or written.",
    .specs = specs,
    .run = run,
};
