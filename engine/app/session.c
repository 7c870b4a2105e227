#include "app/session.h"

#include <errno.h>
#include <stdlib.h>

#include "app/common.h"
#include "app/engine_private.h"
#include "base/app_stage.h"
#include "app/file/file.h"
#include "flow/flow.h"
#include "flow/tcp.h"

enum { ALIVE_MOST = 256 };

static uint32_t alive_most(const struct app_session *s)
{
    return s->parser->most_alive ? s->parser->most_alive : ALIVE_MOST;
}

bool app_full(const struct app_session *s)
{
    return s->alive >= (s->look_at ? s->look_at : alive_most(s));
}

void app_look_later(struct app_session *s, bool looked)
{
    uint32_t most = alive_most(s), at = s->alive + (most > 1 ? most / 2 : 1);
    if (looked || at < s->look_at)
        s->look_at = at > most ? at : most;
}

static void unlink_tx(struct app_session *s, struct app_tx *tx)
{
    *(tx->previous ? &tx->previous->next : &s->first) = tx->next;
    *(tx->next ? &tx->next->previous : &s->last) = tx->previous;
    s->alive--;
    if (s->open == tx)
        s->open = tx->next;
}

void app_tx_free(struct app_session *s, struct app_tx *tx)
{
    const struct app_hooks *hooks = &s->engine->hooks;
    unlink_tx(s, tx);
    if (hooks->tx_free)
        hooks->tx_free(hooks->ctx, s, tx);
    app_files_free(s, tx);
    spare_tx_put(&s->engine->spares, s, tx);
}

/* At the cap the oldest that is open is taken as complete: the rules see it as it is, then it goes. */
static void force_oldest(struct app_session *s)
{
    for (struct app_tx *tx = s->open ? s->open : s->first; tx; tx = tx->next) {
        s->open = tx;
        if (tx->complete[TO_SERVER] && tx->complete[TO_CLIENT])
            continue;
        s->engine->counters.transactions_forced++;
        for (int d = 0; d < DIRECTIONS; d++)
            app_tx_complete(s, tx, (enum direction)d);
        return;
    }
}

struct app_tx *app_tx_take(struct app_session *s)
{
    struct app_tx *tx = spare_tx_get(&s->engine->spares, s->parser);
    if (!tx)
        s->engine->counters.no_memory++;
    return tx;
}

void app_tx_drop(struct app_session *s, struct app_tx *tx)
{
    spare_tx_put(&s->engine->spares, s, tx);
}

void app_tx_add(struct app_session *s, struct app_tx *tx)
{
    uint32_t most = alive_most(s);
    if (s->alive >= most)
        force_oldest(s);
    if (s->alive >= 2 * most) { /* its parser did not heed app_full */
        s->engine->counters.transactions_lost++;
        app_tx_free(s, s->first);
    }
    tx->id = s->next_id++;
    tx->store_files = s->store_files;
    tx->previous = s->last;
    *(s->last ? &s->last->next : &s->first) = tx;
    s->last = tx;
    s->alive++;
    s->engine->counters.transactions++;
}

struct app_tx *app_tx_new(struct app_session *s)
{
    struct app_tx *tx = app_tx_take(s);
    if (tx)
        app_tx_add(s, tx);
    return tx;
}

bool app_untouched(const struct app_session *s, enum direction direction)
{
    uint64_t taken = s->sides[direction].taken, from = s->flow->app_start[direction];
    return s->flow->tcp && taken == from && s->flow->tcp->streams[direction].inspectable > from;
}

void app_tx_changed(struct app_session *s, struct app_tx *tx, enum direction direction)
{
    if (tx->unseen[direction])
        return;
    tx->changed[direction] = true;
    s->sides[direction].changed = true;
}

void app_tx_complete(struct app_session *s, struct app_tx *tx, enum direction direction)
{
    if (tx->complete[direction])
        return;
    app_files_end(s, tx, direction);
    tx->complete[direction] = true;
    app_tx_changed(s, tx, direction);
}

void app_tx_hide(struct app_tx *tx, enum direction direction)
{
    tx->unseen[direction] = true;
    tx->changed[direction] = false;
}

void app_tx_one_sided(struct app_session *s, struct app_tx *tx, enum direction direction)
{
    (void)s;
    tx->complete[!direction] = true;
    app_tx_hide(tx, !direction);
}

