/* The files of an HTTP/1 message: see http_file.c. For app/http*.c only. */
#ifndef SLUICE_APP_HTTP_FILE_H
#define SLUICE_APP_HTTP_FILE_H

#include "app/http/http.h"

/* Bytes of a decoded body (true: a file of it is being stored, and the limit does not hold); bytes of it that
 * are missing; its end; frees the form. */
bool http_file_data(struct app_session *session, struct http_tx *tx, enum direction direction,
                    struct slice bytes);
void http_file_gap(struct app_session *session, struct http_tx *tx, enum direction direction, uint64_t bytes);
void http_file_end(struct app_session *session, struct http_tx *tx, enum direction direction, bool whole);
void http_file_fini(struct http_tx *tx);

/* Whether a file of that body is being stored. */
bool http_file_is_stored(const struct http_tx *tx, enum direction direction);

/* What the file of a body is called; false when there is nothing to call it. */
bool http_file_has_name(struct http_tx *tx);

#endif
