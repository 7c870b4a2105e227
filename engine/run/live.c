#include "run/live.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "match/state.h"
#include "run/configured.h"
#include "run/rules.h"
#include "verdict/attach.h"
#include "verdict/blocks.h"
#include "verdict/shared_maps.h"

static const char run_owner[] = "sluice run pid ";

enum { HEARTBEAT_AGE_MS = 1000, QUEUES_MOST = 64 };

struct live {
    const struct live_config *config;
    struct settings *settings;
    struct loaded_rules rules;
    struct shared_state *shared;
    struct shared_maps maps;
    struct blocks *blocks;
    struct input *input;
    struct pipeline *pipeline;
    struct writer writer;
    unsigned ifindex;
    int xsks;
    bool attached, mapped;
    uint64_t expired_ns, blocked, failed_blocks;
};

static unsigned count_queues(const char *interface)
{
    char path[128];
    unsigned count = 0;
    snprintf(path, sizeof path, "/sys/class/net/%s/queues", interface);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        count += strncmp(entry->d_name, "rx-", 3) == 0;
    if (folder)
        closedir(folder);
    return count < 1 ? 1 : count > QUEUES_MOST ? QUEUES_MOST : count;
}

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

static int load_rules(struct live *l, struct live_summary *summary, struct err *err)
{
    const struct live_settings *s = &l->settings->live;
    if (!s->interface || !s->rules || !s->eve)
        return err_set(err, -EINVAL, "run.%s is missing",
                       !s->interface ? "interface"
                       : !s->rules   ? "rules"
                                     : "eve");
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
    char path[PINS_PATH];
    int result = shared_maps_open(&l->maps, pins, err);
    if (result)
        return result;
    l->mapped = true;
    result = steering_write(steering, &l->maps.steering, err);
    if (!result)
        result = blocks_open(&l->blocks, l->maps.flow_blocks, l->maps.host_blocks, err);
    if (!result && pins_port_path(pins, l->ifindex, "xsks", path) == 0)
        l->xsks = bpf_obj_get(path);
    if (!result && l->xsks < 0)
        result = err_set(err, -errno, "the sockets' map cannot be opened: %s", strerror(errno));
    return result;
}

/*
 * What another run, or a person with `sluice xdp attach`, has put there is theirs. What a run left behind
 * that was killed is taken over.
 */
static int check_free(const struct pins *pins, unsigned ifindex, const char *interface, struct err *err)
{
    char path[PINS_PATH];
    struct sluice_port port;
    uint32_t zero = 0;
    int map = pins_port_path(pins, ifindex, "port", path) ? -1 : bpf_obj_get(path);
    int found = map < 0 ? -1 : bpf_map_lookup_elem(map, &zero, &port);
    if (map >= 0)
        close(map);
    if (found)
        return 0; /* nothing of ours is there */
    long pid = 0;
    port.owner[sizeof port.owner - 1] = '\0';
    bool run = strncmp(port.owner, run_owner, sizeof run_owner - 1) == 0;
    if (run)
        pid = strtol(port.owner + sizeof run_owner - 1, NULL, 10);
    if (run && pid > 0 && kill((pid_t)pid, 0) && errno == ESRCH)
        return 0;
    err_fill(err, "%s is attached already, by %s", interface, port.owner);
    if (run)
        err_hint(err, "stop that one first");
    else
        err_hint(err, "sluice xdp detach %s", interface);
    return -EBUSY;
}

static int attach(struct live *l, const struct steering *steering, struct err *err)
{
    struct pins pins;
    struct attach_result attached;
    struct attach_config config = {
        .interface = l->settings->live.interface,
        .port = {.mode = SLUICE_SPAN,
                 .fail = SLUICE_FAIL_OPEN,
                 .heartbeat_age_ns = HEARTBEAT_AGE_MS * 1000000ull},
        .given = ATTACH_MODE | ATTACH_FAIL | ATTACH_TIMEOUT,
    };
    snprintf(config.port.owner, sizeof config.port.owner, "%s%d", run_owner, (int)getpid());
    int result = pins_open(&pins, NULL, true, err);
    if (result)
        return result;
    l->ifindex = if_nametoindex(config.interface);
    result = check_free(&pins, l->ifindex, config.interface, err);
    if (!result)
        result = attach_port(&pins, &config, &attached, NULL, err);
    l->attached = result == 0;
    if (!result)
        log_notice(l->config->log, "%s: %s (%s, %s)", config.interface,
                   attached.updated ? "taken over" : "attached", attach_way_name(attached.way), "span mode");
    if (!result)
        result = open_maps(l, &pins, steering, err);
    if (result && !l->attached)
        pins_remove_if_idle(&pins);
    pins_close(&pins); /* so that `sluice xdp` can be used meanwhile */
    return result;
}

