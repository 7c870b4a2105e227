#include "cli/ctl_print.h"

#include <stdbool.h>
#include <string.h>

enum { TEXT = 128, COLUMNS = 24, DEPTH_MOST = 4, NAME_WIDTH = 44 };

static const char *text_of(const json_t *value, char text[TEXT])
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        snprintf(text, TEXT, "%s", json_string_value(value));
        break;
    case JSON_INTEGER:
        snprintf(text, TEXT, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        snprintf(text, TEXT, "%.1f", json_real_value(value));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        snprintf(text, TEXT, "%s", json_is_true(value) ? "yes" : "no");
        break;
    default:
        snprintf(text, TEXT, "-");
    }
    return text;
}

static void print_row(const json_t *row, const json_t *columns, const int *widths, FILE *out)
{
    const char *key;
    json_t *any, *value;
    char text[TEXT];
    unsigned i = 0;
    json_object_foreach((json_t *)columns, key, any)
    {
        value = row ? json_object_get(row, key) : NULL;
        const char *shown = value ? text_of(value, text) : row ? "-" : key;
        bool number = any && json_is_number(any);
        if (i < COLUMNS)
            fprintf(out, number ? "%s%*s" : "%s%-*s", i ? "  " : "", widths[i], shown);
        i++;
    }
    fputc('\n', out);
}

/* A list of objects: the keys of the first are the columns. */
static void print_table(const json_t *list, FILE *out)
{
    const json_t *columns = json_array_get(list, 0);
    int widths[COLUMNS] = {0};
    size_t index;
    json_t *row, *value, *any;
    const char *key;
    char text[TEXT];
    unsigned i = 0;
    json_object_foreach((json_t *)columns, key, any)
    {
        if (i == COLUMNS)
            break;
        widths[i] = (int)strlen(key);
        json_array_foreach(list, index, row)
        {
            value = json_object_get(row, key);
            int width = value ? (int)strlen(text_of(value, text)) : 1;
            widths[i] = width > widths[i] ? width : widths[i];
        }
        i++;
    }
    print_row(NULL, columns, widths, out);
    json_array_foreach(list, index, row)
    {
        print_row(row, columns, widths, out);
    }
}

static void print_list(const json_t *list, FILE *out)
{
    size_t index;
    json_t *value;
    char text[TEXT];
    if (json_is_object(json_array_get(list, 0))) {
        print_table(list, out);
        return;
    }
    json_array_foreach(list, index, value)
    {
        fprintf(out, "%s%s", index ? ", " : "", text_of(value, text));
    }
    fputs(json_array_size(list) ? "\n" : "none\n", out);
}

static bool is_zero(const json_t *value)
{
    const char *key;
    json_t *part;
    if (json_is_object(value)) {
        json_object_foreach((json_t *)value, key, part)
        {
            if (!is_zero(part))
                return false;
        }
        return true;
    }
    return json_is_integer(value) && !json_integer_value(value);
}

/* Counters that are 0 below the first level are left out. */
static void print_members(const json_t *object, unsigned depth, FILE *out)
{
    const char *key;
    json_t *value;
    char text[TEXT];
    json_object_foreach((json_t *)object, key, value)
    {
        int indent = (int)depth * 2;
        if (depth && is_zero(value))
            continue;
        if (json_is_object(value) && depth < DEPTH_MOST) {
            fprintf(out, "%*s%s\n", indent, "", key);
            print_members(value, depth + 1, out);
        } else if (json_is_array(value)) {
            fprintf(out, "%*s%-*s ", indent, "", 16 - indent, key);
            print_list(value, out);
        } else if (json_is_string(value) && strchr(json_string_value(value), '\n')) {
            fprintf(out, "%*s%s:\n%s", indent, "", key, json_string_value(value));
        } else {
            fprintf(out, "%*s%-*s %*s\n", indent, "", depth ? NAME_WIDTH - indent : 16, key,
                    depth && json_is_number(value) ? 16 : 0, text_of(value, text));
        }
    }
}

void ctl_print(const json_t *value, FILE *out)
{
    if (json_is_array(value))
        print_list(value, out);
    else if (json_is_object(value))
        print_members(value, 0, out);
}
