#include "lsp/raw_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "lsp/json_form.h"
#include "output/json.h"

static int by_value(struct slice text, struct buf *out)
{
    json_t *value = json_bytes(text);
    char *dumped = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
    int rc = dumped ? buf_append(out, slice_str(dumped)) : -ENOMEM;
    free(dumped);
    json_decref(value);
    return rc;
}

int raw_text(struct slice text, struct buf *out)
{
    if (!utf8_valid(text))
        return by_value(text, out);
    int rc = buf_append_byte(out, '"');
    for (size_t i = 0; !rc && i < text.n; i++) {
        uint8_t c = text.p[i];
        if (c < 0x20)
            rc = buf_printf(out, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            rc = buf_printf(out, "\\%c", c);
        else
            rc = buf_append_byte(out, c);
    }
    return rc ? rc : buf_append_byte(out, '"');
}

static uint32_t character(const struct document *d, struct spot spot, enum position_encoding encoding)
{
    if (spot.line >= d->text.count)
        return 0;
    return position_character(text_line(&d->text, spot.line), spot.byte, encoding);
}

int raw_range(const struct document *d, struct range range, enum position_encoding encoding, struct buf *out)
{
    return buf_printf(
        out, "{\"start\":{\"line\":%u,\"character\":%u},\"end\":{\"line\":%u,\"character\":%u}}",
        range.from.line, character(d, range.from, encoding), range.to.line, character(d, range.to, encoding));
}

/* Information, not a hint: editors hide hints. */
static int severity_of(const struct finding *finding)
{
    static const int severities[] = {[SEVERITY_NOTE] = 3, [SEVERITY_WARNING] = 2, [SEVERITY_ERROR] = 1};
    return severities[finding->severity];
}

static int raw_message(const struct finding *finding, struct buf *out)
{
    struct buf text = {0};
    int rc = buf_append(&text, slice_str(finding->message));
    if (!rc && finding->hint)
        rc = buf_append_byte(&text, '\n');
    if (!rc && finding->hint)
        rc = buf_append(&text, slice_str(finding->hint));
    if (!rc)
        rc = raw_text(buf_slice(&text), out);
    buf_fini(&text);
    return rc;
}

enum { TAG_DEPRECATED = 2 };

int raw_diagnostic(const struct document *d, const struct finding *finding, enum position_encoding encoding,
                   const char *docs, struct buf *out)
{
    const char *code = finding_info(finding->code)->code;
    int rc = buf_printf(out, "{\"range\":");
    if (!rc)
        rc = raw_range(d, finding_range(d, finding), encoding, out);
    if (!rc)
        rc = buf_printf(out, ",\"severity\":%d,\"code\":\"%s\",\"source\":\"sluice\",\"message\":",
                        severity_of(finding), code);
    if (!rc)
        rc = raw_message(finding, out);
    if (!rc && docs)
        rc = buf_printf(out, ",\"codeDescription\":{\"href\":\"%s/%s.md\"}", docs, code);
    if (!rc && finding->code == FINDING_DEPRECATED_FORM)
        rc = buf_printf(out, ",\"tags\":[%d]", TAG_DEPRECATED);
    return rc ? rc : buf_append_byte(out, '}');
}
