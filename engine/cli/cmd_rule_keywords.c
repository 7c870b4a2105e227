/* sluice rule keywords: the reference. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/rule_cli.h"
#include "rule/keyword_names.h"
#include "rulework/keyword_reference.h"

static const struct option_spec specs[] = {
    {"json", 0, NULL, "one JSON object a line", NULL, NULL},
    {"markdown", 0, NULL, "the whole reference as a page (docs/keywords.md)", NULL, NULL},
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

static int none_such(const char *word)
{
    struct slice name = slice_str(word);
    const struct keyword_name *known = keyword_name_find(name);
    const char *near = keyword_name_near(name);
    if (known)
        fprintf(stderr, "sluice: \"%s\" needs %s, which is not built yet\n", known->name,
                known->needs ? known->needs : "something");
    else
        fprintf(stderr, "sluice: no keyword is about \"%.60s\"%s%s%s\n", word,
                near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    return RULE_FINDINGS;
}

/* By name if there is one of that name, else all that have the word in them. */
static int print(const struct keyword_reference *list, size_t count, const char *word, bool json)
{
    struct buf out = {0};
    const struct keyword_reference *only = NULL;
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        if (word && keyword_reference_named(&list[i], word))
            only = &list[i];
    int rc = 0;
    for (size_t i = 0; !rc && i < count; i++) {
        const struct keyword_reference *r = &list[i];
        if (only ? r != only : word && !keyword_reference_has(r, word))
            continue;
        found++;
        rc = json   ? keyword_reference_json(r, &out)
             : only ? keyword_reference_text(r, &out)
                    : keyword_reference_line(r, &out);
    }
    if (!rc && !found) {
        buf_fini(&out);
        return none_such(word ? word : "");
    }
    return rule_print_out(rc, &out, RULE_CLEAN);
}

static int run(const struct parsed *parsed)
{
    if (rule_argument(parsed, 1))
        return rule_usage("keywords", "keywords takes one name, or a word to look for");
    struct keyword_reference *list;
    size_t count;
    int code;
    struct buf out = {0};
    int rc = keyword_references(&list, &count);
    if (!rc && !rule_option(parsed, "markdown"))
        code = print(list, count, rule_argument(parsed, 0), rule_option(parsed, "json") != NULL);
    else
        code = rule_print_out(rc ? rc : keyword_references_markdown(list, count, &out), &out, RULE_CLEAN);
    free(list);
    return code;
}

const struct command_part rule_part_keywords = {
    .name = "keywords",
    .usage = "keywords [NAME|WORD] [OPTIONS]",
    .summary = "says what a keyword does, or which keywords are about a word",
    .specs = specs,
    .run = run,
};
