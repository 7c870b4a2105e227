#include "run/live/live_loop.h"

#include <bpf/bpf.h>
#include <time.h>

#include "base/log.h"
#include "output/json.h"
#include "run/live/live_answer.h"
#include "run/live/live_policy.h"
#include "run/live/live_state.h"
#include "verdict/blocks.h"

enum { LEAVING_MS = 1000 /* for what the rings still hold at the end */ };

void live_loop_tell(struct live *l, enum live_event event)
{
    if (l->config->event)
        l->config->event(l->config->ctx, event);
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

int live_loop_note_stats(struct live *l)
{
    struct live_stats_sources sources = sources_of(l);
    return live_stats_write(&l->stats, &sources, &l->notes);
}

static json_t *status_json(struct live *l)
{
    json_t *interfaces = json_array();
    for (unsigned i = 0; i < l->source.count; i++)
        json_array_append_new(interfaces, json_text(l->source.ports[i].interface));
    return json_pack("{s:o, s:o, s:o, s:i, s:i, s:i}", "interfaces", interfaces, "rules_from",
                     json_text(l->settings->live.rules), "eve", json_text(l->settings->live.eve), "workers",
                     (int)l->settings->live.workers, "rules", (int)l->rules.count, "refused",
                     (int)l->rules.refused);
}

json_t *live_loop_answer(void *ctx, enum live_question question, unsigned number)
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
    if (l->mapped && !l->leaving_ns) {
        bpf_map_update_elem(l->maps.heartbeat, &zero, &now, BPF_ANY);
        live_watch_look(&l->watch, &l->source, now);
    }
    if (live_watch_all_gone(&l->watch, &l->source))
        atomic_store(l->config->stop, true);
    if (live_stats_due(&l->stats)) {
        pipeline_pause(l->pipeline);
        live_loop_note_stats(l);
    }
    if (now - l->alive_ns > 1000000000u) {
        l->alive_ns = now;
        live_loop_tell(l, LIVE_ALIVE);
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

/* From here on the program takes the engine for gone: what comes now goes the way that run.fail says. */
static void leave(struct live *l)
{
    uint32_t zero = 0;
    uint64_t never = 0;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    l->leaving_ns = blocks_now();
    l->leaving_wall_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    if (l->mapped)
        bpf_map_update_elem(l->maps.heartbeat, &zero, &never, BPF_ANY);
}

/*
 * The run is to end: what had come in by then is inspected, and inline sent on. With the program nothing
 * comes after that; without it, by libpcap, it goes on and on, and time tells.
 */
static bool on_more(void *ctx, unsigned frames, uint64_t latest_ns)
{
    struct live *l = ctx;
    if (!l->leaving_ns) {
        leave(l);
        return true;
    }
    bool in_time = blocks_now() - l->leaving_ns < LEAVING_MS * 1000000ull;
    if (frames && !in_time)
        log_warning(l->config->log,
                    "frames that had come in before the end are lost: there was no time for them");
    return frames && (l->mapped || latest_ns <= l->leaving_wall_ns) && in_time;
}

void live_loop_configure(struct live *l, struct pipeline_config *config)
{
    config->progress = on_progress;
    config->more = on_more;
    config->notes = on_notes;
    config->done = on_done;
    config->ctx = l;
}

void live_loop_begin(struct live *l)
{
    on_progress(l, 0, 0);
}
