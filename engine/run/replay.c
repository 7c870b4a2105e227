/* The public replay API: settings and names are collected, then one call builds everything and runs it. */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/grow.h"
#include "base/log.h"
#include "match/database_facts.h"
#include "match/state.h"
#include "rule/dataset.h"
#include "run/callbacks.h"
#include "run/configured.h"
#include "run/replay.h"
#include "run/rules.h"
#include "run/stores.h"

enum { THREADS_MOST = 256 };

struct names {
    char **list;
    uint32_t count, capacity;
};

struct sluice_replay {
    struct sluice_callbacks callbacks;
    struct settings *settings;
    struct names rule_paths, captures;
    char *eve, *text, *filter;
    bool colour, merge;
    unsigned threads;
    const struct run_observer *observer;
    atomic_bool stop;
    pthread_mutex_t lock; /* of the message callback and the count of warnings */
    struct log log;
    struct err err;
    char error_text[ERR_TEXT];
    /* of the run */
    struct loaded_rules rules;
    struct shared_state *shared;
    struct input *input;
    struct pipeline *pipeline;
    struct stores stores;
    struct writer writer;
    struct run_counters counters;
    struct timespec started;
    struct sluice_summary summary;
    struct sluice_rule_count *by_rule;
    struct database_facts *database_facts;
    struct sluice_database *databases;
};

static void on_log(void *ctx, enum log_level level, const char *message)
{
    struct sluice_replay *r = ctx;
    pthread_mutex_lock(&r->lock);
    if (level == LOG_WARNING)
        r->summary.warnings++;
    callbacks_message(&r->callbacks, level, message);
    pthread_mutex_unlock(&r->lock);
}

struct sluice_replay *sluice_replay_new(const struct sluice_callbacks *callbacks)
{
    struct sluice_replay *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->settings = settings_new();
    if (!r->settings) {
        free(r);
        return NULL;
    }
    if (callbacks)
        r->callbacks = *callbacks;
    r->threads = 1;
    pthread_mutex_init(&r->lock, NULL);
    r->log = (struct log){.write = on_log, .ctx = r, .most = LOG_INFO};
    return r;
}

static void free_names(struct names *names)
{
    for (uint32_t i = 0; i < names->count; i++)
        free(names->list[i]);
    free(names->list);
}

/* What reaches out of the process: files of connections that have not ended, the captures. */
static void close_run(struct sluice_replay *r)
{
    pipeline_free(r->pipeline);
    stores_close(&r->stores);
    input_free(r->input);
}

void replay_leave(struct sluice_replay *r)
{
#ifdef NDEBUG
    if (r)
        close_run(r);
#else
    sluice_replay_free(r);
#endif
}

void sluice_replay_free(struct sluice_replay *r)
{
    if (!r)
        return;
    close_run(r);
    loaded_rules_fini(&r->rules);
    shared_state_free(r->shared);
    settings_free(r->settings);
    free_names(&r->rule_paths);
    free_names(&r->captures);
    free(r->eve);
    free(r->text);
    free(r->filter);
    free(r->by_rule);
    free(r->database_facts);
    free(r->databases);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

int sluice_replay_config(struct sluice_replay *r, const char *yaml_file)
{
    r->err = (struct err){0};
    return settings_load(r->settings, yaml_file, &r->err);
}

int sluice_replay_set(struct sluice_replay *r, const char *assignment)
{
    r->err = (struct err){0};
    return settings_assign(r->settings, assignment, &r->err);
}

static int add_name(struct sluice_replay *r, struct names *names, const char *name)
{
    char *copy = strdup(name);
    if (!copy || grow_array(&names->list, names->count, &names->capacity)) {
        free(copy);
        return err_set(&r->err, -ENOMEM, "out of memory");
    }
    names->list[names->count++] = copy;
    return 0;
}

int sluice_replay_add_rules(struct sluice_replay *r, const char *file_or_folder)
{
    return add_name(r, &r->rule_paths, file_or_folder);
}

int sluice_replay_add_capture(struct sluice_replay *r, const char *file_or_folder)
{
    return add_name(r, &r->captures, file_or_folder);
}

static int put_name(struct sluice_replay *r, char **member, const char *name)
{
    char *copy = strdup(name);
    if (!copy)
        return err_set(&r->err, -ENOMEM, "out of memory");
    free(*member);
    *member = copy;
    return 0;
}

int sluice_replay_eve(struct sluice_replay *r, const char *file)
{
    return put_name(r, &r->eve, file);
}

int sluice_replay_text(struct sluice_replay *r, const char *file, bool colour)
{
    r->colour = colour;
    return put_name(r, &r->text, file);
}

int sluice_replay_filter(struct sluice_replay *r, const char *filter)
{
    return put_name(r, &r->filter, filter);
}

void sluice_replay_merge(struct sluice_replay *r, bool merge)
{
    r->merge = merge;
}

void sluice_replay_threads(struct sluice_replay *r, unsigned threads)
{
    r->threads = threads < 1 ? 1 : threads > THREADS_MOST ? THREADS_MOST : threads;
}

void replay_observe(struct sluice_replay *r, const struct run_observer *observer)
{
    r->observer = observer;
}

const struct run_counters *replay_counters(const struct sluice_replay *r)
{
    return &r->counters;
}

const struct match_profile *replay_profile(const struct sluice_replay *r, unsigned worker)
{
    return r->pipeline && worker < r->threads ? inspector_profile(pipeline_inspector(r->pipeline, worker))
                                              : NULL;
}

const char *replay_capture_name(const struct sluice_replay *r, size_t index)
{
    return r->input ? input_file_name(r->input, index) : NULL;
}

void sluice_replay_stop(struct sluice_replay *r)
{
    atomic_store(&r->stop, true);
}

const char *sluice_replay_error(const struct sluice_replay *replay)
{
    struct sluice_replay *r = (struct sluice_replay *)(uintptr_t)replay;
    err_text(&r->err, r->error_text);
    return r->error_text;
}

const struct sluice_summary *sluice_replay_summary(const struct sluice_replay *r)
{
    return &r->summary;
}

const char *sluice_version(void)
{
    return SLUICE_VERSION;
}

static double since(const struct timespec *from)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - from->tv_sec) + (double)(now.tv_nsec - from->tv_nsec) / 1e9;
}

