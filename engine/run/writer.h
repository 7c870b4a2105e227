/*
 * Where a run's text goes: a file that is made anew, or standard output. Buffered; what cannot be written is
 * an error that stays. One thread.
 */
#ifndef SLUICE_RUN_WRITER_H
#define SLUICE_RUN_WRITER_H

#include "base/buf.h"
#include "base/err.h"

struct writer {
    int fd;
    bool own;
    char *name;
    struct buf pending;
    int error; /* negative errno of the first failure */
};

/* "-" is standard output. 0, or a negative errno with *err. */
int writer_open(struct writer *writer, const char *name, struct err *err);

/* 0, or the first failure of this writer: nothing more is written then. */
int writer_put(struct writer *writer, struct slice text);
int writer_flush(struct writer *writer);

/* Flushes and closes. 0, or the first failure, with *err. */
int writer_close(struct writer *writer, struct err *err);

#endif
