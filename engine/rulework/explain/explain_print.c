/* An explanation as text for a person, and as JSON. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "rule/rule.h"
#include "rule/option.h"
#include "rulework/explain/explain.h"
#include "rulework/explain/explain_reasons.h"
#include "rulework/option_words.h"

static const char *const answers[] = {"yes", "NO", "-", ""};

static int put_hex_line(struct buf *out, const struct explain_line *line, uint32_t at)
{
    uint32_t n = line->byte_count - at < 16 ? line->byte_count - at : 16;
    int rc = buf_printf(out, "            %06" PRIx64 "  ", line->bytes_from + at);
    for (uint32_t i = 0; !rc && i < 16; i++)
        rc = i < n ? buf_printf(out, "%02x ", line->bytes[at + i]) : buf_printf(out, "   ");
    if (!rc)
        rc = buf_append_byte(out, ' ');
    for (uint32_t i = 0; !rc && i < n; i++) {
        uint8_t byte = line->bytes[at + i];
        rc = buf_append_byte(out, byte >= 0x20 && byte < 0x7f ? byte : '.');
    }
    return rc ? rc : buf_append_byte(out, '\n');
}

/* Carets below the bytes that the line is about. */
static int put_marks(struct buf *out, const struct explain_line *line, uint32_t at)
{
    int64_t start = (int64_t)line->bytes_from + at, last = -1;
    for (int64_t i = 0; i < 16; i++)
        if (start + i >= line->mark && start + i < line->mark_end)
            last = i;
    if (line->mark < 0 || last < 0)
        return 0;
    int rc = buf_printf(out, "                    ");
    for (int64_t i = 0; !rc && i <= last; i++)
        rc = buf_printf(out, "%s", start + i >= line->mark ? "^^ " : "   ");
    return rc ? rc : buf_append_byte(out, '\n');
}

static int put_line(struct buf *out, const struct explain_line *line, bool bytes)
{
    int rc = buf_printf(out, "    %-4s %s\n", answers[line->answer], line->text);
    if (!rc && line->why)
        rc = buf_printf(out, "           %s\n", line->why);
    if (!bytes || line->answer == EXPLAIN_UNREACHED)
        return rc;
    for (uint32_t at = 0; !rc && at < line->byte_count; at += 16) {
        rc = put_hex_line(out, line, at);
        if (!rc)
            rc = put_marks(out, line, at);
    }
    return rc;
}

static const char *kind_name(const struct explain_case *c)
{
    return c->kind == VIEW_STREAM ? "stream" : c->kind == VIEW_TRANSACTION ? "transaction" : "packet";
}

static int put_case(struct buf *out, const struct explain_case *c)
{
    int rc = buf_printf(out, "\n  %s%s%s, to the %s, ", c->ends, c->app[0] ? ", " : "", c->app,
                        c->direction == TO_SERVER ? "server" : "client");
    if (!rc && c->transaction >= 0)
        rc = buf_printf(out, "transaction %" PRId64 ", ", c->transaction);
    else if (!rc)
        rc = buf_printf(out, "%s, ", kind_name(c));
    if (!rc)
        rc = c->packet ? buf_printf(out, "with packet %" PRIu64 "\n", c->packet)
                       : buf_printf(out, "at the flow's end\n");
    bool fired = c->score == UINT32_MAX;
    for (uint32_t i = 0; !rc && i < c->line_count; i++)
        rc = put_line(out, &c->lines[i], !fired && c->lines[i].answer == EXPLAIN_NO);
    return rc;
}

static int put_unfit(struct buf *out, const struct explanation *x, const struct explained_rule *r)
{
    int rc = 0;
    for (unsigned i = UNFIT_LAYERS; !rc && i <= UNFIT_STATE; i++)
        if (r->unfit[i])
            rc = buf_printf(out, "  %" PRIu64 " of %" PRIu64 " packets: %s\n", r->unfit[i], x->packets,
                            unfit_text(i));
    return rc;
}

/* What stands in `lines`, each line a bit to the right. */
static int put_lines(struct buf *out, struct slice lines)
{
    struct slice line;
    int rc = 0;
    while (!rc && lines.n && text_field(&lines, '\n', &line))
        rc = line.n ? buf_printf(out, "  %.*s\n", (int)line.n, (const char *)line.p) : 0;
    return rc;
}

static int put_reasons(struct buf *out, const struct explanation *x, const struct explained_rule *r)
{
    struct buf reasons = {0};
    int rc = r->alerted ? 0 : put_unfit(out, x, r);
    if (!rc)
        rc = explain_reasons(x, r, &reasons);
    if (!rc)
        rc = put_lines(out, buf_slice(&reasons));
    buf_fini(&reasons);
    return rc;
}

static int put_fired(struct buf *out, const struct explained_rule *r)
{
    if (!r->alerted)
        return buf_printf(out,
                          r->matched ? "matched %" PRIu64 " times, and raised no alert\n" : "did not fire\n",
                          r->matched);
    int rc = buf_printf(out, "fired %" PRIu64 " times, with packet", r->alerted);
    for (uint32_t i = 0; !rc && i < r->fired_count; i++)
        rc = r->fired_at[i] ? buf_printf(out, "%s %" PRIu64, i ? "," : "", r->fired_at[i])
                            : buf_printf(out, "%s (a flow's end)", i ? "," : "");
    return rc ? rc : buf_printf(out, "%s\n", r->alerted > r->fired_count ? ", ..." : "");
}