void app_tx_event(struct app_session *s, struct app_tx *tx, enum direction direction, enum app_event event)
{
    for (unsigned i = 0; i < tx->event_count; i++)
        if (tx->events[i] == event)
            return;
    if (tx->event_count == APP_TX_EVENTS) {
        s->engine->counters.events_lost++;
        return;
    }
    tx->events[tx->event_count] = (uint16_t)event;
    tx->event_side[tx->event_count++] = (uint8_t)direction;
    s->engine->counters.events++;
    app_tx_changed(s, tx, direction);
    if (!s->parser->events_apart)
        app_tx_changed(s, tx, !direction);
}

void app_encrypted(struct app_session *s)
{
    s->bypass = true;
}

void app_raw_wanted(struct app_session *s, enum direction direction)
{
    s->sides[direction].raw_wanted = true;
}

bool app_memory_take(struct app_session *s, size_t bytes)
{
    if (bytes > s->engine->memory_most - s->engine->memory) {
        s->engine->counters.memory_full++;
        return false;
    }
    s->engine->memory += bytes;
    s->memory += bytes;
    return true;
}

void app_memory_give(struct app_session *s, size_t bytes)
{
    size_t given = bytes < s->memory ? bytes : s->memory;
    s->memory -= given;
    s->engine->memory -= given;
}

bool app_memory_append(struct app_session *s, struct buf *held, struct slice bytes)
{
    if (!app_memory_take(s, bytes.n))
        return false;
    if (!buf_append(held, bytes))
        return true;
    app_memory_give(s, bytes.n);
    return false;
}

bool app_memory_take_own(struct app_session *s, size_t *own, size_t bytes)
{
    if (!app_memory_take(s, bytes))
        return false;
    *own += bytes;
    return true;
}

bool app_memory_append_own(struct app_session *s, size_t *own, struct buf *held, struct slice bytes,
                           size_t most)
{
    bytes = slice_first(bytes, held->n < most ? most - held->n : 0);
    if (!app_memory_append(s, held, bytes))
        return false;
    *own += bytes.n;
    return true;
}

void app_change_protocol(struct app_session *s, enum app_proto proto)
{
    s->change = true;
    s->change_to = proto;
}

int app_hand_on(struct app_session *s, struct slice bytes)
{
    return bytes.n > APP_HANDED_MOST - s->hand_on.n ? -ENOSPC : buf_append(&s->hand_on, bytes);
}

void *app_common(struct app_session *s)
{
    void **common = &s->engine->common[s->parser->proto];
    if (!*common)
        *common = calloc(1, s->parser->common_size);
    return *common;
}

bool app_wanted(const struct app_session *s, enum buffer_id id)
{
    return s->config->wanted[id];
}

uint8_t app_stage(const struct app_session *s, const struct app_tx *tx, enum direction direction)
{
    const struct app_parser *parser = s->parser;
    unsigned side = direction == TO_SERVER ? BUFFER_TO_SERVER : BUFFER_TO_CLIENT;
    struct app_stage stage;
    if (!parser->progress)
        return tx->complete[direction] && !tx->cut ? app_stage_last(parser->proto, side) : 0;
    if (!app_stage_find(parser->proto, slice_str(parser->progress(tx, direction)), &stage))
        return 0;
    return stage.number;
}

/* As in Suricata a rule meets an event with the packets of either direction, whichever it was raised in. */
static enum buffer_answer event_buffer(const struct app_tx *tx, unsigned index, struct view_buffer *out)
{
    if (index < tx->event_count) {
        *out = (struct view_buffer){.number = tx->events[index], .first = true, .last = true};
        return BUFFER_HERE;
    }
    return tx->complete[TO_SERVER] && tx->complete[TO_CLIENT] ? BUFFER_NONE : BUFFER_LATER;
}

enum buffer_answer app_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct buffer_info *info = buffer_info(id);
    if (id == BUFFER_APP_EVENT)
        return event_buffer(tx, index, out);
    if (!(info->protocols >> s->parser->proto & 1) || !(info->sides & 1u << direction))
        return BUFFER_NONE;
    if (id == BUFFER_FILE || id == BUFFER_FILE_NAME || id == BUFFER_FILE_MAGIC)
        return app_file_buffer(s, tx, direction, id, index, out);
    return s->parser->buffer(s, tx, direction, id, index, out);
}
