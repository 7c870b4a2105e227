/* sluice rule profile: what each rule costs on captures. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cli/rule_cli.h"
#include "cli/rule_run.h"
#include "rule/rule.h"
#include "rulework/profile/profile.h"

static const struct option_spec specs[] = {
    {"rules", 'r', "FILE|DIR", "rules; a folder means its *.rules (may be given again; else the project's)",
     NULL, NULL},
    {"sort", 0, "KEY", "cycles, average, most, candidates, evaluations, matches or bytes (cycles)", NULL,
     NULL},
    {"top", 0, "N", "how many rules are shown, 0: all that were candidates (20; with --json and --folded 0)",
     NULL, NULL},
    {"sid", 0, "N", "only this rule, with all that is known of it (may be given again)", NULL, NULL},
    {"budget", 0, "N", "cycles for a thousand packets of the captures: exit 1, naming the rules above it",
     NULL, NULL},
    {"jobs", 'j', "N", "worker threads (1)", NULL, NULL},
    {"json", 0, NULL, "one JSON document", NULL, NULL},
    {"folded", 0, NULL, "lines \"rule;buffer;option cycles\", as flame graphs are made of", NULL, NULL},
    RULE_RUN_OPTIONS,
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

enum { LIST_MOST = 64, JOBS_MOST = 64, TOP = 20, REFUSED_SHOWN = 20 };

struct wish {
    struct profile_choice choice;
    uint32_t sids[LIST_MOST];
    enum profile_key key;
    bool json, folded, budget;
    unsigned long most_load; /* with budget */
    unsigned workers;
};

static bool read_key(const char *name, enum profile_key *key)
{
    *key = PROFILE_BY_CYCLES;
    for (int i = 0; name && i < PROFILE_KEYS; i++)
        if (strcmp(profile_key_name((enum profile_key)i), name) == 0) {
            *key = (enum profile_key)i;
            return true;
        }
    return !name;
}

static bool read_number(const struct parsed *parsed, const char *name, unsigned long least,
                        unsigned long most, unsigned long *out)
{
    const char *text = rule_option(parsed, name);
    return !text || options_number(name, text, least, most, out);
}

static bool read_wish(const struct parsed *parsed, struct wish *wish)
{
    wish->json = rule_option(parsed, "json");
    wish->folded = rule_option(parsed, "folded");
    wish->budget = rule_option(parsed, "budget");
    unsigned long jobs = 1, top = wish->json || wish->folded ? 0 : TOP;
    long sids = rule_run_sids(parsed, wish->sids, LIST_MOST);
    if (sids < 0 || !read_number(parsed, "jobs", 1, JOBS_MOST, &jobs) ||
        !read_number(parsed, "top", 0, UINT32_MAX, &top) ||
        !read_number(parsed, "budget", 0, ULONG_MAX, &wish->most_load))
        return false;
    wish->workers = (unsigned)jobs;
    wish->choice =
        (struct profile_choice){.sids = wish->sids, .sid_count = (size_t)sids, .most = (uint32_t)top};
    if (!read_key(rule_option(parsed, "sort"), &wish->key)) {
        rule_usage("profile", "--sort is cycles, average, most, candidates, evaluations, matches or bytes");
        return false;
    }
    return true;
}

/* How many rules cost more than they may; said on standard error, since it is not part of any form. */
static unsigned over_budget(const struct profile_report *report, const struct wish *wish)
{
    unsigned over = 0;
    for (uint32_t i = 0; wish->budget && i < report->count; i++) {
        const struct rule_profile *p = report->list[i];
        uint64_t load = profile_load(report, p);
        if (load <= wish->most_load || !profile_chosen(&wish->choice, p))
            continue;
        over++;
        fprintf(stderr,
                "%s:%u: sid %u takes %" PRIu64 " cycles for a thousand packets, above the budget of %lu\n",
                p->rule->file, p->rule->line, p->rule->sid, load, wish->most_load);
    }
    return over;
}

