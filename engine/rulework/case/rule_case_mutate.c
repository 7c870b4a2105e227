#include "rulework/case/rule_case_mutate.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <time.h>

#include "base/grow.h"
#include "base/workers.h"
#include "rule/rule.h"
#include "rulework/case/mutant.h"
#include "rulework/case/rule_case_judge.h"
#include "rulework/setters.h"

struct mutating {
    const struct case_run_config *config;
    const struct case_report *cases;
    struct mutation_report *report;
    atomic_bool out_of_memory; /* told at the end */
};

static double now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static bool speaks_of(const struct rule_case *test, uint32_t sid)
{
    for (uint32_t i = 0; i < test->expect.count; i++)
        if (test->expect.list[i].sid == sid)
            return true;
    for (uint32_t i = 0; i < test->never.count; i++)
        if (test->never.list[i].sid == sid)
            return true;
    return false;
}

/* Whether what the test says of the sid is so. */
static bool holds(const struct rule_case *test, const struct trial *trial, uint32_t sid)
{
    for (uint32_t i = 0; i < test->expect.count; i++) {
        const struct case_sid *s = &test->expect.list[i];
        uint32_t count = s->sid == sid ? case_count(test, trial, s) : 0;
        if (s->sid == sid && (s->count < 0 ? !count : count != (uint64_t)s->count))
            return false;
    }
    for (uint32_t i = 0; i < test->never.count; i++)
        if (test->never.list[i].sid == sid && case_count(test, trial, &test->never.list[i]))
            return false;
    return true;
}

/* The rules that the broken one asks something of, as text. */
static int put_setters(const struct mutated_rule *m, struct buf *out)
{
    const struct rule_list *list = ruleset_rules(m->set->loaded.ruleset);
    bool *keep = calloc(list->count + 1, sizeof *keep);
    int rc = keep ? 0 : -ENOMEM;
    for (uint32_t i = 0; i < list->count && !rc; i++)
        keep[i] = list->rules[i] == m->rule;
    if (!rc)
        rules_keep_setters(list, keep);
    for (uint32_t i = 0; i < list->count && !rc; i++) {
        if (!keep[i] || list->rules[i] == m->rule)
            continue;
        rc = rule_print(list->rules[i], out);
        rc = rc ? rc : buf_append_byte(out, '\n');
    }
    free(keep);
    return rc;
}

enum verdict { HOLDS, NOTICED, REFUSED, FAILED };

/* The tests that speak of the rule, on this text of it. */
static enum verdict try_text(const struct mutating *x, const struct mutated_rule *m,
                             const struct settings *settings, const struct buf *setters, const char *text,
                             uint32_t *tests)
{
    struct buf rules = {0};
    struct err err = {0};
    struct loaded_rules loaded = {0};
    enum verdict verdict = HOLDS;
    *tests = 0;
    if (buf_append(&rules, buf_slice(setters)) || buf_append(&rules, slice_str(text)) ||
        buf_append(&rules, slice_of("\n", 2)))
        verdict = FAILED;
    struct rules_config reading = {.settings = settings, .text = (const char *)rules.p};
    if (verdict == HOLDS && loaded_rules_init(&loaded, &reading, &err))
        verdict = FAILED;
    if (verdict == HOLDS && loaded.refused)
        verdict = REFUSED;
    for (uint32_t i = 0; i < x->cases->count && verdict == HOLDS; i++) {
        const struct case_outcome *o = &x->cases->list[i];
        if (!speaks_of(o->test, m->rule->sid) || case_set_of(x->cases, o->file, o->test) != m->set)
            continue;
        struct trial_config config = case_trial(o->test, settings);
        struct trial trial;
        config.ruleset = loaded.ruleset;
        config.stop = x->config->stop;
        ++*tests;
        if (trial_run(&config, &trial, &err))
            verdict = FAILED;
        else if (!holds(o->test, &trial, m->rule->sid))
            verdict = NOTICED;
        trial_fini(&trial);
    }
    loaded_rules_fini(&loaded);
    buf_fini(&rules);
    return verdict;
}

static bool add_survivor(struct mutated_rule *m, const char *what)
{
    char *copy = strdup(what);
    if (!copy || grow_array(&m->survivors, m->survivor_count, &m->survivor_capacity)) {
        free(copy);
        return false;
    }
    m->survivors[m->survivor_count++] = copy;
    return true;
}

static bool try_mutants(struct mutating *x, struct mutated_rule *m, const struct settings *settings,
                        const struct buf *setters)
{
    struct mutants mutants;
    uint32_t tests;
    bool good = !mutants_make(m->rule, &mutants);
    for (uint32_t i = 0;
         i < mutants.count && good && !atomic_load_explicit(x->config->stop, memory_order_relaxed); i++) {
        enum verdict verdict = try_text(x, m, settings, setters, mutants.list[i].text, &tests);
        m->killed += verdict == NOTICED;
        m->refused += verdict == REFUSED;
        good = verdict != FAILED && (verdict != HOLDS || add_survivor(m, mutants.list[i].what));
    }
    mutants_fini(&mutants);
    return good;
}

