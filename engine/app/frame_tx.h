/*
 * Frames of a protocol that has no transaction for them: each gets one of its own, of one direction, which no
 * record shows. What follows the struct app_tx is the parser's. One worker's.
 */
#ifndef SLUICE_APP_FRAME_TX_H
#define SLUICE_APP_FRAME_TX_H

#include "app/session.h"

/*
 * Takes over the bytes, which are accounted: into `into` of the new transaction, at that offset of it. It is
 * to be completed when the rest of it is filled in. NULL when memory is short: the bytes are given back.
 */
struct app_tx *app_frame_tx_new(struct app_session *session, enum direction direction, struct buf *bytes,
                                size_t into);

/* The same of a copy of the bytes, so many of them at most. */
struct app_tx *app_frame_tx_of(struct app_session *session, enum direction direction, struct slice bytes,
                               size_t into);

#endif
