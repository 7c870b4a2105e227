/*
 * The one layout of rule files: a rule a line, its fields and options one blank apart, lists in the header
 * without blanks, comments and blank lines as they are (but no blanks at the end of a line, and no empty
 * lines at the end of the file). Values stay as they were written. One thread.
 */
#ifndef SLUICE_RULEWORK_LAYOUT_H
#define SLUICE_RULEWORK_LAYOUT_H

#include "base/buf.h"

struct rule_context;

/*
 * Appends the file's text in that layout. A rule that the engine refuses stays as it is, since it cannot be
 * told what was meant. 0 or -ENOMEM.
 */
int layout_file(struct slice text, const struct rule_context *context, struct buf *out);

#endif
