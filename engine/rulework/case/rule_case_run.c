#include "rulework/case/rule_case_run.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/grow.h"
#include "base/workers.h"
#include "rule/rule.h"
#include "rulework/case/rule_case_judge.h"

struct running {
    const struct case_run_config *config;
    struct case_report *report;
    atomic_uint next;     /* outcome to run; taken with relaxed order: only the count matters */
    pthread_mutex_t lock; /* of the failure */
    int failed;
    struct err failure;
};

static double now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

bool case_chosen(const struct case_file *file, const struct rule_case *test, const char *filter)
{
    return !filter || strstr(test->name, filter) || strstr(file->path, filter);
}

struct settings *case_settings(const struct case_file *file, struct err *err)
{
    struct settings *settings = settings_new();
    int rc = settings ? 0 : err_set(err, -ENOMEM, "out of memory");
    if (!rc && file->config)
        rc = settings_load(settings, file->config, err);
    for (uint32_t i = 0; i < file->setting_count && !rc; i++)
        rc = settings_assign(settings, file->settings[i], err);
    if (!rc)
        return settings;
    if (!err->file[0])
        err_at(err, file->path, 0, 0);
    settings_free(settings);
    return NULL;
}

/* ---- sets of rules ---- */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_rules(const struct case_rules *a, const struct case_rules *b)
{
    bool same = a->path_count == b->path_count && same_text(a->text, b->text);
    for (uint32_t i = 0; same && i < a->path_count; i++)
        same = strcmp(a->paths[i], b->paths[i]) == 0;
    return same;
}

static bool same_settings(const struct case_file *a, const struct case_file *b)
{
    bool same = a == b || (same_text(a->config, b->config) && a->setting_count == b->setting_count);
    for (uint32_t i = 0; same && a != b && i < a->setting_count; i++)
        same = strcmp(a->settings[i], b->settings[i]) == 0;
    return same;
}

const struct case_set *case_set_of(const struct case_report *report, const struct case_file *file,
                                   const struct rule_case *test)
{
    for (uint32_t i = 0; i < report->set_count; i++)
        if (same_settings(report->sets[i].file, file) && same_rules(report->sets[i].rules, test->rules))
            return &report->sets[i];
    return NULL;
}

static int load_set(struct running *r, const struct case_file *file, const struct rule_case *test,
                    struct err *err)
{
    struct case_report *report = r->report;
    if (grow_array(&report->sets, report->set_count, &report->set_capacity))
        return err_set(err, -ENOMEM, "out of memory");
    struct case_set *set = &report->sets[report->set_count];
    *set = (struct case_set){.file = file, .rules = test->rules, .settings = case_settings(file, err)};
    if (!set->settings)
        return -EINVAL;
    report->set_count++;
    struct rules_config config = {.settings = set->settings,
                                  .paths = test->rules->paths,
                                  .path_count = test->rules->path_count,
                                  .text = test->rules->text,
                                  .log = r->config->log,
                                  .refused = r->config->refused,
                                  .ctx = r->config->ctx};
    int rc = loaded_rules_init(&set->loaded, &config, err);
    report->refused += set->loaded.refused;
    return rc;
}

/* ---- coverage ---- */

static int by_sid(const void *a, const void *b)
{
    const struct case_coverage *x = a, *y = b;
    return (x->sid > y->sid) - (x->sid < y->sid);
}

static struct case_coverage *coverage_of(struct case_report *report, int64_t sid)
{
    struct case_coverage key = {.sid = (uint32_t)sid};
    return report->rule_count ? bsearch(&key, report->rules, report->rule_count, sizeof key, by_sid) : NULL;
}

static int list_rules(struct case_report *report)
{
    for (uint32_t s = 0; s < report->set_count; s++) {
        const struct rule_list *list = ruleset_rules(report->sets[s].loaded.ruleset);
        for (uint32_t i = 0; i < list->count; i++) {
            const struct rule *rule = list->rules[i];
            if (grow_array(&report->rules, report->rule_count, &report->rule_capacity))
                return -ENOMEM;
            report->rules[report->rule_count++] = (struct case_coverage){
                .sid = rule->sid, .message = rule->message, .file = rule->file, .line = rule->line};
        }
    }
    if (report->rule_count)
        qsort(report->rules, report->rule_count, sizeof report->rules[0], by_sid);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < report->rule_count; i++)
        if (!kept || report->rules[kept - 1].sid != report->rules[i].sid)
            report->rules[kept++] = report->rules[i];
    report->rule_count = kept;
    return 0;
}

