/*
 * Messages with many fields (RFC 9112, 5). libhtp compares the name of each field with those of all before
 * it: of a head with a thousand that is half a million comparisons. So from HTTP_FIELDS_FEW fields on, its
 * table has only those that it asks for itself, and the last few; all of them are in a table here, with a
 * hash of their names. Once the head (or trailer) is over libhtp has that one. What comes of it, values and
 * events, is what libhtp alone makes of it.
 *
 * For that it is given its input in pieces: of few lines, and where there are many fields, of one.
 *
 * Belongs to one side of a transaction. For app/http*.c only.
 */
#ifndef SLUICE_APP_HTTP_MANY_H
#define SLUICE_APP_HTTP_MANY_H

#include "app/http/http_session.h"

enum { HTTP_FIELDS_FEW = 32 };

struct http_many;

/* How much of the input libhtp is given next. */
size_t http_many_piece(const struct http *http, enum direction direction, struct slice rest);

/*
 * libhtp has read a piece: takes what is new from its table. False when there are too many fields or memory
 * is short, where libhtp alone would have ended with an error: the event is raised, nothing is parsed on.
 */
bool http_many_sort(struct app_session *session, enum direction direction);

/* The head or trailer is over, or its transaction goes: libhtp has the table of all. Same result. */
bool http_many_end(struct app_session *session, struct http_tx *tx, enum direction direction);

/* All fields so far. */
const htp_table_t *http_many_all(const struct http_many *many);

#endif
