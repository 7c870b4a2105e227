/*
 * Where the records of a live run go: a file that is reopened by name, standard output, or a unix stream
 * socket on which somebody listens. Unlike a writer it outlives trouble: what cannot be written (disk full,
 * reader slow or gone) waits in memory up to a cap; past it whole records are lost, counted and said; and it
 * goes on by itself.
 *
 * It never waits for a reader. One thread at a time.
 */
#ifndef SLUICE_RUN_SINK_H
#define SLUICE_RUN_SINK_H

#include "base/buf.h"
#include "base/err.h"

struct log;

struct sink_counters { /* only uint64_t */
    uint64_t failures; /* times that trouble began */
    uint64_t lost_records, lost_bytes;
    uint64_t waiting_bytes; /* now */
};

struct sink;

/* name: "-", "unix:PATH", or a file that is appended to; most: bytes that may wait, 0: 64 MiB. 0, or a
 * negative errno with *err: a file that cannot be opened. Nobody listening on a socket is trouble, no error.
 */
int sink_open(struct sink **out, const char *name, uint64_t most, const struct log *log, struct err *err);

/* After the file was moved away, or to a reader anew. 0, or a negative errno: the old file goes on. */
int sink_reopen(struct sink *sink);

/* Takes whole records, each a line. 0; -EPIPE when the reader of standard output has gone for good. */
int sink_put(struct sink *sink, struct slice text);

/* Writes as much as can be without waiting; to be called again when time has passed. As sink_put. */
int sink_flush(struct sink *sink);

void sink_counters(const struct sink *sink, struct sink_counters *out);

/* Tries once more; what is left then is counted as lost. 0, or -EIO with *err when records were lost. Takes
 * NULL. */
int sink_close(struct sink *sink, struct err *err);

#endif
