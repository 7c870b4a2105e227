/* What the parameters of a request name: a document, a place, a range. All of it may be anything. */
#include "lsp/json_form.h"
#include "lsp/request.h"

bool request_document(struct request *request, struct document **document)
{
    const json_t *named = json_object_get(request->params, "textDocument");
    const char *uri = json_string_value(json_object_get(named, "uri"));
    struct document *d = uri ? project_find(&request->lsp->project, uri) : NULL;
    *document = d;
    if (d && d->open)
        return true;
    request_fail(request, LSP_INVALID_PARAMS, "the document is not open: %.150s",
                 uri ? uri : "(textDocument.uri is missing)");
    return false;
}

/* A line or character: not negative, and no more than fits. */
static bool read_number(const json_t *position, const char *key, uint64_t *value)
{
    const json_t *number = json_object_get(position, key);
    if (!json_is_integer(number) || json_integer_value(number) < 0)
        return false;
    *value = (uint64_t)json_integer_value(number);
    return true;
}

bool spot_read(const struct lsp *lsp, const struct document *d, const json_t *position, struct spot *spot)
{
    uint64_t line, character;
    if (!read_number(position, "line", &line) || !read_number(position, "character", &character))
        return false;
    if (line > d->text.count || (line == d->text.count && character))
        return false;
    if (line == d->text.count) { /* behind the last line: how some say "to the end" */
        *spot = (struct spot){d->text.count - 1, d->text.lines[d->text.count - 1].n};
        return true;
    }
    struct slice text = text_line(&d->text, (uint32_t)line);
    *spot = (struct spot){(uint32_t)line, position_byte(text, character, lsp->encoding)};
    return true;
}

bool range_read(const struct lsp *lsp, const struct document *d, const json_t *json, struct range *range)
{
    if (!spot_read(lsp, d, json_object_get(json, "start"), &range->from) ||
        !spot_read(lsp, d, json_object_get(json, "end"), &range->to))
        return false;
    return range->from.line < range->to.line ||
           (range->from.line == range->to.line && range->from.byte <= range->to.byte);
}

bool request_spot(struct request *request, struct document **document, struct spot *spot)
{
    if (!request_document(request, document))
        return false;
    if (!spot_read(request->lsp, *document, json_object_get(request->params, "position"), spot))
        return request_fail(request, LSP_INVALID_PARAMS, "position lies outside of the document");
    return true;
}

bool request_range(struct request *request, struct document **document, struct range *range)
{
    if (!request_document(request, document))
        return false;
    if (!range_read(request->lsp, *document, json_object_get(request->params, "range"), range))
        return request_fail(request, LSP_INVALID_PARAMS, "range lies outside of the document");
    return true;
}
