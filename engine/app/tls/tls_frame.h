/*
 * Frames of TLS: records as they are on the wire, each a transaction of its own that is not shown. Without
 * rules that look into them nothing is kept. For app/tls*.c only.
 */
#ifndef SLUICE_APP_TLS_FRAME_H
#define SLUICE_APP_TLS_FRAME_H

#include "app/tls/tls_session.h"

enum { TLS_SSL2_FRAME_HEAD = 3 }; /* its length and the type of its message */

bool tls_frames_wanted(const struct app_session *session);

/*
 * A record begins: its header, of which a rule may be told before the rest is there, and how much follows.
 * Again for the same record is nothing new. Then its bytes, as they are taken: with the last of them it is
 * whole.
 */
void tls_frame_begin(struct app_session *session, enum direction direction, struct slice head, size_t rest);
void tls_frame_begin_ssl2(struct app_session *session, enum direction direction, struct slice head,
                          size_t rest);
void tls_frame_add(struct app_session *session, enum direction direction, struct slice bytes);

/* The transaction of a frame has gone. */
void tls_frame_free(struct app_session *session, struct tls_tx *tx);

enum buffer_answer tls_frame(const struct tls_tx *tx, enum direction direction, enum buffer_id id,
                             unsigned index, struct view_buffer *out);

#endif
