/* Streams of an HTTP/2 connection: their transactions, and what is kept in them. */
#include <stddef.h>
#include <stdlib.h>

#include "app/coding.h"
#include "app/http2/http2_connection.h"
#include "app/http2/http2_dns.h"
#include "base/grow.h"

static struct http2_tx **bucket(struct http2 *h2, uint32_t stream_id)
{
    return &h2->buckets[stream_id / 2 % HTTP2_BUCKETS]; /* both sides count in steps of two */
}

struct http2_tx *http2_find(struct app_session *s, uint32_t stream_id)
{
    struct http2_tx *tx = *bucket(s->state, stream_id);
    while (tx && tx->stream_id != stream_id)
        tx = tx->bucket_next;
    return tx;
}

bool http2_charge(struct app_session *s, struct http2_tx *tx, size_t bytes)
{
    if (!app_memory_take(s, bytes))
        return false;
    tx->memory += bytes;
    return true;
}

static struct http2_tx *new_tx(struct app_session *s, enum direction direction, uint32_t stream_id)
{
    const struct http2_tx *oldest = (const struct http2_tx *)s->first;
    if (oldest && s->alive >= HTTP2_STREAMS_MOST && !oldest->reset)
        app_tx_event(s, s->first, direction, APP_EVENT_HTTP2_TOO_MANY_STREAMS);
    struct http2_tx *tx = (struct http2_tx *)app_tx_new(s);
    if (!tx)
        return NULL;
    tx->stream_id = stream_id;
    /* The rules look at the numbers of a side once, and at those of the answer before it comes. */
    tx->sides[!direction].numbers_shut = true;
    return tx;
}

struct http2_tx *http2_global(struct app_session *s, enum direction direction)
{
    return new_tx(s, direction, 0);
}

struct http2_tx *http2_stream(struct app_session *s, enum direction direction, uint32_t stream_id)
{
    struct http2_tx *tx = http2_find(s, stream_id);
    if (tx)
        return tx;
    tx = new_tx(s, direction, stream_id);
    if (!tx)
        return NULL;
    struct http2_tx **place = bucket(s->state, stream_id);
    tx->bucket_next = *place;
    *place = tx;
    return tx;
}

void http2_retire(struct app_session *s, struct http2_tx *tx)
{
    for (struct http2_tx **place = bucket(s->state, tx->stream_id); *place; place = &(*place)->bucket_next)
        if (*place == tx) {
            *place = tx->bucket_next;
            return;
        }
}

/* What still points to it must not. */
static void forget(struct app_session *s, struct http2_tx *tx)
{
    struct http2 *h2 = s->state;
    for (int d = 0; d < DIRECTIONS; d++) {
        if (h2->ways[d].block.tx == tx)
            h2->ways[d].block.tx = NULL;
        if (h2->ways[d].left_tx == tx)
            h2->ways[d].left_tx = NULL;
    }
    http2_retire(s, tx);
}

/* All but what the next stream can use as well. */
static void let_go(struct app_session *s, struct http2_tx *tx)
{
    forget(s, tx);
    for (int d = 0; d < DIRECTIONS; d++) {
        struct http2_side *side = &tx->sides[d];
        for (uint32_t i = 0; i < side->made_count; i++)
            buf_fini(&side->made[i].bytes);
        free(side->made);
        app_body_fini(s, &side->body);
        coding_free(side->coding);
        http2_dns_fini(side);
    }
    buf_fini(&tx->frame);
    app_memory_give(s, tx->memory);
}

void http2_tx_free(struct app_session *s, struct app_tx *app_tx)
{
    struct http2_tx *tx = (struct http2_tx *)app_tx;
    if (s) /* else it is one that was reused */
        let_go(s, tx);
    for (int d = 0; d < DIRECTIONS; d++) {
        for (int i = 0; i < HTTP2_NUMBER_KINDS; i++)
            free(tx->sides[d].numbers[i].list);
        free(tx->sides[d].fields);
        buf_fini(&tx->sides[d].text);
    }
}

