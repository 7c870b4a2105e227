#include "app/sip/sip_tx.h"

#include <stdlib.h>

#include "app/session.h"

static void count_part(void *ctx, enum sip_part part, struct slice value)
{
    struct sip_tx *tx = ctx;
    (void)value;
    tx->ends[part]++;
}

static void place_part(void *ctx, enum sip_part part, struct slice value)
{
    struct sip_tx *tx = ctx;
    tx->places[tx->ends[part]++] = (struct sip_place){
        .at = value.n ? (uint32_t)(value.p - tx->bytes.p) : 0,
        .n = (uint32_t)value.n,
    };
}

/* Counts become where each kind begins; placing them moves that to where it ends. */
static void index_parts(struct app_session *s, struct sip_tx *tx)
{
    uint32_t begin = 0;
    sip_parts(&tx->message, count_part, tx);
    for (size_t i = 0; i < SIP_PARTS; i++) {
        uint32_t count = tx->ends[i];
        tx->ends[i] = begin;
        begin += count;
    }
    size_t size = begin * sizeof *tx->places;
    if (size && app_memory_take_own(s, &tx->memory, size))
        tx->places = malloc(size);
    if (tx->places)
        sip_parts(&tx->message, place_part, tx);
    else
        memset(tx->ends, 0, sizeof tx->ends);
}

bool sip_part_at(const struct sip_tx *tx, enum sip_part part, size_t index, struct slice *out)
{
    size_t begin = part ? tx->ends[part - 1] : 0;
    if (index >= tx->ends[part] - begin)
        return false;
    const struct sip_place *place = &tx->places[begin + index];
    *out = slice_of(tx->bytes.p + place->at, place->n);
    return true;
}

bool sip_tx_make(struct app_session *s, enum direction direction, struct slice bytes, struct sip_tx **out)
{
    struct sip_message message;
    bool is_message = sip_message_read(bytes, &message);
    *out = NULL;
    if (!is_message && !sip_frames_wanted(s))
        return true;
    struct sip_tx *tx = (struct sip_tx *)app_tx_new(s);
    if (!tx)
        return false;
    tx->frame_only = tx->tx.logged = !is_message;
    if (app_memory_append_own(s, &tx->memory, &tx->bytes, bytes, SIZE_MAX)) {
        sip_message_read(buf_slice(&tx->bytes), &tx->message);
        if (is_message)
            index_parts(s, tx);
    }
    app_tx_one_sided(s, &tx->tx, direction);
    app_tx_complete(s, &tx->tx, direction);
    *out = tx;
    return true;
}

void sip_tx_free(struct app_session *s, struct app_tx *tx)
{
    struct sip_tx *sip = (struct sip_tx *)tx;
    app_memory_give(s, sip->memory);
    buf_fini(&sip->bytes);
    free(sip->places);
}
