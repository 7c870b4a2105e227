#include "cli/example_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "output/json.h"
#include "rule/rule.h"

enum { REASON_ROOM = 40 };

struct reason { /* the keyword with which its text begins, or all of it */
    char text[REASON_ROOM];
    uint32_t count, sid; /* of the first rule */
};

struct example_report {
    struct example_report_form form;
    struct reason *reasons;
    uint32_t reason_count, reason_capacity;
    uint32_t made, refused;
    struct buf out;
};

struct example_report *example_report_new(const struct example_report_form *form)
{
    struct example_report *report = calloc(1, sizeof *report);
    if (report)
        report->form = *form;
    return report;
}

void example_report_free(struct example_report *report)
{
    if (!report)
        return;
    free(report->reasons);
    buf_fini(&report->out);
    free(report);
}

static int count_reason(struct example_report *r, const struct rule *rule, const char *why)
{
    char text[REASON_ROOM];
    size_t n = strcspn(why, ":");
    snprintf(text, sizeof text, "%.*s", (int)n, why);
    r->refused++;
    for (uint32_t i = 0; i < r->reason_count; i++) {
        if (strcmp(r->reasons[i].text, text) == 0) {
            r->reasons[i].count++;
            return 0;
        }
    }
    if (grow_array(&r->reasons, r->reason_count, &r->reason_capacity))
        return -1;
    struct reason *reason = &r->reasons[r->reason_count++];
    *reason = (struct reason){.count = 1, .sid = rule->sid};
    memcpy(reason->text, text, sizeof text);
    return 0;
}

static int as_text(struct example_report *r, const struct rule *rule, const struct example *example,
                   const char *why)
{
    if (!example)
        return buf_printf(&r->out, "%u: cannot be made: %s\n", rule->sid, why);
    int rc = buf_printf(&r->out, "%u: fires; %u packets", rule->sid, example->frames.count);
    for (unsigned i = 0; i < example->setter_count && !rc; i++)
        rc = buf_printf(&r->out, "%s%u", i ? ", " : "; needs sid ", example->setters[i]);
    rc = rc ? rc : buf_append_byte(&r->out, '\n');
    for (unsigned i = 0; i < example->miss_count && !rc; i++)
        rc = buf_printf(&r->out, "  near miss %u: without %s\n", i + 1, example->misses[i].option);
    for (unsigned i = 0; i < example->unbroken_count && !rc; i++)
        rc = buf_printf(&r->out, "  no near miss was found for %s\n", example->unbroken[i]);
    return rc;
}

static int as_json(struct example_report *r, const struct rule *rule, const struct example *example,
                   const char *why)
{
    struct json_writer w = {0};
    json_t *object = json_object();
    json_put_uint(&w, object, "sid", rule->sid);
    json_put_text(&w, object, "result", example ? "fires" : "refused");
    if (!example)
        json_put_text(&w, object, "reason", why);
    else
        json_put_uint(&w, object, "packets", example->frames.count);
    json_t *setters = json_array(), *misses = json_array(), *unbroken = json_array();
    for (unsigned i = 0; example && i < example->setter_count; i++)
        json_append(&w, setters, json_integer(example->setters[i]));
    for (unsigned i = 0; example && i < example->miss_count; i++)
        json_append(&w, misses, json_text(example->misses[i].option));
    for (unsigned i = 0; example && i < example->unbroken_count; i++)
        json_append(&w, unbroken, json_text(example->unbroken[i]));
    json_put(&w, object, "needs", setters);
    json_put(&w, object, "near_misses", misses);
    json_put(&w, object, "unbroken", unbroken);
    return json_finish(&w, object, &r->out);
}

static int flush(struct example_report *r, int rc)
{
    FILE *to = r->form.to_error ? stderr : stdout;
    if (rc)
        fputs("sluice: out of memory\n", stderr);
    else if (r->out.n)
        fwrite(r->out.p, 1, r->out.n, to);
    fflush(to);
    buf_clear(&r->out);
    return rc ? -1 : 0;
}

int example_report_add(struct example_report *r, const struct rule *rule, const struct example *example,
                       const char *why)
{
    int rc = example ? 0 : count_reason(r, rule, why);
    r->made += example != NULL;
    if (!rc && r->form.json)
        rc = as_json(r, rule, example, why);
    else if (!rc && !r->form.summary)
        rc = as_text(r, rule, example, why);
    return flush(r, rc);
}

static int by_count(const void *a, const void *b)
{
    const struct reason *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->text, y->text);
}

int example_report_end(struct example_report *r)
{
    if (!r->form.summary || r->form.json)
        return 0;
    uint32_t all = r->made + r->refused;
    int rc = buf_printf(&r->out, "%u of %u rules: a capture was made (%.1f %%)\n", r->made, all,
                        all ? 100.0 * r->made / all : 0.0);
    if (r->reason_count)
        qsort(r->reasons, r->reason_count, sizeof *r->reasons, by_count);
    for (uint32_t i = 0; i < r->reason_count && !rc; i++)
        rc = buf_printf(&r->out, "%7u  %s (sid %u)\n", r->reasons[i].count, r->reasons[i].text,
                        r->reasons[i].sid);
    return flush(r, rc);
}
