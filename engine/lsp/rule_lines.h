/*
 * The lines of one rule of a document as the rule language reads them: joined to a logical line, cut into
 * fields and options, with the way between places in the document and in the logical line. Owns a copy of
 * the lines. One thread.
 */
#ifndef SLUICE_LSP_RULE_LINES_H
#define SLUICE_LSP_RULE_LINES_H

#include "lsp/document.h"
#include "rule/lexer.h"
#include "rule/logical_line.h"
#include "rulework/source.h"

/* What a line is, by its bytes alone. */
bool line_is_rule(const struct text *text, uint32_t line);      /* neither blank nor a comment */
bool line_continues(const struct text *text, uint32_t line);    /* a backslash ends it */
bool line_is_directive(const struct text *text, uint32_t line); /* may disable codes */

struct rule_lines {
    const struct document *document;
    uint32_t first;       /* line of the document */
    struct source source; /* only its text */
    struct line_reader reader;
    struct rule_text text; /* after rule_lines_lex */
};

/* 0 or -ENOMEM; the caller calls rule_lines_close in either case. */
int rule_lines_open(struct rule_lines *lines, const struct document *document, uint32_t first,
                    uint32_t count);

/* Opens the rule that has that line, and cuts its text as far as it can be read: 1; 0 when there is none; or
 * -ENOMEM. The caller calls rule_lines_close in either case. */
int rule_lines_lex(struct rule_lines *lines, const struct document *document, uint32_t line);

void rule_lines_close(struct rule_lines *lines);

/* Where a part of the logical line stands in the document. */
struct range rule_lines_range(const struct rule_lines *lines, struct slice part);

/* Where a place in the document stands in the logical line. */
size_t rule_lines_offset(const struct rule_lines *lines, struct spot spot);

#endif
