/*
 * The header fields of one side of an HTTP/1 message: libhtp's table, and where in it those are that are
 * asked for by name (http_field_list.h). For app/http*.c only.
 *
 * The index is made once the headers are there, and as far as they have come when their first segment has
 * been read. Whoever asks before, or behind a trailer, gets the same answer from the table itself. The index
 * holds places and no pointers, since libhtp may change what a field says.
 */
#ifndef SLUICE_APP_HTTP_FIELD_H
#define SLUICE_APP_HTTP_FIELD_H

#include <htp/htp.h>

#include "base/slice.h"

enum http_field {
    HTTP_FIELD_NONE, /* one that is not in the list */
#define HTTP_FIELD(id, name) HTTP_FIELD_##id,
#include "app/http/http_field_list.h"
#undef HTTP_FIELD
    HTTP_FIELDS
};

struct http_fields {
    uint16_t at[HTTP_FIELDS]; /* the first of that name: its place in the table, and 1; 0: there is none */
    uint16_t count;           /* that are indexed */
    uint32_t bytes;           /* of their names and values, when they were */
};

static inline struct slice http_text(const bstr *text)
{
    return text ? slice_of(bstr_ptr(text), bstr_len(text)) : slice_of(NULL, 0);
}

/* As in Suricata zero bytes in a name do not count: see http_word.h. */
enum http_field http_field_named(struct slice name);
bool http_field_is(struct slice name, enum http_field field); /* but for HTTP_FIELD_NONE */

/* NULL past the last. */
const htp_header_t *http_field_at(const htp_table_t *table, size_t index);

/* Goes on from what is indexed: the table is complete, for now. */
void http_fields_index(struct http_fields *fields, const htp_table_t *table);

/* The table has not grown since: by a trailer, or before its fields are all there. */
static inline bool http_fields_are_current(const struct http_fields *fields, const htp_table_t *table)
{
    return table && fields->count == htp_table_size(table);
}

/* The value of the first of that name; p is NULL without. */
struct slice http_field_value(const struct http_fields *fields, const htp_table_t *table,
                              enum http_field field);

#endif
