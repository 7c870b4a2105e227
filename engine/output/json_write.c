/* Trees as text. Jansson's own writer checks all text once more and asks for memory for each piece. */
#include "output/json_line.h"

#include <errno.h>
#include <stdlib.h>

static void put_value(struct json_line *l, const char *key, json_t *value)
{
    const char *name;
    json_t *member;
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        line_open(l, key);
        json_object_foreach(value, name, member) put_value(l, name, member);
        line_close(l);
        return;
    case JSON_ARRAY:
        line_open_list(l, key);
        for (size_t i = 0; i < json_array_size(value); i++)
            put_value(l, NULL, json_array_get(value, i));
        line_close_list(l);
        return;
    case JSON_STRING:
        line_bytes(l, key, slice_of(json_string_value(value), json_string_length(value)));
        return;
    case JSON_INTEGER:
        line_int(l, key, json_integer_value(value));
        return;
    case JSON_TRUE:
    case JSON_FALSE:
        line_bool(l, key, json_is_true(value));
        return;
    case JSON_NULL:
        line_literal(l, key, "null");
        return;
    case JSON_REAL:
        break;
    }
    char *number = json_dumps(value, JSON_ENCODE_ANY);
    if (number)
        line_literal(l, key, number);
    else
        l->failed = true;
    free(number);
}

void line_tree(struct json_line *l, const char *key, json_t *value)
{
    if (value)
        put_value(l, key, value);
    else
        l->failed = true;
    json_decref(value);
}

int json_write(json_t *value, struct buf *out)
{
    struct json_line l = {.out = out};
    put_value(&l, NULL, value);
    return l.failed ? -ENOMEM : 0;
}
