/* textDocument/signatureHelp: the arguments of the keyword that is typed. */
#include "lsp/json_form.h"
#include "lsp/rule_spot.h"
#include "lsp/request.h"
#include "rulework/keyword_reference.h"

/* The arguments as ranges of the label, which is "name:arguments": parted by commas that are not in quotes.
 */
static json_t *parameters(const struct keyword_reference *r, unsigned *count)
{
    json_t *list = json_array();
    size_t base = strlen(r->name) + 1, from = 0, n = strlen(r->arguments);
    bool quoted = false;
    for (size_t i = 0; i <= n; i++) {
        quoted ^= r->arguments[i] == '"';
        if (i < n && (r->arguments[i] != ',' || quoted))
            continue;
        json_array_append_new(list, json_pack("{s[II]}", "label", (json_int_t)base + (json_int_t)from,
                                              (json_int_t)base + (json_int_t)i));
        from = i + 1;
        ++*count;
    }
    return list;
}

static unsigned commas(struct slice token)
{
    unsigned count = 0;
    bool quoted = false;
    for (size_t i = 0; i < token.n; i++) {
        quoted ^= token.p[i] == '"' && (!i || token.p[i - 1] != '\\');
        count += token.p[i] == ',' && !quoted;
    }
    return count;
}

static json_t *form_help(const struct keyword_reference *r, struct slice token)
{
    unsigned count = 0, active = commas(token);
    json_t *list = parameters(r, &count);
    struct buf label = {0};
    int rc = buf_printf(&label, "%s:%s", r->name, r->arguments);
    json_t *help = json_pack("{s[{sososs}]sisI}", "signatures", "label",
                             rc ? NULL : json_stringn((const char *)label.p, label.n), "parameters", list,
                             "documentation", r->summary, "activeSignature", 0, "activeParameter",
                             (json_int_t)(active < count ? active : count - 1));
    buf_fini(&label);
    return help;
}

void handle_signature_help(struct request *request)
{
    struct document *d;
    struct spot at;
    struct rule_lines lines;
    struct rule_typing typing;
    if (!request_spot(request, &d, &at))
        return;
    if (rule_lines_lex(&lines, d, at.line) == 1) {
        rule_typing_read(&lines, at, &typing);
        const struct keyword_reference *r =
            typing.kind == RULE_SPOT_VALUE ? project_keyword(&request->lsp->project, typing.name) : NULL;
        if (r && r->arguments[0])
            request->result = form_help(r, typing.token);
        rule_text_fini(&typing.before);
    }
    rule_lines_close(&lines);
}
