#include "lsp/hover_text.h"

#include <errno.h>

#include "base/app_proto.h"
#include "lsp/marks.h"
#include "lsp/project.h"
#include "lsp/rule_lines.h"
#include "rule/classes.h"
#include "rule/parser.h"
#include "rule/variables.h"
#include "rulework/check/across.h"
#include "rulework/cost.h"
#include "rulework/keyword_reference.h"

int hover_keyword(const struct project *project, struct slice name, struct buf *out)
{
    const struct keyword_reference *r = project_keyword(project, name);
    return r ? keyword_reference_markdown(r, out) : 0;
}

/* The value with the variables in it written out, as deep as sets may nest. */
static int resolved(const struct variables *variables, struct slice value, unsigned depth, struct buf *out)
{
    enum { DEPTH_MOST = 8, TEXT_MOST = 4096 };
    int rc = 0;
    for (size_t i = 0; !rc && i < value.n && out->n < TEXT_MOST;) {
        size_t n = 1;
        while (value.p[i] == '$' && i + n < value.n && !strchr(",]! \t", value.p[i + n]))
            n++;
        const struct variable *inner =
            n > 1 ? variables_find_any(variables, slice_of(value.p + i + 1, n - 1)) : NULL;
        rc = inner && depth < DEPTH_MOST ? resolved(variables, slice_str(inner->value), depth + 1, out)
                                         : buf_append(out, slice_of(value.p + i, n));
        i += n;
    }
    return rc;
}

int hover_variable(const struct project *project, struct slice name, struct buf *out)
{
    const struct variables *variables = project->context->variables;
    const struct variable *v = variables_find_any(variables, name);
    if (!v)
        return buf_printf(out, "`$%.*s` has no value", (int)name.n, (const char *)name.p);
    int rc = buf_printf(out, "`$%s` = `%s`", v->name, v->value);
    if (rc || !strchr(v->value, '$'))
        return rc;
    rc = buf_printf(out, "\n\nresolved: `");
    if (!rc)
        rc = resolved(variables, slice_str(v->value), 0, out);
    return rc ? rc : buf_append_byte(out, '`');
}

int hover_protocol(struct slice name, struct buf *out)
{
    enum app_proto proto = app_proto_by_name(name);
    if (proto == APP_UNKNOWN)
        return 0;
    bool tcp = app_proto_over_tcp(proto), udp = app_proto_over_udp(proto);
    return buf_printf(out, "**%s**: an application protocol over %s%s", app_proto_name(proto),
                      tcp && udp ? "TCP and UDP"
                      : tcp      ? "TCP"
                                 : "UDP",
                      app_parser_built(proto) ? "" : "; its parser is not built yet");
}

int hover_class(const struct project *project, struct slice name, struct buf *out)
{
    const struct rule_class *class = class_find(project->context->classes, name);
    return class ? buf_printf(out, "**%s**: %s, priority %d", class->name, class->text, class->priority) : 0;
}

int hover_reference(const struct project *project, struct slice value, struct buf *out)
{
    struct slice rest = value, system;
    const struct reference_system *found =
        text_field(&rest, ',', &system) ? reference_find(project->context->classes, system) : NULL;
    rest = text_trim(rest);
    if (!found || !rest.n)
        return 0;
    return buf_printf(out, "<%s%.*s>", found->prefix, (int)rest.n, (const char *)rest.p);
}

struct count {
    uint32_t reads, sets;
};

static void count_mark(void *ctx, const struct traits *traits, const struct trait_mark *mark)
{
    (void)traits;
    struct count *count = ctx;
    count->reads += mark->reads;
    count->sets += mark->sets;
}

int hover_mark(const struct project *project, struct slice keyword, struct slice value, size_t at,
               struct buf *out)
{
    enum state_store store;
    struct slice name;
    struct count count = {0};
    if (!mark_at(keyword, value, at, &store, &name))
        return 0;
    across_each_mark(project->checker.across, store, name, count_mark, &count);
    return buf_printf(out, "**%.*s**: set %u times, asked for %u times", (int)name.n, (const char *)name.p,
                      count.sets, count.reads);
}

int hover_rule(const struct project *project, const struct rule_lines *lines, struct buf *out)
{
    struct rule *rule = NULL;
    struct rule_context context;
    document_context(lines->document, &project->checker, &context);
    int rc = rule_parse_cached(lines->text.text, &context, project->checker.sets, &rule, NULL, NULL);
    if (rc)
        return rc == -ENOMEM ? rc : 0;
    rc = buf_printf(out, "**sid %u, rev %u**, priority %d%s%s\n\n```\n", rule->sid, rule->rev, rule->priority,
                    rule->class_text[0] ? ": " : "", rule->class_text);
    if (!rc)
        rc = cost_text(rule, out);
    rule_free(rule);
    return rc ? rc : buf_append(out, slice_str("```"));
}
