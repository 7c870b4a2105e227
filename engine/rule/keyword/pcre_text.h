/* The value of pcre taken apart: "/pattern/flags, flow:name, pkt:name". Slices of the option; no state. */
#ifndef SLUICE_RULE_KEYWORD_PCRE_TEXT_H
#define SLUICE_RULE_KEYWORD_PCRE_TEXT_H

#include "rule/keyword.h"

enum pcre_flag {
    PCRE_CASELESS = 1 << 0,
    PCRE_DOTALL = 1 << 1,
    PCRE_MULTILINE = 1 << 2,
    PCRE_EXTENDED = 1 << 3,
    PCRE_ANCHORED = 1 << 4,
    PCRE_DOLLAR_ENDONLY = 1 << 5,
    PCRE_UNGREEDY = 1 << 6,
    PCRE_RELATIVE = 1 << 7,
    PCRE_RAISED_LIMIT = 1 << 8,
};

struct pcre_text {
    struct slice pattern;
    uint32_t flags;        /* enum pcre_flag */
    enum buffer_id buffer; /* of http, that a flag names; else BUFFER_PAYLOAD: the selected one */
    bool negated;
    struct slice captures; /* names behind the flags */
};

/* The options for pcre2_compile (pcre.c). */
uint32_t pcre_text_options(const struct pcre_text *text);

/* 0, or -EINVAL with *err. */
int pcre_text_parse(const struct option *option, struct pcre_text *out, struct err *err);

#endif
