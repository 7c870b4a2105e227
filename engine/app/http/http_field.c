#include "app/http/http_field.h"

#include <strings.h>

#include "app/http/http_word.h"

static const struct {
    const char *text;
    size_t n;
} names[HTTP_FIELDS] = {
#define HTTP_FIELD(id, name) [HTTP_FIELD_##id] = {name, sizeof name - 1},
#include "app/http/http_field_list.h"
#undef HTTP_FIELD
};

enum http_field http_field_named(struct slice name)
{
    if (!name.n)
        return HTTP_FIELD_NONE;
    enum { CASE = 0x20 };
    for (int f = HTTP_FIELD_NONE + 1; f < HTTP_FIELDS; f++)
        if (names[f].n == name.n && (name.p[0] | CASE) == names[f].text[0] &&
            strncasecmp((const char *)name.p, names[f].text, name.n) == 0)
            return (enum http_field)f;
    if (!memchr(name.p, 0, name.n))
        return HTTP_FIELD_NONE;
    for (int f = HTTP_FIELD_NONE + 1; f < HTTP_FIELDS; f++)
        if (http_word_is(name, names[f].text))
            return (enum http_field)f;
    return HTTP_FIELD_NONE;
}

bool http_field_is(struct slice name, enum http_field field)
{
    if (name.n == names[field].n)
        return strncasecmp((const char *)name.p, names[field].text, name.n) == 0;
    return name.n > names[field].n && memchr(name.p, 0, name.n) && http_word_is(name, names[field].text);
}

const htp_header_t *http_field_at(const htp_table_t *table, size_t index)
{
    return table && index < htp_table_size(table) ? htp_table_get_index(table, index, NULL) : NULL;
}

void http_fields_index(struct http_fields *fields, const htp_table_t *table)
{
    size_t count = table ? htp_table_size(table) : 0;
    if (count < fields->count || count >= UINT16_MAX) /* the latter never: libhtp is told to take fewer */
        *fields = (struct http_fields){0};
    if (count >= UINT16_MAX)
        return;
    for (size_t i = fields->count; i < count; i++) {
        const htp_header_t *header = htp_table_get_index(table, i, NULL);
        struct slice name = http_text(header->name);
        enum http_field field = http_field_named(name);
        fields->bytes += (uint32_t)(name.n + http_text(header->value).n);
        if (field != HTTP_FIELD_NONE && !fields->at[field])
            fields->at[field] = (uint16_t)(i + 1);
    }
    fields->count = (uint16_t)count;
}

struct slice http_field_value(const struct http_fields *fields, const htp_table_t *table,
                              enum http_field field)
{
    const htp_header_t *header;
    if (http_fields_are_current(fields, table)) {
        header = fields->at[field] ? htp_table_get_index(table, fields->at[field] - 1u, NULL) : NULL;
        return header ? http_text(header->value) : slice_of(NULL, 0);
    }
    for (size_t i = 0; (header = http_field_at(table, i)); i++)
        if (http_field_named(http_text(header->name)) == field)
            return http_text(header->value);
    return slice_of(NULL, 0);
}
