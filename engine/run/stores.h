/*
 * The folders that a run fills beside its records: extracted files, chains of certificates. Opened before the
 * workers and closed after them, by one thread.
 */
#ifndef SLUICE_RUN_STORES_H
#define SLUICE_RUN_STORES_H

#include "run/pipeline.h"
#include "run/settings/settings.h"
#include "run/stats.h"

struct stores {
    struct file_store *files, *certificates; /* NULL: nothing is stored */
};

/* What the settings ask for, put into the pipeline's configuration as well. 0 or a negative errno with *err.
 */
int stores_open(struct stores *stores, const struct settings *settings, struct pipeline_config *config,
                struct err *err);
void stores_close(struct stores *stores);

/* Workers store as they go: what was not kept is told at the end, once. Fills the counters. */
void stores_tell(const struct stores *stores, const struct settings *settings, struct run_counters *counters,
                 const struct log *log);

#endif
