/*
 * Messages for people, handed to whoever configured the engine. The library itself prints nothing.
 *
 * `write` may be called by any thread, one at a time per struct log unless its owner says otherwise.
 * A NULL log, or one without `write`, swallows everything.
 */
#ifndef SLUICE_BASE_LOG_H
#define SLUICE_BASE_LOG_H

enum log_level { LOG_ERROR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG };

struct log {
    void (*write)(void *ctx, enum log_level level, const char *message);
    void *ctx;
    enum log_level most; /* what is less important than this is dropped */
};

void log_write(const struct log *log, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define log_error(log, ...)   log_write(log, LOG_ERROR, __VA_ARGS__)
#define log_warning(log, ...) log_write(log, LOG_WARNING, __VA_ARGS__)
#define log_notice(log, ...)  log_write(log, LOG_NOTICE, __VA_ARGS__)
#define log_info(log, ...)    log_write(log, LOG_INFO, __VA_ARGS__)
#define log_debug(log, ...)   log_write(log, LOG_DEBUG, __VA_ARGS__)

#endif
