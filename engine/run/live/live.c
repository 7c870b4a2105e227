#include "run/live/live.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "match/state.h"
#include "rule/dataset.h"
#include "run/configured.h"
#include "run/live/live_bypass.h"
#include "run/live/live_loop.h"
#include "run/live/live_state.h"
#include "run/live/live_steering.h"
#include "run/sandbox.h"
#include "run/live/setup_state.h"
#include "verdict/blocks.h"

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
    return result ? result : loaded_rules_accept(&l->rules, s, UINT32_MAX, err);
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

static void on_reload_begun(void *ctx)
{
    live_loop_tell(ctx, LIVE_RELOADING);
}

static void on_reload_ended(void *ctx, const struct reloaded *reloaded)
{
    struct live *l = ctx;
    struct err err = {0};
    if (reloaded && l->mapped && live_steering_write(&reloaded->steering, &l->maps, &err))
        log_warning(l->config->log, "the steering stays as it was: %s", err.message);
    live_loop_tell(l, LIVE_RELOADED);
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
        .rules = &l->rules,
        .workers = l->settings->live.workers,
    };
    l->reload = reload_new(&config);
    return l->reload ? 0 : err_set(err, -ENOMEM, "the thread that reads rules anew cannot be started");
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
        .answer = live_loop_answer,
        .ctx = l,
    };
    return live_control_open(&l->control, &config, err);
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
    live_loop_configure(l, &config);
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
    live_loop_begin(l);
    log_notice(l->config->log, "running, %u rules in use, %u refused", l->rules.count, l->rules.refused);
    live_loop_tell(l, LIVE_READY);
    result = pipeline_run(l->pipeline, err);
    if (!result && live_watch_all_gone(&l->watch, &l->source))
        result = err_set(err, -ENODEV, "no interface is left: %s", l->source.ports[0].interface);
    if (!result && l->stats.wanted && (live_loop_note_stats(l) || sink_put(l->sink, buf_slice(&l->notes))))
        result = err_set(err, -EIO, "the last stats record is not written");
    live_loop_tell(l, LIVE_STOPPING);
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
    enum { IDLE_S = 30 };
    settings->output.records |= RECORD_VERDICT;
    settings->flows.idle_s = IDLE_S;
}

int live_check(const struct live_config *config, struct live_summary *summary, struct err *err)
{
    return start(config, summary, false, err);
}

int live_run(const struct live_config *config, struct live_summary *summary, struct err *err)
{
    return start(config, summary, true, err);
}
