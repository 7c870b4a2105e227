/*
 * A batch on its way through a replay: the reader fills it with decoded packets, each worker handles its own
 * and leaves its records, the writer merges them.
 *
 * One thread at a time writes each part: the reader until it is handed over, worker i only outputs[i], the
 * writer once all workers are done with it. The conveyor orders these.
 */
#ifndef SLUICE_RUN_BATCH_H
#define SLUICE_RUN_BATCH_H

#include "capture/capture.h"
#include "output/output.h"
#include "packet/decode.h"
#include "run/turn.h"

struct host_marks;

struct record { /* one line of output, or (length 0) a match that is only counted */
    struct place place;
    const struct rule *rule; /* NULL for what is no alert */
    size_t offset, length;   /* in the text of its worker_output */
};

struct worker_output {
    struct record *records;
    uint32_t count, capacity;
    struct buf text;
    bool failed; /* memory was short: a record is missing */
};

enum { CHUNK_PACKETS = 64 + DECODE_PACKETS };

struct packet_chunk {
    struct packet packets[CHUNK_PACKETS];
    unsigned used;
    uint32_t end; /* its packets are those of the batch before this one */
};

struct batch_packet {
    struct packet *packet;
    struct frame *frame; /* that it came in, or was completed by */
    uint32_t at;         /* among all of the batch, in the order in which they are inspected */
};

struct batch_share { /* a worker's packets */
    struct batch_packet *packets;
    uint32_t count, capacity;
    uint32_t done; /* of these, inspected while others of the batch were still to be read */
};

struct batch {
    struct capture_batch frames;  /* lent by the input until the batch is done */
    unsigned decoded;             /* of the frames */
    struct packet_chunk **chunks; /* filled in turn, and again when the packets in them were inspected */
    uint32_t chunk_count, chunk_capacity, chunk_at;
    struct batch_share *shares; /* of each worker */
    uint32_t count;             /* packets in all */
    uint64_t first_sequence;    /* of packet 0; the end of the batch is first_sequence + count */
    uint64_t clock_ns;          /* the latest time in the capture so far */
    uint64_t until_ns;       /* the latest in this one and those before it that may still be on their way */
    bool timeline_ends;      /* all flows end after this batch */
    struct decoder *decoder; /* of the time line that ends: what it has put together goes with the batch */
    struct worker_output *outputs;
    struct buf notes;         /* records of the reader's own */
    struct host_marks *marks; /* of each worker, borrowed; NULL: none are kept */
    unsigned workers;
};

struct batch *batch_new(unsigned workers);
void batch_free(struct batch *batch);

/* Forgets the packets and the records; keeps the memory. The frames must have been released. */
void batch_clear(struct batch *batch);

/* Decodes a frame into the batch, the innermost packet first. 0 or -ENOMEM (the frame is lost). */
int batch_decode(struct batch *batch, struct decoder *decoder, struct frame *frame);

/* Appends a record; the caller has appended `length` bytes to output->text at `offset`. */
void worker_output_add(struct worker_output *output, const struct record *record);

#endif
