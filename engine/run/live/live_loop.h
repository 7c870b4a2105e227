/*
 * What goes on while a live run does: the heartbeat, rules and policies exchanged, statistics, answers to the
 * control socket, and at the end what the rings still hold. All of it in the thread that runs the pipeline,
 * but what is said.
 */
#ifndef SLUICE_RUN_LIVE_LOOP_H
#define SLUICE_RUN_LIVE_LOOP_H

#include <jansson.h>

#include "run/live/live_control.h"
#include "run/live/live_event.h"

struct live;
struct pipeline_config;

/* The pipeline of this run tells it of its progress. */
void live_loop_configure(struct live *live, struct pipeline_config *config);

/* Once before the first batch: from the first heartbeat on the program brings frames. */
void live_loop_begin(struct live *live);

/* Any thread. */
void live_loop_tell(struct live *live, enum live_event event);

/* A stats record into the run's notes. 0 or -ENOMEM. */
int live_loop_note_stats(struct live *live);

/* As live_control_config.answer; ctx: struct live. */
json_t *live_loop_answer(void *ctx, enum live_question question, unsigned number);

#endif
