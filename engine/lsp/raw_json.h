/*
 * JSON as text, for answers of which there are tens of thousands of parts: building values first would cost
 * more than all else. Each appends; 0 or -ENOMEM. One thread.
 */
#ifndef SLUICE_LSP_RAW_JSON_H
#define SLUICE_LSP_RAW_JSON_H

#include "base/buf.h"
#include "lsp/document.h"
#include "lsp/position.h"

/* A string; bytes that are not part of valid UTF-8 are written as \xHH. */
int raw_text(struct slice text, struct buf *out);

/* A Range. */
int raw_range(const struct document *document, struct range range, enum position_encoding encoding,
              struct buf *out);

/* A Diagnostic; docs: the URI of the folder with the codes' pages, or NULL. */
int raw_diagnostic(const struct document *document, const struct finding *finding,
                   enum position_encoding encoding, const char *docs, struct buf *out);

#endif
