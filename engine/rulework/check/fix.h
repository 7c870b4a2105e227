/*
 * Fixes: edits of a text, and the difference that they make. Pure; any thread.
 */
#ifndef SLUICE_RULEWORK_FIX_H
#define SLUICE_RULEWORK_FIX_H

#include "base/buf.h"

struct edit;
struct findings;

/* Appends the text with the edits made, which are in order and do not overlap. 0, -EINVAL, -ENOMEM. */
int fix_apply(struct slice text, const struct edit *edits, uint32_t count, struct buf *out);

/*
 * The edits of all fixes that the findings have for the file, in its order; of two that overlap the later is
 * left out. *fixed counts the findings. The list is the caller's (free), the texts are the findings'. 0 or
 * -ENOMEM.
 */
int fix_choose(const struct findings *findings, uint32_t file, struct edit **list, uint32_t *count,
               unsigned *fixed);

/*
 * Appends the file's text with all fixes made that the findings have for it. A fix that overlaps an earlier
 * one is left for the next run. *fixed counts those made. 0 or -ENOMEM.
 */
int fix_file(struct slice text, const struct findings *findings, uint32_t file, struct buf *out,
             unsigned *fixed);

/*
 * Appends a unified diff of two texts, such as `patch` and `git apply` read; nothing when they are the same.
 * 0 or -ENOMEM.
 */
int fix_diff(const char *name, struct slice before, struct slice after, struct buf *out);

#endif
