#include "run/live/reload.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/log.h"
#include "match/renew.h"
#include "rule/dataset.h"
#include "rule/refusal.h"
#include "run/live/live_policy.h"
#include "run/live/live_steering.h"

enum { NICE = 10 };

struct reload {
    struct reload_config config;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    bool wanted, quit;
    struct reloaded *old; /* to be freed: its rules were in use */
    struct reload_outcome outcome;
    _Atomic(struct reloaded *) ready; /* release by the thread, acquire by the run */
    struct ruleset *current;          /* the thread's own, and its sets */
    struct datasets *datasets;
    uint32_t wrong; /* rules of it */
};

static void reloaded_free(struct reload *r, struct reloaded *x)
{
    if (!x)
        return;
    for (unsigned i = 0; x->matchers && i < r->config.workers; i++)
        matcher_rules_free(x->matchers[i]);
    free(x->matchers);
    loaded_rules_fini(&x->rules);
    settings_free(x->settings);
    free(x);
}

struct reading {
    struct reload *reload;
    struct buf text;
};

static void on_refused(void *ctx, const struct rule_refusal *refusal)
{
    struct reading *r = ctx;
    const struct reload_config *config = &r->reload->config;
    if (refusal->code != -ENOTSUP && r->text.n < sizeof r->reload->outcome.text)
        rule_refusal_print(refusal, &r->text);
    if (config->refused)
        config->refused(config->refused_ctx, refusal);
}

static int make_matchers(struct reload *r, struct reloaded *x, struct err *err)
{
    x->matchers = calloc(r->config.workers, sizeof(struct matcher_rules *));
    int result = x->matchers ? ruleset_succeed(x->rules.ruleset, r->current) : -ENOMEM;
    for (unsigned i = 0; i < r->config.workers && !result; i++) {
        x->matchers[i] = matcher_rules_new(x->rules.ruleset);
        result = x->matchers[i] ? 0 : -ENOMEM;
    }
    return result ? err_set(err, result, "out of memory") : 0;
}

static int make(struct reload *r, struct reloaded *x, struct reading *reading, struct err *err)
{
    x->settings = r->config.read(r->config.read_ctx, err);
    if (!x->settings)
        return -EINVAL;
    int result = live_steering(&x->settings->live, &x->steering, err);
    if (!result)
        result = live_policy_prepare(x->settings, err);
    if (result)
        return result;
    if (!x->settings->live.rules)
        return err_set(err, -EINVAL, "run.rules is missing");
    struct rules_config config = {
        .settings = x->settings,
        .paths = (const char *const *)&x->settings->live.rules,
        .path_count = 1,
        .datasets_before = r->datasets,
        .log = r->config.log,
        .refused = on_refused,
        .ctx = reading,
    };
    result = loaded_rules_init(&x->rules, &config, err);
    if (!result)
        result = loaded_rules_accept(&x->rules, &x->settings->live, r->wrong, err);
    if (!result)
        result = make_matchers(r, x, err);
    if (!result)
        datasets_succeed(x->rules.datasets);
    return result;
}

/* Bytes of the lines that fit. */
static size_t whole_lines(const struct buf *text, size_t most)
{
    size_t n = text->n < most ? text->n : most;
    while (n && text->p[n - 1] != '\n')
        n--;
    return n;
}

/* The lock is held. */
static void tell(struct reload *r, const struct reloaded *x, struct reading *reading, int result,
                 struct err *err)
{
    struct reload_outcome *out = &r->outcome;
    size_t n = whole_lines(&reading->text, sizeof out->text - 1);
    if (n)
        memcpy(out->text, reading->text.p, n);
    out->text[n] = '\0';
    out->rules = x ? x->rules.count : 0;
    out->refused = x ? x->rules.refused : 0;
    out->seconds = x ? x->rules.seconds : 0;
    out->err = *err;
    if (!result)
        return;
    out->state = r->wanted ? RELOAD_RUNNING : RELOAD_REFUSED;
    out->refused_sets++;
}

