/* Reading a whole file into memory, with a cap. The caller owns the buffer (also on failure). */
#ifndef SLUICE_RULE_FILE_H
#define SLUICE_RULE_FILE_H

#include "base/buf.h"
#include "base/err.h"

/* Appends the file at `path`. 0, or a negative errno with *err: what open and read say, -EFBIG above `most`
 * bytes, -ENOMEM. */
int file_read(const char *path, size_t most, struct buf *out, struct err *err);

#endif
