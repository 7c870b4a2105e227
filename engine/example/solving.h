/* The state of one solve(), shared by the files that place the steps of each kind. One thread. */
#ifndef SLUICE_EXAMPLE_SOLVING_H
#define SLUICE_EXAMPLE_SOLVING_H

#include "example/draft.h"
#include "example/regex.h"
#include "example/solve.h"
#include "rule/chain.h"

struct content; /* rule/content.h */

enum { SOLVE_STEPS = 128, SOLVE_SIZES = 8 };

struct solve_item { /* a step, in the order in which it is placed */
    const struct step *step;
    const struct rule *rule;
    uint32_t base;      /* where its buffer begins in the draft */
    struct regex regex; /* of a pcre */
    bool pcre_relative, pcre_caseless, pcre_negated;
    bool group_begins; /* counts from the start of the buffer */
    bool ends_buffer;
    uint32_t group, rank; /* for the order */
};

struct solving {
    const struct solve_request *request;
    struct solve_item items[SOLVE_STEPS];
    struct solve_item *order[SOLVE_STEPS];
    unsigned count;
    const struct uint_condition *sizes[SOLVE_SIZES];
    uint32_t size_bases[SOLVE_SIZES];
    unsigned size_count;
    struct regex grammar;
    bool dotprefix, variables;
    struct draft draft;
    uint32_t cursor; /* in the draft */
    uint64_t values[RULE_VARIABLES];
    unsigned attempt, tries;       /* tries: left of this attempt */
    uint64_t work;                 /* left */
    unsigned deepest;              /* steps that were placed at once, at the most */
    const struct chain *unmatched; /* of the last string that was chosen */
    struct buf *out;
    int rc; /* -ENOMEM */
};

/* The rest of the steps, from order[at] on, and then the choice: true when *out holds. */
bool solve_rest(struct solving *s, unsigned at);

/* What the step at order[at] asks, then solve_rest. */
bool solve_content(struct solving *s, unsigned at, const struct content *content);
bool solve_pcre(struct solving *s, unsigned at);
bool solve_size(struct solving *s, unsigned at); /* isdataat */
bool solve_number(struct solving *s, unsigned at, bool *known);
bool solve_base64(struct solving *s, unsigned at);

/* The state that a try changes, kept and brought back. */
struct solve_mark {
    struct draft draft;
    uint32_t cursor;
    uint64_t values[RULE_VARIABLES];
};
bool solve_mark(struct solving *s,
                struct solve_mark *mark); /* false: no memory; then nothing is to be released */
void solve_return(struct solving *s, const struct solve_mark *mark);
void solve_release(struct solve_mark *mark);

/* Puts the steps into the order of this attempt. */
void solve_arrange(struct solving *s);

/* Fits a regular expression into the draft from a cell on, as far as the work allows. */
bool solve_fit(struct solving *s, const struct regex *regex, uint32_t from, uint32_t *end);

/* Brings the draft to a length that all sizes allow; false when there is none. */
bool solve_fit_sizes(struct solving *s);
bool solve_sizes_hold(const struct solving *s, uint32_t count);

#endif
