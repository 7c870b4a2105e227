/*
 * What may be written at a place: candidates are collected here and sent in the end. Only for lsp/; one
 * thread.
 */
#ifndef SLUICE_LSP_COMPLETION_H
#define SLUICE_LSP_COMPLETION_H

#include <jansson.h>

#include "lsp/rule_spot.h"
#include "lsp/session.h"

enum completion_kind { /* LSP 3.17, CompletionItemKind */
                       COMPLETE_FUNCTION = 3,
                       COMPLETE_FIELD = 5,
                       COMPLETE_VARIABLE = 6,
                       COMPLETE_PROPERTY = 10,
                       COMPLETE_VALUE = 12,
                       COMPLETE_ENUM = 13,
                       COMPLETE_KEYWORD = 14,
                       COMPLETE_EVENT = 23,
                       COMPLETE_OPERATOR = 24,
};

enum { COMPLETIONS_MOST = 2000 };

struct completion {
    const struct lsp *lsp;
    const struct document *document;
    struct rule_typing typing;
    struct range range; /* that a candidate takes the place of */
    uint8_t next;       /* the byte behind it; 0 at the end */
    json_t *items;
    bool incomplete; /* there are more than COMPLETIONS_MOST */
};

struct candidate {
    const char *label, *detail; /* the detail may be NULL */
    const char *text;           /* what is inserted; NULL: the label */
    enum completion_kind kind;
    char order; /* candidates are shown by this, then by label; 0: 'm' */
    bool deprecated;
};

void completion_add(struct completion *completion, const struct candidate *candidate);

/* Only the last so many bytes of what is typed are replaced. */
void completion_narrow(struct completion *completion, size_t bytes);

/* Fields of the header, keywords, values, each by where the typing is. */
void complete_field(struct completion *completion);
void complete_keyword(struct completion *completion);
void complete_value(struct completion *completion);

#endif
