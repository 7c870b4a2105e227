/*
 * A rule's text cut into its header fields and its options. Slices of the text; only the array of options is
 * the lexer's own (rule_text_fini). One thread.
 */
#ifndef SLUICE_RULE_LEXER_H
#define SLUICE_RULE_LEXER_H

#include "rule/option.h"

struct err;

enum { RULE_OPTIONS_MOST = 4096 };

enum header_field {
    FIELD_ACTION,
    FIELD_PROTOCOL,
    FIELD_SOURCE,
    FIELD_SOURCE_PORTS,
    FIELD_DIRECTION,
    FIELD_DESTINATION,
    FIELD_DESTINATION_PORTS,
    FIELD_COUNT
};

struct rule_text {
    struct slice text;
    struct slice fields[FIELD_COUNT];
    struct option *options; /* the value is NULL without one, or when it is empty */
    uint32_t option_count, option_capacity;
};

/*
 * 0, or -EINVAL with *err (line 1, column in `text`), or -ENOMEM. What was read before an error stays in
 * *out, so that a message can name the sid. The caller calls rule_text_fini in either case.
 */
int rule_text_lex(struct slice text, struct rule_text *out, struct err *err);
void rule_text_fini(struct rule_text *text);

/* The column, from 1, of a pointer into the text. */
unsigned rule_text_column(const struct rule_text *text, const uint8_t *at);

/* The sid that the options say; 0 when there is none, or no valid one. */
uint32_t rule_text_sid(const struct rule_text *text);

#endif
