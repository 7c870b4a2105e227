#include "run/worker.h"

#include <stdlib.h>

#include "app/file/file.h"
#include "app/file/file_store.h"
#include "inspect/renew.h"
#include "match/renew.h"
#include "match/ruleset.h"
#include "rule/rule.h"
#include "run/host_marks.h"
#include "run/observer.h"
#include "run/tls_store.h"

enum {
    CACHE_LINE = 64,
    FLOW_DISTANCE = 9,    /* packets ahead at which a packet's flow is first asked for */
    PACKET_DISTANCE = 14, /* and the packet itself is fetched: before its flow is, */
    SHARE_DISTANCE = 30   /* where it lies before that */
};

struct worker {
    struct worker_config config;
    struct inspector *inspector;
    struct worker_output *output; /* of the batch at hand */
    const struct frame *frame;    /* of the packet at hand; NULL: flows end */
    struct place place;           /* of what is being handled */
    uint64_t clock_ns;
    uint64_t until_ns;                   /* batch->until_ns */
    bool ending;                         /* flows end at the end of the batch: their deadlines order them */
    struct buf judged;                   /* records of the verdicts on the packet at hand */
    size_t judged_to[ALERTS_PER_PACKET]; /* where in it those of each alert end */
};

static void wait_turn(void *ctx)
{
    struct worker *w = ctx;
    for (unsigned i = 0; i < w->config.workers; i++)
        if (i != w->config.index)
            turn_wait_for(w->config.turns, i, &w->place, &w->config.pastime);
}

/* For what others are given of its hosts before the packet at hand. */
static void wait_hosts(void *ctx, const struct flow *flow)
{
    struct worker *w = ctx;
    for (unsigned i = 0; i < w->config.workers; i++) {
        uint64_t last = host_marks_last(&w->config.marks[i], &flow->client, &flow->server);
        struct place behind = {.sequence = last + 1};
        if (i != w->config.index && last)
            turn_wait_for(w->config.turns, i, place_compare(&behind, &w->place) < 0 ? &behind : &w->place,
                          &w->config.pastime);
    }
}

/* Where a record belongs: its packet's place or, at the end of a batch, that of the flow that ends. */
static struct place place_of(const struct worker *w, const struct flow *flow)
{
    struct place place = w->place;
    if (w->ending && flow) {
        place.deadline = flow->deadline_ns;
        place.id = flow->id;
    }
    return place;
}

static void flow_ending(void *ctx, const struct flow *flow)
{
    struct worker *w = ctx;
    if (!w->ending)
        return;
    w->place = place_of(w, flow);
    if (w->config.workers > 1)
        turn_publish(&w->config.turns[w->config.index], &w->place);
}

static void add_record(struct worker *w, struct record *record, int failed)
{
    struct worker_output *out = w->output;
    if (failed) {
        out->text.n = record->offset;
        out->failed = true;
    }
    record->length = out->text.n - record->offset;
    worker_output_add(out, record);
}

static struct judgement on_judge(void *ctx, const struct alert_record *alert)
{
    struct worker *w = ctx;
    if (alert->place == 0)
        buf_clear(&w->judged);
    struct judgement judgement = w->config.judge(w->config.ctx, alert, &w->judged);
    w->judged_to[alert->place] = w->judged.n;
    return judgement;
}

/* Behind the alert that made them. */
static void add_judged(struct worker *w, const struct alert_record *alert)
{
    size_t from = alert->place ? w->judged_to[alert->place - 1] : 0, to = w->judged_to[alert->place];
    struct record record = {.place = place_of(w, alert->flow), .offset = w->output->text.n};
    if (to > from)
        add_record(w, &record, buf_append(&w->output->text, slice_of(w->judged.p + from, to - from)));
}

static bool writes(const struct worker *w, uint64_t records)
{
    return w->config.form && w->config.output.records & records;
}

static void on_alert(void *ctx, const struct alert_record *found)
{
    struct worker *w = ctx;
    struct alert_record copy = *found;
    const struct alert_record *alert = &copy;
    if (w->ending) /* as Suricata: the time at which the end was noticed */
        copy.time_ns = w->clock_ns;
    if (w->config.rejected && w->config.enforce && w->frame && alert->alert->action == ACTION_REJECT)
        w->config.rejected(w->config.reject_ctx, alert->packet, alert->alert->rule->header.reject, w->frame);
    struct record record = {
        .place = place_of(w, alert->flow),
        .rule = alert->alert->rule,
        .offset = w->output->text.n,
    };
    const struct run_observer *observer = w->config.observer;
    if (observer && observer->alert)
        observer->alert(observer->ctx, w->config.index, &record.place, alert);
    int failed = 0;
    if (writes(w, RECORD_ALERT))
        failed = w->config.form->alert(&w->output->text, alert, &w->config.output);
    add_record(w, &record, failed);
    if (w->config.judge)
        add_judged(w, alert);
}

