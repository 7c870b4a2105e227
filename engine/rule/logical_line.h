/*
 * The logical lines of a rule file: physical ones joined where a backslash ends them, with the way back from
 * a column to the physical line. The reader borrows the text, and owns the memory of a joined line, which
 * lives until the next one is read. One thread.
 */
#ifndef SLUICE_RULE_LOGICAL_LINE_H
#define SLUICE_RULE_LOGICAL_LINE_H

#include "base/buf.h"

struct line_joint { /* from this offset of the logical line on, it comes from this physical line */
    size_t at;
    struct slice physical;
    unsigned number;
};

struct line_reader {
    struct slice rest;
    unsigned number; /* physical lines read so far */
    struct slice line;
    bool too_long; /* above the cap: `line` holds its beginning */
    struct buf joined;
    struct line_joint *joints; /* the first is the line's beginning */
    uint32_t joint_count, joint_capacity;
};

void line_reader_init(struct line_reader *reader, struct slice text);

/* The next line that is neither blank nor a comment: 1, 0 at the end, -ENOMEM. */
int line_reader_next(struct line_reader *reader, size_t most);

/* Where a column (from 1) of the logical line stands in the file; *column becomes the physical one. */
const struct line_joint *line_reader_find(const struct line_reader *reader, unsigned *column);

void line_reader_fini(struct line_reader *reader);

#endif
