/*
 * A JSON object written straight as text, member by member, on one line: what EVE is made with. A tree of
 * jansson's (json.h) costs several times that.
 *
 * Members stand in the order of the calls. Nobody looks whether an object has two of one name: do not. As
 * `key` NULL writes an item of the list that is open. Text that is not valid UTF-8 is written as json.h has
 * it. A failure is remembered in `failed`: ask once, at the end. One thread.
 */
#ifndef SLUICE_OUTPUT_JSON_LINE_H
#define SLUICE_OUTPUT_JSON_LINE_H

#include "output/json.h"

struct json_line {
    struct buf *out; /* the caller's */
    size_t start;    /* of the line in it */
    bool more;       /* something stands before, in the object or list that is open */
    bool failed;     /* memory was short: throw the line away */
};

/* Opens the object behind what `out` holds. */
void line_begin(struct json_line *l, struct buf *out);

/* Closes it and adds a newline. 0, or -ENOMEM and `out` is as it was. */
int line_end(struct json_line *l);

/* There is nothing to tell: `out` is as it was. 0 or -ENOMEM when memory was short before. */
int line_drop(struct json_line *l);

void line_open(struct json_line *l, const char *key); /* an object */
void line_close(struct json_line *l);
void line_open_list(struct json_line *l, const char *key);
void line_close_list(struct json_line *l);

void line_text(struct json_line *l, const char *key, const char *text);
void line_bytes(struct json_line *l, const char *key, struct slice bytes); /* from the wire: NUL bytes too */
void line_hex(struct json_line *l, const char *key, struct slice bytes);   /* their digits */
void line_uint(struct json_line *l, const char *key, uint64_t value);      /* at most INT64_MAX */
void line_int(struct json_line *l, const char *key, int64_t value);
void line_bool(struct json_line *l, const char *key, bool value);
void line_time(struct json_line *l, const char *key, uint64_t time_ns); /* since 1970, as json_time */
void line_base64(struct json_line *l, const char *key, struct slice bytes);

/* Printable ASCII and line ends as they are, a dot for every other byte. */
void line_printable(struct json_line *l, const char *key, struct slice bytes);

/* "null", a number: what `text` says, as it is. */
void line_literal(struct json_line *l, const char *key, const char *text);

/* A value of any kind, which it frees; NULL counts as short memory. In json_write.c. */
void line_tree(struct json_line *l, const char *key, json_t *value);

/* A place to go back to: an undo takes away what was written since, as if it had not been. */
struct line_mark {
    size_t at;
    bool more;
};
struct line_mark line_mark(const struct json_line *l);
void line_undo(struct json_line *l, struct line_mark mark);

/* Closes the list, or takes it away when it is empty: `mark` was made before it was opened. */
void line_close_filled(struct json_line *l, struct line_mark mark);

#endif
