#include "run/batch.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "run/host_marks.h"

struct batch *batch_new(unsigned workers)
{
    struct batch *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->workers = workers;
    b->outputs = calloc(workers, sizeof *b->outputs);
    b->shares = calloc(workers, sizeof *b->shares);
    if (!b->outputs || !b->shares) {
        batch_free(b);
        return NULL;
    }
    return b;
}

void batch_free(struct batch *b)
{
    if (!b)
        return;
    for (uint32_t i = 0; i < b->chunk_count; i++)
        free(b->chunks[i]);
    for (unsigned i = 0; b->outputs && i < b->workers; i++) {
        free(b->outputs[i].records);
        buf_fini(&b->outputs[i].text);
    }
    for (unsigned i = 0; b->shares && i < b->workers; i++)
        free(b->shares[i].packets);
    decoder_free(b->decoder);
    buf_fini(&b->notes);
    free(b->chunks);
    free(b->shares);
    free(b->outputs);
    free(b);
}

void batch_clear(struct batch *b)
{
    decoder_free(b->decoder);
    b->decoder = NULL;
    for (uint32_t i = 0; i < b->chunk_count; i++)
        b->chunks[i]->used = 0;
    b->decoded = 0;
    for (unsigned i = 0; i < b->workers; i++) {
        b->outputs[i].count = 0;
        b->shares[i].count = b->shares[i].done = 0;
        buf_clear(&b->outputs[i].text);
    }
    buf_clear(&b->notes);
    b->count = 0;
    b->chunk_at = 0;
    b->timeline_ends = false;
}

static bool has_room(const struct packet_chunk *chunk)
{
    return chunk->used + DECODE_PACKETS <= CHUNK_PACKETS;
}

/* All its packets have been inspected (by the only worker: several begin when the batch is complete). */
static bool is_past(const struct batch *b, const struct packet_chunk *chunk)
{
    return chunk->end <= b->shares[0].done;
}

static struct packet_chunk *add_chunk(struct batch *b)
{
    if (grow_array(&b->chunks, b->chunk_count, &b->chunk_capacity))
        return NULL;
    struct packet_chunk *chunk = malloc(sizeof *chunk);
    if (!chunk)
        return NULL;
    chunk->used = 0;
    b->chunk_at = b->chunk_count;
    b->chunks[b->chunk_count++] = chunk;
    return chunk;
}

/* A chunk with room for all the packets of a frame: packets never move, as they point to one another. */
static struct packet_chunk *chunk_with_room(struct batch *b)
{
    if (b->chunk_count && has_room(b->chunks[b->chunk_at]))
        return b->chunks[b->chunk_at];
    for (uint32_t i = 0; i < b->chunk_count; i++) {
        struct packet_chunk *chunk = b->chunks[i];
        if (chunk->used && !is_past(b, chunk))
            continue;
        chunk->used = 0;
        b->chunk_at = i;
        return chunk;
    }
    return add_chunk(b);
}

/* Packets of one flow meet in one worker; what has no flow goes round. */
static unsigned worker_of(const struct batch *b, const struct packet *packet)
{
    uint64_t by = packet->flow_hash ? packet->flow_hash >> 7 : packet->number;
    return (unsigned)(by % b->workers);
}

static int add_packet(struct batch *b, struct packet *packet, struct frame *frame)
{
    unsigned worker = worker_of(b, packet);
    struct batch_share *share = &b->shares[worker];
    if (b->marks && packet->layers & LAYER_TCP)
        host_marks_set(&b->marks[worker], &packet->source_address, &packet->destination_address,
                       b->first_sequence + b->count);
    if (grow_array(&share->packets, share->count, &share->capacity))
        return -ENOMEM;
    share->packets[share->count++] = (struct batch_packet){packet, frame, b->count++};
    return 0;
}

int batch_decode(struct batch *b, struct decoder *decoder, struct frame *frame)
{
    struct packet_chunk *chunk = chunk_with_room(b);
    if (!chunk)
        return -ENOMEM;
    struct packet *packets = &chunk->packets[chunk->used];
    unsigned n = decode_frame(decoder, frame, packets);
    chunk->used += n;
    /* Suricata handles what a tunnel carries before what carries it, and a datagram before its last fragment.
     */
    int failed = 0;
    for (unsigned i = n; i-- > 0 && !failed;)
        failed = add_packet(b, &packets[i], frame);
    chunk->end = b->count;
    return failed;
}

void worker_output_add(struct worker_output *output, const struct record *record)
{
    if (grow_array(&output->records, output->count, &output->capacity)) {
        output->failed = true;
        return;
    }
    output->records[output->count++] = *record;
}
