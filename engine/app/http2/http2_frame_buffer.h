/*
 * Frames of HTTP/2 for rules that look into them: kept while one asks, each a transaction of its own that is
 * not shown. For app/http2*.c only.
 */
#ifndef SLUICE_APP_HTTP2_FRAME_BUFFER_H
#define SLUICE_APP_HTTP2_FRAME_BUFFER_H

#include "app/http2/http2_connection.h"

/* The bytes of a frame as they are taken, its header first; it is whole; what is kept of it goes. */
void http2_frame_add(struct app_session *session, enum direction direction, struct slice bytes);
void http2_frame_end(struct app_session *session, enum direction direction);
void http2_frame_drop(struct app_session *session, enum direction direction);

bool http2_is_frame_buffer(enum buffer_id id);
enum buffer_answer http2_frame_buffer(const struct http2_tx *tx, enum buffer_id id, unsigned index,
                                      struct view_buffer *out);

#endif
