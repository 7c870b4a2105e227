#include "rulework/finding_print.h"

#include "output/json.h"

/* Bytes that a terminal might obey are shown as dots. */
static int clean(struct buf *out, const char *text)
{
    int rc = 0;
    for (const uint8_t *p = (const uint8_t *)text; !rc && *p; p++)
        rc = buf_append_byte(out, *p < ' ' || *p == 127 ? '.' : *p);
    return rc;
}

int finding_text(const struct finding *f, const char *file, struct buf *out)
{
    const struct finding_info *info = finding_info(f->code);
    int rc = clean(out, file);
    if (!rc)
        rc = buf_printf(out, ":%u:%u: %s: ", f->line, f->column, finding_severity_name(f->severity));
    if (!rc)
        rc = clean(out, f->message);
    if (!rc)
        rc = buf_printf(out, " [%s]\n", info->code);
    if (rc || !f->hint)
        return rc;
    rc = buf_append(out, slice_str("  "));
    if (!rc)
        rc = clean(out, f->hint);
    return rc ? rc : buf_append_byte(out, '\n');
}

/* As GitHub wants it: % and line ends written as %XX, in properties ':' and ',' too. */
static int escape(struct buf *out, const char *text, bool property)
{
    int rc = 0;
    for (const uint8_t *p = (const uint8_t *)text; !rc && *p; p++) {
        bool special = *p == '%' || *p < ' ' || (property && (*p == ':' || *p == ','));
        rc = special ? buf_printf(out, "%%%02X", *p) : buf_append_byte(out, *p);
    }
    return rc;
}

int finding_github(const struct finding *f, const char *file, struct buf *out)
{
    static const char *const commands[] = {"notice", "warning", "error"};
    const struct finding_info *info = finding_info(f->code);
    int rc = buf_printf(out, "::%s file=", commands[f->severity]);
    if (!rc)
        rc = escape(out, file, true);
    if (!rc)
        rc = buf_printf(out, ",line=%u,col=%u,endLine=%u,endColumn=%u,title=%s::", f->line, f->column,
                        f->end_line, f->end_column, info->code);
    if (!rc)
        rc = escape(out, f->message, false);
    if (!rc && f->hint)
        rc = buf_append(out, slice_str("%0A"));
    if (!rc && f->hint)
        rc = escape(out, f->hint, false);
    return rc ? rc : buf_append_byte(out, '\n');
}

static json_t *edits_of(struct json_writer *w, const struct finding *f)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < f->edit_count; i++) {
        const struct edit *edit = &f->edits[i];
        json_t *one = json_object();
        json_put_uint(w, one, "line", edit->line);
        json_put_uint(w, one, "column", edit->column);
        json_put_uint(w, one, "end_column", edit->end_column);
        json_put_text(w, one, "text", edit->text);
        json_append(w, list, one);
    }
    return list;
}

int finding_json(const struct finding *f, const char *file, struct buf *out)
{
    struct json_writer w = {0};
    const struct finding_info *info = finding_info(f->code);
    json_t *object = json_object();
    json_put_text(&w, object, "code", info->code);
    json_put_text(&w, object, "severity", finding_severity_name(f->severity));
    json_put_text(&w, object, "file", file);
    json_put_uint(&w, object, "line", f->line);
    json_put_uint(&w, object, "column", f->column);
    json_put_uint(&w, object, "end_line", f->end_line);
    json_put_uint(&w, object, "end_column", f->end_column);
    if (f->sid)
        json_put_uint(&w, object, "sid", f->sid);
    json_put_text(&w, object, "message", f->message);
    if (f->hint)
        json_put_text(&w, object, "hint", f->hint);
    if (f->edit_count)
        json_put(&w, object, "fix", edits_of(&w, f));
    return json_finish(&w, object, out);
}
