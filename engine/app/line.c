#include "app/line.h"

struct slice line_without_end(struct slice line)
{
    if (line.n && line.p[line.n - 1] == '\n')
        line.n--;
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

enum line_answer line_take(struct line_reader *reader, struct slice *rest, bool last, struct slice *line)
{
    struct slice window = slice_first(*rest, LINE_MOST);
    size_t from = reader->searched < window.n ? reader->searched : window.n;
    const uint8_t *end = window.n > from ? memchr(window.p + from, '\n', window.n - from) : NULL;
    if (!end && window.n < LINE_MOST && !last) {
        reader->searched = window.n;
        return LINE_LATER;
    }
    reader->searched = 0;
    *line = end ? slice_first(window, (size_t)(end - window.p) + 1) : window;
    *rest = slice_from(*rest, line->n);
    enum line_answer answer = reader->inside ? LINE_REST : line->n < LINE_MOST ? LINE_WHOLE : LINE_BEGIN;
    reader->inside = !end && !last;
    return answer;
}
