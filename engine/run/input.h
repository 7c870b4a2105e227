/*
 * The captures of a run as one sequence of batches: file after file, each its own time line, or (merge) all
 * of them interleaved by time. Numbers the frames of the whole run.
 *
 * One thread. A batch is lent until it is released, which may be when the next captures are being read; all
 * are released before input_free.
 */
#ifndef SLUICE_RUN_INPUT_H
#define SLUICE_RUN_INPUT_H

#include "capture/capture.h"

struct input_config {
    const char *const *names; /* files, folders or "-"; borrowed during input_new */
    size_t count;
    const struct frame *frames; /* a capture in memory, before the others; borrowed for the input's life */
    uint32_t frame_count;
    bool merge;
    const char *filter; /* borrowed for the input's life */
    const struct log *log;
    const atomic_bool *stop; /* see capture_config */
};

struct input;

/* 0, or a negative errno with *err: a folder that cannot be read or holds no captures. */
int input_new(const struct input_config *config, struct input **out, struct err *err);
/* A source that is open already, of live frames, which have no numbers; the input closes it. NULL when memory
 * is short: the source is still the caller's. */
struct input *input_new_live(const struct capture *capture);
void input_free(struct input *input);

enum input_result {
    INPUT_END,
    INPUT_BATCH,
    INPUT_TIMELINE_END, /* what follows has nothing to do with what came before */
};

/* An input_result, or a negative errno with *err; then calling again goes on with the next capture. */
int input_next(struct input *input, struct capture_batch *batch, struct err *err);
void input_release(struct input *input, struct capture_batch *batch);

/* Of a live source; zeroes of files. In the thread that reads. */
void input_counters(const struct input *input, struct capture_counters *out);

void input_position(struct input *input, struct capture_position *out);
/* Whether nothing is waited for: it is regular files, or in memory. */
bool input_is_prompt(const struct input *input);
size_t input_file_count(const struct input *input);
const char *input_file_name(const struct input *input, size_t index); /* NULL past the last */

#endif
