/* The text between a content's quotes turned into bytes: |hex| parts and backslashes resolved. No state. */
#ifndef SLUICE_RULE_KEYWORD_CONTENT_BYTES_H
#define SLUICE_RULE_KEYWORD_CONTENT_BYTES_H

#include "base/buf.h"
#include "rule/keyword.h"

/* `text` lies within option->value (for columns). Appends to `out`. 0, -EINVAL with *err, -ENOMEM. */
int content_bytes_parse(const struct option *option, struct slice text, struct buf *out, struct err *err);

#endif