int explain_print_text(const struct explanation *x, unsigned most_cases, struct buf *out)
{
    int rc = 0;
    for (uint32_t i = 0; !rc && i < x->count; i++) {
        const struct explained_rule *r = &x->list[i];
        if (!r->asked)
            continue;
        rc = buf_printf(out, "%ssid %u \"%s\": ", out->n ? "\n" : "", r->rule->sid, r->rule->message);
        if (!rc)
            rc = put_fired(out, r);
        if (!rc)
            rc = put_reasons(out, x, r);
        for (uint32_t c = 0; !rc && c < r->case_count && c < most_cases; c++)
            rc = put_case(out, &r->cases[c]);
        if (!rc && !r->case_count && !r->alerted)
            rc = buf_printf(out, "  nothing in the capture comes near\n");
    }
    if (!rc && x->bad_checksums)
        rc = buf_printf(out,
                        "\n%" PRIu64
                        " packets have a wrong checksum and are kept out of streams (--set checksums=off)\n",
                        x->bad_checksums);
    return rc;
}

static json_t *hex_of(const struct explain_line *line)
{
    char text[2 * EXPLAIN_BYTES + 1] = "";
    for (uint32_t i = 0; i < line->byte_count; i++)
        snprintf(text + (size_t)2 * i, 3, "%02x", line->bytes[i]);
    return json_string(text);
}

static json_t *line_json(const struct explain_line *line)
{
    static const char *const names[] = {"matched", "failed", "not_reached", ""};
    json_t *o = json_pack("{s:s, s:s+}", "answer", names[line->answer], "option", line->text, "");
    if (line->why)
        json_object_set_new(o, "why", json_string_nocheck(line->why));
    if (line->byte_count) {
        json_object_set_new(o, "bytes", hex_of(line));
        json_object_set_new(o, "bytes_from", json_integer((json_int_t)line->bytes_from));
    }
    if (line->mark >= 0) {
        json_object_set_new(o, "from", json_integer(line->mark));
        json_object_set_new(o, "to", json_integer(line->mark_end));
    }
    return o;
}

static json_t *case_json(const struct explain_case *c)
{
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:b, s:I}", "ends", c->ends, "app_proto", c->app, "direction",
                          c->direction == TO_SERVER ? "to_server" : "to_client", "kind", kind_name(c),
                          "matches", c->score == UINT32_MAX, "flow_id", (json_int_t)c->flow_id);
    json_t *lines = json_array();
    if (c->packet)
        json_object_set_new(o, "packet", json_integer((json_int_t)c->packet));
    if (c->transaction >= 0)
        json_object_set_new(o, "tx_id", json_integer(c->transaction));
    for (uint32_t i = 0; i < c->line_count; i++)
        json_array_append_new(lines, line_json(&c->lines[i]));
    json_object_set_new(o, "options", lines);
    return o;
}

static json_t *reasons_json(const struct explanation *x, const struct explained_rule *r)
{
    struct buf reasons = {0};
    json_t *list = json_array();
    if (!explain_reasons(x, r, &reasons)) {
        struct slice lines = buf_slice(&reasons), line;
        while (lines.n && text_field(&lines, '\n', &line))
            if (line.n)
                json_array_append_new(list, json_stringn((const char *)line.p, line.n));
    }
    buf_fini(&reasons);
    return list;
}

static json_t *rule_json(const struct explanation *x, const struct explained_rule *r, unsigned most_cases)
{
    json_t *o =
        json_pack("{s:I, s:s, s:I, s:I, s:I, s:I}", "sid", (json_int_t)r->rule->sid, "msg", r->rule->message,
                  "matched", (json_int_t)r->matched, "alerted", (json_int_t)r->alerted, "silenced",
                  (json_int_t)r->silenced, "lost", (json_int_t)r->lost);
    json_t *unfit = json_object(), *cases = json_array();
    for (unsigned i = UNFIT_LAYERS; i <= UNFIT_STATE; i++)
        if (r->unfit[i])
            json_object_set_new(unfit, unfit_text(i), json_integer((json_int_t)r->unfit[i]));
    for (uint32_t i = 0; i < r->case_count && i < most_cases; i++)
        json_array_append_new(cases, case_json(&r->cases[i]));
    json_object_set_new(o, "packets_not_looked_into", unfit);
    json_object_set_new(o, "reasons", reasons_json(x, r));
    json_object_set_new(o, "cases", cases);
    return o;
}

int explain_print_json(const struct explanation *x, unsigned most_cases, struct buf *out)
{
    int rc = 0;
    for (uint32_t i = 0; !rc && i < x->count; i++) {
        if (!x->list[i].asked)
            continue;
        json_t *o = rule_json(x, &x->list[i], most_cases);
        char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
        rc = text ? buf_printf(out, "%s\n", text) : -1;
        free(text);
        json_decref(o);
    }
    return rc;
}