static void cover(struct case_report *report)
{
    for (uint32_t i = 0; i < report->count; i++) {
        const struct case_outcome *outcome = &report->list[i];
        if (!outcome->ran || outcome->fault_count)
            continue;
        const struct rule_case *test = outcome->test;
        for (uint32_t k = 0; k < test->expect.count; k++) {
            struct case_coverage *c = coverage_of(report, test->expect.list[k].sid);
            if (c)
                *(test->expect.list[k].count ? &c->fires : &c->misses) = true;
        }
        for (uint32_t k = 0; k < test->never.count; k++) {
            struct case_coverage *c = coverage_of(report, test->never.list[k].sid);
            if (c)
                c->misses = true;
        }
    }
}

/* ---- the run ---- */

static void note_failure(struct running *r, int rc, const struct err *err)
{
    pthread_mutex_lock(&r->lock);
    if (!r->failed) {
        r->failed = rc;
        r->failure = *err;
    }
    pthread_mutex_unlock(&r->lock);
}

static void run_one(struct running *r, struct case_outcome *outcome)
{
    struct err err = {0};
    struct case_judging judging = {.set = case_set_of(r->report, outcome->file, outcome->test),
                                   .outcome = outcome,
                                   .stop = r->config->stop,
                                   .log = r->config->log};
    double started = now();
    int rc = case_judge(&judging, &err);
    outcome->seconds = now() - started;
    outcome->ran = !rc;
    if (rc)
        note_failure(r, rc, &err);
}

static void work(void *ctx, uint32_t i)
{
    struct running *r = ctx;
    struct case_outcome *outcome = &r->report->list[i];
    if (case_chosen(outcome->file, outcome->test, r->config->filter))
        run_one(r, outcome);
}

static int prepare(struct running *r, struct err *err)
{
    const struct case_run_config *c = r->config;
    struct case_report *report = r->report;
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->file_count; i++)
        count += c->files[i].count;
    report->list = calloc(count + 1, sizeof *report->list);
    if (!report->list)
        return err_set(err, -ENOMEM, "out of memory");
    int rc = 0;
    for (uint32_t i = 0; i < c->file_count && !rc; i++)
        for (uint32_t k = 0; k < c->files[i].count && !rc; k++) {
            const struct rule_case *test = &c->files[i].list[k];
            report->list[report->count++] = (struct case_outcome){.file = &c->files[i], .test = test};
            if (!case_set_of(report, &c->files[i], test))
                rc = load_set(r, &c->files[i], test, err);
        }
    if (!rc && list_rules(report))
        rc = err_set(err, -ENOMEM, "out of memory");
    return rc;
}

int cases_run(const struct case_run_config *config, struct case_report *out, struct err *err)
{
    *out = (struct case_report){0};
    struct running r = {.config = config, .report = out, .lock = PTHREAD_MUTEX_INITIALIZER};
    double started = now();
    int rc = prepare(&r, err);
    if (!rc)
        workers_run(config->workers, out->count, work, &r, config->stop);
    if (!rc && r.failed) {
        rc = r.failed;
        *err = r.failure;
    }
    for (uint32_t i = 0; i < out->count; i++) {
        out->passed += out->list[i].ran && !out->list[i].fault_count;
        out->failed += out->list[i].ran && out->list[i].fault_count;
    }
    cover(out);
    out->seconds = now() - started;
    pthread_mutex_destroy(&r.lock);
    return rc;
}

void case_report_fini(struct case_report *report)
{
    for (uint32_t i = 0; i < report->count; i++) {
        for (uint32_t k = 0; k < report->list[i].fault_count; k++)
            free(report->list[i].faults[k].text);
        free(report->list[i].faults);
    }
    for (uint32_t i = 0; i < report->set_count; i++) {
        loaded_rules_fini(&report->sets[i].loaded);
        settings_free(report->sets[i].settings);
    }
    free(report->sets);
    free(report->list);
    free(report->rules);
    *report = (struct case_report){0};
}
