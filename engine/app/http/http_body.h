/* Bodies of HTTP/1: see http_body.c. For app/http only. */
#ifndef SLUICE_APP_HTTP_BODY_H
#define SLUICE_APP_HTTP_BODY_H

#include "app/http/http.h"

/* How that direction's body is looked at. */
struct app_body_limits http_body_limits(const struct app_session *session, enum direction direction);

/* The headers are there; bytes of a body as they came, dechunked, in order; its end. */
void http_body_begin(struct app_session *session, struct http_tx *tx, enum direction direction);
void http_body_data(struct app_session *session, struct http_tx *tx, enum direction direction,
                    struct slice bytes);
void http_body_end(struct app_session *session, struct http_tx *tx, enum direction direction, bool whole);

#endif
