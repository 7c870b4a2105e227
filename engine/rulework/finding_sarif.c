/* SARIF 2.1.0 (OASIS standard): one log with one run; the sections of the standard are named below. */
#include "output/json.h"
#include "rulework/finding_print.h"

static const char schema[] = "https://json.schemastore.org/sarif-2.1.0.json";
static const char driver_name[] = "sluice rule check";

static json_t *text_object(struct json_writer *w, const char *text) /* 3.11, 3.12 */
{
    json_t *object = json_object();
    json_put_text(w, object, "text", text);
    return object;
}

static const char *level(enum finding_severity severity) /* 3.27.10 */
{
    return finding_severity_name(severity);
}

static json_t *rules_of(struct json_writer *w) /* 3.49 */
{
    json_t *rules = json_array();
    for (unsigned code = 0; code < FINDING_CODES; code++) {
        const struct finding_info *info = finding_info((enum finding_code)code);
        json_t *rule = json_object(), *configuration = json_object();
        json_put_text(w, rule, "id", info->code);
        json_put(w, rule, "shortDescription", text_object(w, info->summary));
        json_put_text(w, configuration, "level", level(info->severity));
        json_put(w, rule, "defaultConfiguration", configuration);
        json_append(w, rules, rule);
    }
    return rules;
}

static json_t *region(struct json_writer *w, unsigned line, unsigned column, unsigned end_line,
                      unsigned end_column) /* 3.30 */
{
    json_t *object = json_object();
    json_put_uint(w, object, "startLine", line);
    json_put_uint(w, object, "startColumn", column);
    json_put_uint(w, object, "endLine", end_line);
    json_put_uint(w, object, "endColumn", end_column);
    return object;
}

static json_t *artifact(struct json_writer *w, const char *file) /* 3.4 */
{
    json_t *object = json_object();
    json_put_text(w, object, "uri", file);
    return object;
}

static json_t *fix_of(struct json_writer *w, const struct finding *f, const char *file) /* 3.55 to 3.57 */
{
    json_t *replacements = json_array();
    for (uint32_t i = 0; i < f->edit_count; i++) {
        const struct edit *edit = &f->edits[i];
        json_t *one = json_object();
        json_put(w, one, "deletedRegion", region(w, edit->line, edit->column, edit->line, edit->end_column));
        json_put(w, one, "insertedContent", text_object(w, edit->text));
        json_append(w, replacements, one);
    }
    json_t *change = json_object(), *changes = json_array(), *fix = json_object();
    json_put(w, change, "artifactLocation", artifact(w, file));
    json_put(w, change, "replacements", replacements);
    json_append(w, changes, change);
    json_put(w, fix, "artifactChanges", changes);
    json_t *fixes = json_array();
    json_append(w, fixes, fix);
    return fixes;
}

static json_t *result_of(struct json_writer *w, const struct finding *f, const char *file) /* 3.27 */
{
    const struct finding_info *info = finding_info(f->code);
    json_t *result = json_object(), *physical = json_object(), *location = json_object(),
           *list = json_array();
    json_put_text(w, result, "ruleId", info->code);
    json_put_uint(w, result, "ruleIndex", f->code);
    json_put_text(w, result, "level", level(f->severity));
    json_t *message = text_object(w, f->message);
    json_put(w, result, "message", message);
    json_put(w, physical, "artifactLocation", artifact(w, file));
    json_put(w, physical, "region", region(w, f->line, f->column, f->end_line, f->end_column));
    json_put(w, location, "physicalLocation", physical);
    json_append(w, list, location);
    json_put(w, result, "locations", list);
    if (f->edit_count)
        json_put(w, result, "fixes", fix_of(w, f, file));
    return result;
}

int findings_sarif(const struct findings *findings, const char *const *files, enum finding_severity least,
                   struct buf *out)
{
    struct json_writer w = {0};
    json_t *results = json_array(), *driver = json_object(), *tool = json_object();
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct finding *f = &findings->list[i];
        if (f->severity >= least)
            json_append(&w, results, result_of(&w, f, files[f->file]));
    }
    json_put_text(&w, driver, "name", driver_name);
    json_put(&w, driver, "rules", rules_of(&w));
    json_put(&w, tool, "driver", driver);
    json_t *run = json_object(), *runs = json_array(), *log = json_object();
    json_put(&w, run, "tool", tool);
    json_put_text(&w, run, "columnKind", "utf16CodeUnits");
    json_put(&w, run, "results", results);
    json_append(&w, runs, run);
    json_put_text(&w, log, "$schema", schema);
    json_put_text(&w, log, "version", "2.1.0");
    json_put(&w, log, "runs", runs);
    return json_finish(&w, log, out);
}
