/*
 * What requests and responses of HTTP/1 have in common: transactions that begin and messages that end, the
 * fields of a head or a trailer, bodies of known length and in chunks. For app/http only.
 */
#ifndef SLUICE_APP_HTTP_MESSAGE_H
#define SLUICE_APP_HTTP_MESSAGE_H

#include "app/http/http_session.h"
#include "base/app_event.h"

/* A transaction for the next request. NULL at a cap: http->refused is set, nothing is parsed any more. */
struct http_tx *http_tx_start(struct app_session *session);

/* An event of what is being parsed. */
void http_remark(struct app_session *session, enum app_event event);

/* The line is too long, or there is no memory for it: STEP_ERROR. */
enum http_step http_read_failed(struct app_session *session, enum direction direction, enum http_read read);

/* The first line is kept, and nothing before it. STEP_ON, or STEP_ERROR when there is no memory. */
enum http_step http_keep_line(struct app_session *session, enum direction direction, struct slice line);

/* Reads fields: STEP_ON once they are over, or the stream is. */
enum http_step http_read_fields(struct app_session *session, enum direction direction);

/* The head is there and said how the body comes. */
void http_headers_came(struct app_session *session, enum direction direction);

/* Bytes of the body (as they came, dechunked). */
void http_body_came(struct app_session *session, enum direction direction, struct slice bytes);

/* The whole message was read. */
void http_message_came(struct app_session *session, enum direction direction);

/* Reads up to way->left bytes of a body: STEP_ON once there were so many. */
enum http_step http_read_body(struct app_session *session, enum direction direction);

/* Content-Length (RFC 9110, 8.6), the first number in it; -1: there is none. */
int64_t http_length_read(struct slice value);

enum { HTTP_CHUNK_BAD = -1, HTTP_CHUNK_EMPTY = -2 };

/* The line with a chunk's size (RFC 9112, 7.1). HTTP_CHUNK_BAD; HTTP_CHUNK_EMPTY: there is nothing in it. */
int64_t http_chunk_size_read(struct slice line);

/* Whether a word stands somewhere in it, in any case of letters. */
bool http_names(struct slice value, const char *word);

#endif
