/*
 * Bytes of one buffer which the chains of a rule that look into it match, all of them.
 *
 * The steps narrow a draft one after the other, those with a position first; where one can go to several
 * places they are tried in turn. What comes out is judged by the chains themselves (rule/chain.h), so a
 * result is never wrong; that there is none does not mean that there could be none. Work is bounded
 * (SOLVE_WORK).
 */
#ifndef SLUICE_EXAMPLE_SOLVE_H
#define SLUICE_EXAMPLE_SOLVE_H

#include "base/buf.h"
#include "base/err.h"
#include "flow/direction.h"

struct chain;          /* rule/chain.h */
struct eval;           /* rule/chain.h */
struct rule;           /* rule/rule.h */
struct uint_condition; /* rule/keyword.h */

enum { SOLVE_CHAINS = 16 };

#define SOLVE_WORK (UINT64_C(48) << 20) /* states of regular expressions looked at, for one buffer */

struct solve_request {
    const struct chain *chains[SOLVE_CHAINS]; /* all over the same bytes, whatever their buffer is called */
    const struct rule *rules[SOLVE_CHAINS];   /* whose they are */
    unsigned chain_count;
    const char *grammar;                /* a regular expression that the bytes must match as a whole; NULL */
    const struct uint_condition *size;  /* of the bytes (dsize); NULL */
    bool (*usable)(struct slice bytes); /* whether they arrive as they are; NULL: all do */
    struct slice base64;                /* what base64_decode of these chains is to find */
    enum direction direction;           /* in which they are sent */
    struct eval *eval;                  /* of the caller */
};

/*
 * Fills `out` (cleared before). 0; -EINVAL with *err: which option could not be met; -ENOMEM. Chains that ask
 * for the buffer's absence are the caller's to leave out.
 */
int solve(const struct solve_request *request, struct buf *out, struct err *err);

/* Whether the chains match these bytes: the engine's own evaluation. *failed, unless NULL: the first that
 * does not. */
bool solve_holds(const struct solve_request *request, struct slice bytes, const struct chain **failed);

#endif
