#include "rulework/profile/profile.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "match/profile_clock.h"
#include "match/state.h"
#include "rule/rule.h"
#include "run/configured.h"

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int load(const struct profile_config *c, struct profile_report *out, struct err *err)
{
    struct rules_config rules = {
        .settings = c->settings,
        .paths = c->rule_paths,
        .path_count = c->rule_path_count,
        .log = c->log,
        .refused = c->refused,
        .ctx = c->ctx,
    };
    int rc = loaded_rules_init(&out->rules, &rules, err);
    if (!rc && !out->rules.count)
        rc = err_set(err, -ENOENT, "there is no rule that could be loaded");
    return rc;
}

int profile_gather(struct profile_report *out, const struct match_profile *const *parts, unsigned count)
{
    uint32_t rules = count ? match_profile_count(parts[0]) : 0;
    out->sum = match_profile_new(rules);
    out->list = calloc(rules + 1, sizeof *out->list);
    int rc = out->sum && out->list ? 0 : -ENOMEM;
    for (unsigned i = 0; !rc && i < count; i++)
        rc = match_profile_add(out->sum, parts[i]);
    for (uint32_t i = 0; !rc && i < rules; i++) {
        const struct rule_profile *rule = match_profile_rule(out->sum, i);
        if (!rule)
            continue;
        out->list[out->count++] = rule;
        out->candidates += rule->candidates;
        out->evaluations += rule->evaluations;
        out->matches += rule->matches;
        out->ticks += rule->ticks;
    }
    if (!rc)
        out->lost = match_profile_lost(out->sum);
    return rc;
}

static int collect(struct profile_report *out, const struct pipeline *pipeline)
{
    const struct match_profile **parts = calloc(out->workers, sizeof *parts);
    for (unsigned i = 0; parts && i < out->workers; i++)
        parts[i] = inspector_profile(pipeline_inspector(pipeline, i));
    int rc = parts ? profile_gather(out, parts, out->workers) : -ENOMEM;
    free(parts);
    return rc;
}

static int replay(const struct profile_config *c, struct input *input, struct shared_state *shared,
                  struct profile_report *out, struct err *err)
{
    struct pipeline_config config = pipeline_configured(c->settings, out->rules.ruleset, shared);
    config.input = input;
    config.worker.inspect.matcher.profile = true;
    config.workers = out->workers;
    config.stop = c->stop;
    config.log = c->log;
    struct pipeline *pipeline = pipeline_new(&config);
    if (!pipeline)
        return err_set(err, -ENOMEM, "out of memory");
    uint64_t ticks = profile_ticks(), ns = now_ns();
    int rc = pipeline_run(pipeline, err);
    out->run_ticks = profile_ticks() - ticks;
    out->run_ns = now_ns() - ns;
    out->packets = pipeline_decode_counters(pipeline)->frames;
    out->bytes = pipeline_decode_counters(pipeline)->bytes;
    if (collect(out, pipeline))
        rc = err_set(err, -ENOMEM, "out of memory");
    pipeline_free(pipeline);
    return rc;
}

static int run(const struct profile_config *c, struct profile_report *out, struct err *err)
{
    struct input_config captures = {
        .names = c->captures, .count = c->capture_count, .log = c->log, .stop = c->stop};
    struct shared_state_config shared_config = {.seed = c->settings->seed,
                                                .memory = c->settings->shared_memory};
    struct shared_state *shared = shared_state_new(&shared_config);
    struct input *input = NULL;
    int rc = shared ? input_new(&captures, &input, err) : err_set(err, -ENOMEM, "out of memory");
    if (!rc)
        rc = replay(c, input, shared, out, err);
    input_free(input);
    shared_state_free(shared);
    return rc;
}

int profile_rules(const struct profile_config *config, struct profile_report *out, struct err *err)
{
    *out = (struct profile_report){.workers = config->workers ? config->workers : 1};
    int rc = load(config, out, err);
    return rc ? rc : run(config, out, err);
}

void profile_fini(struct profile_report *report)
{
    match_profile_free(report->sum);
    free(report->list);
    loaded_rules_fini(&report->rules);
    *report = (struct profile_report){0};
}

const char *profile_key_name(enum profile_key key)
{
    static const char *const names[] = {"cycles",      "average", "most", "candidates",
                                        "evaluations", "matches", "bytes"};
    return key < PROFILE_KEYS ? names[key] : NULL;
}

static uint64_t value_of(const struct rule_profile *p, enum profile_key key)
{
    switch (key) {
    case PROFILE_BY_AVERAGE:
        return p->ticks / p->candidates;
    case PROFILE_BY_MOST:
        return p->most;
    case PROFILE_BY_CANDIDATES:
        return p->candidates;
    case PROFILE_BY_EVALUATIONS:
        return p->evaluations;
    case PROFILE_BY_MATCHES:
        return p->matches;
    case PROFILE_BY_BYTES:
        return p->bytes;
    default:
        return p->ticks;
    }
}

static int compare(const void *a, const void *b, void *ctx)
{
    const struct rule_profile *x = *(const struct rule_profile *const *)a;
    const struct rule_profile *y = *(const struct rule_profile *const *)b;
    enum profile_key key = *(const enum profile_key *)ctx;
    uint64_t of_x = value_of(x, key), of_y = value_of(y, key);
    if (of_x != of_y)
        return of_x > of_y ? -1 : 1;
    if (x->rule->gid != y->rule->gid)
        return x->rule->gid < y->rule->gid ? -1 : 1;
    return (x->rule->sid > y->rule->sid) - (x->rule->sid < y->rule->sid);
}

void profile_sort(struct profile_report *report, enum profile_key key)
{
    if (report->count)
        qsort_r(report->list, report->count, sizeof report->list[0], compare, &key);
}

uint64_t profile_load(const struct profile_report *report, const struct rule_profile *rule)
{
    return report->packets ? (uint64_t)((double)rule->ticks * 1000 / (double)report->packets + 0.5) : 0;
}

bool profile_chosen(const struct profile_choice *choice, const struct rule_profile *rule)
{
    for (size_t i = 0; i < choice->sid_count; i++)
        if (choice->sids[i] == rule->rule->sid)
            return true;
    return !choice->sid_count;
}
