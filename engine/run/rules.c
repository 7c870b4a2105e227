#include "run/rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "rule/classes.h"
#include "rule/dataset.h"
#include "rule/geoip.h"
#include "rule/reputation.h"
#include "rule/variables.h"
#include "run/wrong_rules.h"

struct reading {
    const struct rules_config *config;
    struct loaded_rules *rules;
};

static void on_refused(void *ctx, const struct rule_refusal *refusal)
{
    struct reading *r = ctx;
    r->rules->refused++;
    r->rules->unsupported += refusal->code == -ENOTSUP;
    if (r->config->refused)
        r->config->refused(r->config->ctx, refusal);
}

static void on_bad_line(void *ctx, const struct err *err)
{
    const struct reading *r = ctx;
    log_warning(r->config->log, "%s:%u: %s", err->file, err->line, err->message);
}

static int read_classes(struct reading *r, struct classes *classes, struct err *err)
{
    const struct settings *s = r->config->settings;
    int result = 0;
    if (s->classification_file)
        result = classes_load(classes, s->classification_file, on_bad_line, r, err);
    if (!result && s->reference_file)
        result = references_load(classes, s->reference_file, on_bad_line, r, err);
    return result;
}

/* A reputation list counts from default-reputation-path. The caller frees it; NULL when memory is short. */
static char *reputation_path(const struct settings *s, const char *name)
{
    if (name[0] == '/' || !s->reputation_directory)
        return strdup(name);
    char *path = NULL;
    return asprintf(&path, "%s/%s", s->reputation_directory, name) < 0 ? NULL : path;
}

static int read_reputation(struct reading *r, struct err *err)
{
    const struct settings *s = r->config->settings;
    if (!s->reputation_categories && !s->reputation_count)
        return 0;
    if (!s->reputation_categories)
        return err_set(err, -EINVAL, "reputation lists need a file of categories: --iprep-categories");
    char **paths = calloc(s->reputation_count ? s->reputation_count : 1, sizeof *paths);
    int result = paths ? 0 : -ENOMEM;
    for (uint32_t i = 0; i < s->reputation_count && !result; i++) {
        paths[i] = reputation_path(s, s->reputation_files[i]);
        result = paths[i] ? 0 : -ENOMEM;
    }
    unsigned skipped = 0;
    if (result)
        err_set(err, result, "out of memory");
    else
        result = reputation_load(s->reputation_categories, (const char *const *)paths, s->reputation_count,
                                 &r->rules->reputation, &skipped, err);
    if (skipped)
        log_warning(r->config->log, "%u lines of the reputation lists were not understood", skipped);
    for (uint32_t i = 0; paths && i < s->reputation_count; i++)
        free(paths[i]);
    free(paths);
    return result;
}

/* What rules ask at run time, before there are rules. */
static int open_stores(struct reading *r, struct err *err)
{
    const struct settings *s = r->config->settings;
    r->rules->datasets = datasets_new(s->seed);
    if (!r->rules->datasets)
        return err_set(err, -ENOMEM, "out of memory");
    if (r->config->datasets_before)
        datasets_follow(r->rules->datasets, r->config->datasets_before);
    int result = read_reputation(r, err);
    if (!result && s->geoip_database)
        result = geoip_open(s->geoip_database, &r->rules->geoip, err);
    return result;
}

/* Rules that cannot match, since no flow is parsed as what they are about. */
static void warn_of_idle(const struct reading *r, const struct rule_list *list)
{
    uint64_t unparsed = app_config_unparsed(&r->config->settings->app), about = 0;
    unsigned idle = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        uint64_t apps = list->rules[i]->apps;
        if (!apps || apps & ~unparsed)
            continue;
        idle++;
        about |= apps;
    }
    for (int app = APP_FAILED + 1; idle && app < APP_PROTO_COUNT; app++)
        if (about >> app & 1) {
            log_warning(r->config->log,
                        "%u rules are about protocols that are off: app-layer.protocols.%s.enabled", idle,
                        app_proto_name((enum app_proto)app));
            idle = 0;
        }
}

