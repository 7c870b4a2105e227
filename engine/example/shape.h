/*
 * From what a rule asks of buffers to what two hosts say to each other: one file a protocol (shape_http.c,
 * ...).
 *
 * A shaping borrows the rules; what is said goes into a script (script.h). One thread.
 */
#ifndef SLUICE_EXAMPLE_SHAPE_H
#define SLUICE_EXAMPLE_SHAPE_H

#include "base/buf.h"
#include "base/buffer_id.h"
#include "base/err.h"
#include "flow/direction.h"

struct eval; /* rule/chain.h */
struct rule; /* rule/rule.h */
struct script;

enum { SHAPE_RULES = 4 };

struct shape {
    const struct rule
        *rules[SHAPE_RULES]; /* whose options one exchange is to meet; the last is the one asked for */
    unsigned rule_count;
    struct eval *eval;
    enum direction side; /* in which the bytes of the packet or stream go, for buffers that both have */
    struct buf base64;   /* what base64_decode is to find */
};

/*
 * Bytes which all chains match that look into any of these buffers in that direction; a chain that asks for
 * the buffer's absence is left out. 1; 0: no chain looks there; -EINVAL, -ENOMEM with *err.
 */
int shape_solve(struct shape *shape, const enum buffer_id *ids, unsigned id_count, enum direction side,
                const char *grammar, struct buf *out, struct err *err);

/* The same for each such chain of the last rule by itself: bytes for `take`, which returns 0 or a negative
 * errno. */
int shape_solve_each(struct shape *shape, enum buffer_id id, enum direction side, const char *grammar,
                     int (*take)(void *ctx, struct slice bytes, struct err *err), void *ctx, struct err *err);

/* Whether these bytes meet all such chains. */
bool shape_holds(struct shape *shape, const enum buffer_id *ids, unsigned id_count, enum direction side,
                 struct slice bytes);

/* Whether a chain looks there; *absent, unless NULL: whether one asks that there be none. */
bool shape_asks(const struct shape *shape, enum buffer_id id, enum direction side, bool *absent);

/* Text that matches itself as a regular expression. 0 or -ENOMEM. */
int shape_quote(struct buf *out, struct slice text);

/* Each adds to the script what is said. 0, or -EINVAL (it cannot be made: why), -E2BIG, -ENOMEM with *err. */
int shape_http(struct shape *shape, struct script *script, struct err *err);
int shape_dns(struct shape *shape, struct script *script, struct err *err);
int shape_tls(struct shape *shape, struct script *script, struct err *err);
/* whole: in one packet. */
int shape_raw(struct shape *shape, bool whole, struct script *script, struct err *err);

/* Payload: bytes that the chains over it match. As shape_solve. */
int shape_payload(struct shape *shape, const char *grammar, struct buf *out, struct err *err);

#endif
