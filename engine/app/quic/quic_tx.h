/* The parser's side of a QUIC transaction (app/quic/quic.h): filling it, and freeing what it owns. One
 * worker. */
#ifndef SLUICE_APP_QUIC_TX_H
#define SLUICE_APP_QUIC_TX_H

#include "app/quic/quic.h"

/*
 * A whole TLS handshake message, taken over when it is a hello. 0; -EBADMSG: it is none, or broken; -ENOMEM.
 */
int quic_tx_set_hello(struct quic_tx *tx, struct buf *message);

/* A message of Google's handshake, or what may be a part of one: only a whole client hello tells. 0 or
 * -ENOMEM. */
int quic_tx_add_google(struct quic_tx *tx, struct slice message);

void quic_tx_fini(struct quic_tx *tx);

enum buffer_answer quic_tx_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                                  enum buffer_id id, unsigned index, struct view_buffer *out);

#endif