static void on_progress(void *ctx, uint64_t packets, uint64_t alerts)
{
    struct sluice_replay *r = ctx;
    if (!r->callbacks.progress)
        return;
    struct capture_position position;
    input_position(r->input, &position);
    struct sluice_progress progress = {
        .bytes_done = position.bytes_done,
        .bytes_total = position.bytes_total,
        .packets = packets,
        .alerts = alerts,
        .seconds = since(&r->started),
    };
    r->callbacks.progress(r->callbacks.ctx, &progress);
}

static void on_refused(void *ctx, const struct rule_refusal *refusal)
{
    const struct sluice_replay *r = ctx;
    callbacks_refused(&r->callbacks, refusal);
}

static void tell_ignored(struct sluice_replay *r)
{
    const struct settings *s = r->settings;
    if (!s->ignored_count)
        return;
    struct buf text = {0};
    for (uint32_t i = 0; i < s->ignored_count; i++)
        buf_printf(&text, "%s%s", i ? ", " : "", s->ignored[i]);
    log_notice(&r->log, "settings of the configuration that mean nothing here: %.*s", (int)text.n,
               (const char *)text.p);
    buf_fini(&text);
}

static int open_all(struct sluice_replay *r)
{
    if (!r->rule_paths.count || !r->captures.count)
        return err_set(&r->err, -EINVAL, "there are no %s to replay",
                       r->rule_paths.count ? "captures" : "rules");
    struct input_config input = {
        .names = (const char *const *)r->captures.list,
        .count = r->captures.count,
        .merge = r->merge,
        .filter = r->filter,
        .log = &r->log,
        .stop = &r->stop,
    };
    int result = input_new(&input, &r->input, &r->err);
    struct rules_config rules = {
        .settings = r->settings,
        .paths = (const char *const *)r->rule_paths.list,
        .path_count = r->rule_paths.count,
        .log = &r->log,
        .refused = on_refused,
        .ctx = r,
    };
    if (!result)
        result = loaded_rules_init(&r->rules, &rules, &r->err);
    const char *name = r->eve ? r->eve : r->text;
    if (!result && name)
        result = writer_open(&r->writer, name, &r->err);
    return result;
}

static int make_pipeline(struct sluice_replay *r)
{
    struct settings *s = r->settings;
    struct shared_state_config shared = {.seed = s->seed, .memory = s->shared_memory};
    r->shared = shared_state_new(&shared);
    if (!r->shared)
        return err_set(&r->err, -ENOMEM, "out of memory");
    struct pipeline_config config = pipeline_configured(s, r->rules.ruleset, r->shared);
    config.input = r->input;
    config.worker.form = r->eve ? &output_eve_ops : r->text ? &output_text_ops : NULL;
    config.worker.observer = r->observer;
    config.workers = r->threads;
    config.crew_reads = input_is_prompt(r->input);
    config.writer = config.worker.form ? &r->writer : NULL;
    config.flush = !r->eve && r->text;
    config.stop = &r->stop;
    config.progress = on_progress;
    config.ctx = r;
    config.log = &r->log;
    config.worker.output.colour = r->colour;
    int result = stores_open(&r->stores, s, &config, &r->err);
    if (result)
        return result;
    r->pipeline = pipeline_new(&config);
    return r->pipeline ? 0 : err_set(&r->err, -ENOMEM, "out of memory");
}

