#include "run/live.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "match/state.h"
#include "rule/dataset.h"
#include "run/configured.h"
#include "run/cpus.h"
#include "run/live_bypass.h"
#include "run/live_answer.h"
#include "run/live_control.h"
#include "run/live_inline.h"
#include "run/live_policy.h"
#include "run/live_source.h"
#include "run/live_stats.h"
#include "run/live_steering.h"
#include "run/live_verdict.h"
#include "run/live_watch.h"
#include "run/privileges.h"
#include "run/reload.h"
#include "run/sandbox.h"
#include "run/setup_state.h"
#include "run/stores.h"
#include "verdict/blocks.h"
#include "verdict/shared_maps.h"

struct live {
    const struct live_config *config;
    struct settings *settings;
    struct loaded_rules rules;
    struct shared_state *shared;
    struct shared_maps maps;
    struct input *input;
    struct pipeline *pipeline;
    struct sink *sink;
    struct reload *reload;
    struct live_control *control;
    uint64_t alive_ns;
    struct live_source source;
    struct live_watch watch;
    struct cpu_list cpus;
    struct stores stores;
    struct live_verdict verdict;
    struct bypass_ops bypass;
    struct live_stats stats;
    struct buf notes; /* records of the run's own, on their way */
    struct privileges privileges;
    struct live_inline inlined;
    bool mapped;
};

static void tell(struct live *l, enum live_event event)
{
    if (l->config->event)
        l->config->event(l->config->ctx, event);
}

static int check_threads(struct live *l, struct err *err)
{
    const struct live_settings *s = &l->settings->live;
    if (s->workers < 1 || s->workers > CPUS_MOST)
        return err_set(err, -EINVAL, "run.workers: expected a number from 1 to %d, not %u", CPUS_MOST,
                       s->workers);
    return s->cpus ? cpus_parse(&l->cpus, s->cpus, err) : 0;
}

static int load_rules(struct live *l, struct live_summary *summary, struct err *err)
{
    const struct live_settings *s = &l->settings->live;
    if (!s->rules || !s->eve)
        return err_set(err, -EINVAL, "run.%s is missing", s->rules ? "eve" : "rules");
    struct rules_config config = {
        .settings = l->settings,
        .paths = (const char *const *)&s->rules,
        .path_count = 1,
        .log = l->config->log,
        .refused = l->config->refused,
        .ctx = l->config->ctx,
    };
    int result = loaded_rules_init(&l->rules, &config, err);
    summary->rules = l->rules.count;
    summary->refused = l->rules.refused;
    return result ? result : loaded_rules_accept(&l->rules, s, false, err);
}

static int open_maps(struct live *l, const struct pins *pins, const struct steering *steering,
                     struct err *err)
{
    int result = shared_maps_open(&l->maps, pins, err);
    if (result)
        return result;
    l->mapped = true;
    result = steering_write(steering, &l->maps.steering, err);
    if (!result)
        result = live_verdict_open(&l->verdict, l->maps.flow_blocks, l->maps.host_blocks, err);
    return result;
}

static int attach(struct live *l, const struct steering *steering, struct err *err)
{
    struct pins pins;
    int result = pins_open(&pins, NULL, true, err);
    if (result)
        return result;
    result = live_source_attach(&l->source, &pins, err);
    if (!result)
        result = open_maps(l, &pins, steering, err);
    for (unsigned i = 0; i < l->source.count && !result; i++)
        result = live_stats_add_port(&l->stats, &pins, l->source.ports[i].ifindex, err);
    if (result && !live_source_attached(&l->source))
        pins_remove_if_idle(&pins);
    pins_close(&pins); /* so that `sluice xdp` can be used meanwhile */
    return result;
}

static struct live_stats_sources sources_of(struct live *l)
{
    return (struct live_stats_sources){
        .input = l->input,
        .pipeline = l->pipeline,
        .workers = l->settings->live.workers,
        .shared = l->shared,
        .verdict = &l->verdict,
        .sink = l->sink,
        .rules = l->rules.count,
        .rules_refused = l->rules.refused,
    };
}

static int note_stats(struct live *l)
{
    struct live_stats_sources sources = sources_of(l);
    return live_stats_write(&l->stats, &sources, &l->notes);
}

static void on_reload_begun(void *ctx)
{
    tell(ctx, LIVE_RELOADING);
}

static void on_reload_ended(void *ctx, const struct reloaded *reloaded)
{
    struct live *l = ctx;
    struct err err = {0};
    if (reloaded && l->mapped && live_steering_write(&reloaded->steering, &l->maps, &err))
        log_warning(l->config->log, "the steering stays as it was: %s", err.message);
    tell(l, LIVE_RELOADED);
}

