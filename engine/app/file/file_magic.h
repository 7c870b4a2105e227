/*
 * What libmagic says of a file's first bytes. The database is loaded at the first question; one worker's own.
 */
#ifndef SLUICE_APP_FILE_MAGIC_H
#define SLUICE_APP_FILE_MAGIC_H

#include "base/slice.h"

/* So many bytes are looked at, or the whole file when it is shorter: never fewer, so that the answer does not
 * depend on how the file came. */
enum { FILE_MAGIC_BYTES = 4096 };

struct file_magic;

/* NULL when memory is short. */
struct file_magic *file_magic_new(void);
void file_magic_free(struct file_magic *magic);

/* A text good until the next call; NULL when the database cannot be loaded, or libmagic fails. */
const char *file_magic_describe(struct file_magic *magic, struct slice bytes);

#endif
