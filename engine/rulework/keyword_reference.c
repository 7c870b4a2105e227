#include "rulework/keyword_reference.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buffer_id.h"
#include "rule/keyword.h"

static const struct keyword *const families[] = {
#define KEYWORDS(family) keywords_##family,
#include "rule/keyword_list.h"
#undef KEYWORDS
};
enum { FAMILIES = sizeof families / sizeof families[0] };

static const struct keyword_text {
    const char *name, *buffer, *summary, *arguments, *protocol, *example;
} texts[] = {
#define KEYWORD_TEXT(name, buffer, summary, arguments, protocol, example) \
    {name, buffer, summary, arguments, protocol, example},
#include "rulework/keyword_text_list.h"
#undef KEYWORD_TEXT
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

static const struct keyword_text *text_of(const char *name)
{
    for (size_t i = 0; i < TEXTS; i++)
        if (strcmp(texts[i].name, name) == 0)
            return &texts[i];
    return NULL;
}

static const struct buffer_info *buffer_named(const char *name)
{
    for (int id = 0; name && id < BUFFER_COUNT; id++)
        if (strcmp(buffer_info((enum buffer_id)id)->name, name) == 0)
            return buffer_info((enum buffer_id)id);
    return NULL;
}

static struct keyword_reference reference_of(const struct keyword *keyword)
{
    struct keyword_reference r = {keyword->name, keyword->alias, "", "", "", "", NULL};
    const struct keyword_text *text = text_of(keyword->name);
    if (text) {
        r.summary = text->summary;
        r.arguments = text->arguments;
        r.example_protocol = text->protocol;
        r.example = text->example;
    }
    r.buffer = buffer_named(text && text->buffer ? text->buffer : keyword->name);
    return r;
}

static int by_name(const void *a, const void *b)
{
    const struct keyword_reference *x = a, *y = b;
    return strcmp(x->name, y->name);
}

int keyword_references(struct keyword_reference **list, size_t *count)
{
    size_t n = 0;
    for (size_t i = 0; i < FAMILIES; i++)
        for (const struct keyword *k = families[i]; k->name; k++)
            n++;
    *count = 0;
    *list = calloc(n + 1, sizeof **list);
    if (!*list)
        return -ENOMEM;
    for (size_t i = 0; i < FAMILIES; i++)
        for (const struct keyword *k = families[i]; k->name; k++)
            (*list)[(*count)++] = reference_of(k);
    qsort(*list, *count, sizeof **list, by_name);
    return 0;
}

static bool has(const char *text, const char *part)
{
    return text && strcasestr(text, part) != NULL;
}

bool keyword_reference_has(const struct keyword_reference *r, const char *text)
{
    return has(r->name, text) || has(r->alias, text) || has(r->summary, text) || has(r->arguments, text);
}

bool keyword_reference_named(const struct keyword_reference *r, const char *name)
{
    return text_equal(slice_str(name), r->name) || (r->alias && text_equal(slice_str(name), r->alias));
}

int keyword_reference_example(const struct keyword_reference *r, struct buf *out)
{
    bool message = strcmp(r->name, "msg") == 0;
    return buf_printf(out, "alert %s any any -> any any (msg:\"%s\"; %s sid:1;)", r->example_protocol,
                      message ? "what was seen" : r->name, r->example);
}
