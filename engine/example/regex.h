/*
 * A regular expression as a program over sets of bytes, for making strings that match: what PCRE2 would
 * search for, without what cannot be made by going forward (lookarounds are left out, a back reference is its
 * group again). Whether a string matches is for PCRE2 to say, not for this.
 *
 * Sizes are capped (REGEX_MOST): an expression that is too large or not understood is refused with a reason.
 */
#ifndef SLUICE_EXAMPLE_REGEX_H
#define SLUICE_EXAMPLE_REGEX_H

#include "example/draft.h"
#include "rulework/regex/regex_tree.h"

enum { REGEX_MOST = 16384 };

enum regex_op {
    REGEX_BYTE,  /* one of `set`, then `next` */
    REGEX_SPLIT, /* `next` or `other` */
    REGEX_BEGIN, /* only at the begin of the subject, then `next` */
    REGEX_END,   /* only at its end */
    REGEX_FOUND,
};

struct regex_step {
    enum regex_op op;
    bool lines; /* BEGIN and END: of a line */
    uint32_t next, other;
    struct byte_set set;
};

struct regex {
    struct regex_step *steps;
    uint32_t count, capacity, start;
    bool anchored;                   /* can be found at the begin only */
    const char *refused;             /* why it could not be understood; NULL */
    struct slice looks[REGEX_LOOKS]; /* lookaheads at its begin, without their brackets: of `pattern` */
    unsigned look_count;
};

/* 0, -ENOMEM, or -EINVAL with regex->refused; call regex_fini either way. */
int regex_init(struct regex *regex, struct slice pattern, unsigned flags);
void regex_fini(struct regex *regex);

/*
 * Narrows the draft, from cell `from` on, to strings in which the expression is found there, putting in as
 * few cells as possible. *end: the cell behind what was found; moved[i], unless NULL, where cell i of before
 * is now (draft->count of before + 1 entries). False when there is no such string, or too much to look
 * through.
 */
bool regex_fit(const struct regex *regex, struct draft *draft, uint32_t from, uint32_t *end, uint32_t *moved);

#endif
