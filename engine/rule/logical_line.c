#include "rule/logical_line.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "rule/option.h"

void line_reader_init(struct line_reader *reader, struct slice text)
{
    *reader = (struct line_reader){.rest = text};
    /* The byte order mark that some editors put before UTF-8. */
    if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
        reader->rest = slice_from(text, 3);
}

/* Behind a backslash that ends the line: as in Suricata it goes on all the same. */
static void drop_blanks(struct slice *line)
{
    size_t n = line->n;
    while (n && (line->p[n - 1] == ' ' || line->p[n - 1] == '\t'))
        n--;
    if (n && line->p[n - 1] == '\\')
        line->n = n;
}

/* The next physical line, without its end. */
static bool take_line(struct line_reader *reader, struct slice *line)
{
    if (!reader->rest.n)
        return false;
    const uint8_t *end = memchr(reader->rest.p, '\n', reader->rest.n);
    size_t n = end ? (size_t)(end - reader->rest.p) : reader->rest.n;
    *line = slice_first(reader->rest, n);
    reader->rest = slice_from(reader->rest, end ? n + 1 : n);
    reader->number++;
    if (line->n && line->p[line->n - 1] == '\r')
        line->n--;
    drop_blanks(line);
    return true;
}

static bool continues(struct slice line)
{
    return line.n && line.p[line.n - 1] == '\\';
}

static int join(struct line_reader *reader, struct slice physical, size_t most)
{
    if (reader->too_long)
        return 0;
    struct slice part = physical;
    if (continues(part))
        part.n--;
    size_t at = reader->joined.n;
    if (at + part.n > most) {
        reader->too_long = true;
        return 0;
    }
    if (grow_array(&reader->joints, reader->joint_count, &reader->joint_capacity) ||
        buf_append(&reader->joined, part))
        return -ENOMEM;
    reader->joints[reader->joint_count++] = (struct line_joint){at, physical, reader->number};
    return 0;
}

static int join_all(struct line_reader *reader, struct slice physical, size_t most)
{
    buf_clear(&reader->joined);
    int rc = join(reader, physical, most);
    while (!rc && continues(physical) && take_line(reader, &physical))
        rc = join(reader, physical, most);
    reader->line = buf_slice(&reader->joined);
    return rc;
}

int line_reader_next(struct line_reader *reader, size_t most)
{
    struct slice physical;
    reader->joint_count = 0;
    reader->too_long = false;
    while (take_line(reader, &physical)) {
        struct slice trimmed = text_trim(physical);
        if (!trimmed.n || trimmed.p[0] == '#')
            continue;
        if (grow_array(&reader->joints, 0, &reader->joint_capacity))
            return -ENOMEM;
        reader->joints[0] = (struct line_joint){0, physical, reader->number};
        if (continues(physical)) {
            int rc = join_all(reader, physical, most);
            reader->joint_count += reader->joint_count == 0;
            return rc ? rc : 1;
        }
        reader->joint_count = 1;
        reader->too_long = physical.n > most;
        reader->line = physical;
        return 1;
    }
    return 0;
}

const struct line_joint *line_reader_find(const struct line_reader *reader, unsigned *column)
{
    size_t at = *column ? *column - 1 : 0;
    uint32_t i = reader->joint_count - 1;
    while (i > 0 && reader->joints[i].at > at)
        i--;
    *column = (unsigned)(at - reader->joints[i].at) + 1;
    return &reader->joints[i];
}

void line_reader_fini(struct line_reader *reader)
{
    buf_fini(&reader->joined);
    free(reader->joints);
    *reader = (struct line_reader){0};
}
