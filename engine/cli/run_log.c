#include "cli/run_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rule/refusal.h"
#include "rule/rule_list.h"
#include "run/callbacks.h"

/* JOURNAL_STREAM=DEVICE:INODE of the socket, as systemd sets it; it may have been redirected since. */
static bool is_journal(void)
{
    const char *text = getenv("JOURNAL_STREAM");
    char *colon;
    struct stat st;
    if (!text || fstat(STDERR_FILENO, &st))
        return false;
    unsigned long long device = strtoull(text, &colon, 10);
    return *colon == ':' && device == st.st_dev && strtoull(colon + 1, NULL, 10) == st.st_ino;
}

static void on_log(void *ctx, enum log_level level, const char *message)
{
    static const int priorities[] = {3, 4, 5, 6, 7};
    struct run_log *l = ctx;
    pthread_mutex_lock(&l->lock);
    if (l->journal)
        fprintf(stderr, "<%d>%s\n", priorities[level], message);
    else
        callbacks_message(&l->callbacks, level, message);
    pthread_mutex_unlock(&l->lock);
}

void run_log_init(struct run_log *l, struct report *report)
{
    *l = (struct run_log){.callbacks = report_callbacks(report), .journal = is_journal()};
    pthread_mutex_init(&l->lock, NULL);
    l->log = (struct log){.write = on_log, .ctx = l, .most = LOG_NOTICE};
}

void run_log_refused(struct run_log *l, const struct rule_refusal *refusal)
{
    const struct err *err = refusal->err;
    if (!l->journal) {
        pthread_mutex_lock(&l->lock);
        callbacks_refused(&l->callbacks, refusal);
        pthread_mutex_unlock(&l->lock);
    } else if (refusal->code != -ENOTSUP) {
        log_warning(&l->log, "%s:%u:%u: %s", err->file, err->line, err->column, err->message);
    }
}
