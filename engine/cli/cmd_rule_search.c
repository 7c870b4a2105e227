/* sluice rule search: rules by what they say. */
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "cli/rule_cli.h"
#include "output/json.h"
#include "rule/lexer.h"
#include "rule/rule_paths.h"
#include "rulework/search.h"

static const struct option_spec specs[] = {
    {"rules", 0, "FILE|DIR", "where to look; a folder means its *.rules (may be given again)", NULL, NULL},
    {"json", 0, NULL, "one JSON object a line", NULL, NULL},
    {"count", 0, NULL, "only how many there are", NULL, NULL},
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

struct search {
    const char **patterns;
    const char *file;
    struct buf out;
    unsigned long found;
    bool json, count;
};

static int as_json(struct search *s, const struct search_hit *hit)
{
    struct json_writer w = {0};
    json_t *object = json_object();
    json_put_text(&w, object, "file", s->file);
    json_put_uint(&w, object, "line", hit->line);
    if (rule_text_sid(hit->text))
        json_put_uint(&w, object, "sid", rule_text_sid(hit->text));
    json_put_bytes(&w, object, "rule", hit->text->text);
    return json_finish(&w, object, &s->out);
}

static int on_hit(void *ctx, const struct search_hit *hit)
{
    struct search *s = ctx;
    s->found++;
    if (s->count)
        return 0;
    if (s->json)
        return as_json(s, hit);
    int rc = buf_printf(&s->out, "%s:%u: ", s->file, hit->line);
    if (!rc)
        rc = buf_append(&s->out, hit->text->text);
    return rc ? rc : buf_append_byte(&s->out, '\n');
}

static int on_file(void *ctx, const struct rule_path *path)
{
    struct search *s = ctx;
    s->file = path->name;
    return search_text(path->text, s->patterns, on_hit, s);
}

static int search_all(const struct parsed *parsed, struct search *s)
{
    struct err err = {0};
    int rc = 0;
    for (size_t i = 0; !rc && i < parsed->count; i++)
        if (parsed->list[i].spec && strcmp(parsed->list[i].spec->name, "rules") == 0)
            rc = rule_paths_read(parsed->list[i].value, on_file, s, &err);
    if (rc) {
        char text[ERR_TEXT];
        err_text(&err, text);
        fprintf(stderr, "sluice: %s\n", text);
        buf_fini(&s->out);
        return RULE_USAGE;
    }
    if (s->count)
        rc = buf_printf(&s->out, "%lu\n", s->found);
    return rule_print_out(rc, &s->out, s->found ? RULE_CLEAN : RULE_FINDINGS);
}

static int run(const struct parsed *parsed)
{
    if (!rule_argument(parsed, 0))
        return rule_usage("search", "there is nothing to look for");
    if (!rule_option(parsed, "rules"))
        return rule_usage("search", "there are no rules: give --rules FILE or --rules DIR");
    struct search s = {.json = rule_option(parsed, "json"), .count = rule_option(parsed, "count")};
    s.patterns = calloc(parsed->count + 1, sizeof *s.patterns);
    for (size_t i = 0; s.patterns && rule_argument(parsed, i); i++)
        s.patterns[i] = rule_argument(parsed, i);
    int code = s.patterns ? search_all(parsed, &s) : rule_print_out(-1, &s.out, RULE_USAGE);
    free(s.patterns);
    return code;
}

const struct command_part rule_part_search = {
    .name = "search",
    .usage = "search [OPTIONS] --rules FILE|DIR PATTERN...",
    .summary = "finds rules by sid, text, keyword, flowbit or CVE",
    .more =
        "A rule must have all patterns. Digits are a sid; CVE-2021-44228 is found however it is written;\n"
        "keyword:NAME and flowbit:NAME are whole names; all else is text, in any case. exit: 0 found; 1 "
        "none.",
    .specs = specs,
    .run = run,
};
