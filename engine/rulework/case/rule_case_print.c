#include "rulework/case/rule_case_print.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

/* The lines of a fault behind the first, each with `indent`. */
static int put_lines(const char *text, const char *indent, struct buf *out)
{
    int rc = 0;
    for (const char *line = text; line && !rc;) {
        const char *end = strchr(line, '\n');
        rc = buf_printf(out, "%s%.*s\n", line == text ? "" : indent,
                        end ? (int)(end - line) : (int)strlen(line), line);
        line = end ? end + 1 : NULL;
    }
    return rc;
}

static int put_failed(const struct case_outcome *o, struct buf *out)
{
    int rc = buf_printf(out, "FAIL %s:%u: %s\n", o->file->path, o->test->line, o->test->name);
    for (uint32_t i = 0; i < o->fault_count && !rc; i++) {
        rc = buf_printf(out, "  %s:%u: ", o->file->path, o->faults[i].line);
        rc = rc ? rc : put_lines(o->faults[i].text, "    ", out);
    }
    return rc;
}

int cases_print_text(const struct case_report *report, bool all, struct buf *out)
{
    int rc = 0;
    for (uint32_t i = 0; i < report->count && !rc; i++) {
        const struct case_outcome *o = &report->list[i];
        if (o->ran && o->fault_count)
            rc = put_failed(o, out);
        else if (o->ran && all)
            rc = buf_printf(out, "ok   %s:%u: %s\n", o->file->path, o->test->line, o->test->name);
    }
    uint32_t left_out = report->count - report->passed - report->failed;
    rc = rc ? rc : buf_printf(out, "%u passed, %u failed", report->passed, report->failed);
    if (!rc && left_out)
        rc = buf_printf(out, ", %u left out", left_out);
    return rc ? rc : buf_printf(out, ", %.2f s\n", report->seconds);
}

static json_t *faults_json(const struct case_outcome *o)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < o->fault_count; i++)
        json_array_append_new(
            list, json_pack("{s:i, s:s}", "line", (int)o->faults[i].line, "text", o->faults[i].text));
    return list;
}

static int put_json(json_t *object, struct buf *out)
{
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    int rc = text ? buf_printf(out, "%s\n", text) : -ENOMEM;
    free(text);
    json_decref(object);
    return rc;
}

static json_t *coverage_json(const struct case_report *report)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < report->rule_count; i++) {
        const struct case_coverage *c = &report->rules[i];
        json_array_append_new(list, json_pack("{s:I, s:b, s:b}", "sid", (json_int_t)c->sid, "fires", c->fires,
                                              "near_miss", c->misses));
    }
    return list;
}

int cases_print_json(const struct case_report *report, struct buf *out)
{
    int rc = 0;
    for (uint32_t i = 0; i < report->count && !rc; i++) {
        const struct case_outcome *o = &report->list[i];
        if (o->ran)
            rc = put_json(json_pack("{s:s, s:i, s:s, s:b, s:f, s:o}", "file", o->file->path, "line",
                                    (int)o->test->line, "name", o->test->name, "held", !o->fault_count,
                                    "seconds", o->seconds, "faults", faults_json(o)),
                          out);
    }
    return rc ? rc
              : put_json(json_pack("{s:i, s:i, s:f, s:o}", "held", (int)report->passed, "failed",
                                   (int)report->failed, "seconds", report->seconds, "coverage",
                                   coverage_json(report)),
                         out);
}

int cases_print_tap(const struct case_report *report, struct buf *out)
{
    int rc = buf_printf(out, "TAP version 13\n1..%u\n", report->count);
    for (uint32_t i = 0; i < report->count && !rc; i++) {
        const struct case_outcome *o = &report->list[i];
        rc = buf_printf(out, "%sok %u - %s:%u: %s%s\n", o->fault_count ? "not " : "", i + 1, o->file->path,
                        o->test->line, o->test->name, o->ran ? "" : " # SKIP left out");
        for (uint32_t k = 0; k < o->fault_count && !rc; k++) {
            rc = buf_printf(out, "# ");
            rc = rc ? rc : put_lines(o->faults[k].text, "#   ", out);
        }
    }
    return rc;
}

/* XML 1.0: what it has no way to say becomes a question mark. */
static int put_xml(const char *text, struct buf *out)
{
    int rc = 0;
    for (; *text && !rc; text++) {
        const char *entity = *text == '<'    ? "&lt;"
                             : *text == '>'  ? "&gt;"
                             : *text == '&'  ? "&amp;"
                             : *text == '"'  ? "&quot;"
                             : *text == '\n' ? "&#10;"
                                             : NULL;
        bool control = (unsigned char)*text < 0x20 && *text != '\t';
        rc = entity ? buf_append(out, slice_str(entity))
                    : buf_append_byte(out, control ? '?' : (uint8_t)*text);
    }
    return rc;
}

static int put_junit_case(const struct case_outcome *o, struct buf *out)
{
    int rc = buf_printf(out, "  <testcase classname=\"");
    rc = rc ? rc : put_xml(o->file->path, out);
    rc = rc ? rc : buf_printf(out, "\" name=\"");
    rc = rc ? rc : put_xml(o->test->name, out);
    rc = rc ? rc : buf_printf(out, "\" line=\"%u\" time=\"%.6f\">\n", o->test->line, o->seconds);
    if (!rc && !o->ran)
        rc = buf_printf(out, "    <skipped/>\n");
    for (uint32_t k = 0; k < o->fault_count && !rc; k++) {
        rc = buf_printf(out, "    <failure message=\"");
        rc = rc ? rc : put_xml(o->faults[k].text, out);
        rc = rc ? rc : buf_printf(out, "\"/>\n");
    }
    return rc ? rc : buf_printf(out, "  </testcase>\n");
}

int cases_print_junit(const struct case_report *report, struct buf *out)
{
    int rc = buf_printf(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"sluice rule test\" tests=\"%u\" "
        "failures=\"%u\" skipped=\"%u\" time=\"%.6f\">\n",
        report->count, report->failed, report->count - report->passed - report->failed, report->seconds);
    for (uint32_t i = 0; i < report->count && !rc; i++)
        rc = put_junit_case(&report->list[i], out);
    return rc ? rc : buf_printf(out, "</testsuite>\n");
}

int cases_print_coverage(const struct case_report *report, struct buf *out, uint32_t *lacking)
{
    int rc = 0;
    *lacking = 0;
    for (uint32_t i = 0; i < report->rule_count && !rc; i++) {
        const struct case_coverage *c = &report->rules[i];
        if (c->fires && c->misses)
            continue;
        ++*lacking;
        rc = buf_printf(out, "%s:%u: sid %u has no test %s: %s\n", c->file ? c->file : "the rules", c->line,
                        c->sid,
                        c->fires    ? "in which it nearly alerts"
                        : c->misses ? "in which it alerts"
                                    : "at all",
                        c->message);
    }
    uint32_t whole = report->rule_count - *lacking;
    return rc ? rc
              : buf_printf(out,
                           "%u of %u rules have a test in which they alert and one in which they nearly do "
                           "(%.0f %%)\n",
                           whole, report->rule_count,
                           report->rule_count ? 100.0 * whole / report->rule_count : 100.0);
}
