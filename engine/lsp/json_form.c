#include "lsp/json_form.h"

#include "lsp/session.h"
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

/* Information, not a hint: editors hide hints. */
static int severity_of(const struct finding *finding)
{
    static const int severities[] = {[SEVERITY_NOTE] = 3, [SEVERITY_WARNING] = 2, [SEVERITY_ERROR] = 1};
    return severities[finding->severity];
}

enum { TAG_DEPRECATED = 2 };

json_t *form_diagnostic(const struct lsp *lsp, const struct document *d, const struct finding *finding)
{
    const char *code = finding_info(finding->code)->code;
    struct buf message = {0};
    int rc = buf_printf(&message, "%s%s%s", finding->message, finding->hint ? "\n" : "",
                        finding->hint ? finding->hint : "");
    json_t *json =
        json_pack("{sosisssssO}", "range", form_range(d, finding_range(d, finding), lsp->encoding),
                  "severity", severity_of(finding), "code", code, "source", "sluice", "message", json_null());
    json_object_set_new(json, "message", rc ? NULL : json_bytes(buf_slice(&message)));
    buf_clear(&message);
    if (lsp->config.docs && !buf_printf(&message, "%s/%s.md", lsp->config.docs, code) &&
        !buf_append_byte(&message, 0))
        json_object_set_new(json, "codeDescription", json_pack("{ss}", "href", (const char *)message.p));
    if (finding->code == FINDING_DEPRECATED_FORM)
        json_object_set_new(json, "tags", json_pack("[i]", TAG_DEPRECATED));
    buf_fini(&message);
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