static int read_rules(struct reading *r, struct rule_list *list, struct err *err)
{
    const struct settings *s = r->config->settings;
    struct classes *classes = classes_new();
    if (!classes)
        return err_set(err, -ENOMEM, "out of memory");
    struct rule_context context = {
        .variables = s->variables,
        .classes = classes,
        .datasets = r->rules->datasets,
        .reputation = r->rules->reputation,
        .geoip = r->rules->geoip,
        .apps_on = APP_PROTOS_OFF & ~app_config_untold(&s->app),
        .directory = s->dataset_directory,
        .log = r->config->log,
    };
    int result = read_classes(r, classes, err);
    for (size_t i = 0; i < r->config->path_count && !result; i++)
        result = rule_list_read(list, r->config->paths[i], &context, on_refused, r, err);
    if (!result && r->config->text)
        result = rule_list_parse(list, slice_str(r->config->text), "the rule", &context, on_refused, r, err);
    if (!result && s->threshold_file)
        result = rule_list_thresholds(list, s->threshold_file, &context, on_refused, r, err);
    classes_free(classes);
    if (!result)
        warn_of_idle(r, list);
    if (!result && r->config->select)
        r->config->select(r->config->ctx, list);
    return result;
}

/* ${XDG_CACHE_HOME}/sluice, or ~/.cache/sluice; NULL without a home. The caller frees it. */
static char *default_cache_directory(void)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char *path = NULL;
    int n = -1;
    if (base && base[0] == '/')
        n = asprintf(&path, "%s/sluice", base);
    else if (home && home[0] == '/')
        n = asprintf(&path, "%s/.cache/sluice", home);
    return n < 0 ? NULL : path;
}

static int build(struct reading *r, struct rule_list *list, struct err *err)
{
    const struct settings *s = r->config->settings;
    char *cache = NULL;
    if (s->cache)
        cache = s->cache_directory ? strdup(s->cache_directory) : default_cache_directory();
    struct ruleset_options options = {
        .cache_directory = cache,
        .no_prefilter = !s->prefilter,
        .log = r->config->log,
    };
    r->rules->count = list->count;
    int result = ruleset_build(list, &options, &r->rules->ruleset, err);
    free(cache);
    return result;
}

int loaded_rules_init(struct loaded_rules *rules, const struct rules_config *config, struct err *err)
{
    *rules = (struct loaded_rules){0};
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    struct reading reading = {.config = config, .rules = rules};
    struct rule_list *list = rule_list_new();
    int result = list ? open_stores(&reading, err) : err_set(err, -ENOMEM, "out of memory");
    if (!result)
        result = read_rules(&reading, list, err);
    if (result)
        rule_list_free(list);
    else
        result = build(&reading, list, err);
    clock_gettime(CLOCK_MONOTONIC, &to);
    rules->seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    return result;
}

uint32_t loaded_rules_wrong(const struct loaded_rules *rules)
{
    return rules->refused - rules->unsupported;
}

int loaded_rules_accept(const struct loaded_rules *rules, const struct live_settings *s, uint32_t before,
                        struct err *err)
{
    uint32_t wrong = loaded_rules_wrong(rules);
    if (rules->refused && !rules->count)
        return err_set(err, -EBADMSG, "no rule is left");
    if (!wrong || s->wrong_rules == WRONG_SKIP || (s->wrong_rules == WRONG_KEEP && wrong <= before))
        return 0;
    if (s->wrong_rules == WRONG_KEEP && before)
        err_fill(err, "%u rules are wrong, %u in the set in use", wrong, before);
    else
        err_fill(err, "%u rules are wrong", wrong);
    err_hint(err, "run.wrong-rules: skip takes the others");
    return -EBADMSG;
}

void loaded_rules_fini(struct loaded_rules *rules)
{
    ruleset_unref(rules->ruleset); /* first: rules point to the others */
    datasets_free(rules->datasets);
    reputation_free(rules->reputation);
    geoip_close(rules->geoip);
    *rules = (struct loaded_rules){0};
}