static void collect(struct sluice_replay *r)
{
    r->counters.decode = *pipeline_decode_counters(r->pipeline);
    for (unsigned i = 0; i < r->threads; i++)
        run_counters_add(&r->counters, pipeline_inspector(r->pipeline, i));
    shared_state_counters(r->shared, &r->counters.shared);
    stores_tell(&r->stores, r->settings, &r->counters, &r->log);
    r->counters.rules = r->rules.count;
    r->counters.rules_refused = r->rules.refused;
    uint64_t caps = run_caps_hit(&r->counters);
    if (caps)
        log_warning(&r->log,
                    "a cap on memory was hit %" PRIu64 " times: alerts may be missing (see --records stats)",
                    caps);
}

static int write_stats(struct sluice_replay *r)
{
    if (!(r->settings->output.records & RECORD_STATS) || !r->writer.name)
        return 0;
    struct stat_value stats[RUN_STATS];
    unsigned count = run_stats(&r->counters, stats);
    struct buf text = {0};
    const struct output_ops *form = r->eve ? &output_eve_ops : &output_text_ops;
    int result = form->stats(&text, stats, count, pipeline_clock(r->pipeline));
    if (!result)
        result = writer_put(&r->writer, buf_slice(&text));
    buf_fini(&text);
    return result;
}

static int by_alerts(const void *a, const void *b)
{
    const struct sluice_rule_count *x = a, *y = b;
    if (x->alerts != y->alerts)
        return x->alerts > y->alerts ? -1 : 1;
    return x->sid < y->sid ? -1 : x->sid > y->sid;
}

static void list_databases(struct sluice_replay *r)
{
    uint32_t count;
    r->database_facts = database_facts(r->rules.ruleset, &count);
    r->databases = calloc((size_t)count + 1, sizeof *r->databases);
    for (uint32_t i = 0; r->databases && i < count; i++) {
        const struct database_facts *facts = &r->database_facts[i];
        r->databases[i] = (struct sluice_database){.name = facts->name,
                                                   .patterns = facts->literals,
                                                   .bytes = facts->bytes,
                                                   .cached = facts->from_cache};
    }
    r->summary.databases = r->databases;
    r->summary.database_count = r->databases ? count : 0;
}

static void summarise(struct sluice_replay *r)
{
    struct sluice_summary *s = &r->summary;
    const struct merger *merger = pipeline_merger(r->pipeline);
    s->files = input_file_count(r->input);
    s->packets = r->counters.decode.frames;
    s->bytes = r->counters.decode.bytes;
    s->flows = r->counters.flow.created;
    s->alerts = merger->alerts;
    s->seconds = since(&r->started);
    s->interrupted = atomic_load(&r->stop);
    s->by_rule_count = 0;
    r->by_rule = calloc(merger->hit_count ? merger->hit_count : 1, sizeof *r->by_rule);
    for (uint32_t i = 0; r->by_rule && i < merger->hit_slots; i++) {
        const struct rule_hits *hits = &merger->hits[i];
        if (hits->rule)
            r->by_rule[s->by_rule_count++] = (struct sluice_rule_count){
                .gid = hits->rule->gid,
                .sid = hits->rule->sid,
                .message = hits->rule->message,
                .alerts = hits->alerts,
            };
    }
    if (s->by_rule_count)
        qsort(r->by_rule, s->by_rule_count, sizeof *r->by_rule, by_alerts);
    s->by_rule = r->by_rule;
    list_databases(r);
}

int sluice_replay_run(struct sluice_replay *r)
{
    r->err = (struct err){0};
    tell_ignored(r);
    int result = open_all(r);
    r->summary.rules = r->rules.count;
    r->summary.refused = r->rules.refused;
    r->summary.unsupported = r->rules.unsupported;
    r->summary.load_seconds = r->rules.seconds;
    if (!result)
        result = make_pipeline(r);
    if (!result) {
        clock_gettime(CLOCK_MONOTONIC, &r->started);
        result = pipeline_run(r->pipeline, &r->err);
        if (atomic_load(&r->stop) && result != -ENOMEM)
            result =
                0; /* a capture that was cut by the stop is no error; what the writer met is told below */
        collect(r);
        int failed = write_stats(r);
        if (failed && !result)
            result = err_set(&r->err, failed, "out of memory");
        struct err saving = {0};
        failed = datasets_save(r->rules.datasets, &saving);
        if (failed && !result) {
            result = failed;
            r->err = saving;
        }
        summarise(r);
    }
    struct err closing = {0};
    int failed = writer_close(&r->writer, &closing);
    if (failed) { /* what could not be written outranks what could not be read */
        r->err = closing;
        result = failed;
    }
    return result;
}
