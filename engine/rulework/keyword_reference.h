/*
 * The reference of all keywords, made from the engine's own tables: the families of the parser say which
 * there are, base/buffer_list.h which buffer, protocols and directions, keyword_text_list.h what they do.
 *
 * Borrowed constants; any thread.
 */
#ifndef SLUICE_RULEWORK_KEYWORD_REFERENCE_H
#define SLUICE_RULEWORK_KEYWORD_REFERENCE_H

#include "base/buf.h"

struct buffer_info;

struct keyword_reference {
    const char *name, *alias; /* the alias may be NULL */
    const char *summary, *arguments;
    const char *example_protocol, *example;
    const struct buffer_info *buffer; /* that it is about; NULL: none in particular */
};

/* All, sorted by name; the caller frees the list. A keyword without a text has "" for each. 0 or -ENOMEM. */
int keyword_references(struct keyword_reference **list, size_t *count);

/* The sticky buffer that has taken the place of a keyword of an older form; NULL when it is none. */
const char *keyword_newer(struct slice name);

/* Whether name, alias, summary or arguments have this text in them, in any case. */
bool keyword_reference_has(const struct keyword_reference *reference, const char *text);
bool keyword_reference_named(const struct keyword_reference *reference, const char *name);

/* Each appends; 0 or -ENOMEM. The example is a whole rule. */
int keyword_reference_example(const struct keyword_reference *reference, struct buf *out);
int keyword_reference_line(const struct keyword_reference *reference, struct buf *out);
int keyword_reference_text(const struct keyword_reference *reference, struct buf *out);
int keyword_reference_markdown(const struct keyword_reference *reference, struct buf *out); /* no heading */
int keyword_reference_json(const struct keyword_reference *reference, struct buf *out);

/* The page docs/keywords.md. */
int keyword_references_markdown(const struct keyword_reference *list, size_t count, struct buf *out);

#endif
