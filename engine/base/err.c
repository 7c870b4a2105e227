#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

void err_fill(struct err *e, const char *format, ...)
{
    if (!e)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(e->message, sizeof e->message, format, args);
    va_end(args);
    utf8_clean(e->message);
    e->hint[0] = '\0';
}

void err_hint(struct err *e, const char *format, ...)
{
    if (!e)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(e->hint, sizeof e->hint, format, args);
    va_end(args);
    utf8_clean(e->hint);
}

void err_at(struct err *e, const char *file, unsigned line, unsigned column)
{
    if (!e)
        return;
    if (file)
        snprintf(e->file, sizeof e->file, "%s", file);
    e->line = line;
    e->column = column;
}

void err_text(const struct err *e, char text[ERR_TEXT])
{
    char line[32] = "";
    if (e->file[0] && e->line && e->column)
        snprintf(line, sizeof line, "%u:%u:", e->line, e->column);
    else if (e->file[0] && e->line)
        snprintf(line, sizeof line, "%u:", e->line);
    snprintf(text, ERR_TEXT, "%s%s%s%s%s%s%s", e->file, e->file[0] ? ":" : "", line, e->file[0] ? " " : "",
             e->message, e->hint[0] ? "\n  " : "", e->hint);
    utf8_clean(text);
}
