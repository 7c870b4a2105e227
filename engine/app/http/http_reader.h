/*
 * The bytes of one direction of HTTP/1 as its parser takes them: lines and pieces of bodies, where they lie.
 * Only the begin of a line whose end has not come is kept. One thread; for app/http only.
 */
#ifndef SLUICE_APP_HTTP_READER_H
#define SLUICE_APP_HTTP_READER_H

#include "base/buf.h"

enum { HTTP_LINE_MOST = 18000 /* bytes of a line; Suricata's limit */ };

struct http_reader {
    struct slice in;   /* what is at hand */
    size_t at;         /* read of it */
    struct buf held;   /* the begin of a line, from before */
    struct slice line; /* the one that was read last */
    bool is_held;      /* ... is the held one */
    bool again;        /* ... is read once more: see http_reader_unread */
    bool last;         /* nothing follows without a gap */
    bool closed;       /* nothing follows at all, and nothing is at hand */
};

enum http_read { HTTP_READ, HTTP_READ_LATER, HTTP_READ_TOO_LONG, HTTP_READ_NO_MEMORY };

/* Takes the next line, with its end (LF); LATER: the begin that is there is kept. Good until the next call.
 */
enum http_read http_reader_line(struct http_reader *reader, struct slice *line);

/* The same; a CR that no LF follows ends a line, too. */
enum http_read http_reader_line_or_cr(struct http_reader *reader, struct slice *line);

/* What is kept of a line that has no end, as one; nothing of it is kept any more. */
struct slice http_reader_rest(struct http_reader *reader);

/* The last line, or rest, comes again. */
void http_reader_unread(struct http_reader *reader);

/* Takes up to so many bytes, of what lies together. */
struct slice http_reader_bytes(struct http_reader *reader, uint64_t most);

/* Takes what is left of a line, and its end. False: all was taken, and there is no end. */
bool http_reader_skip_line(struct http_reader *reader);

/* The next byte; -1 when it is not there. */
int http_reader_peek(const struct http_reader *reader);

/* Bytes that are there and not taken, but for what is kept. */
static inline size_t http_reader_left(const struct http_reader *reader)
{
    return reader->in.n - reader->at + (reader->again ? reader->line.n : 0);
}

/* Where in the bytes at hand the next one is read. */
static inline size_t http_reader_position(const struct http_reader *reader)
{
    size_t again = reader->again ? reader->line.n : 0;
    return again < reader->at ? reader->at - again : 0;
}

void http_reader_fini(struct http_reader *reader);

#endif
