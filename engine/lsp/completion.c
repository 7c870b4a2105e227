/* textDocument/completion, and the fields of the header. */
#include "lsp/completion.h"

#include "base/app_proto.h"
#include "base/buf.h"
#include "lsp/json_form.h"
#include "lsp/request.h"
#include "output/json.h"
#include "rule/builder.h"
#include "rule/variables.h"
#include "rulework/finding.h"

void completion_add(struct completion *c, const struct candidate *candidate)
{
    if (json_array_size(c->items) >= COMPLETIONS_MOST) {
        c->incomplete = true;
        return;
    }
    char order[2] = {candidate->order ? candidate->order : 'm', 0};
    struct buf sort = {0};
    const char *text = candidate->text ? candidate->text : candidate->label;
    int rc = buf_printf(&sort, "%s%s", order, candidate->label);
    json_t *item = json_pack("{sosisoso}", "label", json_text(candidate->label), "kind", (int)candidate->kind,
                             "sortText", rc ? NULL : json_bytes(buf_slice(&sort)), "textEdit",
                             form_edit(c->document, c->range, slice_str(text), c->lsp->encoding));
    if (candidate->detail)
        json_object_set_new(item, "detail", json_text(candidate->detail));
    if (candidate->deprecated)
        json_object_set_new(item, "tags", json_pack("[i]", 1));
    json_array_append_new(c->items, item);
    buf_fini(&sort);
}

void completion_narrow(struct completion *c, size_t bytes)
{
    c->range.from = c->range.to;
    c->range.from.byte -= (uint32_t)(bytes < c->range.to.byte ? bytes : c->range.to.byte);
}

static void words(struct completion *c, const char *const *list, size_t count, enum completion_kind kind)
{
    for (size_t i = 0; i < count; i++)
        completion_add(c, &(struct candidate){.label = list[i], .kind = kind});
}

#define WORDS(c, list, kind) words((c), (list), sizeof(list) / sizeof *(list), (kind))

static void actions(struct completion *c)
{
    static const char *const list[] = {"alert",     "pass",      "drop",       "reject",
                                       "rejectsrc", "rejectdst", "rejectboth", "config"};
    WORDS(c, list, COMPLETE_KEYWORD);
}

static void protocols(struct completion *c)
{
    static const char *const list[] = {"ip",  "ip4",  "ip6",    "tcp",    "tcp-pkt", "tcp-stream",
                                       "udp", "icmp", "icmpv4", "icmpv6", "sctp",    "esp",
                                       "gre", "igmp", "arp",    "ether",  "pkthdr"};
    WORDS(c, list, COMPLETE_ENUM);
    for (unsigned app = APP_FAILED + 1; app < APP_PROTO_COUNT; app++) {
        bool built = app_parser_built((enum app_proto)app);
        completion_add(c, &(struct candidate){.label = app_proto_name((enum app_proto)app),
                                              .kind = COMPLETE_ENUM,
                                              .detail = built ? "application protocol" : "not built yet",
                                              .order = built ? 'l' : 'x'});
    }
}

/* The last element of a list, without the signs before it. */
static size_t element(struct slice token)
{
    size_t n = 0;
    while (n < token.n && !strchr("[], !", token.p[token.n - n - 1]))
        n++;
    return n;
}

static void endpoints(struct completion *c, enum variable_kind kind)
{
    const struct variables *variables = c->lsp->project.context->variables;
    struct buf name = {0};
    completion_narrow(c, element(c->typing.token));
    completion_add(c, &(struct candidate){.label = "any", .kind = COMPLETE_VALUE, .order = 'a'});
    for (uint32_t i = 0; i < variables->count; i++) {
        const struct variable *v = &variables->list[i];
        buf_clear(&name);
        if (v->kind == kind && !buf_printf(&name, "$%s", v->name) && !buf_append_byte(&name, 0))
            completion_add(c, &(struct candidate){.label = (const char *)name.p,
                                                  .detail = v->value,
                                                  .kind = COMPLETE_VARIABLE});
    }
    buf_fini(&name);
}

void complete_field(struct completion *c)
{
    static const char *const directions[] = {"->", "<>", "=>"};
    switch (c->typing.field) {
    case FIELD_ACTION:
        actions(c);
        break;
    case FIELD_PROTOCOL:
        protocols(c);
        break;
    case FIELD_DIRECTION:
        WORDS(c, directions, COMPLETE_OPERATOR);
        break;
    case FIELD_SOURCE:
    case FIELD_DESTINATION:
        endpoints(c, VARIABLE_ADDRESSES);
        break;
    default:
        endpoints(c, VARIABLE_PORTS);
        break;
    }
}

/* "# sluice: disable=" : the codes. */
static void complete_comment(struct completion *c, struct slice typed)
{
    const uint8_t *equals = typed.n ? memrchr(typed.p, '=', typed.n) : NULL;
    if (!equals || !memmem(typed.p, typed.n, "sluice:", 7))
        return;
    size_t n = 0;
    while (n < typed.n && !strchr("=, ", typed.p[typed.n - n - 1]))
        n++;
    completion_narrow(c, n);
    for (int code = 0; code < FINDING_CODES; code++) {
        const struct finding_info *info = finding_info((enum finding_code)code);
        completion_add(
            c, &(struct candidate){.label = info->code, .detail = info->summary, .kind = COMPLETE_ENUM});
    }
}

static void complete_rule(struct completion *c, const struct rule_lines *lines, struct spot at)
{
    rule_typing_read(lines, at, &c->typing);
    completion_narrow(c, c->typing.token.n);
    size_t behind = rule_lines_offset(lines, at);
    c->next = behind < lines->reader.line.n ? lines->reader.line.p[behind] : 0;
    if (c->typing.kind == RULE_SPOT_FIELD)
        complete_field(c);
    else if (c->typing.kind == RULE_SPOT_NAME)
        complete_keyword(c);
    else
        complete_value(c);
    rule_text_fini(&c->typing.before);
}

void handle_completion(struct request *request)
{
    struct document *d;
    struct spot at;
    struct rule_lines lines;
    if (!request_spot(request, &d, &at))
        return;
    struct completion c = {.lsp = request->lsp, .document = d, .range = {at, at}, .items = json_array()};
    int rc = rule_lines_lex(&lines, d, at.line);
    struct slice typed = slice_first(text_line(&d->text, at.line), at.byte);
    if (rc == 1)
        complete_rule(&c, &lines, at);
    else if (rc == 0 && text_trim(typed).n == 0)
        actions(&c);
    else if (rc == 0)
        complete_comment(&c, typed);
    rule_lines_close(&lines);
    request->result = json_pack("{sbso}", "isIncomplete", c.incomplete, "items", c.items);
}
