/* What the parts of `sluice rule` share that replay captures: settings, messages, how a run is stopped.
 * Prints; one thread, one run at a time. */
#ifndef SLUICE_CLI_RULE_RUN_H
#define SLUICE_CLI_RULE_RUN_H

#include <stdatomic.h>

#include "base/log.h"
#include "cli/options.h"
#include "rulework/rule_project.h"
#include "run/rules.h"

/* The options, as a piece of a table. */
#define RULE_RUN_OPTIONS                                                                              \
    {"config", 0, "YAML", "settings and variables, in the shape of suricata.yaml", NULL, NULL},       \
    {                                                                                                 \
        "set", 0, "KEY=VALUE", "one setting, or a variable of rules (may be given again)", NULL, NULL \
    }

struct rule_run {
    struct settings *settings;
    struct rule_project project;
    struct log log;        /* warnings and errors, on standard error */
    atomic_bool *stop;     /* set by an interrupt (Ctrl-C) from now on */
    uint32_t refused;      /* rules that were refused, so far */
    uint32_t refused_most; /* ... of which so many are shown; 0: all */
    bool only_wrong;       /* not those that are right, but not supported */
};

/*
 * Settings are those of the project (found from `start` on, NULL: from here), then of the options. 0, or an
 * enum rule_exit after saying what is wrong; rule_run_close either way.
 */
int rule_run_open(struct rule_run *run, const char *part, const struct parsed *parsed, const char *start);
void rule_run_close(struct rule_run *run);

/* Warnings and errors on standard error. */
struct log rule_run_log(void);

/* What an interrupt (Ctrl-C) sets from now on. */
atomic_bool *rule_run_interrupts(void);

/* A rule_refused_fn whose ctx is a struct rule_run: says file, line, column. */
void rule_run_refused(void *ctx, const struct rule_refusal *refusal);

/* Says the error on standard error; RULE_USAGE. */
int rule_run_failed(const struct err *err);

/* Values of an option that may be given again, in order, at most `most` (the rest is not looked at). */
size_t rule_run_values(const struct parsed *parsed, const char *option, const char **out, size_t most);

/* The numbers of --sid; -1 after saying what is wrong. */
long rule_run_sids(const struct parsed *parsed, uint32_t *out, size_t most);

#endif
