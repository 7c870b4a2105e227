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
