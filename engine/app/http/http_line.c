#include "app/http/http_line.h"

struct slice http_trimmed(struct slice s)
{
    while (s.n && http_is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct slice http_without_line_end(struct slice s)
{
    while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
        s.n--;
    return s;
}

bool http_line_is_empty(struct slice line)
{
    return line.n == 1 ? line.p[0] == '\n' || line.p[0] == '\r'
                       : line.n == 2 && line.p[0] == '\r' && line.p[1] == '\n';
}

enum http_method http_method_named(struct slice name)
{
    static const struct {
        const char *name;
        enum http_method kind;
    } methods[] = {
        {"GET", HTTP_METHOD_KNOWN},
        {"POST", HTTP_POST},
        {"HEAD", HTTP_HEAD},
        {"PUT", HTTP_PUT},
        {"OPTIONS", HTTP_METHOD_KNOWN},
        {"CONNECT", HTTP_CONNECT},
        {"DELETE", HTTP_METHOD_KNOWN},
        {"TRACE", HTTP_METHOD_KNOWN},
        {"PATCH", HTTP_METHOD_KNOWN},
        {"PROPFIND", HTTP_METHOD_KNOWN},
        {"PROPPATCH", HTTP_METHOD_KNOWN},
        {"MKCOL", HTTP_METHOD_KNOWN},
        {"COPY", HTTP_METHOD_KNOWN},
        {"MOVE", HTTP_METHOD_KNOWN},
        {"LOCK", HTTP_METHOD_KNOWN},
        {"UNLOCK", HTTP_METHOD_KNOWN},
        {"VERSION-CONTROL", HTTP_METHOD_KNOWN},
        {"CHECKOUT", HTTP_METHOD_KNOWN},
        {"UNCHECKOUT", HTTP_METHOD_KNOWN},
        {"CHECKIN", HTTP_METHOD_KNOWN},
        {"UPDATE", HTTP_METHOD_KNOWN},
        {"LABEL", HTTP_METHOD_KNOWN},
        {"REPORT", HTTP_METHOD_KNOWN},
        {"MKWORKSPACE", HTTP_METHOD_KNOWN},
        {"MKACTIVITY", HTTP_METHOD_KNOWN},
        {"BASELINE-CONTROL", HTTP_METHOD_KNOWN},
        {"MERGE", HTTP_METHOD_KNOWN},
        {"INVALID", HTTP_METHOD_KNOWN},
    };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (methods[i].name[0] == (name.n ? name.p[0] : 0) && strlen(methods[i].name) == name.n &&
            memcmp(methods[i].name, name.p, name.n) == 0)
            return methods[i].kind;
    return HTTP_METHOD_UNKNOWN;
}

enum http_version http_version_of(struct slice s)
{
    if (s.n != 8 || memcmp(s.p, "HTTP/", 5) != 0 || s.p[6] != '.')
        return HTTP_VERSION_NONE;
    if (s.p[5] == '0' && s.p[7] == '9')
        return HTTP_VERSION_0_9;
    if (s.p[5] == '1' && (s.p[7] == '0' || s.p[7] == '1'))
        return s.p[7] == '0' ? HTTP_VERSION_1_0 : HTTP_VERSION_1_1;
    return HTTP_VERSION_NONE;
}

static struct slice between(struct slice s, size_t from, size_t to)
{
    return slice_of(s.p + from, to - from);
}

/* Behind the spaces at `at`; *odd: there are others than SP among them. */
static size_t skip_spaces(struct slice s, size_t at, bool *odd)
{
    for (; at < s.n && http_is_space(s.p[at]); at++)
        *odd |= s.p[at] != ' ';
    return at;
}

static size_t skip_word(struct slice s, size_t at)
{
    while (at < s.n && !http_is_space(s.p[at]))
        at++;
    return at;
}

/*
 * Blanks in the target are allowed: it ends with the last SP, as long as something follows; where there is no
 * SP, with the first other blank.
 */
static void read_target(struct http_request_line *line, struct slice s)
{
    size_t end = s.n, to;
    bool odd = false;
    while (end && http_is_space(s.p[end - 1]))
        end--;
    for (to = end; to && s.p[to - 1] != ' ';)
        to--;
    if (to)
        to--;
    else
        to = skip_word(s, 0);
    line->target = to < end ? slice_first(s, to) : s;
    if (to >= end)
        return;
    line->protocol = slice_from(s, skip_spaces(s, to, &odd));
    line->version = http_version_of(line->protocol);
    line->odd_target_end = s.p[to] != ' ';
    for (size_t i = 0; i < to; i++)
        line->odd_target_end |= http_is_space(s.p[i]) && s.p[i] != ' ';
}

struct http_request_line http_request_line_read(struct slice s)
{
    struct http_request_line line = {.version = HTTP_VERSION_0_9};
    bool odd = false;
    size_t begin = skip_spaces(s, 0, &odd), end = skip_word(s, begin);
    line.leading_blank = begin > 0;
    line.method = between(s, begin, end);
    line.kind = http_method_named(line.method);
    size_t target = skip_spaces(s, end, &line.odd_method_end);
    if (target < s.n)
        read_target(&line, slice_from(s, target));
    return line;
}

static int read_status(struct slice s)
{
    int number = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9' || number > 999)
            return -1;
        number = number * 10 + s.p[i] - '0';
    }
    return number >= 100 && number <= 999 ? number : -1;
}

struct http_status_line http_status_line_read(struct slice s)
{
    struct http_status_line line = {.version = HTTP_VERSION_NONE, .number = -1};
    bool odd = false;
    size_t begin = skip_spaces(s, 0, &odd), end = skip_word(s, begin);
    if (begin == end)
        return line;
    line.protocol = between(s, begin, end);
    line.version = http_version_of(line.protocol);
    size_t status = skip_spaces(s, end, &odd), status_end = skip_word(s, status);
    if (status == status_end)
        return line;
    line.status = between(s, status, status_end);
    line.number = read_status(line.status);
    size_t message = status_end;
    while (message < s.n && http_is_space(s.p[message]))
        message++;
    if (message < s.n)
        line.message = slice_from(s, message);
    return line;
}
