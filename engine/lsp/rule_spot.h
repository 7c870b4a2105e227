/*
 * What stands at a place of a rule: a field of its header, the name or the value of an option. Slices of the
 * rule's lines. Pure; any thread.
 */
#ifndef SLUICE_LSP_RULE_SPOT_H
#define SLUICE_LSP_RULE_SPOT_H

#include "lsp/rule_lines.h"

enum rule_spot_kind { RULE_SPOT_NONE, RULE_SPOT_FIELD, RULE_SPOT_NAME, RULE_SPOT_VALUE };

struct rule_spot {
    enum rule_spot_kind kind;
    enum header_field field;     /* with FIELD */
    const struct option *option; /* with NAME and VALUE */
    struct slice part;           /* the field, name or value as a whole */
    size_t at;                   /* of the place in it; its end counts */
};

/* In a rule that is written already; lines as of rule_lines_lex. */
struct rule_spot rule_spot_find(const struct rule_lines *lines, struct spot spot);

/* The part between separators that has the place in it, without blanks around; *index counts those before. */
struct slice rule_spot_piece(struct slice part, size_t at, const char *separators, unsigned *index);

/* "$NAME" at the place, without the $; empty when there is none. */
struct slice rule_spot_variable(struct slice part, size_t at);

/* What is being typed: all up to the place, and nothing behind it. */
struct rule_typing {
    enum rule_spot_kind kind;
    enum header_field field;
    struct slice name;       /* of the option whose value is typed */
    struct slice token;      /* of the field, name or value, as far as it is typed */
    struct rule_text before; /* the fields and options that are finished */
};

/* The caller calls rule_text_fini for typing->before. */
void rule_typing_read(const struct rule_lines *lines, struct spot spot, struct rule_typing *typing);

#endif
