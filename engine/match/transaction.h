/*
 * Rules against the transactions of a flow's application protocol: a rule fires once a transaction and
 * direction, when all its buffers have matched, at one time or one after the other.
 *
 * What has matched so far hangs on tx->match_state. The flow's worker's own; used by matcher.c and renew.c
 * only.
 */
#ifndef SLUICE_MATCH_TRANSACTION_H
#define SLUICE_MATCH_TRANSACTION_H

#include "match/worker.h"

struct app_session;
struct app_tx;

/*
 * Looks at the transactions in which something changed, in the packet's direction; matches are added. Of no
 * use where none has, no rule is about stages and there is no chunk of the stream.
 */
void match_transactions(struct matcher *m, const struct view *packet, const struct view *stream,
                        struct app_session *session);

/* Gives back what hangs on the transaction. */
void transaction_match_put(struct matcher *m, struct app_tx *tx);

/* Frees those that wait to be used again. */
void transaction_matches_free(struct matcher *m);

#endif
