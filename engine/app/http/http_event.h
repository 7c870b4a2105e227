/* What libhtp remarks on, and what it does not, as events under Suricata's names. Internal to app/http*.c. */
#ifndef SLUICE_APP_HTTP_EVENT_H
#define SLUICE_APP_HTTP_EVENT_H

#include "app/http/http_session.h"

/* A line of libhtp's log, which is freed: libhtp would keep all of them. */
int http_event_of_log(htp_log_t *log);

/* Raises what the flags of the request say, once its headers are there. */
void http_event_of_request(struct app_session *session, struct http_tx *tx);

/*
 * Chunked bodies (RFC 9112, 7.1): looks for extensions in the lines of the chunks' sizes, which libhtp keeps
 * to itself. Those are what is in the input between two pieces of a body. `at`: so many bytes of the input
 * were read; `data`: what of them, at their end, is a piece of the body.
 */
void http_event_of_chunk(struct app_session *session, struct http_tx *tx, enum direction direction, size_t at,
                         size_t data);

/* A body begins behind so many bytes of the input. */
void http_event_chunks_begin(struct http *http, enum direction direction, size_t at);

/* The input is read; what is left of it may be the begin of a line. */
void http_event_chunks_go_on(struct app_session *session, enum direction direction, size_t size);

#endif
