/*
 * Frames of HTTP/1: requests and responses as they are on the wire, from their first line to the end of their
 * body, for rules that look into them. For app/http*.c only; without such rules nothing is kept.
 */
#ifndef SLUICE_APP_HTTP_FRAME_H
#define SLUICE_APP_HTTP_FRAME_H

#include "app/http/http_session.h"

/* A message begins, or ends, where the input was read to. */
void http_frame_begin(struct app_session *session, struct http_tx *tx, enum direction direction);
void http_frame_end(struct app_session *session, struct http_tx *tx, enum direction direction);

/* The input is read; a message that is under way goes on in the next. */
void http_frame_go_on(struct app_session *session, enum direction direction);

enum buffer_answer http_frame(const struct app_session *session, const struct http_tx *tx,
                              enum direction direction, enum buffer_id id, unsigned index,
                              struct view_buffer *out);

void http_frame_free(struct app_session *session, struct http_tx *tx);

#endif