static void on_transaction(void *ctx, const struct transaction_record *found)
{
    struct worker *w = ctx;
    struct transaction_record copy = *found;
    if (w->ending)
        copy.time_ns = w->clock_ns;
    const struct run_observer *observer = w->config.observer;
    if (observer && observer->transaction)
        observer->transaction(observer->ctx, w->config.index, &copy);
    if (!writes(w, RECORDS_OF_TRANSACTIONS) || !w->config.form->transaction)
        return;
    struct record record = {.place = place_of(w, found->flow), .offset = w->output->text.n};
    add_record(w, &record, w->config.form->transaction(&w->output->text, &copy, &w->config.output));
}

/* What the record says stands beside the stored file as well, whether or not it is asked for here. */
static void on_file(void *ctx, const struct transaction_record *found)
{
    struct worker *w = ctx;
    struct transaction_record copy = *found;
    const struct app_file *file = found->file;
    if (w->ending)
        copy.time_ns = w->clock_ns;
    struct record record = {.place = place_of(w, found->flow), .offset = w->output->text.n};
    int failed = output_eve_ops.file(&w->output->text, &copy, &w->config.output);
    struct slice text = slice_from(buf_slice(&w->output->text), record.offset);
    if (!failed && file->stored)
        file_store_note(w->config.inspect.app.files.store, file->facts.digest[FILE_SHA256],
                        copy.time_ns / 1000000000, file->id, text);
    if (w->config.form == &output_eve_ops && w->config.output.records & RECORD_FILEINFO)
        add_record(w, &record, failed);
    else
        w->output->text.n = record.offset;
}

static void on_certificates(void *ctx, const struct transaction_record *found)
{
    struct worker *w = ctx;
    struct transaction_record copy = *found;
    if (w->ending)
        copy.time_ns = w->clock_ns;
    tls_store_chains(w->config.tls_store, &copy);
}

static void on_packet_events(void *ctx, const struct view *view)
{
    struct worker *w = ctx;
    const struct run_observer *observer = w->config.observer;
    if (observer && observer->packet_events)
        observer->packet_events(observer->ctx, w->config.index, view);
    if (!writes(w, RECORDS_OF_PACKETS) || !w->config.form->packet_events)
        return;
    struct record record = {.place = w->place, .offset = w->output->text.n};
    add_record(w, &record, w->config.form->packet_events(&w->output->text, view, &w->config.output));
}

/* What an exception policy rejects has no alert to say so. */
static void on_dropped(void *ctx, const struct drop_record *found)
{
    struct worker *w = ctx;
    if (w->config.rejected && w->config.enforce && w->frame && found->rejects && !found->alert)
        w->config.rejected(w->config.reject_ctx, found->packet, REJECT_SOURCE, w->frame);
    if (!writes(w, RECORD_DROP) || !w->config.form->drop)
        return;
    struct record record = {.place = w->place, .offset = w->output->text.n};
    add_record(w, &record, w->config.form->drop(&w->output->text, found, &w->config.output));
}

static void on_flow(void *ctx, const struct flow *flow)
{
    struct worker *w = ctx;
    const struct run_observer *observer = w->config.observer;
    if (observer && observer->flow)
        observer->flow(observer->ctx, w->config.index, flow);
    if (!writes(w, RECORD_FLOW))
        return;
    struct record record = {.place = place_of(w, flow), .offset = w->output->text.n};
    uint64_t time_ns = w->ending ? w->clock_ns : flow->last_ns;
    add_record(w, &record, w->config.form->flow(&w->output->text, flow, time_ns, &w->config.output));
}

struct worker *worker_new(const struct worker_config *config)
{
    struct worker *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->config = *config;
    struct inspect_config inspect = config->inspect;
    inspect.exceptions =
        exception_settle(&inspect.exceptions, inspect.tcp.inline_mode, inspect.tcp.midstream);
    w->config.output.exceptions = inspect.exceptions;
    w->config.output.state_names = ruleset_state_names(inspect.matcher.ruleset);
    inspect.rewrites = config->enforce;
    inspect.sink = (struct inspect_sink){.alert = on_alert, .flow_ending = flow_ending, .ctx = w};
    if (config->judge)
        inspect.sink.judge = on_judge;
    const struct run_observer *observer = config->observer;
    if (writes(w, RECORD_FLOW) || (observer && observer->flow))
        inspect.sink.flow = on_flow;
    if ((writes(w, RECORDS_OF_TRANSACTIONS) && config->form->transaction) ||
        (observer && observer->transaction))
        inspect.sink.transaction = on_transaction;
    if (inspect.app.files.store ||
        (config->form == &output_eve_ops && config->output.records & RECORD_FILEINFO))
        inspect.sink.file = on_file;
    if ((writes(w, RECORD_DROP) && config->form->drop) || config->rejected)
        inspect.sink.dropped = on_dropped;
    if (config->tls_store)
        inspect.sink.certificates = on_certificates;
    if ((writes(w, RECORDS_OF_PACKETS) && config->form->packet_events) ||
        (observer && observer->packet_events))
        inspect.sink.packet_events = on_packet_events;
    if (observer && observer->probe)
        inspect.matcher.probe = observer->probe(observer->ctx, config->index);
    inspect.matcher.profile |= observer && observer->profile;
    if (config->workers > 1) {
        inspect.matcher.wait_turn = wait_turn;
        inspect.matcher.until_ns = &w->until_ns;
        inspect.wait_hosts = wait_hosts;
        inspect.matcher.ctx = w;
    }
    w->inspector = inspector_new(&inspect);
    if (!w->inspector) {
        free(w);
        return NULL;
    }
    return w;
}

