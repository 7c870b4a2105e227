#include "lsp/rule_spot.h"

#include <ctype.h>

#include "base/err.h"

static bool has(struct slice part, const uint8_t *p, size_t *at)
{
    if (!part.p || p < part.p || p > part.p + part.n)
        return false;
    *at = (size_t)(p - part.p);
    return true;
}

struct rule_spot rule_spot_find(const struct rule_lines *lines, struct spot spot)
{
    const struct rule_text *text = &lines->text;
    const uint8_t *p = text->text.p + rule_lines_offset(lines, spot);
    struct rule_spot found = {0};
    for (int i = 0; i < FIELD_COUNT; i++)
        if (has(text->fields[i], p, &found.at)) {
            found.kind = RULE_SPOT_FIELD;
            found.field = (enum header_field)i;
            found.part = text->fields[i];
            return found;
        }
    for (uint32_t i = 0; i < text->option_count; i++) {
        const struct option *option = &text->options[i];
        found.option = option;
        if (has(option->value, p, &found.at)) {
            found.kind = RULE_SPOT_VALUE;
            found.part = option->value;
            return found;
        }
        if (has(option->name, p, &found.at)) {
            found.kind = RULE_SPOT_NAME;
            found.part = option->name;
            return found;
        }
    }
    return (struct rule_spot){0};
}

struct slice rule_spot_piece(struct slice part, size_t at, const char *separators, unsigned *index)
{
    size_t from = 0, to = at;
    *index = 0;
    for (size_t i = 0; i < at && i < part.n; i++)
        if (strchr(separators, part.p[i]) && part.p[i]) {
            from = i + 1;
            ++*index;
        }
    while (to < part.n && !(part.p[to] && strchr(separators, part.p[to])))
        to++;
    return text_trim(slice_of(part.p + from, to - from));
}

static bool in_variable(uint8_t c)
{
    return isalnum(c) || c == '_' || c == '-';
}

struct slice rule_spot_variable(struct slice part, size_t at)
{
    size_t from = at < part.n ? at : part.n;
    if (from < part.n && part.p[from] == '$')
        from++;
    while (from > 0 && in_variable(part.p[from - 1]))
        from--;
    if (!from || part.p[from - 1] != '$')
        return slice_of(NULL, 0);
    size_t to = from;
    while (to < part.n && in_variable(part.p[to]))
        to++;
    return slice_of(part.p + from, to - from);
}

/* Whether the header ends before the end of the text, with a blank or where the options begin. */
static bool header_done(const struct rule_text *text)
{
    struct slice last = text->fields[FIELD_DESTINATION_PORTS];
    return last.p && last.p + last.n < text->text.p + text->text.n;
}

static void read_field(struct rule_typing *typing)
{
    const struct rule_text *text = &typing->before;
    const uint8_t *end = text->text.p + text->text.n;
    int count = 0;
    while (count < FIELD_COUNT && text->fields[count].p)
        count++;
    typing->kind = RULE_SPOT_FIELD;
    struct slice last = count ? text->fields[count - 1] : slice_of(text->text.p, 0);
    if (count && last.p + last.n == end) {
        typing->field = (enum header_field)(count - 1);
        typing->token = last;
        return;
    }
    /* A new one; in an open bracket it has begun. */
    const uint8_t *from = last.p + last.n;
    while (from < end && (*from == ' ' || *from == '\t'))
        from++;
    typing->field = (enum header_field)(count < FIELD_COUNT ? count : FIELD_COUNT - 1);
    typing->token = slice_of(from, (size_t)(end - from));
}

/* What stands behind the last option that is finished. */
static struct slice tail(const struct rule_text *text)
{
    const uint8_t *end = text->text.p + text->text.n, *from;
    if (text->option_count) {
        const struct option *last = &text->options[text->option_count - 1];
        from = last->value.p ? last->value.p + last->value.n : last->name.p + last->name.n;
        while (from < end && *from != ';')
            from++;
        from += from < end;
    } else {
        struct slice ports = text->fields[FIELD_DESTINATION_PORTS];
        from = ports.p + ports.n;
        while (from < end && *from == ' ')
            from++;
        from += from < end && *from == '(';
    }
    while (from < end && isspace(*from))
        from++;
    return slice_of(from, (size_t)(end - from));
}

static void read_option(struct rule_typing *typing)
{
    struct slice rest = tail(&typing->before);
    const uint8_t *colon = rest.n ? memchr(rest.p, ':', rest.n) : NULL;
    typing->kind = colon ? RULE_SPOT_VALUE : RULE_SPOT_NAME;
    typing->token = rest;
    if (!colon)
        return;
    typing->name = text_trim(slice_first(rest, (size_t)(colon - rest.p)));
    const uint8_t *from = colon + 1, *end = rest.p + rest.n;
    while (from < end && isspace(*from))
        from++;
    typing->token = slice_of(from, (size_t)(end - from));
}

void rule_typing_read(const struct rule_lines *lines, struct spot spot, struct rule_typing *typing)
{
    struct slice text = slice_first(lines->reader.line, rule_lines_offset(lines, spot));
    *typing = (struct rule_typing){0};
    rule_text_lex(text, &typing->before, &(struct err){0});
    if (header_done(&typing->before))
        read_option(typing);
    else
        read_field(typing);
}