static int start_reload(struct live *l, struct err *err)
{
    struct reload_config config = {
        .read = l->config->read,
        .read_ctx = l->config->ctx,
        .begun = on_reload_begun,
        .ended = on_reload_ended,
        .ctx = l,
        .refused = l->config->refused,
        .refused_ctx = l->config->ctx,
        .log = l->config->log,
        .ruleset = l->rules.ruleset,
        .datasets = l->rules.datasets,
        .workers = l->settings->live.workers,
    };
    l->reload = reload_new(&config);
    return l->reload ? 0 : err_set(err, -ENOMEM, "the thread that reads rules anew cannot be started");
}

static json_t *status_json(struct live *l)
{
    json_t *interfaces = json_array();
    for (unsigned i = 0; i < l->source.count; i++)
        json_array_append_new(interfaces, json_string(l->source.ports[i].interface));
    return json_pack("{s:o, s:s, s:s, s:i, s:i, s:i}", "interfaces", interfaces, "rules_from",
                     l->settings->live.rules, "eve", l->settings->live.eve, "workers",
                     (int)l->settings->live.workers, "rules", (int)l->rules.count, "refused",
                     (int)l->rules.refused);
}

static json_t *on_question(void *ctx, enum live_question question, unsigned number)
{
    struct live *l = ctx;
    struct live_stats_sources sources = sources_of(l);
    switch (question) {
    case LIVE_ASK_STATUS:
        return status_json(l);
    case LIVE_ASK_STATS:
        return live_answer_stats(&sources);
    case LIVE_ASK_FLOWS:
        return live_answer_flows(&sources, number);
    }
    return NULL;
}

/* What the user that the run becomes must be able to write and to take away. */
static int give_up_privileges(struct live *l, struct err *err)
{
    const struct live_settings *s = &l->settings->live;
    privileges_give(&l->privileges, PINS_DIRECTORY);
    if (strcmp(s->eve, "-") != 0 && strncmp(s->eve, "unix:", 5) != 0)
        privileges_give(&l->privileges, s->eve);
    (void)!mkdir(RUN_DIRECTORY, 0755); /* there already, as a rule */
    privileges_give(&l->privileges, RUN_DIRECTORY);
    for (unsigned i = 0; i < l->source.count; i++)
        l->privileges.administers |= l->source.ports[i].dispatcher;
    if (l->privileges.administers)
        log_notice(l->config->log, "CAP_SYS_ADMIN is kept, to leave the XDP dispatcher at the end");
    return privileges_drop(&l->privileges, err);
}

/* What rules learn is written at the end: better that is known now. */
static void check_datasets(struct live *l)
{
    struct err err = {0};
    if (datasets_may_save(l->rules.datasets, &err))
        log_warning(l->config->log, "%s", err.message);
}

static int open_control(struct live *l, struct err *err)
{
    struct live_control_config config = {
        .settings = &l->settings->live,
        .log = l->config->log,
        .reload = l->reload,
        .maps = l->mapped ? &l->maps : NULL,
        .stop = l->config->stop,
        .rotate = l->config->rotate,
        .answer = on_question,
        .ctx = l,
    };
    return live_control_open(&l->control, &config, err);
}

/* What alerts do from here on. Nothing is in flight. */
static void take_policy(struct live *l, struct settings *fresh)
{
    const struct live_settings *s = &l->settings->live;
    bool dry_before = s->dry_run;
    live_policy_exchange(l->settings, fresh);
    if (s->mode == LIVE_INLINE)
        pipeline_enforce(l->pipeline, !s->dry_run);
    if (s->dry_run != dry_before)
        log_notice(l->config->log, "%s",
                   s->dry_run ? "verdicts are only recorded from here on (verdict.dry-run)"
                              : "verdicts are carried out from here on (verdict.dry-run)");
}

/* What was read anew takes the place of what is in use. */
static void take_rules(struct live *l)
{
    struct reloaded *fresh = reload_take(l->reload);
    if (!fresh)
        return;
    struct loaded_rules before = l->rules;
    pipeline_renew(l->pipeline, fresh->matchers);
    take_policy(l, fresh->settings);
    l->rules = fresh->rules;
    fresh->rules = before;
    reload_done(l->reload, fresh);
}

/* Another thread may be writing. */
static void reopen(struct live *l)
{
    pipeline_pause(l->pipeline);
    if (sink_reopen(l->sink))
        log_warning(l->config->log, "%s cannot be opened again: the old file goes on", l->settings->live.eve);
}