/* The flow's packets are dropped from here on; who sent the packet that alerted is charged with it. */
static void on_alert(void *ctx, const struct alert_record *alert)
{
    struct live *l = ctx;
    const struct live_settings *s = &l->settings->live;
    const struct packet *packet = alert->packet;
    enum rule_action action = alert->alert->action;

    if (!alert->flow || !(s->block_alerts || action == ACTION_DROP || action == ACTION_REJECT))
        return;
    if (alert->flow->protocol != IPPROTO_TCP && alert->flow->protocol != IPPROTO_UDP)
        return;
    struct block_target target = {
        .source = packet->source_address,
        .destination = packet->destination_address,
        .source_port = packet->source_port,
        .destination_port = packet->destination_port,
        .protocol = alert->flow->protocol,
    };
    struct err err = {0};
    l->blocked++;
    if (s->dry_run)
        return;
    if (blocks_add(l->blocks, &target, s->block_seconds * 1000000000ull, alert->alert->rule->sid, false, NULL,
                   NULL, &err) &&
        l->failed_blocks++ == 0)
        log_warning(l->config->log, "a flow could not be blocked: %s", err.message);
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
    if (now - l->expired_ns > 1000000000u) {
        l->expired_ns = now;
        blocks_expire(l->blocks, NULL, NULL);
    }
    if (atomic_exchange(l->config->rotate, false) && writer_reopen(&l->writer))
        log_warning(l->config->log, "%s cannot be opened again: the old file goes on", l->settings->live.eve);
}

static int open_capture(struct live *l, struct err *err)
{
    const struct live_settings *s = &l->settings->live;
    struct capture capture = {.ops = &capture_afxdp_ops};
    struct capture_config config = {
        .name = s->interface,
        .log = l->config->log,
        .stop = l->config->stop,
        .xsks_map = l->xsks,
        .queues = s->queues ? s->queues : count_queues(s->interface),
        .require_zerocopy = s->require_zerocopy,
    };
    int result = capture.ops->open(&capture, &config, err);
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
    config.worker.alerted = on_alert;
    config.worker.ctx = l;
    config.workers = 1;
    config.writer = &l->writer;
    config.flush = true;
    config.stop = l->config->stop;
    config.progress = on_progress;
    config.ctx = l;
    config.log = l->config->log;
    l->pipeline = l->shared ? pipeline_new(&config) : NULL;
    return l->pipeline ? 0 : err_set(err, -ENOMEM, "out of memory");
}

static void detach(struct live *l)
{
    struct pins pins;
    struct err err = {0};
    if (!l->attached || pins_open(&pins, NULL, false, &err))
        return;
    if (detach_port(&pins, l->ifindex, &err))
        log_warning(l->config->log, "%s: %s", l->settings->live.interface, err.message);
    pins_remove_if_idle(&pins);
    pins_close(&pins);
}

/* The sockets go before the program, so that no frame is sent to one that is gone. */
static void live_fini(struct live *l)
{
    pipeline_free(l->pipeline);
    input_free(l->input);
    blocks_close(l->blocks);
    if (l->xsks >= 0)
        close(l->xsks);
    if (l->mapped)
        shared_maps_close(&l->maps);
    detach(l);
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
    summary->blocks = l->blocked;
    return result;
}

static int start(const struct live_config *config, struct live_summary *summary, bool really, struct err *err)
{
    struct live l = {.config = config, .settings = config->settings, .xsks = -1};
    struct steering *steering = calloc(1, sizeof *steering);
    *summary = (struct live_summary){0};
    int result = steering ? make_steering(&l.settings->live, steering, err) : -ENOMEM;
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

int live_check(const struct live_config *config, struct live_summary *summary, struct err *err)
{
    return start(config, summary, false, err);
}

int live_run(const struct live_config *config, struct live_summary *summary, struct err *err)
{
    return start(config, summary, true, err);
}
