/* The reference of keywords in its forms: lines, text, JSON, Markdown. */
#include "base/app_proto.h"
#include "base/buffer_id.h"
#include "output/json.h"
#include "rulework/keyword_reference.h"

static const char *directions(const struct buffer_info *buffer)
{
    return buffer->sides == BUFFER_TO_SERVER   ? "to_server"
           : buffer->sides == BUFFER_TO_CLIENT ? "to_client"
                                               : "both directions";
}

/* One that nearly every protocol has is not listed protocol by protocol. */
static bool of_any_protocol(const struct buffer_info *buffer)
{
    return __builtin_popcountll(buffer->protocols) > APP_PROTO_COUNT / 2;
}

static int append(struct buf *out, const char *text)
{
    return buf_append(out, slice_str(text));
}

/* "http1, http2"; nothing for a buffer that is not of the application layer. */
static int print_protocols(const struct buffer_info *buffer, struct buf *out)
{
    if (of_any_protocol(buffer))
        return append(out, "any");
    int rc = 0;
    const char *before = "";
    for (unsigned app = APP_FAILED + 1; !rc && app < APP_PROTO_COUNT; app++)
        if (buffer->protocols >> app & 1) {
            rc = buf_printf(out, "%s%s", before, app_proto_name((enum app_proto)app));
            before = ", ";
        }
    return rc;
}

int keyword_reference_line(const struct keyword_reference *r, struct buf *out)
{
    return buf_printf(out, "%-24s %s\n", r->name, r->summary);
}

int keyword_reference_text(const struct keyword_reference *r, struct buf *out)
{
    int rc = buf_printf(out, "%s%s%s\n  %s\n", r->name, r->alias ? ", also " : "", r->alias ? r->alias : "",
                        r->summary);
    if (!rc)
        rc = r->arguments[0] ? buf_printf(out, "  written    %s:%s;\n", r->name, r->arguments)
                             : buf_printf(out, "  written    %s;\n", r->name);
    if (!rc && r->buffer)
        rc = buf_printf(out, "  buffer     %s, %s\n", r->buffer->name, directions(r->buffer));
    if (!rc && r->buffer && r->buffer->protocols) {
        rc = append(out, "  protocols  ");
        if (!rc)
            rc = print_protocols(r->buffer, out);
        if (!rc)
            rc = append(out, "\n");
    }
    if (!rc)
        rc = append(out, "  example    ");
    if (!rc)
        rc = keyword_reference_example(r, out);
    return rc ? rc : append(out, "\n");
}

static void put_buffer(struct json_writer *w, json_t *object, const struct buffer_info *buffer)
{
    json_put_text(w, object, "buffer", buffer->name);
    json_t *sides = json_array();
    if (buffer->sides & BUFFER_TO_SERVER)
        json_append(w, sides, json_text("to_server"));
    if (buffer->sides & BUFFER_TO_CLIENT)
        json_append(w, sides, json_text("to_client"));
    json_put(w, object, "directions", sides);
    json_t *protocols = json_array();
    for (unsigned app = APP_FAILED + 1; app < APP_PROTO_COUNT && !of_any_protocol(buffer); app++)
        if (buffer->protocols >> app & 1)
            json_append(w, protocols, json_text(app_proto_name((enum app_proto)app)));
    json_put(w, object, "protocols", protocols);
}

int keyword_reference_json(const struct keyword_reference *r, struct buf *out)
{
    struct json_writer w = {0};
    struct buf example = {0};
    json_t *object = json_object();
    json_put_text(&w, object, "keyword", r->name);
    if (r->alias)
        json_put_text(&w, object, "alias", r->alias);
    json_put_text(&w, object, "summary", r->summary);
    json_put_text(&w, object, "arguments", r->arguments);
    if (r->buffer)
        put_buffer(&w, object, r->buffer);
    if (keyword_reference_example(r, &example))
        w.failed = true;
    json_put_bytes(&w, object, "example", buf_slice(&example));
    buf_fini(&example);
    return json_finish(&w, object, out);
}

int keyword_reference_markdown(const struct keyword_reference *r, struct buf *out)
{
    int rc = buf_printf(out, "%s.\n\n- Written: `%s%s%s;`", r->summary, r->name, r->arguments[0] ? ":" : "",
                        r->arguments);
    if (!rc && r->alias)
        rc = buf_printf(out, ", or `%s`", r->alias);
    if (!rc && r->buffer)
        rc = buf_printf(out, "\n- Buffer: `%s`, %s", r->buffer->name, directions(r->buffer));
    if (!rc && r->buffer && r->buffer->protocols) {
        rc = append(out, "\n- Protocols: ");
        if (!rc)
            rc = print_protocols(r->buffer, out);
    }
    if (!rc)
        rc = append(out, "\n\n```\n");
    if (!rc)
        rc = keyword_reference_example(r, out);
    return rc ? rc : append(out, "\n```\n");
}

static int markdown_of(const struct keyword_reference *r, struct buf *out)
{
    int rc = buf_printf(out, "\n## %s\n\n", r->name);
    return rc ? rc : keyword_reference_markdown(r, out);
}

int keyword_references_markdown(const struct keyword_reference *list, size_t count, struct buf *out)
{
    int rc = buf_printf(out,
                        "# Keywords\n\n"
                        "The %zu keywords that rules may use, from the engine's own tables. `sluice rule "
                        "keywords NAME` shows one, and finds by any part\n"
                        "of these texts. This page is made by `make docs`: change "
                        "engine/rulework/keyword_text_list.h instead.\n",
                        count);
    for (size_t i = 0; !rc && i < count; i++)
        rc = markdown_of(&list[i], out);
    return rc;
}
