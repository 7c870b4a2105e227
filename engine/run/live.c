#include "run/live.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "match/state.h"
#include "run/configured.h"
#include "run/cpus.h"
#include "run/live_source.h"
#include "run/live_verdict.h"
#include "run/rules.h"
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
    struct writer writer;
    struct live_source source;
    struct cpu_list cpus;
    struct stores stores;
    struct live_verdict verdict;
    bool mapped;
};

static int make_steering(const struct live_settings *s, struct steering *steering, struct err *err)
{
    int result = s->tcp ? steering_ports(steering, STEERING_TCP, s->tcp, true, err) : 0;
    if (!result && s->udp)
        result = steering_ports(steering, STEERING_UDP, s->udp, true, err);
    if (!result && s->protocols)
        result = steering_protocols(steering, s->protocols, true, err);
    if (!result && steering_is_none(steering))
        return err_set(err, -EINVAL, "nothing is selected: set run.steering.tcp, udp or protocols");
    return result;
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
    return result;
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
    if (result && !live_source_attached(&l->source))
        pins_remove_if_idle(&pins);
    pins_close(&pins); /* so that `sluice xdp` can be used meanwhile */
    return result;
}

/* After each batch, and ten times a second without any: what must go on while the run does. */
static void on_progress(void *ctx, uint64_t packets, uint64_t alerts)
{
    struct live *l = ctx;
    uint32_t zero = 0;
    uint64_t now = blocks_now();
    (void)packets;
    (void)alerts;
    bpf_map_update_elem(l->maps.heartbeat, &zero, &now, BPF_ANY);
    if (atomic_exchange(l->config->rotate, false) && writer_reopen(&l->writer))
        log_warning(l->config->log, "%s cannot be opened again: the old file goes on", l->settings->live.eve);
}

static void on_notes(void *ctx, struct buf *text)
{
    struct live *l = ctx;
    live_verdict_advance(&l->verdict, text);
}

static int open_capture(struct live *l, struct err *err)
{
    struct capture capture;
    int result = live_source_open(&l->source, l->config->stop, &capture, err);
    if (result)
        return result;
    l->input = input_new_live(&capture);
    if (l->input)
        return 0;
    capture.ops->close(&capture);
    return err_set(err, -ENOMEM, "out of memory");
}

static int make_pipeline(struct live *l, struct err *err)
{
    const struct settings *s = l->settings;
    struct shared_state_config shared = {.seed = s->seed, .memory = s->shared_memory};
    l->shared = shared_state_new(&shared);
    struct pipeline_config config = pipeline_configured(s, l->rules.ruleset, l->shared);
    config.input = l->input;
    config.worker.form = &output_eve_ops;
    config.worker.judge = live_verdict_judge;
    config.worker.ctx = &l->verdict;
    config.workers = s->live.workers;
    config.cpus = &l->cpus;
    config.writer = &l->writer;
    config.flush = true;
    config.stop = l->config->stop;
    config.progress = on_progress;
    config.notes = on_notes;
    config.ctx = l;
    config.log = l->config->log;
    int result = stores_open(&l->stores, s, &config, err);
    if (result)
        return result;
    l->pipeline = l->shared ? pipeline_new(&config) : NULL;
    return l->pipeline ? 0 : err_set(err, -ENOMEM, "out of memory");
}

/* The sockets go before the program, so that no frame is sent to one that is gone. */
static void live_fini(struct live *l)
{
    pipeline_free(l->pipeline);
    stores_close(&l->stores);
    input_free(l->input);
    live_verdict_fini(&l->verdict);
    if (l->mapped)
        shared_maps_close(&l->maps);
    live_source_detach(&l->source);
    loaded_rules_fini(&l->rules);
    shared_state_free(l->shared);
}

static int run(struct live *l, const struct steering *steering, struct live_summary *summary, struct err *err)
{
    int result = writer_open(&l->writer, l->settings->live.eve, WRITER_APPEND, err);
    if (!result)
        result = attach(l, steering, err);
    if (!result)
        result = open_capture(l, err);
    if (!result)
        result = make_pipeline(l, err);
    if (result)
        return result;
    on_progress(l, 0, 0); /* from the first heartbeat on the program brings frames */
    log_notice(l->config->log, "running");
    result = pipeline_run(l->pipeline, err);
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
    };
    struct steering *steering = calloc(1, sizeof *steering);
    *summary = (struct live_summary){0};
    int result = live_verdict_init(&l.verdict, config->settings, config->log, err);
    if (!result)
        result = steering ? make_steering(&l.settings->live, steering, err) : -ENOMEM;
    if (!result)
        result = live_source_init(&l.source, settings, config->log, err);
    if (!result)
        result = check_threads(&l, err);
    if (!result)
        result = load_rules(&l, summary, err);
    if (!result && really)
        result = run(&l, steering, summary, err);
    live_fini(&l);
    struct err closing = {0};
    int failed = writer_close(&l.writer, &closing);
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
