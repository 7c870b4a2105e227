#include "cli/rule_run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cli/rule_cli.h"
#include "cli/rule_context.h"

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

struct log rule_run_log(void)
{
    return (struct log){.write = on_log, .most = LOG_WARNING};
}

atomic_bool *rule_run_interrupts(void)
{
    signal(SIGINT, on_interrupt);
    return &interrupted;
}

static bool is(const struct parsed_option *o, const char *name)
{
    return o->spec && strcmp(o->spec->name, name) == 0;
}

static int read_project(struct settings *settings, const struct rule_project *project, struct err *err)
{
    const struct {
        const char *key, *value;
    } files[] = {{"classification-file", project->classification},
                 {"reference-config-file", project->reference},
                 {"dataset-directory", project->dataset_directory}};
    int rc = project->config ? settings_load(settings, project->config, err) : 0;
    for (size_t i = 0; !rc && i < sizeof files / sizeof files[0]; i++)
        if (files[i].value)
            rc = settings_put(settings, files[i].key, files[i].value, err);
    for (uint32_t i = 0; !rc && i < project->variable_count; i++)
        rc = settings_assign(settings, project->variables[i], err);
    return rc;
}

/* The file first, whatever the order, so that single settings override it. */
static int read_settings(struct settings *settings, const struct parsed *parsed, struct err *err)
{
    int rc = 0;
    for (size_t i = 0; i < parsed->count && !rc; i++)
        if (is(&parsed->list[i], "config"))
            rc = settings_load(settings, parsed->list[i].value, err);
    for (size_t i = 0; i < parsed->count && !rc; i++)
        if (is(&parsed->list[i], "set"))
            rc = settings_assign(settings, parsed->list[i].value, err);
    return rc;
}

int rule_run_open(struct rule_run *run, const char *part, const struct parsed *parsed, const char *start)
{
    struct err err = {0};
    *run = (struct rule_run){.stop = &interrupted, .log = rule_run_log()};
    run->settings = settings_new();
    if (!run->settings)
        return rule_usage(part, "out of memory");
    if (!rule_project_open(&run->project, parsed, start))
        return RULE_USAGE;
    if (read_project(run->settings, &run->project, &err) || read_settings(run->settings, parsed, &err)) {
        char text[ERR_TEXT];
        err_text(&err, text);
        return rule_usage(part, text);
    }
    rule_run_interrupts();
    return 0;
}

void rule_run_close(struct rule_run *run)
{
    settings_free(run->settings);
    run->settings = NULL;
    rule_project_fini(&run->project);
}

void rule_run_refused(void *ctx, const struct rule_refusal *refusal)
{
    struct rule_run *run = ctx;
    const struct err *e = refusal->err;
    if (run->only_wrong && refusal->code == -ENOTSUP)
        return;
    if (!run->refused_most || run->refused < run->refused_most)
        fprintf(stderr, "sluice: %s:%u:%u: %s\n", e->file, e->line, e->column, e->message);
    run->refused++;
}

int rule_run_failed(const struct err *err)
{
    char text[ERR_TEXT];
    err_text(err, text);
    fprintf(stderr, "sluice: %s\n", text);
    return RULE_USAGE;
}

size_t rule_run_values(const struct parsed *parsed, const char *option, const char **out, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < parsed->count && count < most; i++)
        if (is(&parsed->list[i], option))
            out[count++] = parsed->list[i].value;
    return count;
}

long rule_run_sids(const struct parsed *parsed, uint32_t *out, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < parsed->count && count < most; i++) {
        unsigned long n;
        if (!is(&parsed->list[i], "sid"))
            continue;
        if (!options_number("sid", parsed->list[i].value, 1, UINT32_MAX, &n))
            return -1;
        out[count++] = (uint32_t)n;
    }
    return (long)count;
}