static void read_anew(struct reload *r)
{
    struct err err = {0};
    struct reading reading = {.reload = r};
    struct reloaded *x = calloc(1, sizeof *x);
    r->config.begun(r->config.ctx);
    int result = x ? make(r, x, &reading, &err) : err_set(&err, -ENOMEM, "out of memory");
    if (result && x && x->settings)
        setting_notes_blame(&x->settings->notes, &err);
    char text[ERR_TEXT];
    err_text(&err, text);
    if (result)
        log_error(r->config.log, "the rules in use stay: %s", text);
    pthread_mutex_lock(&r->lock);
    tell(r, x, &reading, result, &err);
    pthread_mutex_unlock(&r->lock);
    buf_fini(&reading.text);
    if (result) {
        reloaded_free(r, x);
        r->config.ended(r->config.ctx, NULL);
        return;
    }
    r->current = x->rules.ruleset;
    r->datasets = x->rules.datasets;
    r->wrong = loaded_rules_wrong(&x->rules);
    atomic_store_explicit(&r->ready, x, memory_order_release);
}

/* Those that have gone, or are saved elsewhere now, and those in use. */
static void save_datasets(struct reload *r, struct reloaded *old)
{
    struct err err = {0};
    int result = datasets_save(old->rules.datasets, &err);
    if (!result)
        result = datasets_save(r->datasets, &err);
    if (result)
        log_error(r->config.log, "%s", err.message);
}

/* The run has taken the new rules. */
static void finish(struct reload *r, struct reloaded *old, const struct reload_outcome *outcome)
{
    r->config.ended(r->config.ctx, old);
    save_datasets(r, old);
    log_notice(r->config.log, "%u rules are in use now, %u refused (read in %.1f s)", outcome->rules,
               outcome->refused, outcome->seconds);
    reloaded_free(r, old);
    pthread_mutex_lock(&r->lock);
    r->outcome.state = r->wanted ? RELOAD_RUNNING : RELOAD_DONE;
    r->outcome.done++;
    pthread_mutex_unlock(&r->lock);
}

/* Who inspects goes first where there are not processors for all, whatever priority the process was given. */
static void step_back(void)
{
    const struct sched_param none = {0};
    sched_setscheduler(0, SCHED_BATCH, &none);
    setpriority(PRIO_PROCESS, 0, NICE); /* of this thread alone, in Linux */
}

static void *reload_main(void *ctx)
{
    struct reload *r = ctx;
    step_back();
    bool waiting = false; /* for the run to take what was made */
    pthread_mutex_lock(&r->lock);
    while (!r->quit) {
        struct reloaded *old = r->old;
        struct reload_outcome outcome = r->outcome;
        if (old) {
            r->old = NULL;
            pthread_mutex_unlock(&r->lock);
            finish(r, old, &outcome);
            waiting = false;
            pthread_mutex_lock(&r->lock);
        } else if (r->wanted && !waiting) {
            r->wanted = false;
            r->outcome.state = RELOAD_RUNNING;
            pthread_mutex_unlock(&r->lock);
            read_anew(r);
            waiting = atomic_load_explicit(&r->ready, memory_order_relaxed) != NULL;
            pthread_mutex_lock(&r->lock);
        } else {
            pthread_cond_wait(&r->changed, &r->lock);
        }
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

struct reload *reload_new(const struct reload_config *config)
{
    struct reload *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->config = *config;
    r->current = config->rules->ruleset;
    r->datasets = config->rules->datasets;
    r->wrong = loaded_rules_wrong(config->rules);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->changed, NULL);
    sigset_t all, before;
    sigfillset(&all); /* signals are for the thread that called us */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&r->thread, NULL, reload_main, r);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!result)
        return r;
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->changed);
    free(r);
    return NULL;
}

void reload_free(struct reload *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->quit = true;
    pthread_cond_signal(&r->changed);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    reloaded_free(r, r->old);
    reloaded_free(r, atomic_load_explicit(&r->ready, memory_order_acquire));
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->changed);
    free(r);
}

void reload_request(struct reload *r)
{
    pthread_mutex_lock(&r->lock);
    r->wanted = true;
    r->outcome.requests++;
    r->outcome.state = RELOAD_RUNNING;
    pthread_cond_signal(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

struct reloaded *reload_take(struct reload *r)
{
    if (!atomic_load_explicit(&r->ready, memory_order_relaxed))
        return NULL;
    return atomic_exchange_explicit(&r->ready, NULL, memory_order_acquire);
}

void reload_done(struct reload *r, struct reloaded *reloaded)
{
    pthread_mutex_lock(&r->lock);
    r->old = reloaded;
    pthread_cond_signal(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

void reload_outcome(struct reload *r, struct reload_outcome *out)
{
    pthread_mutex_lock(&r->lock);
    *out = r->outcome;
    pthread_mutex_unlock(&r->lock);
}
