#include "lsp/raw_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/utf8.h"
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
    return position_character(text_line(&d->text, spot.line), spot.byte, encoding);
}

int raw_range(const struct document *d, struct range range, enum position_encoding encoding, struct buf *out)
{
    return buf_printf(
        out, "{\"start\":{\"line\":%u,\"character\":%u},\"end\":{\"line\":%u,\"character\":%u}}",
        range.from.line, character(d, range.from, encoding), range.to.line, character(d, range.to, encoding));
}