/* After each batch, and ten times a second without any: what must go on while the run does. */
static void on_progress(void *ctx, uint64_t packets, uint64_t alerts)
{
    struct live *l = ctx;
    uint32_t zero = 0;
    uint64_t now = blocks_now();
    (void)packets;
    (void)alerts;
    if (l->mapped) {
        bpf_map_update_elem(l->maps.heartbeat, &zero, &now, BPF_ANY);
        live_watch_look(&l->watch, &l->source, now);
    }
    if (live_watch_all_gone(&l->watch, &l->source))
        atomic_store(l->config->stop, true);
    if (live_stats_due(&l->stats)) {
        pipeline_pause(l->pipeline);
        note_stats(l);
    }
    if (now - l->alive_ns > 1000000000u) {
        l->alive_ns = now;
        tell(l, LIVE_ALIVE);
    }
    if (atomic_load_explicit(l->config->reload, memory_order_relaxed) &&
        atomic_exchange(l->config->reload, false))
        reload_request(l->reload);
    take_rules(l);
    live_control_serve(l->control);
    if (atomic_load_explicit(l->config->rotate, memory_order_relaxed) &&
        atomic_exchange(l->config->rotate, false))
        reopen(l);
}

static void on_done(void *ctx)
{
    struct live *l = ctx;
    live_source_wake(&l->source);
}

static void on_notes(void *ctx, struct buf *text)
{
    struct live *l = ctx;
    buf_append(text, buf_slice(&l->notes));
    buf_clear(&l->notes);
    if (l->mapped)
        live_verdict_advance(&l->verdict, text);
}

static int open_capture(struct live *l, const struct steering *steering, struct err *err)
{
    struct capture capture;
    l->source.host_ring = l->maps.host_ring;
    int result = live_source_open(&l->source, steering, l->config->stop, &capture, err);
    if (result)
        return result;
    l->input = input_new_live(&capture);
    if (l->input)
        return 0;
    capture.ops->close(&capture);
    return err_set(err, -ENOMEM, "out of memory");
}

static int start_inline(struct live *l, struct err *err)
{
    for (unsigned i = 0; i < l->source.count; i++)
        l->inlined.ifindexes[i] = l->source.ports[i].ifindex;
    return live_inline_init(&l->inlined, err);
}

static void close_maps(struct live *l)
{
    blocks_close(l->verdict.blocks);
    l->verdict.blocks = NULL;
    if (l->mapped)
        shared_maps_close(&l->maps);
    l->mapped = false;
}

/* By XDP, or else by libpcap, without maps. */
static int open_source(struct live *l, const struct steering *steering, struct err *err)
{
    int result = l->source.pcap ? 0 : attach(l, steering, err);
    if (!result)
        result = open_capture(l, steering, err);
    if (!live_source_may_fall_back(&l->source, result))
        return result;
    log_warning(l->config->log, "no AF_XDP: %s", err->message);
    close_maps(l);
    live_stats_fini(&l->stats);
    live_source_detach(&l->source);
    l->source.pcap = true;
    return open_capture(l, steering, err);
}

static int make_pipeline(struct live *l, struct err *err)
{
    const struct settings *s = l->settings;
    struct shared_state_config shared = {.seed = s->seed, .memory = s->shared_memory};
    l->shared = shared_state_new(&shared);
    struct pipeline_config config = pipeline_configured(s, l->rules.ruleset, l->shared);
    config.input = l->input;
    config.worker.form = &output_eve_ops;
    config.worker.judge = l->mapped ? live_verdict_judge : NULL;
    config.worker.ctx = &l->verdict;
    config.workers = s->live.workers;
    config.cpus = &l->cpus;
    config.sink = l->sink;
    config.stop = l->config->stop;
    config.progress = on_progress;
    config.notes = on_notes;
    config.done = on_done;
    config.ctx = l;
    config.log = l->config->log;
    config.worker.inspect.bypass = s->live.bypass && l->mapped ? &l->bypass : NULL;
    int result = 0;
    if (l->mapped)
        result = live_bypass_ops(s->live.elephant_bytes, &l->maps.flow_bypass, &l->bypass, err);
    if (!result)
        result = stores_open(&l->stores, s, &config, err);
    if (result)
        return result;
    if (s->live.mode == LIVE_INLINE)
        live_inline_configure(&l->inlined, s->live.dry_run, &config);
    l->pipeline = l->shared ? pipeline_new(&config) : NULL;
    return l->pipeline ? 0 : err_set(err, -ENOMEM, "out of memory");
}

