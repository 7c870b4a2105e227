#include "lsp/tokens.h"

#include <ctype.h>
#include <errno.h>

#include "lsp/marks.h"
#include "lsp/rule_spot.h"
#include "lsp/request.h"
#include "rulework/keyword_reference.h"

#define TOKEN_TYPES(X)                                 \
    X(KEYWORD, "keyword")   /* actions, keywords */    \
    X(TYPE, "type")         /* protocols */            \
    X(VARIABLE, "variable") /* $NAME, marks */         \
    X(OPERATOR, "operator") /* -> */                   \
    X(PROPERTY, "property") /* sticky buffers */       \
    X(FUNCTION, "function") /* transforms */           \
    X(STRING, "string")     /* in quotes */            \
    X(NUMBER, "number")                                \
    X(ENUM_MEMBER, "enumMember") /* words of values */ \
    X(COMMENT, "comment")

enum token_type {
#define X(id, name) TOKEN_##id,
    TOKEN_TYPES(X)
#undef X
};

json_t *tokens_legend(void)
{
    static const char *const names[] = {
#define X(id, name) name,
        TOKEN_TYPES(X)
#undef X
    };
    json_t *types = json_array();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        json_array_append_new(types, json_string(names[i]));
    return json_pack("{sos[]}", "tokenTypes", types, "tokenModifiers");
}

struct tokens {
    const struct lsp *lsp;
    const struct document *document;
    struct buf *out;
    uint32_t line, character; /* of the last one */
    bool any;
    int rc;
};

/* Bytes [from, to) of a line. */
static void put(struct tokens *t, uint32_t line, uint32_t from, uint32_t to, enum token_type type)
{
    struct slice text = text_line(&t->document->text, line);
    uint32_t start = position_character(text, from, t->lsp->encoding);
    uint32_t length = position_character(text, to, t->lsp->encoding) - start;
    bool same = t->any && line == t->line;
    if (!length || t->rc || (t->any && line < t->line) || (same && start < t->character))
        return;
    t->rc = buf_printf(t->out, "%s%u,%u,%u,%d,0", t->any ? "," : "", line - (t->any ? t->line : 0),
                       same ? start - t->character : start, length, (int)type);
    t->line = line;
    t->character = start;
    t->any = true;
}

/* A token lies in one line; one that a backslash parts becomes several. */
static void part(struct tokens *t, const struct rule_lines *lines, struct slice part, enum token_type type)
{
    if (!part.n)
        return;
    struct range range = rule_lines_range(lines, part);
    for (uint32_t line = range.from.line; line <= range.to.line; line++) {
        uint32_t n = (uint32_t)text_line(&t->document->text, line).n;
        uint32_t from = line == range.from.line ? range.from.byte : 0;
        uint32_t to = line == range.to.line ? range.to.byte : n - (n > 0);
        if (from < to)
            put(t, line, from, to, type);
    }
}

static void variables(struct tokens *t, const struct rule_lines *lines, struct slice field)
{
    for (size_t i = 0; i < field.n; i++) {
        struct slice name = field.p[i] == '$' ? rule_spot_variable(field, i) : slice_of(NULL, 0);
        if (name.n)
            part(t, lines, slice_of(name.p - 1, name.n + 1), TOKEN_VARIABLE);
    }
}

static void header(struct tokens *t, const struct rule_lines *lines)
{
    for (int i = 0; i < FIELD_COUNT; i++) {
        struct slice field = lines->text.fields[i];
        if (i == FIELD_ACTION || i == FIELD_PROTOCOL || i == FIELD_DIRECTION)
            part(t, lines, field,
                 i == FIELD_ACTION     ? TOKEN_KEYWORD
                 : i == FIELD_PROTOCOL ? TOKEN_TYPE
                                       : TOKEN_OPERATOR);
        else
            variables(t, lines, field);
    }
}

static enum token_type name_type(const struct lsp *lsp, struct slice name)
{
    const struct keyword_reference *r = project_keyword(&lsp->project, name);
    if (r && strncmp(r->summary, "sticky buffer", 13) == 0)
        return TOKEN_PROPERTY;
    return r && strncmp(r->summary, "transform:", 10) == 0 ? TOKEN_FUNCTION : TOKEN_KEYWORD;
}

static bool is_number(struct slice s)
{
    size_t i = s.n && strchr("<>=!-", s.p[0]) ? 1 : 0;
    for (; i < s.n; i++)
        if (!isxdigit(s.p[i]) && s.p[i] != 'x')
            return false;
    return s.n > 0 && isdigit(s.p[s.n - 1]);
}

/* Words, parted by commas, bars and blanks; the second field of flowbits and the like names a mark. */
static void words(struct tokens *t, const struct rule_lines *lines, const struct option *option)
{
    struct slice rest = option->value, field, word;
    enum state_store store;
    bool marks = mark_store(option->name, &store);
    for (unsigned i = 0; rest.n && text_field(&rest, ',', &field); i++)
        while (field.n && text_field(&field, marks ? '|' : ' ', &word))
            part(t, lines, word,
                 marks && i == 1   ? TOKEN_VARIABLE
                 : is_number(word) ? TOKEN_NUMBER
                                   : TOKEN_ENUM_MEMBER);
}

static void option_tokens(struct tokens *t, const struct rule_lines *lines, const struct option *option)
{
    struct slice value = option->value;
    part(t, lines, option->name, name_type(t->lsp, option->name));
    if (value.n && memchr(value.p, '"', value.n))
        part(t, lines, value, TOKEN_STRING);
    else if (value.n)
        words(t, lines, option);
}

static void rule_tokens(struct tokens *t, uint32_t line)
{
    struct rule_lines lines;
    int rc = rule_lines_lex(&lines, t->document, line);
    if (rc == 1) {
        header(t, &lines);
        for (uint32_t i = 0; i < lines.text.option_count; i++)
            option_tokens(t, &lines, &lines.text.options[i]);
    }
    if (rc < 0)
        t->rc = rc;
    rule_lines_close(&lines);
}

static void comment_tokens(struct tokens *t, uint32_t line)
{
    struct slice text = text_line(&t->document->text, line), trimmed = text_trim(text);
    if (trimmed.n && trimmed.p[0] == '#')
        put(t, line, (uint32_t)(trimmed.p - text.p), (uint32_t)text.n, TOKEN_COMMENT);
}

static void answer(struct request *request, const struct document *d, uint32_t from, uint32_t to)
{
    struct tokens t = {.lsp = request->lsp, .document = d, .out = &request->raw};
    t.rc = buf_printf(t.out, "{\"data\":[");
    for (uint32_t line = from; !t.rc && line < to && line < d->text.count; line++)
        if (d->text.lines[line].rule)
            rule_tokens(&t, line);
        else if (d->text.lines[line].kind == LINE_OTHER)
            comment_tokens(&t, line);
    if (t.rc || buf_append(t.out, slice_str("]}")))
        request_fail(request, LSP_INTERNAL_ERROR, "out of memory");
}

void handle_tokens_full(struct request *request)
{
    struct document *d;
    if (request_document(request, &d) && d->rules <= TOKENS_RULES_MOST)
        answer(request, d, 0, d->text.count);
}

void handle_tokens_range(struct request *request)
{
    struct document *d;
    struct range range;
    uint32_t first;
    if (!request_range(request, &d, &range))
        return;
    first = range.from.line;
    document_rule_line(d, range.from.line, &first);
    answer(request, d, first, range.to.line + 1);
}
