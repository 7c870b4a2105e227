#include "rulework/cut.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "output/community_id.h"
#include "rulework/trial.h"
#include "run/input.h"

/* It alerts on each packet (a rule that only asks for addresses would once a flow), and so tells of which
 * flow it is. */
static const char each_packet[] =
    "alert pkthdr any any -> any any (msg:\"each packet\"; dsize:<65535; sid:1;)";

struct cutting {
    const struct cut_config *config;
    struct cut *out;
    struct trial packets; /* each packet of the captures, those in tunnels as well */
    struct trial alerts;  /* of the sid, with the rules that they point to */
    struct loaded_rules rules;
    bool *chosen; /* by number */
    uint64_t frames;
};

static int try(struct cutting *c, const char *text, struct loaded_rules *loaded, struct trial *out,
               struct err *err)
{
    const struct cut_config *config = c->config;
    struct rules_config rules = {.settings = config->settings,
                                 .paths = text ? NULL : config->rule_paths,
                                 .path_count = text ? 0 : config->rule_path_count,
                                 .text = text,
                                 .log = config->log,
                                 .refused = config->refused,
                                 .ctx = config->ctx};
    int rc = loaded_rules_init(loaded, &rules, err);
    struct trial_config trial = {.settings = config->settings,
                                 .ruleset = loaded->ruleset,
                                 .captures = config->captures,
                                 .capture_count = config->capture_count,
                                 .alerts_most = CUT_PACKETS_MOST,
                                 .log = config->log,
                                 .stop = config->stop};
    if (!rc)
        rc = trial_run(&trial, out, err);
    if (!rc && out->lost)
        rc = err_set(err, -E2BIG, "more than %d packets", CUT_PACKETS_MOST);
    return rc;
}

static bool is_end(const struct cut_end *end, const struct address *address, uint16_t port)
{
    return (!end->address.version || address_equal(&end->address, address)) &&
           (!end->port || end->port == port);
}

static bool is_between(const struct cut_end ends[2], const struct trial_alert *p)
{
    return (is_end(&ends[0], &p->source, p->source_port) &&
            is_end(&ends[1], &p->destination, p->destination_port)) ||
           (is_end(&ends[1], &p->source, p->source_port) &&
            is_end(&ends[0], &p->destination, p->destination_port));
}

static bool has_community(const struct trial_alert *p, const struct settings *settings, const char *wanted)
{
    struct community_tuple tuple = {.source = p->source,
                                    .destination = p->destination,
                                    .source_port = p->source_port,
                                    .destination_port = p->destination_port,
                                    .protocol = p->protocol};
    char text[COMMUNITY_ID_TEXT];
    community_id(&tuple, settings->output.community_id_seed, text);
    return strcmp(text, wanted) == 0;
}

static void choose(struct cutting *c, uint64_t packet)
{
    if (packet && packet <= c->frames)
        c->chosen[packet] = true;
}

/* A fragment has neither ports nor a flow: those between the same hosts go along. */
static void choose_fragments(struct cutting *c, const struct trial_alert *of)
{
    struct cut_end hosts[2] = {{of->source, 0}, {of->destination, 0}};
    for (uint32_t i = 0; i < c->packets.count; i++) {
        const struct trial_alert *p = &c->packets.list[i];
        if (!p->flow_id && !p->source_port && p->protocol == of->protocol && is_between(hosts, p))
            choose(c, p->packet);
    }
}

static void choose_flow(struct cutting *c, uint64_t id)
{
    const struct trial_alert *last = NULL;
    for (uint32_t i = 0; i < c->packets.count; i++)
        if (c->packets.list[i].flow_id == id) {
            choose(c, c->packets.list[i].packet);
            last = &c->packets.list[i];
        }
    if (last)
        choose_fragments(c, last);
}

/* The packets of the alert's flow, so many before and after it. */
static void choose_context(struct cutting *c, const struct trial_alert *alert)
{
    int64_t here = -1, place = 0;
    for (uint32_t i = 0; i < c->packets.count; i++) /* where in its flow the alert is */
        if (c->packets.list[i].flow_id == alert->flow_id && c->packets.list[i].packet) {
            if (c->packets.list[i].packet <= alert->packet || !alert->packet)
                here = place;
            place++;
        }
    place = 0;
    for (uint32_t i = 0; i < c->packets.count; i++)
        if (c->packets.list[i].flow_id == alert->flow_id && c->packets.list[i].packet) {
            if (llabs(place - here) <= c->config->context)
                choose(c, c->packets.list[i].packet);
            place++;
        }
}

