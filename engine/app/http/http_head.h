/*
 * The head of an HTTP/1 message (RFC 9112, 2.1): its first line and fields as they came, in one block, and
 * where in it names and values lie. A value that came in pieces (folded over lines, or in several fields of
 * one name, RFC 9110, 5.3) is put together in a second block.
 *
 * Belongs to one side of a transaction; what it holds is accounted to the session. A head that is reused
 * allocates nothing. One thread. For app/http only.
 */
#ifndef SLUICE_APP_HTTP_HEAD_H
#define SLUICE_APP_HTTP_HEAD_H

#include "app/http/http_field.h"
#include "app/session.h"

enum { HTTP_FIELDS_MOST = 1024 }; /* one more is an error */

/* Bytes of the head: they stay where they are when its memory moves. */
struct http_part {
    uint32_t at, n;
};

/* Where in `bytes` a part of them lies; a part that is not there (p is NULL) has none. */
static inline struct http_part http_part_of(struct slice bytes, struct slice part)
{
    return part.p ? (struct http_part){(uint32_t)(part.p - bytes.p), (uint32_t)part.n}
                  : (struct http_part){0};
}

struct http_header {
    struct http_part name, value;
    uint32_t hash; /* of the name, in any case of letters */
    uint8_t field; /* enum http_field */
    bool folded;   /* the name lies in the second block */
    bool joined;   /* the value does */
    bool repeated; /* it is of several fields */
};

struct http_head {
    struct buf bytes; /* the first line with its end, fields, the empty line; and a trailer */
    struct buf joined;
    size_t joined_cost; /* accounted for it */
    struct http_header *headers;
    uint16_t
        *slots; /* by hash of the name a place in `headers`, and 1: once there are many; see http_head.c */
    uint16_t count, room;
    uint16_t first[HTTP_FIELDS]; /* of that name: its place, and 1; 0: there is none */
    uint16_t last;               /* the one that was added to last: its place; past the others: none */
    bool last_empty;             /* ... by a field without a value, so far */
    uint16_t repetitions;        /* so many were joined, beside the first of each name */
    uint32_t text;               /* bytes of all names and values */
    uint32_t fields_from;        /* in `bytes`: behind the first line */
    uint32_t fields_end;         /* ... behind the last field of the head, before the empty line */
    uint32_t trailer_from;       /* ... behind the empty line; 0: it has not come */
    uint16_t trailer_first;      /* headers before the trailer's */
    bool odd;                    /* some field is not written as "name: value" and CR LF, or comes again */
};

enum http_add { HTTP_ADDED, HTTP_JOINED, HTTP_LEFT_OUT, HTTP_TOO_MANY, HTTP_NO_MEMORY };

/* Bytes that came. False when there is no memory for them. */
bool http_head_append(struct app_session *session, struct http_head *head, struct slice bytes);

/* Fields as they came, with the empty line and the trailer. */
struct slice http_head_raw(const struct http_head *head);
struct slice http_head_part(const struct http_head *head, struct http_part part);
struct slice http_head_name(const struct http_head *head, const struct http_header *header);
struct slice http_head_value(const struct http_head *head, const struct http_header *header);

/* A part of `bytes` is put to the end of `joined`: of a field that is folded. False when memory is short. */
bool http_head_fold(struct app_session *session, struct http_head *head, struct http_part text);

/* The value that was added last goes on with that part of `bytes`. */
bool http_head_extend(struct app_session *session, struct http_head *head, struct http_part text);

/*
 * Those of a field that came: parts of `bytes`, or, where it was folded, of `joined`. Of a name that is there
 * already the values are joined by a comma.
 */
enum http_add http_head_add(struct app_session *session, struct http_head *head, struct http_part name,
                            struct http_part value, bool folded);

/* The first of that name; NULL without. */
struct http_header *http_head_find(const struct http_head *head, enum http_field field);

/* For another message of the same transaction; for the next transaction; behind that at the end of all. */
void http_head_empty(struct app_session *session, struct http_head *head);
void http_head_reuse(struct app_session *session, struct http_head *head);
void http_head_fini(struct http_head *head);

#endif
