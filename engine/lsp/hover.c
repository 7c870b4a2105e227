/* textDocument/hover: the keyword's reference, a variable's value, what a rule costs, who sets a mark. */
#include <stdio.h>

#include "base/app_proto.h"
#include "lsp/hover_text.h"
#include "lsp/json_form.h"
#include "lsp/rule_spot.h"
#include "lsp/request.h"

static int of_field(const struct project *p, const struct rule_lines *lines, const struct rule_spot *spot,
                    struct buf *out)
{
    struct slice variable = rule_spot_variable(spot->part, spot->at);
    if (variable.n)
        return hover_variable(p, variable, out);
    if (spot->field == FIELD_ACTION)
        return hover_rule(p, lines, out);
    return spot->field == FIELD_PROTOCOL ? hover_protocol(spot->part, out) : 0;
}

static int of_option(const struct project *p, const struct rule_lines *lines, const struct rule_spot *spot,
                     struct buf *out)
{
    struct slice name = spot->option->name, value = spot->option->value;
    int rc = 0;
    if (spot->kind == RULE_SPOT_VALUE && text_equal(name, "classtype"))
        rc = hover_class(p, value, out);
    else if (spot->kind == RULE_SPOT_VALUE && text_equal(name, "reference"))
        rc = hover_reference(p, value, out);
    else if (spot->kind == RULE_SPOT_VALUE)
        rc = hover_mark(p, name, spot->part, spot->at, out);
    if (!rc && !out->n && (text_equal(name, "sid") || text_equal(name, "msg")))
        rc = hover_rule(p, lines, out);
    return rc || out->n ? rc : hover_keyword(p, name, out);
}

void handle_hover(struct request *request)
{
    const struct lsp *lsp = request->lsp;
    struct document *d;
    struct spot at;
    struct rule_lines lines;
    struct buf text = {0};
    if (!request_spot(request, &d, &at))
        return;
    int rc = rule_lines_lex(&lines, d, at.line);
    struct rule_spot spot = {0};
    if (rc == 1)
        spot = rule_spot_find(&lines, at);
    if (spot.kind != RULE_SPOT_NONE)
        rc = spot.kind == RULE_SPOT_FIELD ? of_field(&lsp->project, &lines, &spot, &text)
                                          : of_option(&lsp->project, &lines, &spot, &text);
    if (rc < 0)
        request_fail(request, LSP_INTERNAL_ERROR, "out of memory");
    else if (text.n)
        request->result = json_pack("{soso}", "contents", form_markdown(buf_slice(&text)), "range",
                                    form_range(d, rule_lines_range(&lines, spot.part), lsp->encoding));
    rule_lines_close(&lines);
    buf_fini(&text);
}
