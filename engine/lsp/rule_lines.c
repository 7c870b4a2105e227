#include "lsp/rule_lines.h"

#include "base/buf.h"
#include "base/err.h"
#include "rule/rule_list.h"

static const char mark[] = "\xef\xbb\xbf"; /* that some editors put before UTF-8 */
enum { MARK = sizeof mark - 1 };

/* A byte order mark counts only where a file begins. */
static struct slice without_mark(const struct text *text, uint32_t line)
{
    struct slice s = text_line(text, line);
    return line == 0 && s.n >= MARK && memcmp(s.p, mark, MARK) == 0 ? slice_from(s, MARK) : s;
}

bool line_is_rule(const struct text *text, uint32_t line)
{
    struct slice s = text_trim(without_mark(text, line));
    return s.n && s.p[0] != '#';
}

bool line_continues(const struct text *text, uint32_t line)
{
    struct slice s = text_line(text, line);
    return s.n && s.p[s.n - 1] == '\\';
}

bool line_is_directive(const struct text *text, uint32_t line)
{
    static const char word[] = "sluice:";
    struct slice s = text_trim(text_line(text, line));
    return s.n && s.p[0] == '#' && memmem(s.p, s.n, word, sizeof word - 1);
}

int rule_lines_open(struct rule_lines *lines, const struct document *document, uint32_t first, uint32_t count)
{
    *lines = (struct rule_lines){.document = document, .first = first};
    int rc = document_lines(document, first, count, &lines->source.text);
    if (!rc && first + count < document->text.count) /* an empty last line is one, too */
        rc = buf_append_byte(&lines->source.text, '\n');
    if (first == 0)
        line_reader_init(&lines->reader, buf_slice(&lines->source.text));
    else
        lines->reader.rest = buf_slice(&lines->source.text);
    if (rc)
        return rc;
    rc = line_reader_next(&lines->reader, RULE_LINE_MOST);
    return rc < 0 ? rc : 0;
}

int rule_lines_lex(struct rule_lines *lines, const struct document *document, uint32_t line)
{
    uint32_t first;
    *lines = (struct rule_lines){0};
    if (!document_rule_line(document, line, &first))
        return 0;
    int rc = rule_lines_open(lines, document, first, document->text.lines[first].rule->lines);
    if (rc)
        return rc;
    rule_text_lex(lines->reader.line, &lines->text, &(struct err){0});
    return 1;
}

void rule_lines_close(struct rule_lines *lines)
{
    rule_text_fini(&lines->text);
    line_reader_fini(&lines->reader);
    source_fini(&lines->source);
}

/* Bytes before the physical line in its line of the document. */
static size_t skipped(const struct rule_lines *lines, const struct line_joint *joint)
{
    const uint8_t *start = lines->source.text.p;
    return joint->number == 1 ? (size_t)(joint->physical.p - start) : 0;
}

static struct spot spot_of(const struct rule_lines *lines, size_t offset)
{
    unsigned column = (unsigned)offset + 1;
    const struct line_joint *joint = line_reader_find(&lines->reader, &column);
    return (struct spot){lines->first + joint->number - 1, (uint32_t)(skipped(lines, joint) + column - 1)};
}

struct range rule_lines_range(const struct rule_lines *lines, struct slice part)
{
    const uint8_t *start = lines->reader.line.p;
    size_t offset = part.p && start ? (size_t)(part.p - start) : 0;
    struct range range = {.from = spot_of(lines, offset)};
    range.to = part.n ? spot_of(lines, offset + part.n - 1) : range.from;
    range.to.byte += part.n > 0;
    return range;
}

size_t rule_lines_offset(const struct rule_lines *lines, struct spot spot)
{
    const struct line_reader *reader = &lines->reader;
    size_t offset = 0;
    for (uint32_t i = 0; i < reader->joint_count; i++) {
        const struct line_joint *joint = &reader->joints[i];
        if (lines->first + joint->number - 1 != spot.line)
            continue;
        size_t skip = skipped(lines, joint), at = spot.byte > skip ? spot.byte - skip : 0;
        size_t end = i + 1 < reader->joint_count ? reader->joints[i + 1].at : reader->line.n;
        offset = joint->at + at < end ? joint->at + at : end;
    }
    return offset;
}
