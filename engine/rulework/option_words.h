/* How options, and what lets a rule fail beside them, are named to a person. Pure; any thread. */
#ifndef SLUICE_RULEWORK_OPTION_WORDS_H
#define SLUICE_RULEWORK_OPTION_WORDS_H

#include "base/buf.h"
#include "match/probe.h"
#include "rule/option.h"

/* Appends the option as written, with the modifiers of a content behind it. 0 or -ENOMEM. */
int option_words(const struct rule *rule, uint32_t option, struct buf *out);

/* Appends an option of a rule's text, with its semicolon. 0 or -ENOMEM. */
int option_print(const struct option *option, struct buf *out);

/* Whether the option belongs to the content before it: depth, nocase, ... */
bool option_is_modifier(const char *name);

/* The packets that the header, the flow or a condition turns away: "other addresses or ports". */
const char *unfit_text(enum rule_fit fit);

#endif
