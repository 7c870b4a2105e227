/* Reading a whole file into memory, with a cap. The caller owns the buffer (also on failure). */
#ifndef SLUICE_RULE_FILE_H
#define SLUICE_RULE_FILE_H

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"

/* Appends the file at `path`. 0, or a negative errno with *err: what open and read say, -EFBIG above `most`
 * bytes, -ENOMEM. */
int file_read(const char *path, size_t most, struct buf *out, struct err *err);

/* Reads the next line of `file`, without its newline, in place of what `line` held. 1; 0 at the end; -EFBIG
 * when it is longer than `most` bytes, -EIO or -ENOMEM. */
int file_next_line(FILE *file, size_t most, struct buf *line);

#endif