/* The sockets go before the program, so that no frame is sent to one that is gone. */
static void live_fini(struct live *l)
{
    live_control_close(l->control);
    reload_free(l->reload); /* before the rules and the maps: it knows the maps, and may hold rules that refer
                               to these */
    pipeline_free(l->pipeline);
    stores_close(&l->stores);
    input_free(l->input);
    close_maps(l);
    live_verdict_fini(&l->verdict);
    live_stats_fini(&l->stats);
    buf_fini(&l->notes);
    live_source_detach(&l->source);
    live_inline_fini(&l->inlined);
    loaded_rules_fini(&l->rules);
    shared_state_free(l->shared);
}

static int run(struct live *l, const struct steering *steering, struct live_summary *summary, struct err *err)
{
    int result =
        sink_open(&l->sink, l->settings->live.eve, l->settings->live.eve_buffer, l->config->log, err);
    if (!result)
        result = open_source(l, steering, err);
    if (!result && l->settings->live.mode == LIVE_INLINE)
        result = start_inline(l, err);
    if (!result)
        result = make_pipeline(l, err);
    if (!result)
        result = give_up_privileges(l, err);
    if (!result)
        result = start_reload(l, err);
    if (!result)
        result = open_control(l, err);
    if (result)
        return result;
    check_datasets(l);
    result = sandbox_enter(l->settings->live.seccomp, err);
    if (result)
        return result;
    on_progress(l, 0, 0); /* from the first heartbeat on the program brings frames */
    log_notice(l->config->log, "running, %u rules in use, %u refused", l->rules.count, l->rules.refused);
    tell(l, LIVE_READY);
    result = pipeline_run(l->pipeline, err);
    if (!result && live_watch_all_gone(&l->watch, &l->source))
        result = err_set(err, -ENODEV, "no interface is left: %s", l->source.ports[0].interface);
    if (!result && l->stats.wanted && (note_stats(l) || sink_put(l->sink, buf_slice(&l->notes))))
        result = err_set(err, -EIO, "the last stats record is not written");
    tell(l, LIVE_STOPPING);
    struct err saving = {0};
    if (datasets_save(l->rules.datasets, &saving) && !result)
        result = err_set(err, -EIO, "%s", saving.message);
    summary->frames = pipeline_decode_counters(l->pipeline)->frames;
    summary->alerts = pipeline_merger(l->pipeline)->alerts;
    struct live_verdict_counters verdicts = live_verdict_counters(&l->verdict);
    summary->blocks = verdicts.blocked_flows + verdicts.blocked_hosts;
    input_counters(l->input, &summary->capture);
    struct run_counters counters = {0};
    stores_tell(&l->stores, l->settings, &counters, l->config->log);
    return result;
}

static int start(const struct live_config *config, struct live_summary *summary, bool really, struct err *err)
{
    const struct live_settings *settings = &config->settings->live;
    struct live l = {
        .config = config,
        .settings = config->settings,
        .inlined = {.socket = -1},
    };
    struct steering *steering = calloc(1, sizeof *steering);
    *summary = (struct live_summary){0};
    live_stats_init(&l.stats, config->settings->output.records & RECORD_STATS, settings->stats_seconds);
    int result = live_verdict_init(&l.verdict, config->settings, config->log, err);
    l.verdict.enforced = settings->mode != LIVE_SPAN; /* there it drops copies */
    if (!result)
        result = steering ? live_steering(&l.settings->live, steering, err) : -ENOMEM;
    if (!result)
        result = live_source_init(&l.source, settings, config->log, err);
    if (!result)
        result = check_threads(&l, err);
    if (!result)
        result = privileges_find(&l.privileges, settings->user, err);
    if (!result)
        result = load_rules(&l, summary, err);
    if (!result && really)
        result = run(&l, steering, summary, err);
    if (result)
        setting_notes_blame(&l.settings->notes, err);
    live_fini(&l);
    struct err closing = {0};
    int failed = sink_close(l.sink, &closing);
    if (failed && !result) {
        result = failed;
        *err = closing;
    }
    free(steering);
    return result;
}

void live_defaults(struct settings *settings)
{
    settings->output.records |= RECORD_VERDICT;
}

int live_check(const struct live_config *config, struct live_summary *summary, struct err *err)
{
    return start(config, summary, false, err);
}

int live_run(const struct live_config *config, struct live_summary *summary, struct err *err)
{
    return start(config, summary, true, err);
}
