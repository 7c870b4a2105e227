/*
 * Values of the protocol as JSON: ranges, locations, edits. Each returns a new value, NULL when memory is
 * short: jansson's setters that take over a NULL fail in turn.
 */
#ifndef SLUICE_LSP_JSON_FORM_H
#define SLUICE_LSP_JSON_FORM_H

#include <jansson.h>

#include "lsp/document.h"
#include "lsp/position.h"

struct finding;

json_t *form_range(const struct document *document, struct range range, enum position_encoding encoding);
json_t *form_location(const struct document *document, struct range range, enum position_encoding encoding);
json_t *form_edit(const struct document *document, struct range range, struct slice text,
                  enum position_encoding encoding);

/* {uri: [edit, ...]} as a WorkspaceEdit; takes over the edits. */
json_t *form_workspace_edit(const struct document *document, json_t *edits);

/* The range of a finding, whose columns count from 1 and do not count a byte order mark. */
struct range finding_range(const struct document *document, const struct finding *finding);

/* A Diagnostic, as raw_diagnostic writes it. */
json_t *form_diagnostic(const struct document *document, const struct finding *finding,
                        enum position_encoding encoding, const char *docs);

/* Markdown: {kind, value}. */
json_t *form_markdown(struct slice text);

/* A string member, "" when there is none. */
const char *json_text_of(const json_t *object, const char *key);

#endif
