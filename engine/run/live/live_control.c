#include "run/live/live_control.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "control/server.h"
#include "run/live/live_control_maps.h"
#include "run/live/live_request.h"
#include "run/live/reload.h"
#include "run/live/setup_state.h"

#define CONTROL_PATH RUN_DIRECTORY "/control.sock"

enum { PATIENCE_S = 5 }; /* for the run to come to the end of a batch */

enum asking { NOBODY_ASKS, ASKED, ANSWERED };

struct live_control {
    struct live_control_config config;
    struct control *server;
    time_t started;
    pthread_mutex_t lock; /* guards what follows; `state` is also looked at without */
    pthread_cond_t changed;
    _Atomic(enum asking) state;
    bool ending; /* nobody answers any more */
    enum live_question question;
    unsigned number;
    json_t *answer;
};

void live_control_serve(struct live_control *c)
{
    if (!c || atomic_load_explicit(&c->state, memory_order_relaxed) != ASKED)
        return;
    pthread_mutex_lock(&c->lock);
    if (c->state == ASKED) { /* held while it is answered: the lock keeps who asks from giving up meanwhile */
        c->answer = c->config.answer(c->config.ctx, c->question, c->number);
        c->state = ANSWERED;
        pthread_cond_signal(&c->changed);
    }
    pthread_mutex_unlock(&c->lock);
}

static int ask(struct live_control *c, enum live_question question, unsigned number, json_t **result,
               struct err *err)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&c->lock);
    c->question = question;
    c->number = number;
    c->state = ASKED;
    int late = 0;
    while (c->state == ASKED && !late && !c->ending)
        late = pthread_cond_timedwait(&c->changed, &c->lock, &until);
    bool answered = c->state == ANSWERED;
    *result = answered ? c->answer : NULL;
    c->answer = NULL;
    c->state = NOBODY_ASKS;
    pthread_mutex_unlock(&c->lock);
    if (!answered)
        return err_set(err, -ETIMEDOUT, "the run does not answer");
    return *result ? 0 : err_set(err, -ENOMEM, "out of memory");
}

static json_t *reload_json(struct live_control *c)
{
    static const char *const states[] = {"never", "running", "done", "refused"};
    struct reload_outcome *o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    char error[ERR_TEXT];
    reload_outcome(c->config.reload, o);
    err_text(&o->err, error);
    json_t *json = json_pack("{s:s, s:I, s:I, s:I, s:i, s:i, s:f, s:s*, s:s*}", "state", states[o->state],
                             "requests", (json_int_t)o->requests, "done", (json_int_t)o->done, "refused_sets",
                             (json_int_t)o->refused_sets, "rules", (int)o->rules, "refused", (int)o->refused,
                             "seconds", o->seconds, "error", o->state == RELOAD_REFUSED ? error : NULL,
                             "refusals", o->text[0] ? o->text : NULL);
    free(o);
    return json;
}

static int run_status(void *ctx, const json_t *request, json_t **result, struct err *err)
{
    struct live_control *c = ctx;
    (void)request;
    int failed = ask(c, LIVE_ASK_STATUS, 0, result, err);
    if (failed)
        return failed;
    json_object_set_new(*result, "version", json_string(SLUICE_VERSION));
    json_object_set_new(*result, "pid", json_integer(getpid()));
    json_object_set_new(*result, "uptime", json_integer((json_int_t)(time(NULL) - c->started)));
    json_object_set_new(*result, "reload", reload_json(c));
    return 0;
}

static int run_stats(void *ctx, const json_t *request, json_t **result, struct err *err)
{
    const struct live_control *c = ctx;
    (void)request;
    int failed = ask(ctx, LIVE_ASK_STATS, 0, result, err);
    return failed || !c->config.maps ? failed : live_control_interfaces(*result, err);
}

static int run_flows(void *ctx, const json_t *request, json_t **result, struct err *err)
{
    unsigned number;
    int failed = flows_request_parse(request, &number, err);
    return failed ? failed : ask(ctx, LIVE_ASK_FLOWS, number, result, err);
}

/* Only begins it: status says how it went. */
static int run_reload(void *ctx, const json_t *request, json_t **result, struct err *err)
{
    struct live_control *c = ctx;
    (void)request;
    (void)err;
    reload_request(c->config.reload);
    *result = reload_json(c);
    return 0;
}

static int run_reopen(void *ctx, const json_t *request, json_t **result, struct err *err)
{
    struct live_control *c = ctx;
    (void)request;
    (void)result;
    (void)err;
    atomic_store(c->config.rotate, true);
    return 0;
}

static int run_shutdown(void *ctx, const json_t *request, json_t **result, struct err *err)
{
    struct live_control *c = ctx;
    (void)request;
    (void)result;
    (void)err;
    log_notice(c->config.log, "asked to end");
    atomic_store(c->config.stop, true);
    return 0;
}

static bool has_maps(const struct live_control *c, struct err *err)
{
    if (!c->config.maps)
        err_set(err, -ENOTSUP, "this run has no XDP program: it neither steers nor blocks in the kernel");
    return c->config.maps != NULL;
}

static int run_blocks(void *ctx, const json_t *request, json_t **result, struct err *err)
{
    struct live_control *c = ctx;
    return has_maps(c, err) ? live_control_blocks(c->config.maps, request, result, err) : -ENOTSUP;
}

static int run_bypass(void *ctx, const json_t *request, json_t **result, struct err *err)
{
    struct live_control *c = ctx;
    return has_maps(c, err) ? live_control_bypass(c->config.maps, request, result, err) : -ENOTSUP;
}

static int run_steering(void *ctx, const json_t *request, json_t **result, struct err *err)
{
    struct live_control *c = ctx;
    return has_maps(c, err) ? live_control_steering(c->config.maps, request, result, err) : -ENOTSUP;
}

static const struct control_command commands[] = {
    {"status", run_status},     {"stats", run_stats},
    {"flows", run_flows},       {"reload", run_reload},
    {"reopen", run_reopen},     {"shutdown", run_shutdown},
    {"blocks", run_blocks},     {"bypass", run_bypass},
    {"steering", run_steering}, {0},
};

static struct live_control *make(const struct live_control_config *config)
{
    struct live_control *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->config = *config;
    c->started = time(NULL);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->changed, NULL);
    return c;
}

int live_control_open(struct live_control **out, const struct live_control_config *config, struct err *err)
{
    const char *path = config->settings->control ? config->settings->control : CONTROL_PATH;
    *out = NULL;
    if (strcmp(path, "no") == 0)
        return 0;
    struct live_control *c = make(config);
    if (!c)
        return err_set(err, -ENOMEM, "out of memory");
    struct control_config server = {
        .path = path,
        .group = config->settings->control_group,
        .commands = commands,
        .ctx = c,
        .log = config->log,
    };
    int result = control_open(&c->server, &server, err);
    if (!result) {
        *out = c;
        return 0;
    }
    live_control_close(c);
    if (config->settings->control)
        return result;
    log_warning(config->log, "without a control socket: %s", err->message); /* nobody has asked for it */
    return 0;
}

void live_control_close(struct live_control *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->ending = true;
    pthread_cond_signal(&c->changed);
    pthread_mutex_unlock(&c->lock);
    control_close(c->server);
    pthread_mutex_destroy(&c->lock);
    pthread_cond_destroy(&c->changed);
    json_decref(c->answer);
    free(c);
}
