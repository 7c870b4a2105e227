#include "rulework/trial.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "match/state.h"
#include "run/configured.h"

struct trying {
    const struct trial_config *config;
    atomic_bool never; /* stop, when nobody may say it */
    struct trial *out;
    bool out_of_memory;
};

/* Decides nothing: only listens. */
static struct judgement on_alert(void *ctx, const struct alert_record *record, struct buf *text)
{
    (void)text;
    struct trying *t = ctx;
    struct trial *out = t->out;
    uint32_t most = t->config->alerts_most ? t->config->alerts_most : TRIAL_ALERTS_MOST;
    if (out->count == most || grow_array(&out->list, out->count, &out->capacity)) {
        t->out_of_memory |= out->count < most;
        out->lost++;
        return (struct judgement){0};
    }
    const struct packet *packet = record->packet;
    out->list[out->count++] = (struct trial_alert){
        .rule = record->alert->rule,
        .packet = packet->source == PACKET_FLOW_END ? 0 : packet->number,
        .flow_id = record->flow ? record->flow->id : 0,
        .transaction = record->alert->tx ? (int64_t)record->alert->tx->id : -1,
        .direction = record->direction,
        .source = packet->source_address,
        .destination = packet->destination_address,
        .source_port = packet->source_port,
        .destination_port = packet->destination_port,
        .protocol = packet->ip.protocol,
    };
    return (struct judgement){0};
}

static int replay(struct trying *t, struct input *input, struct shared_state *shared, struct err *err)
{
    const struct trial_config *c = t->config;
    struct pipeline_config config = pipeline_configured(c->settings, c->ruleset, shared);
    config.input = input;
    config.worker.inspect.matcher.probe = c->probe;
    config.worker.judge = on_alert;
    config.worker.ctx = t;
    config.workers = 1;
    config.stop = c->stop ? c->stop : &t->never;
    config.log = c->log;
    struct pipeline *pipeline = pipeline_new(&config);
    if (!pipeline)
        return err_set(err, -ENOMEM, "out of memory");
    int rc = pipeline_run(pipeline, err);
    const struct decode_counters *decoded = pipeline_decode_counters(pipeline);
    t->out->packets = decoded->frames;
    t->out->bad_checksums = decoded->bad_checksums;
    pipeline_free(pipeline);
    return rc;
}

int trial_run(const struct trial_config *config, struct trial *out, struct err *err)
{
    *out = (struct trial){0};
    struct trying t = {.config = config, .out = out};
    struct input_config captures = {.names = config->captures,
                                    .count = config->capture_count,
                                    .frames = config->frames,
                                    .frame_count = config->frame_count,
                                    .log = config->log,
                                    .stop = config->stop};
    struct shared_state_config shared_config = {.seed = config->settings->seed,
                                                .memory = config->settings->shared_memory};
    struct shared_state *shared = shared_state_new(&shared_config);
    struct input *input = NULL;
    int rc = shared ? input_new(&captures, &input, err) : err_set(err, -ENOMEM, "out of memory");
    if (!rc)
        rc = replay(&t, input, shared, err);
    if (!rc && t.out_of_memory)
        rc = err_set(err, -ENOMEM, "out of memory");
    input_free(input);
    shared_state_free(shared);
    return rc;
}

void trial_fini(struct trial *trial)
{
    free(trial->list);
    *trial = (struct trial){0};
}
