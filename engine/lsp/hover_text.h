/* What is told of the parts of a rule, in Markdown. Each appends; 0 or -ENOMEM. One thread. */
#ifndef SLUICE_LSP_HOVER_TEXT_H
#define SLUICE_LSP_HOVER_TEXT_H

#include "base/buf.h"

struct project;
struct rule_lines;

int hover_keyword(const struct project *project, struct slice name, struct buf *out);
int hover_variable(const struct project *project, struct slice name, struct buf *out);
int hover_protocol(struct slice name, struct buf *out);
int hover_class(const struct project *project, struct slice name, struct buf *out);
int hover_reference(const struct project *project, struct slice value, struct buf *out);

/* The mark that the value of an option names at that place; nothing when it names none. */
int hover_mark(const struct project *project, struct slice keyword, struct slice value, size_t at,
               struct buf *out);

/* Its numbers, its fast pattern and cost; nothing of a rule that is refused. */
int hover_rule(const struct project *project, const struct rule_lines *lines, struct buf *out);

#endif
