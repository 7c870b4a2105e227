/* sluice rule explain: why a rule fires on a capture, or does not. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/rule_cli.h"
#include "rulework/explain.h"

static const struct option_spec specs[] = {
    {"capture", 0, "FILE", "what it is tried on (may be given again)", NULL, NULL},
    {"sid", 0, "N", "the rule of a file that is asked about (may be given again)", NULL, NULL},
    {"cases", 0, "N", "how many of what comes near are shown (3)", NULL, NULL},
    {"config", 0, "YAML", "settings and variables, in the shape of suricata.yaml", NULL, NULL},
    {"set", 0, "KEY=VALUE", "one setting, or a variable of rules", NULL, NULL},
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

static atomic_bool interrupted;

static void on_interrupt(int number)
{
    (void)number;
    atomic_store(&interrupted, true);
}

static void on_log(void *ctx, enum log_level level, const char *message)
{
    (void)ctx;
    if (level <= LOG_WARNING)
        fprintf(stderr, "sluice: %s\n", message);
}

static void on_refused(void *ctx, const struct rule_refusal *refusal)
{
    (void)ctx;
    const struct err *e = refusal->err;
    fprintf(stderr, "sluice: %s:%u:%u: %s\n", e->file, e->line, e->column, e->message);
}

static bool take(struct asked *a, const struct parsed_option *o, struct err *err)
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
    else if (strcmp(name, "sid") == 0 && c->sid_count < LIST_MOST &&
             options_number("sid", o->value, 1, UINT32_MAX, &n))
        a->sids[c->sid_count++] = (uint32_t)n;
    else if (strcmp(name, "cases") == 0 && options_number("cases", o->value, 0, EXPLAIN_CASES, &n))
        a->cases = (unsigned)n;
    else if (strcmp(name, "set") == 0)
        return settings_assign(c->settings, o->value, err) == 0;
    else if (strcmp(name, "config") == 0)
        return settings_load(c->settings, o->value, err) == 0;
    else
        return strcmp(name, "json") == 0 || !o->spec;
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
        fprintf(stderr, "sluice: %s%s%s\n", err.file, err.file[0] ? ": " : "", err.message);
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
    struct err err = {0};
    struct log log = {.write = on_log, .most = LOG_WARNING};
    int code = RULE_CLEAN;
    a.config.settings = settings_new();
    if (!a.config.settings)
        return RULE_USAGE;
    for (size_t i = 0; i < parsed->count && code == RULE_CLEAN; i++)
        if (!take(&a, &parsed->list[i], &err))
            code =
                rule_usage("explain", err.message[0] ? err.message : "these arguments cannot be understood");
    if (code == RULE_CLEAN && !(a.path && a.config.capture_count))
        code = rule_usage("explain", "it needs a rule (or a file of rules) and --capture FILE");
    a.config.captures = a.captures;
    a.config.sids = a.sids;
    a.config.log = &log;
    a.config.refused = on_refused;
    a.config.stop = &interrupted;
    if (code == RULE_CLEAN && a.path) {
        signal(SIGINT, on_interrupt);
        set_rules(&a);
        code = answer(&a, rule_option(parsed, "json") != NULL);
    }
    settings_free(a.config.settings);
    return code;
}

const struct rule_part rule_part_explain = {
    .name = "explain",
    .usage = "explain RULE|FILE --capture CAPTURE [OPTIONS]",
    .summary = "says, option by option, why a rule fires on a capture or does not",
    .more =
        "Rules that set what the rule asks of a flow (flowbits and the like) are run with it. Exit: 0 all\n"
        "that were asked about fired; 1 some did not; 2 usage, or something could not be read.",
    .specs = specs,
    .run = run,
};
