/*
 * What `sluice run` says while it runs: to a terminal or a file as every command does; to the journal with
 * the level of each line (sd-daemon(3)), when standard error is connected to it. Any thread.
 */
#ifndef SLUICE_CLI_RUN_LOG_H
#define SLUICE_CLI_RUN_LOG_H

#include <pthread.h>
#include <stdbool.h>

#include "base/log.h"
#include "cli/report.h"

struct rule_refusal;

struct run_log {
    pthread_mutex_t lock;
    struct sluice_callbacks callbacks;
    bool journal;
    struct log log;
};

/* The report is borrowed. */
void run_log_init(struct run_log *log, struct report *report);
void run_log_refused(struct run_log *log, const struct rule_refusal *refusal);

#endif
