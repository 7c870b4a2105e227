/*
 * The inside of a pipeline, shared by its three files: pipeline.c makes it and runs it, pipeline_read.c fills
 * batches, pipeline_crew.c has the threads that take them on.
 *
 * What belongs to reading is for the thread that has that job, `merger` and `text` for the one that finishes.
 */
#ifndef SLUICE_RUN_PIPELINE_PRIVATE_H
#define SLUICE_RUN_PIPELINE_PRIVATE_H

#include "run/conveyor.h"
#include "run/pipeline.h"

enum { IN_FLIGHT = CONVEYOR_SLOTS };

struct crew_thread {
    pthread_t thread;
    struct pipeline *pipeline;
    unsigned index;
};

struct crew_worker {
    struct worker *worker;
    struct pipeline *pipeline;
    unsigned depth; /* jobs on whose behalf this one is done */
};

struct reading {
    int result; /* the first failure */
    struct err err;
    bool over; /* the batch that ends all is next */
};

struct pipeline {
    struct pipeline_config config;
    struct decoder *decoder;
    struct decode_counters decoded; /* of the decoders before this one */
    uint64_t reassembled;           /* as counted when the datagrams were last given back */
    struct turn_slot *turns;
    struct host_marks *marks; /* of each worker; NULL: there is one */
    struct expectations *expectations;
    struct crew_worker *workers;
    struct crew_thread *crew;  /* as many as workers; NULL: there is one, in the calling thread */
    unsigned started;          /* of the crew */
    struct conveyor_job first; /* of a crew that reads, the calling thread's */
    bool running;              /* the decoder's counters are not in `decoded` yet */
    struct reading reading;
    struct conveyor conveyor; /* of struct batch, with several workers */
    struct batch *batches[IN_FLIGHT];
    unsigned batch_count;
    struct batch *released[IN_FLIGHT]; /* of these, their frames given back: the reader's */
    unsigned released_count;
    uint64_t sequence, clock_ns, latest_ns; /* clock_ns starts anew with each time line */
    uint64_t clocks[IN_FLIGHT];             /* of the batches that were submitted last */
    uint64_t submitted;
    unsigned last_frames; /* of the batch that was read last */
    uint64_t last_frame_ns;
    struct merger merger;
    struct buf text;
    atomic_int failed;           /* negative errno of what the writer met; read by the reader */
    atomic_uint_fast64_t alerts; /* written so far: for progress, so its order does not matter */
};

/* A batch is read and on its way. False: it is the last. */
bool pipeline_read_next(struct pipeline *pipeline);
/* Waits until nothing is in flight: frames and datagrams that batches point to may go then. */
void pipeline_drain(struct pipeline *pipeline);

void pipeline_add_counters(struct decode_counters *sum, const struct decode_counters *part);

/* Merges the records of a batch and writes them. */
void pipeline_write(struct pipeline *pipeline, struct batch *batch);

/*
 * 0 or negative errno; either way crew_join is next, once crew_work (of a crew that reads: the calling thread
 * is one of it) has returned. Nothing is read before all threads are there.
 */
int crew_start(struct pipeline *pipeline);
void crew_work(struct pipeline *pipeline);
void crew_join(struct pipeline *pipeline);
/* Of each worker's configuration (worker_config.pastime), with a struct crew_worker. */
bool crew_pass_time(void *ctx, unsigned slot, const struct place *place);
/* A CPU that is not there costs speed only. */
void crew_bind(const struct pipeline *pipeline, pthread_t thread, unsigned index);

#endif
