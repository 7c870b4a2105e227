#include "rulework/source.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "rulework/finding.h"

static bool take_word(struct slice *rest, const char *word)
{
    size_t n = strlen(word);
    if (rest->n < n || memcmp(rest->p, word, n) != 0)
        return false;
    *rest = slice_of(rest->p + n, rest->n - n);
    return true;
}

static void skip_blanks(struct slice *rest)
{
    while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t'))
        *rest = slice_of(rest->p + 1, rest->n - 1);
}

static size_t code_length(struct slice rest)
{
    size_t n = 0;
    while (n < rest.n && ((rest.p[n] >= 'a' && rest.p[n] <= 'z') || rest.p[n] == '-'))
        n++;
    return n;
}

static int add(struct source *source, const struct source_comment *comment)
{
    if (grow_array(&source->comments, source->comment_count, &source->comment_capacity))
        return -ENOMEM;
    source->comments[source->comment_count++] = *comment;
    return 0;
}

/* A code that nobody knows is kept, so that it can be said. */
static int add_unknown(struct source *source, struct source_comment where, struct slice line,
                       struct slice code)
{
    where.codes = 0;
    where.column = (unsigned)(code.p - line.p) + 1;
    where.end_column = where.column + (unsigned)(code.n ? code.n : 1);
    where.unknown = strndup((const char *)code.p, code.n);
    int rc = where.unknown ? add(source, &where) : -ENOMEM;
    if (rc)
        free(where.unknown);
    return rc;
}

static int read_comment(struct source *source, struct slice line, unsigned number)
{
    struct slice rest = line;
    skip_blanks(&rest);
    if (!take_word(&rest, "#"))
        return 0;
    skip_blanks(&rest);
    if (!take_word(&rest, "sluice:"))
        return 0;
    skip_blanks(&rest);
    bool whole = take_word(&rest, "disable-file=");
    if (!whole && !take_word(&rest, "disable="))
        return 0;
    struct source_comment comment = {.line = number};
    int rc = 0;
    do {
        skip_blanks(&rest);
        struct slice code = slice_first(rest, code_length(rest));
        enum finding_code found;
        if (finding_code_find(code, &found))
            comment.codes |= UINT64_C(1) << found;
        else
            rc = add_unknown(source, comment, line, code);
        rest = slice_of(rest.p + code.n, rest.n - code.n);
        skip_blanks(&rest);
    } while (!rc && take_word(&rest, ","));
    if (whole)
        source->disabled |= comment.codes;
    else if (!rc && comment.codes)
        rc = add(source, &comment);
    return rc;
}

int source_init(struct source *source, const char *name, struct slice text)
{
    *source = (struct source){.name = strdup(name)};
    if (!source->name || buf_append(&source->text, text))
        return -ENOMEM;
    struct slice rest = buf_slice(&source->text);
    int rc = 0;
    for (unsigned number = 1; !rc && rest.n; number++) {
        const uint8_t *end = memchr(rest.p, '\n', rest.n);
        size_t n = end ? (size_t)(end - rest.p) : rest.n;
        rc = read_comment(source, slice_first(rest, n), number);
        rest = slice_from(rest, end ? n + 1 : n);
    }
    return rc;
}

void source_fini(struct source *source)
{
    free(source->name);
    buf_fini(&source->text);
    for (uint32_t i = 0; i < source->comment_count; i++)
        free(source->comments[i].unknown);
    free(source->comments);
    *source = (struct source){0};
}

uint64_t source_disabled(struct source *source, unsigned line)
{
    uint64_t codes = source->disabled;
    for (; source->next < source->comment_count && source->comments[source->next].line < line; source->next++)
        codes |= source->comments[source->next].codes;
    return codes;
}