static int print(const struct profile_report *report, const struct wish *wish)
{
    struct buf out = {0};
    int rc = wish->json               ? profile_print_json(report, &wish->choice, &out)
             : wish->folded           ? profile_print_folded(report, &wish->choice, &out)
             : wish->choice.sid_count ? profile_print_details(report, &wish->choice, &out)
                                      : profile_print_table(report, &wish->choice, &out);
    int code = rule_print_out(rc, &out, RULE_CLEAN);
    if (code == RULE_CLEAN && over_budget(report, wish))
        code = RULE_FINDINGS;
    return code;
}

/* A sid that is in no rule is a slip; a rule that was never a candidate is not. */
static bool known_sids(const struct profile_report *report, const struct wish *wish)
{
    const struct rule_list *list = ruleset_rules(report->rules.ruleset);
    for (size_t s = 0; s < wish->choice.sid_count; s++) {
        uint32_t i = 0;
        while (i < list->count && list->rules[i]->sid != wish->sids[s])
            i++;
        if (i < list->count)
            continue;
        fprintf(stderr, "sluice: no rule that could be loaded has sid %u\n", wish->sids[s]);
        return false;
    }
    return true;
}

static int profile(const struct wish *wish, struct profile_config *config)
{
    struct profile_report report;
    struct err err = {0};
    int rc = profile_rules(config, &report, &err);
    int code = rc ? rule_run_failed(&err) : RULE_CLEAN;
    if (code == RULE_CLEAN && !known_sids(&report, wish))
        code = RULE_USAGE;
    if (code == RULE_CLEAN) {
        profile_sort(&report, wish->key);
        code = print(&report, wish);
    }
    profile_fini(&report);
    return code;
}

static int run(const struct parsed *parsed)
{
    struct wish wish = {0};
    const char *rules[LIST_MOST];
    size_t captures = 0;
    struct profile_config config = {.rule_paths = rules};
    config.rule_path_count = rule_run_values(parsed, "rules", rules, LIST_MOST);
    const char **names = calloc(parsed->count + 1, sizeof *names);
    while (names && (names[captures] = rule_argument(parsed, captures)))
        captures++;
    struct rule_run run = {0};
    int code = RULE_CLEAN;
    if (!names)
        code = rule_usage("profile", "out of memory");
    else if (!read_wish(parsed, &wish))
        code = RULE_USAGE;
    if (code == RULE_CLEAN)
        code = rule_run_open(&run, "profile", parsed, config.rule_path_count ? rules[0] : NULL);
    if (code == RULE_CLEAN && !config.rule_path_count) {
        config.rule_paths = (const char *const *)run.project.rules;
        config.rule_path_count = run.project.rule_count;
    }
    if (code == RULE_CLEAN && (!config.rule_path_count || !captures))
        code = rule_usage("profile", "it needs --rules FILE and a capture");
    if (code == RULE_CLEAN) {
        run.refused_most = REFUSED_SHOWN;
        run.only_wrong = true;
        config.settings = run.settings;
        config.captures = names;
        config.capture_count = captures;
        config.workers = wish.workers;
        config.log = &run.log;
        config.refused = rule_run_refused;
        config.ctx = &run;
        config.stop = run.stop;
        code = profile(&wish, &config);
    }
    rule_run_close(&run);
    free(names);
    return code;
}

const struct command_part rule_part_profile = {
    .name = "profile",
    .usage = "profile --rules FILE|DIR [OPTIONS] CAPTURE...",
    .summary = "says what each rule costs on captures, and where its evaluations end",
    .more =
        "A candidate is a rule that the prefilter names for a packet, a piece of a stream or a transaction;\n"
        "it is evaluated when the packet fits its header. Cycles are of evaluating alone, not of the\n"
        "prefilter. Exit: 0; 1 some rule is above --budget; 2 usage, or something could not be read.",
    .specs = specs,
    .run = run,
};
