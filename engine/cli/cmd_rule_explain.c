/* sluice rule explain: why a rule fires on a capture, or does not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/rule_cli.h"
#include "cli/rule_run.h"
#include "rulework/explain/explain.h"

static const struct option_spec specs[] = {
    {"capture", 0, "FILE", "what it is tried on (may be given again)", NULL, NULL},
    {"sid", 0, "N", "the rule of a file that is asked about (may be given again)", NULL, NULL},
    {"cases", 0, "N", "how many of what comes near are shown (3)", NULL, NULL},
    RULE_RUN_OPTIONS,
    {"json", 0, NULL, "one JSON object a rule", NULL, NULL},
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

enum { LIST_MOST = 64, RULES_MOST = 100 };

struct asked {
    struct explain_config config;
    const char *captures[LIST_MOST];
    uint32_t sids[LIST_MOST];
    const char *path;
    unsigned cases;
};

static bool take(struct asked *a, const struct parsed_option *o)
{
    unsigned long n;
    const char *name = o->spec ? o->spec->name : "";
    struct explain_config *c = &a->config;
    if (!o->spec && a->path)
        return false;
    if (!o->spec)
        a->path = o->value;
    if (strcmp(name, "capture") == 0 && c->capture_count < LIST_MOST)
        a->captures[c->capture_count++] = o->value;
    else if (strcmp(name, "cases") == 0 && options_number("cases", o->value, 0, EXPLAIN_CASES, &n))
        a->cases = (unsigned)n;
    else
        return !o->spec || strcmp(name, "json") == 0 || strcmp(name, "sid") == 0 ||
               strcmp(name, "set") == 0 || strcmp(name, "config") == 0;
    return true;
}

/* What is no file is a rule. */
static void set_rules(struct asked *a)
{
    if (access(a->path, R_OK) && strchr(a->path, '(')) {
        a->config.rule_text = a->path;
        return;
    }
    a->config.rule_paths = &a->path;
    a->config.rule_path_count = 1;
}

static int answer(const struct asked *a, bool json)
{
    struct explanation explanation;
    struct err err = {0};
    struct buf out = {0};
    int rc = explain(&a->config, &explanation, &err);
    int code = RULE_USAGE;
    uint32_t asked = 0;
    for (uint32_t i = 0; i < explanation.count; i++)
        asked += explanation.list[i].asked;
    if (rc)
        rule_run_failed(&err);
    else if (asked > RULES_MOST)
        fprintf(stderr, "sluice: %u rules are asked about: --sid N names one\n", asked);
    else
        code = rule_print_out(json ? explain_print_json(&explanation, a->cases, &out)
                                   : explain_print_text(&explanation, a->cases, &out),
                              &out, RULE_CLEAN);
    for (uint32_t i = 0; code == RULE_CLEAN && i < explanation.count; i++)
        if (explanation.list[i].asked && !explanation.list[i].alerted)
            code = RULE_FINDINGS;
    explain_fini(&explanation);
    return code;
}

static int run(const struct parsed *parsed)
{
    struct asked a = {.cases = 3};
    struct rule_run run;
    int code = rule_run_open(&run, "explain", parsed, rule_argument(parsed, 0));
    long sids = code == RULE_CLEAN ? rule_run_sids(parsed, a.sids, LIST_MOST) : 0;
    bool good = sids >= 0;
    for (size_t i = 0; i < parsed->count && code == RULE_CLEAN && good; i++)
        good = take(&a, &parsed->list[i]);
    if (code == RULE_CLEAN && !good)
        code = rule_usage("explain", "these arguments cannot be understood");
    if (code == RULE_CLEAN && !(a.path && a.config.capture_count))
        code = rule_usage("explain", "it needs a rule (or a file of rules) and --capture FILE");
    if (code == RULE_CLEAN && a.path) {
        a.config.settings = run.settings;
        a.config.captures = a.captures;
        a.config.sids = a.sids;
        a.config.sid_count = (size_t)sids;
        a.config.log = &run.log;
        a.config.refused = rule_run_refused;
        a.config.ctx = &run;
        a.config.stop = run.stop;
        set_rules(&a);
        code = answer(&a, rule_option(parsed, "json") != NULL);
    }
    rule_run_close(&run);
    return code;
}

const struct command_part rule_part_explain = {
    .name = "explain",
    .usage = "explain RULE|FILE --capture CAPTURE [OPTIONS]",
    .summary = "says, option by option, why a rule fires on a capture or does not",
    .more = "Rules that set what the rule asks of a flow (flowbits and the like) are run with it; with\n"
            "--sid also those of FILE that may take its alerts: passes, drops, the 15 of a packet. Exit:\n"
            "0 all that were asked about fired; 1 some did not; 2 usage, or something could not be read.",
    .specs = specs,
    .run = run,
};