void worker_free(struct worker *w)
{
    if (!w)
        return;
    inspector_free(w->inspector);
    buf_fini(&w->judged);
    free(w);
}

static void move_to(struct worker *w, uint64_t sequence)
{
    w->place = (struct place){.sequence = sequence};
    if (w->config.workers > 1)
        turn_publish(&w->config.turns[w->config.index], &w->place);
}

/* A packet decoded on another processor is in that one's cache. */
static void fetch_packet(const struct packet *packet)
{
    const char *p = (const char *)packet;
    for (size_t i = 0; i < sizeof *packet; i += CACHE_LINE)
        __builtin_prefetch(p + i);
}

/* Flows of thousands of connections do not fit a cache: those of the next packets are fetched meanwhile. */
static void look_ahead(const struct worker *w, const struct batch_share *share, uint32_t at)
{
    static const uint32_t distance[] = {[FETCH_PLACE] = FLOW_DISTANCE, [FETCH_FLOW] = 6, [FETCH_STATE] = 3};
    if (at + PACKET_DISTANCE < share->count && w->config.workers > 1) {
        fetch_packet(share->packets[at + PACKET_DISTANCE].packet);
        __builtin_prefetch(&share->packets[at + SHARE_DISTANCE]); /* behind the end is no harm */
    }
    for (int step = FETCH_PLACE; step <= FETCH_STATE; step++)
        if (at + distance[step] < share->count)
            inspector_fetch(w->inspector, share->packets[at + distance[step]].packet,
                            (enum inspect_fetch)step);
}

static void inspect_one(struct worker *w, const struct batch_packet *one)
{
    struct packet *packet = one->packet;
    w->frame = one->frame;
    inspector_packet(w->inspector, packet);
    if (packet->rewritten)
        __atomic_store_n(&one->frame->rewritten, 1, __ATOMIC_RELAXED);
    if (packet->dropped && w->config.enforce)
        __atomic_store_n(&one->frame->dropped, 1, __ATOMIC_RELAXED);
}

/* Those from share->done on up to `end`. */
static void inspect_until(struct worker *w, struct batch *batch, uint32_t end)
{
    struct batch_share *share = &batch->shares[w->config.index];
    w->output = &batch->outputs[w->config.index];
    for (; share->done < end; share->done++) {
        move_to(w, batch->first_sequence + share->packets[share->done].at);
        look_ahead(w, share, share->done);
        inspect_one(w, &share->packets[share->done]);
    }
}

void worker_piece(struct worker *w, struct batch *batch)
{
    uint32_t count = batch->shares[w->config.index].count;
    if (count > FLOW_DISTANCE) /* the rest waits until what is behind it can be fetched ahead */
        inspect_until(w, batch, count - FLOW_DISTANCE);
}

bool worker_until(struct worker *w, struct batch *batch, uint64_t sequence)
{
    const struct batch_share *share = &batch->shares[w->config.index];
    uint32_t begin = share->done, end = begin;
    while (end < share->count && batch->first_sequence + share->packets[end].at < sequence)
        end++;
    w->until_ns = batch->until_ns;
    inspect_until(w, batch, end);
    move_to(w, batch->first_sequence + (end < share->count ? share->packets[end].at : batch->count));
    return end > begin;
}

void worker_batch(struct worker *w, struct batch *batch)
{
    w->clock_ns = batch->clock_ns;
    w->until_ns = batch->until_ns;
    inspect_until(w, batch, batch->shares[w->config.index].count);
    move_to(w, batch->first_sequence + batch->count);
    w->frame = NULL;
    w->ending = true;
    inspector_advance(w->inspector, batch->clock_ns);
    if (batch->timeline_ends)
        inspector_finish(w->inspector);
    w->ending = false;
    move_to(w, batch->first_sequence + batch->count + 1);
    w->output = NULL;
}

void worker_renew(struct worker *w, struct matcher_rules *rules)
{
    w->config.output.state_names = ruleset_state_names(matcher_rules_ruleset(rules));
    inspector_renew(w->inspector, rules);
}

void worker_enforce(struct worker *w, bool enforce)
{
    w->config.enforce = enforce;
    inspector_rewrite(w->inspector, enforce);
}

const struct inspector *worker_inspector(const struct worker *w)
{
    return w->inspector;
}
