/* sluice rule diff: what two rule sets, or two files of alerts, say differently. */
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "cli/rule_cli.h"
#include "cli/rule_run.h"
#include "rulework/diff/alert_diff.h"

static const struct option_spec specs[] = {
    {"eve", 0, NULL, "A and B are EVE files, of two versions or two engines; there is no capture then", NULL,
     NULL},
    {"jobs", 'j', "N", "worker threads (1)", NULL, NULL},
    {"json", 0, NULL, "one JSON document", NULL, NULL},
    RULE_RUN_OPTIONS,
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

enum { JOBS_MOST = 64 };

static int print(struct diff_side *a, struct diff_side *b, bool json)
{
    struct alert_diff diff;
    struct buf out = {0};
    int rc = alert_diff_make(&diff, a, b);
    if (!rc)
        rc = json ? alert_diff_json(&diff, &out) : alert_diff_text(&diff, &out);
    int code = rule_print_out(rc, &out, !rc && alert_diff_any(&diff) ? RULE_FINDINGS : RULE_CLEAN);
    alert_diff_fini(&diff);
    return code;
}

/* `run`: NULL for EVE files. */
static int compare(const char *const names[2], const struct diff_run *run, bool json)
{
    struct diff_side sides[2] = {0};
    struct err err = {0};
    int rc = 0;
    for (int i = 0; i < 2 && !rc; i++)
        rc = run ? diff_side_rules(&sides[i], names[i], run, &err) : diff_side_eve(&sides[i], names[i], &err);
    if (!rc && run && atomic_load(run->stop))
        rc = err_set(&err, -1, "interrupted: nothing was compared");
    int code = rc ? rule_run_failed(&err) : print(&sides[0], &sides[1], json);
    diff_side_fini(&sides[0]);
    diff_side_fini(&sides[1]);
    return code;
}

static int compare_rules(const struct parsed *parsed, const char *const *arguments, size_t captures,
                         unsigned workers)
{
    struct rule_run run;
    int code = rule_run_open(&run, "diff", parsed, arguments[1]);
    if (code == RULE_CLEAN) {
        struct diff_run config = {
            .settings = run.settings,
            .captures = arguments + 2,
            .capture_count = captures,
            .workers = workers,
            .log = &run.log,
            .stop = run.stop,
        };
        code = compare(arguments, &config, rule_option(parsed, "json"));
    }
    rule_run_close(&run);
    return code;
}

static int run(const struct parsed *parsed)
{
    const char *jobs = rule_option(parsed, "jobs");
    unsigned long workers = 1;
    size_t count = 0;
    int code;
    if (jobs && !options_number("jobs", jobs, 1, JOBS_MOST, &workers))
        return RULE_USAGE;
    const char **arguments = calloc(parsed->count + 1, sizeof *arguments);
    while (arguments && (arguments[count] = rule_argument(parsed, count)))
        count++;
    if (!arguments)
        code = rule_usage("diff", "out of memory");
    else if (rule_option(parsed, "eve"))
        code = count == 2 ? compare(arguments, NULL, rule_option(parsed, "json"))
                          : rule_usage("diff", "--eve needs two files of EVE, and nothing else");
    else if (count < 3)
        code = rule_usage("diff", "it needs two files (or folders) of rules and a capture");
    else
        code = compare_rules(parsed, arguments, count - 2, (unsigned)workers);
    free(arguments);
    return code;
}

const struct command_part rule_part_diff = {
    .name = "diff",
    .usage = "diff [OPTIONS] A B CAPTURE...\n       sluice rule diff --eve [--json] A.json B.json",
    .summary = "says which alerts two rule sets raise differently on captures",
    .more =
        "Alerts are lost, gained, or changed (action, message, category or severity; or another packet of\n"
        "the same conversation), by sid, with the first example of each. Rules that read otherwise and\n"
        "changed nothing are named, too. Exit: 0 the alerts are the same; 1 they differ; 2 usage, or\n"
        "something could not be read.",
    .specs = specs,
    .run = run,
};
