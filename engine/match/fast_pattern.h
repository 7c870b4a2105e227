/*
 * Which literal of a rule the prefilter looks for. Pure functions over const rules; any thread.
 */
#ifndef SLUICE_MATCH_FAST_PATTERN_H
#define SLUICE_MATCH_FAST_PATTERN_H

#include "base/slice.h"

struct chain;
struct content;
struct rule;

enum {
    FAST_PATTERN_LEAST = 2,     /* a single byte is found everywhere: such a rule is bucketed instead */
    FAST_PATTERN_RAW_LEAST = 4, /* of the raw stream, in a rule about transactions */
    FAST_PATTERN_MOST = 64,     /* the rarest part of a longer content is enough to name a candidate */
    FAST_PATTERN_END = 9,       /* bytes that say enough, and whose end may be chosen */
};

enum { PLACE_ANY = UINT16_MAX };

struct fast_pattern {
    const struct chain *chain; /* NULL: the rule has no literal to look for */
    struct slice literal;      /* a part of the content's bytes, borrowed from the rule */
    bool nocase;
    uint16_t place; /* the one at which the literal may begin in its buffer; PLACE_ANY */
    uint32_t reach; /* the literal ends within so many bytes of its buffer; UINT32_MAX: anywhere */
};

/* Chooses. A content that the author marked is obeyed unless it is negated; transformed buffers are not used.
 */
struct fast_pattern fast_pattern_choose(const struct rule *rule);

/* The only place of its buffer at which the content may begin, as far as its own options tell; PLACE_ANY. */
uint16_t content_place(const struct content *content);

/* The part of a literal that bodies are scanned for: not below FAST_PATTERN_END bytes the one, with the same
 * start, whose end is rarest in texts; of a short one all but a byte, where that is cheaper for Hyperscan. */
struct slice fast_pattern_in_body(struct slice literal);

/* How much a literal says, the higher the better: long ones of rare and different bytes. */
unsigned fast_pattern_strength(struct slice literal, bool nocase);

#endif
