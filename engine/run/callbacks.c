#include "run/callbacks.h"

#include <errno.h>

#include "rule/refusal.h"
#include "rule/rule_list.h"

void callbacks_message(const struct sluice_callbacks *callbacks, enum log_level level, const char *message)
{
    static const enum sluice_level levels[] = {SLUICE_ERROR, SLUICE_WARNING, SLUICE_NOTICE, SLUICE_INFO};
    if (callbacks->message && level <= LOG_INFO)
        callbacks->message(callbacks->ctx, levels[level], message);
}

void callbacks_refused(const struct sluice_callbacks *callbacks, const struct rule_refusal *refusal)
{
    if (!callbacks->refused)
        return;
    struct buf report = {0};
    if (rule_refusal_print(refusal, &report) || buf_append_byte(&report, 0)) {
        buf_fini(&report);
        return;
    }
    struct sluice_refusal out = {
        .file = refusal->err->file,
        .message = refusal->err->message,
        .line = refusal->err->line,
        .column = refusal->err->column,
        .sid = refusal->sid,
        .unsupported = refusal->code == -ENOTSUP,
        .report = (const char *)report.p,
    };
    callbacks->refused(callbacks->ctx, &out);
    buf_fini(&report);
}
