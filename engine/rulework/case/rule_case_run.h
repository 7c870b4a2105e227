/*
 * Tests of rules, run: each on the pipeline of a replay, several at once. What is wrong is told with the
 * option that decides, since the same engine explains it.
 */
#ifndef SLUICE_RULEWORK_RULE_CASE_RUN_H
#define SLUICE_RULEWORK_RULE_CASE_RUN_H

#include <stdatomic.h>

#include "rulework/case/rule_case.h"
#include "run/rules.h"

struct case_fault {
    char *text; /* lines; the first says what is wrong, further ones why */
    unsigned line;
};

struct case_outcome {
    const struct case_file *file;
    const struct rule_case *test;
    bool ran; /* false: not chosen by the filter, or the run was stopped */
    struct case_fault *faults;
    uint32_t fault_count, fault_capacity;
    double seconds;
};

struct case_coverage { /* of a rule */
    uint32_t sid;
    const char *message, *file;
    unsigned line;
    bool fires, misses; /* in a test that holds */
};

struct case_report {
    struct case_outcome *list;
    uint32_t count, passed, failed;
    struct case_coverage *rules; /* by sid */
    uint32_t rule_count, rule_capacity;
    uint32_t refused;      /* rules that could not be loaded */
    struct case_set *sets; /* of rules, each loaded once */
    uint32_t set_count, set_capacity;
    double seconds;
};

struct case_run_config {
    const struct case_file *files;
    uint32_t file_count;
    const char *filter; /* only tests whose name or file has this text; NULL: all */
    unsigned workers;
    const struct log *log;
    rule_refused_fn refused; /* may be NULL */
    void *ctx;
    atomic_bool *stop;
};

/* 0, or a negative errno with *err (rules that cannot be read, memory); call case_report_fini either way. The
 * files must outlive the report. */
int cases_run(const struct case_run_config *config, struct case_report *out, struct err *err);
void case_report_fini(struct case_report *report);

/* A set of rules with its settings; what a test of the file runs with. */
struct case_set {
    const struct case_file *file;
    const struct case_rules *rules;
    struct settings *settings;
    struct loaded_rules loaded;
};
const struct case_set *case_set_of(const struct case_report *report, const struct case_file *file,
                                   const struct rule_case *test);

/* The settings that a file asks for; NULL with *err. */
struct settings *case_settings(const struct case_file *file, struct err *err);

/* Whether the filter chooses the test. */
bool case_chosen(const struct case_file *file, const struct rule_case *test, const char *filter);

#endif
