/*
 * What trees of JSON need beside jansson: text from the wire or from rules made valid UTF-8, timestamps. All
 * setters remember a failure in `failed`, so that the caller asks once, at the end. One thread. EVE's
 * records, of which there are many, are made without a tree: json_line.h.
 */
#ifndef SLUICE_OUTPUT_JSON_H
#define SLUICE_OUTPUT_JSON_H

#include <jansson.h>

#include "base/buf.h"

struct json_writer {
    bool failed; /* memory was short: throw the record away */
};

enum { TIME_TEXT = 40 };

/* "2023-11-14T22:13:20.123456+0000": UTC, microseconds, as EVE has it. */
void json_time(uint64_t time_ns, char text[TIME_TEXT]);

void json_put(struct json_writer *w, json_t *object, const char *key, json_t *value); /* takes `value` */
void json_put_text(struct json_writer *w, json_t *object, const char *key, const char *text);
void json_put_uint(struct json_writer *w, json_t *object, const char *key, uint64_t value);

/* A string with every byte that is not part of valid UTF-8 written as \xHH; NULL when memory is short. */
json_t *json_text(const char *text);

/* Text from the wire, NUL bytes too: as it is, or every byte that is not ASCII as \xHH. */
json_t *json_bytes(struct slice bytes);
void json_put_bytes(struct json_writer *w, json_t *object, const char *key, struct slice bytes);
void json_append(struct json_writer *w, json_t *array, json_t *value); /* takes `value` */

/*
 * json_write.c: appends any value as jansson's json_dumps has it with JSON_COMPACT, members in the order in
 * which they were set. 0, or not 0 when memory is short: what was appended by then is still there.
 */
int json_write(json_t *value, struct buf *out);

/* Appends the object in compact form and a newline, and frees it. 0 or -ENOMEM. */
int json_finish(struct json_writer *w, json_t *object, struct buf *out);

#endif