/* Lists are emptied, and kept if they are small. */
static void empty_side(struct http2_side *side)
{
    enum { TEXT = 4 << 10, FIELDS = 64, NUMBERS = 16 };
    if (side->text.cap > TEXT)
        buf_fini(&side->text);
    if (side->field_capacity > FIELDS) {
        free(side->fields);
        side->fields = NULL;
        side->field_capacity = 0;
    }
    for (int i = 0; i < HTTP2_NUMBER_KINDS; i++) {
        struct http2_numbers *numbers = &side->numbers[i];
        numbers->count = numbers->shown = 0;
        if (numbers->capacity > NUMBERS) {
            free(numbers->list);
            *numbers = (struct http2_numbers){0};
        }
    }
    side->text.n = 0;
    side->field_count = 0;
    size_t kept = offsetof(struct http2_side, visible);
    memset((char *)side + kept, 0, sizeof *side - kept);
}

void http2_tx_reuse(struct app_session *s, struct app_tx *app_tx)
{
    struct http2_tx *tx = (struct http2_tx *)app_tx;
    size_t from = sizeof tx->tx, to = offsetof(struct http2_tx, sides);
    let_go(s, tx);
    for (int d = 0; d < DIRECTIONS; d++)
        empty_side(&tx->sides[d]);
    memset((char *)tx + from, 0, to - from);
}

void http2_end_side(struct app_session *s, struct http2_tx *tx, enum direction direction)
{
    tx->sides[direction].ended = true;
    http2_body_end(s, tx, direction);
    app_tx_complete(s, &tx->tx, direction);
    app_tx_changed(s, &tx->tx, direction);
}

static bool known(const struct http2_numbers *numbers, uint64_t value)
{
    for (uint32_t i = 0; i < numbers->count; i++)
        if (numbers->list[i] == value)
            return true;
    return false;
}

void http2_add_number(struct app_session *s, struct http2_tx *tx, enum direction direction,
                      enum http2_number kind, uint64_t value)
{
    struct http2_numbers *numbers = &tx->sides[direction].numbers[kind];
    if (kind == HTTP2_NUMBER_FRAMETYPE && known(numbers, value)) /* there are 256 at most */
        return;
    if (numbers->count >= HTTP2_NUMBERS_MOST || !http2_charge(s, tx, sizeof numbers->list[0]))
        return;
    if (grow_array(&numbers->list, numbers->count, &numbers->capacity) == 0)
        numbers->list[numbers->count++] = value;
}

static struct http2_field *new_field(struct app_session *s, struct http2_tx *tx, struct http2_side *side,
                                     size_t text)
{
    if (side->field_count >= HTTP2_FIELDS_MOST || text > HTTP2_TEXT_MOST - side->text.n ||
        !http2_charge(s, tx, sizeof side->fields[0] + text) ||
        grow_array(&side->fields, side->field_count, &side->field_capacity))
        return NULL;
    struct http2_field *field = &side->fields[side->field_count];
    *field = (struct http2_field){0};
    return field;
}

bool http2_add_field(struct app_session *s, struct http2_tx *tx, enum direction direction, struct slice name,
                     struct slice value)
{
    struct http2_side *side = &tx->sides[direction];
    struct http2_field *field = new_field(s, tx, side, name.n + value.n);
    if (!field || buf_reserve(&side->text, name.n + value.n + 1))
        return false;
    field->name = (uint32_t)side->text.n;
    field->name_n = (uint32_t)name.n;
    field->value = (uint32_t)(side->text.n + name.n);
    field->value_n = (uint32_t)value.n;
    buf_append(&side->text, name);
    buf_append(&side->text, value);
    side->field_count++;
    return true;
}

void http2_add_table_size(struct app_session *s, struct http2_tx *tx, enum direction direction, uint64_t size)
{
    struct http2_side *side = &tx->sides[direction];
    struct http2_field *field = new_field(s, tx, side, 0);
    http2_add_number(s, tx, direction, HTTP2_NUMBER_SIZE_UPDATE, size);
    if (!field)
        return;
    field->is_table_size = true;
    field->table_size = size;
    side->field_count++;
}
