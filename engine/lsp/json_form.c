#include "lsp/json_form.h"

#include "lsp/raw_json.h"
#include "output/json.h"

static json_t *form_spot(const struct document *d, struct spot spot, enum position_encoding encoding)
{
    if (spot.line >= d->text.count)
        return json_pack("{sIsi}", "line", (json_int_t)d->text.count, "character", 0);
    uint32_t character = position_character(text_line(&d->text, spot.line), spot.byte, encoding);
    return json_pack("{sIsI}", "line", (json_int_t)spot.line, "character", (json_int_t)character);
}

json_t *form_range(const struct document *d, struct range range, enum position_encoding encoding)
{
    return json_pack("{soso}", "start", form_spot(d, range.from, encoding), "end",
                     form_spot(d, range.to, encoding));
}

json_t *form_location(const struct document *d, struct range range, enum position_encoding encoding)
{
    return json_pack("{soso}", "uri", json_text(d->uri), "range", form_range(d, range, encoding));
}

json_t *form_edit(const struct document *d, struct range range, struct slice text,
                  enum position_encoding encoding)
{
    return json_pack("{soso}", "range", form_range(d, range, encoding), "newText", json_bytes(text));
}

json_t *form_workspace_edit(const struct document *d, json_t *edits)
{
    json_t *changes = json_object();
    json_object_set_new(changes, d->uri, edits);
    return json_pack("{so}", "changes", changes);
}

/* Bytes of a line before its first column. */
static uint32_t before(const struct document *d, uint32_t line)
{
    struct slice s = line ? slice_of(NULL, 0) : text_line(&d->text, line);
    return s.n >= 3 && memcmp(s.p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static struct spot spot_at(const struct document *d, unsigned line, unsigned column)
{
    uint32_t at = line ? line - 1 : 0;
    return (struct spot){at, (column ? column - 1 : 0) + before(d, at)};
}

struct range finding_range(const struct document *d, const struct finding *finding)
{
    return (struct range){spot_at(d, finding->line, finding->column),
                          spot_at(d, finding->end_line, finding->end_column)};
}

json_t *form_diagnostic(const struct document *d, const struct finding *finding,
                        enum position_encoding encoding, const char *docs)
{
    struct buf text = {0};
    json_error_t error;
    json_t *json = NULL;
    if (!raw_diagnostic(d, finding, encoding, docs, &text))
        json = json_loadb((const char *)text.p, text.n, JSON_ALLOW_NUL, &error);
    buf_fini(&text);
    return json;
}

json_t *form_markdown(struct slice text)
{
    return json_pack("{ssso}", "kind", "markdown", "value", json_bytes(text));
}

const char *json_text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}