static void choose_alerts(struct cutting *c)
{
    for (uint32_t i = 0; i < c->alerts.count; i++) {
        const struct trial_alert *alert = &c->alerts.list[i];
        if (alert->rule->sid != c->config->sid)
            continue;
        choose(c, alert->packet);
        if (alert->flow_id && c->config->context < 0)
            choose_flow(c, alert->flow_id);
        else if (alert->flow_id)
            choose_context(c, alert);
    }
}

static void choose_by_packet(struct cutting *c)
{
    const struct cut_config *config = c->config;
    for (uint32_t i = 0; i < c->packets.count; i++) {
        const struct trial_alert *p = &c->packets.list[i];
        if ((config->has_ends && is_between(config->ends, p)) ||
            (config->community && has_community(p, config->settings, config->community)))
            choose(c, p->packet);
    }
}

static int choose_all(struct cutting *c, struct err *err)
{
    const struct cut_config *config = c->config;
    struct loaded_rules each = {0};
    int rc = try(c, each_packet, &each, &c->packets, err);
    loaded_rules_fini(&each);
    if (!rc && config->sid)
        rc = try(c, NULL, &c->rules, &c->alerts, err);
    c->frames = c->packets.packets;
    c->chosen = calloc(c->frames + 1, sizeof *c->chosen);
    if (!rc && !c->chosen)
        rc = err_set(err, -ENOMEM, "out of memory");
    if (rc)
        return rc;
    for (uint64_t n = config->first; config->last && n <= config->last && n <= c->frames; n++)
        choose(c, n);
    if (config->flow_id)
        choose_flow(c, config->flow_id);
    choose_by_packet(c);
    choose_alerts(c);
    return 0;
}

static int keep(struct cut *out, const struct frame *frame, struct err *err)
{
    if (out->bytes.n + frame->bytes.n > CUT_BYTES_MOST)
        return err_set(err, -E2BIG, "more than %d MiB of packets", CUT_BYTES_MOST >> 20);
    if (grow_array(&out->frames, out->count, &out->capacity) || buf_append(&out->bytes, frame->bytes))
        return err_set(err, -ENOMEM, "out of memory");
    out->frames[out->count++] = *frame;
    return 0;
}

static int copy_chosen(struct cutting *c, struct input *input, struct err *err)
{
    struct capture_batch batch = {0};
    int result;
    while ((result = input_next(input, &batch, err)) > 0) {
        int rc = 0;
        for (unsigned i = 0; result == INPUT_BATCH && i < batch.count && !rc; i++)
            if (batch.frames[i].number <= c->frames && c->chosen[batch.frames[i].number])
                rc = keep(c->out, &batch.frames[i], err);
        if (result == INPUT_BATCH)
            input_release(input, &batch);
        if (rc)
            return rc;
    }
    return result;
}

/* The bytes have come to rest. */
static void point(struct cut *out)
{
    size_t at = 0;
    for (uint32_t i = 0; i < out->count; i++) {
        out->frames[i].bytes.p = out->bytes.p + at;
        at += out->frames[i].bytes.n;
    }
}

int cut_packets(const struct cut_config *config, struct cut *out, struct err *err)
{
    struct cutting c = {.config = config, .out = out};
    struct input_config captures = {
        .names = config->captures, .count = config->capture_count, .log = config->log, .stop = config->stop};
    struct input *input = NULL;
    *out = (struct cut){0};
    int rc = choose_all(&c, err);
    if (!rc)
        rc = input_new(&captures, &input, err);
    if (!rc)
        rc = copy_chosen(&c, input, err);
    point(out);
    input_free(input);
    trial_fini(&c.packets);
    trial_fini(&c.alerts);
    loaded_rules_fini(&c.rules);
    free(c.chosen);
    return rc;
}

void cut_fini(struct cut *cut)
{
    free(cut->frames);
    buf_fini(&cut->bytes);
    *cut = (struct cut){0};
}
