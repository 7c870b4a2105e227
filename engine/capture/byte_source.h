/*
 * The bytes of a capture file: from a path or standard input, decompressed when what comes is gzip, xz or
 * zstd (told by its content, never by its name). They are read into windows; who holds a window keeps what
 * was peeked from it while reading goes on in another.
 *
 * One thread owns a byte source and its windows. Memory is bounded whatever the file says: a decompressor
 * that wants more than 256 MiB is refused.
 */
#ifndef SLUICE_CAPTURE_BYTE_SOURCE_H
#define SLUICE_CAPTURE_BYTE_SOURCE_H

#include <stdatomic.h>
#include <stdio.h>

#include "base/err.h"
#include "base/slice.h"

struct byte_source;
struct byte_window;

enum { BYTE_WINDOW = 512 << 10 }; /* bytes of a window: what may be peeked at once */

/* `name` is a path, or "-" for standard input. Waiting for a pipe ends when *stop is set (may be NULL). 0, or
 * a negative errno with *err. */
int byte_source_open(const char *name, const atomic_bool *stop, struct byte_source **out, struct err *err);
/* Windows that are still held go as well. */
void byte_source_close(struct byte_source *source);

/* The first bytes, at most `want` (up to BYTE_WINDOW), without taking them; good until the next peek or read,
 * and longer while their window is held. Fewer only at the end. */
struct slice byte_source_peek(struct byte_source *source, size_t want);

/* The same, but all that is at hand when that is more. */
struct slice byte_source_peek_all(struct byte_source *source, size_t want);

/* Takes bytes that were peeked. */
void byte_source_skip(struct byte_source *source, size_t n);

/* Keeps the window of the last peek until it is let go, as often as it was held. */
struct byte_window *byte_source_hold(struct byte_source *source);
void byte_source_let_go(struct byte_window *window);

/* Reads up to n bytes: fewer only at the end or when the rest is damaged (see byte_source_damage). */
size_t byte_source_read(struct byte_source *source, void *out, size_t n);

/* NULL while all is well; else what is wrong with the rest: a cut or damaged compressed stream, an I/O
 * error. */
const char *byte_source_damage(const struct byte_source *source);

/* The negative errno when the operating system could not read the file, or memory was short; 0 otherwise. */
int byte_source_errno(const struct byte_source *source);

/* How far the (compressed) file has been read, and its size (0: not known). */
void byte_source_position(const struct byte_source *source, uint64_t *done, uint64_t *total);

#endif
