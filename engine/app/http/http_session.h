/* What an HTTP/1 session keeps beside its transactions: libhtp's parser and where it stands. For app/http*.c
 * only. */
#ifndef SLUICE_APP_HTTP_SESSION_H
#define SLUICE_APP_HTTP_SESSION_H

#include "app/http/http.h"

/* Where the line with a chunk's size is being read; see http_event.c. */
struct http_chunk_line {
    enum { CHUNK_NONE, CHUNK_BEFORE, CHUNK_IN_LINE, CHUNK_BEHIND } state;
    size_t from; /* offset in the input */
};

/* A message that rules about frames look into: see http_frame.h. */
struct http_open_frame {
    bool open;
    size_t from; /* offset in the input of what is not kept yet */
    size_t sure; /* ... that belongs to a message for sure; 0: none */
};

struct http {
    htp_connp_t *parser; /* NULL while the connection is idle */
    enum direction parsing;
    uint32_t started;     /* transactions that this parser has seen */
    uint32_t fields_few;  /* see http_many.h; 0: HTTP_FIELDS_FEW (tests set it) */
    bool fields_unsorted; /* libhtp is given pieces, but left alone with many fields (tests set it) */
    uint8_t last_byte[DIRECTIONS]; /* that libhtp has read */
    struct slice input;            /* the bytes that libhtp reads: a piece of those at hand */
    size_t input_at;               /* ... where it begins in them */
    size_t status_line_end;        /* in what libhtp is given: behind it; 0: it was not there */
    struct http_chunk_line chunk_lines[DIRECTIONS];
    struct http_open_frame frames[DIRECTIONS];
    uint8_t bombs; /* bodies that were too much, so far; at most 255 */
    bool is_http;  /* the response at hand begins like one */
    bool refused;  /* a transaction, at a cap */
    bool broken;   /* by an error: nothing is parsed any more */
    bool switched; /* to another protocol: so many bytes of the response at hand are the old one's */
    size_t switched_at;
};

#endif
