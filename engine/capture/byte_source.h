/*
 * The bytes of a capture file: from a path or standard input, decompressed when what comes is gzip, xz or
 * zstd (told by its content, never by its name).
 *
 * One thread owns a byte source. Memory is bounded whatever the file says: a decompressor that wants more
 * than 256 MiB is refused.
 */
#ifndef SLUICE_CAPTURE_BYTE_SOURCE_H
#define SLUICE_CAPTURE_BYTE_SOURCE_H

#include <stdatomic.h>
#include <stdio.h>

#include "base/err.h"
#include "base/slice.h"

struct byte_source;

/* `name` is a path, or "-" for standard input. Waiting for a pipe ends when *stop is set (may be NULL). 0, or
 * a negative errno with *err. */
int byte_source_open(const char *name, const atomic_bool *stop, struct byte_source **out, struct err *err);
void byte_source_close(struct byte_source *source);

/* The first bytes, at most `want` (up to 64), without taking them. Fewer only at the end. */
struct slice byte_source_peek(struct byte_source *source, size_t want);

/* Reads up to n bytes: fewer only at the end or when the rest is damaged (see byte_source_damage). */
size_t byte_source_read(struct byte_source *source, void *out, size_t n);

/* NULL while all is well; else what is wrong with the rest: a cut or damaged compressed stream, an I/O
 * error. */
const char *byte_source_damage(const struct byte_source *source);

/* The negative errno when the operating system could not read the file; 0 otherwise. */
int byte_source_errno(const struct byte_source *source);

/* How far the (compressed) file has been read, and its size (0: not known). */
void byte_source_position(const struct byte_source *source, uint64_t *done, uint64_t *total);

/* A FILE that reads from the source; fclose leaves the source open. NULL when memory is short. */
FILE *byte_source_file(struct byte_source *source);

#endif
