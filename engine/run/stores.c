#include "run/stores.h"

#include <errno.h>
#include <inttypes.h>

#include "app/file/file_store.h"
#include "base/log.h"

int stores_open(struct stores *stores, const struct settings *s, struct pipeline_config *config,
                struct err *err)
{
    if (s->file_store && !(stores->files = file_store_new(s->file_store, s->file_store_quota, err)))
        return -EIO;
    if (s->tls_store && !(stores->certificates = file_store_new(s->tls_store, s->tls_store_quota, err)))
        return -EIO;
    config->worker.inspect.app.files.store = stores->files;
    config->worker.tls_store = stores->certificates;
    return 0;
}

void stores_close(struct stores *stores)
{
    file_store_free(stores->files);
    file_store_free(stores->certificates);
    *stores = (struct stores){0};
}

static void tell(const struct file_store *store, const char *folder, struct file_store_counts *counts,
                 const struct log *log)
{
    if (!store)
        return;
    file_store_count(store, counts);
    if (counts->failed)
        log_warning(log, "%" PRIu64 " files could not be stored in %s: %s", counts->failed, folder,
                    strerror((int)counts->error));
    if (counts->full)
        log_warning(
            log, "%" PRIu64 " files were not stored: the quota of %s, or the number of files open at a time",
            counts->full, folder);
}

void stores_tell(const struct stores *stores, const struct settings *s, struct run_counters *counters,
                 const struct log *log)
{
    tell(stores->files, s->file_store, &counters->file_store, log);
    tell(stores->certificates, s->tls_store, &counters->tls_store, log);
}