static void mutate(void *ctx, uint32_t index)
{
    struct mutating *x = ctx;
    struct mutated_rule *m = &x->report->list[index];
    struct err err = {0};
    struct buf setters = {0}, text = {0};
    struct settings *settings = case_settings(m->set->file, &err);
    uint32_t tests = 0;
    bool good =
        settings && !put_setters(m, &setters) && !rule_print(m->rule, &text) && !buf_append_byte(&text, 0);
    if (good) {
        settings->prefilter = settings->cache = false; /* not worth their time for one rule */
        enum verdict verdict = try_text(x, m, settings, &setters, (const char *)text.p, &tests);
        m->untested = verdict != HOLDS || !tests;
        good = verdict != FAILED && (m->untested || try_mutants(x, m, settings, &setters));
    }
    if (!good)
        atomic_store_explicit(&x->out_of_memory, true, memory_order_relaxed);
    settings_free(settings);
    buf_fini(&setters);
    buf_fini(&text);
}

static bool is_chosen(const struct case_run_config *config, const struct case_report *cases, uint32_t sid)
{
    for (uint32_t i = 0; i < cases->count; i++)
        if (speaks_of(cases->list[i].test, sid) &&
            case_chosen(cases->list[i].file, cases->list[i].test, config->filter))
            return true;
    return !config->filter;
}

static bool is_listed(const struct mutation_report *report, uint32_t sid)
{
    for (uint32_t i = 0; i < report->count; i++) {
        const struct rule *rule = report->list[i].rule;
        if (rule && rule->sid == sid)
            return true;
    }
    return false;
}

/* Each rule once, in the first of the sets that has it. */
static int list_rules(const struct case_run_config *config, const struct case_report *cases,
                      struct mutation_report *out)
{
    out->list = calloc(cases->rule_count + 1, sizeof *out->list);
    if (!out->list)
        return -ENOMEM;
    for (uint32_t s = 0; s < cases->set_count; s++) {
        const struct rule_list *list = ruleset_rules(cases->sets[s].loaded.ruleset);
        for (uint32_t i = 0; i < list->count; i++) {
            uint32_t sid = list->rules[i]->sid;
            bool wanted = is_chosen(config, cases, sid) && !is_listed(out, sid);
            if (wanted && out->count < cases->rule_count)
                out->list[out->count++] =
                    (struct mutated_rule){.rule = list->rules[i], .set = &cases->sets[s]};
        }
    }
    return 0;
}

int cases_mutate(const struct case_run_config *config, const struct case_report *cases,
                 struct mutation_report *out, struct err *err)
{
    struct mutating x = {.config = config, .cases = cases, .report = out};
    double started = now();
    *out = (struct mutation_report){0};
    if (list_rules(config, cases, out))
        return err_set(err, -ENOMEM, "out of memory");
    workers_run(config->workers, out->count, mutate, &x, config->stop);
    for (uint32_t i = 0; i < out->count; i++) {
        out->killed += out->list[i].killed;
        out->refused += out->list[i].refused;
        out->survived += out->list[i].survivor_count;
        out->untested += out->list[i].untested;
    }
    out->seconds = now() - started;
    return atomic_load(&x.out_of_memory) ? err_set(err, -ENOMEM,
                                                   "a mutant could not be tried: out of memory, or a "
                                                   "capture cannot be read")
                                         : 0;
}

void mutation_report_fini(struct mutation_report *report)
{
    for (uint32_t i = 0; i < report->count; i++) {
        for (uint32_t k = 0; k < report->list[i].survivor_count; k++)
            free(report->list[i].survivors[k]);
        free(report->list[i].survivors);
    }
    free(report->list);
    *report = (struct mutation_report){0};
}

static double score(const struct mutation_report *r)
{
    uint32_t all = r->killed + r->survived;
    return all ? 100.0 * r->killed / all : 100.0;
}

int mutation_print_text(const struct mutation_report *report, struct buf *out)
{
    int rc = 0;
    for (uint32_t i = 0; i < report->count && !rc; i++) {
        const struct mutated_rule *m = &report->list[i];
        const char *file = m->rule->file ? m->rule->file : "the rules";
        if (m->untested)
            rc = buf_printf(
                out, "%s:%u: sid %u: no test speaks of it, or they do not hold on the rule by itself\n", file,
                m->rule->line, m->rule->sid);
        for (uint32_t k = 0; k < m->survivor_count && !rc; k++)
            rc = buf_printf(out, "%s:%u: sid %u: no test notices when %s\n", file, m->rule->line,
                            m->rule->sid, m->survivors[k]);
    }
    return rc ? rc
              : buf_printf(out,
                           "%u of %u mutants of %u rules are noticed (%.0f %%), %u are no rules, %.2f s\n",
                           report->killed, report->killed + report->survived,
                           report->count - report->untested, score(report), report->refused, report->seconds);
}

static json_t *survivors_json(const struct mutation_report *report)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < report->count; i++)
        for (uint32_t k = 0; k < report->list[i].survivor_count; k++)
            json_array_append_new(list, json_pack("{s:I, s:s}", "sid", (json_int_t)report->list[i].rule->sid,
                                                  "what", report->list[i].survivors[k]));
    return list;
}

int mutation_print_json(const struct mutation_report *report, struct buf *out)
{
    json_t *object = json_pack("{s:i, s:i, s:i, s:f, s:o}", "noticed", (int)report->killed, "survived",
                               (int)report->survived, "untested", (int)report->untested, "score",
                               score(report), "survivors", survivors_json(report));
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    int rc = text ? buf_printf(out, "%s\n", text) : -ENOMEM;
    free(text);
    json_decref(object);
    return rc;
}
