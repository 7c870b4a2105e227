#include "rulework/layout.h"

#include <errno.h>

#include "rule/parser.h"
#include "rulework/option_words.h"
#include "rulework/same.h"

static int append(struct buf *out, const char *text)
{
    return buf_append(out, slice_str(text));
}

/* A field of the header; the blanks in its lists mean nothing. */
static int field(struct slice text, struct buf *out)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < text.n; i++)
        if (text.p[i] != ' ' && text.p[i] != '\t')
            rc = buf_append_byte(out, text.p[i]);
    return rc;
}

static int rule_text_print(const struct rule_text *text, struct buf *out)
{
    int rc = 0;
    for (int i = 0; !rc && i < FIELD_COUNT; i++) {
        rc = field(text->fields[i], out);
        if (!rc)
            rc = buf_append_byte(out, ' ');
    }
    for (uint32_t i = 0; !rc && i < text->option_count; i++) {
        rc = append(out, i ? " " : "(");
        if (!rc)
            rc = option_print(&text->options[i], out);
    }
    return rc ? rc : append(out, text->option_count ? ")" : "()");
}

/* Whether both texts are rules, and the same one. A rule for another engine has no meaning to compare. */
static bool same_rule(struct slice before, struct slice after, const struct rule_context *context)
{
    struct rule *a = NULL, *b = NULL;
    bool same = rule_parse(before, context, &a, NULL, NULL) == 0 &&
                rule_parse(after, context, &b, NULL, NULL) == 0 && rule_same(a, b);
    rule_free(a);
    rule_free(b);
    return same;
}

/* The next physical line, and whether a backslash joins the one after it. */
static bool take(struct slice *rest, struct slice *line)
{
    if (!rest->n)
        return false;
    const uint8_t *end = memchr(rest->p, '\n', rest->n);
    size_t n = end ? (size_t)(end - rest->p) : rest->n;
    *line = slice_first(*rest, n);
    *rest = slice_from(*rest, end ? n + 1 : n);
    if (line->n && line->p[line->n - 1] == '\r')
        line->n--;
    return true;
}

static bool joins(struct slice line)
{
    return line.n && line.p[line.n - 1] == '\\';
}

static struct slice without_end_blanks(struct slice line)
{
    while (line.n && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t'))
        line.n--;
    return line;
}

/* A rule's line: in the layout if the engine takes it, else as its lines stood in the file. */
static int rule_line(struct slice joined, struct slice as_it_was, const struct rule_context *context,
                     struct buf *out)
{
    struct rule_text text;
    struct err err;
    struct buf line = {0};
    int rc = rule_text_lex(joined, &text, &err);
    bool read = rc == 0;
    if (read)
        rc = rule_text_print(&text, &line);
    rule_text_fini(&text);
    if (rc != -ENOMEM) {
        bool good =
            read && (slice_equal(buf_slice(&line), joined) || same_rule(joined, buf_slice(&line), context));
        rc = buf_append(out, good ? buf_slice(&line) : as_it_was);
    }
    buf_fini(&line);
    return rc ? rc : append(out, "\n");
}

struct joined {
    struct buf line;
    struct slice as_it_was;
};

/* The line with those that a backslash joins to it. */
static int join(struct slice *rest, struct slice first, struct joined *out)
{
    struct slice line = first;
    int rc = 0;
    bool more = true;
    buf_clear(&out->line);
    while (!rc && more) {
        more = joins(line);
        rc = buf_append(&out->line, slice_first(line, line.n - more));
        out->as_it_was = slice_of(first.p, (size_t)(line.p + line.n - first.p));
        more = more && take(rest, &line);
    }
    return rc;
}

int layout_file(struct slice text, const struct rule_context *context, struct buf *out)
{
    struct slice rest = text, line;
    struct joined joined = {0};
    unsigned empty = 0; /* lines that are kept back: at the end of the file they go */
    int rc = 0;
    if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
        rest = slice_from(text, 3);
    while (!rc && take(&rest, &line)) {
        struct slice trimmed = text_trim(line);
        if (!trimmed.n) {
            empty++;
            continue;
        }
        for (; !rc && empty; empty--)
            rc = append(out, "\n");
        if (!rc && trimmed.p[0] == '#') {
            rc = buf_append(out, without_end_blanks(line));
            rc = rc ? rc : append(out, "\n");
        } else if (!rc) {
            rc = join(&rest, line, &joined);
            rc = rc ? rc : rule_line(buf_slice(&joined.line), joined.as_it_was, context, out);
        }
    }
    buf_fini(&joined.line);
    return rc;
}
