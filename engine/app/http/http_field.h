/* The names of header fields of HTTP/1 that are asked for (http_field_list.h). Pure; any thread. */
#ifndef SLUICE_APP_HTTP_FIELD_H
#define SLUICE_APP_HTTP_FIELD_H

#include "base/slice.h"

enum http_field {
    HTTP_FIELD_NONE, /* one that is not in the list */
#define HTTP_FIELD(id, name) HTTP_FIELD_##id,
#include "app/http/http_field_list.h"
#undef HTTP_FIELD
    HTTP_FIELDS
};

/* As in Suricata zero bytes in a name do not count: see http_word.h. */
enum http_field http_field_named(struct slice name);

#endif
