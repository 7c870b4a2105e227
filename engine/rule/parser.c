#include "rule/parser.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "rule/header_parse.h"
#include "rule/keyword.h"
#include "rule/keyword_names.h"
#include "rule/requires.h"

static int shown(struct slice s)
{
    return s.n > 64 ? 64 : (int)s.n;
}

static int unknown_keyword(const struct option *option, struct err *err)
{
    const struct keyword_name *known = keyword_name_find(option->name);
    if (known && known->needs && known->needs[0] == '=')
        return err_set(err, -EINVAL, "%s is obsolete: use %s", known->name, known->needs + 1);
    if (known && known->needs)
        return err_set(err, -ENOTSUP, "\"%s\" needs %s, which is not built yet", known->name, known->needs);
    if (known)
        return err_set(err, -ENOTSUP, "\"%s\" is not built yet", known->name);
    err_set(err, -EINVAL, "no such keyword: \"%.*s\"", shown(option->name), (const char *)option->name.p);
    if (memchr(option->name.p, '(', option->name.n))
        err_hint(err, "is the '(' before the options missing, or something too much in the header?");
    else if (keyword_name_near(option->name))
        err_hint(err, "did you mean \"%s\"?", keyword_name_near(option->name));
    return -EINVAL;
}

/* What holds for the values of all keywords. */
static int check_value(const struct keyword *keyword, const struct option *option, struct err *err)
{
    if (keyword->value == VALUE_REQUIRED && !option->value.p)
        return err_set(err, -EINVAL, "%s needs a value: expected %s:...;", keyword->name, keyword->name);
    if (keyword->value == VALUE_NONE && option->value.p)
        return err_set(err, -EINVAL, "%s takes no value: expected %s;", keyword->name, keyword->name);
    if (!option->value.p || option->value.p[0] != '"')
        return 0;
    const struct keyword_name *name = keyword_name_find(option->name);
    if (name && !name->quotes)
        return err_set(err, -EINVAL, "the value of %s is written without quotes", keyword->name);
    return 0;
}

static char *put_text(char *at, struct slice s)
{
    if (s.n)
        memcpy(at, s.p, s.n);
    at[s.n] = '\0';
    return at + s.n + 1;
}

/*
 * The options as they were written, for printing, in one block with their texts: there are half a million of
 * them. They count one by one, as they are applied.
 */
static int keep_options(struct rule *rule, const struct rule_text *text)
{
    size_t size = (text->option_count + 1) * sizeof *rule->options;
    for (uint32_t i = 0; i < text->option_count; i++)
        size += text->options[i].name.n + 1 + text->options[i].value.n + 1;
    rule->options = malloc(size);
    if (!rule->options)
        return -ENOMEM;
    char *at = (char *)(rule->options + text->option_count + 1);
    for (uint32_t i = 0; i < text->option_count; i++) {
        const struct option *option = &text->options[i];
        rule->options[i] = (struct rule_option){.name = at};
        at = put_text(at, option->name);
        if (!option->value.p)
            continue;
        rule->options[i].value = at;
        at = put_text(at, option->value);
    }
    return 0;
}

static int apply_option(struct rule_builder *builder, const struct keyword *keyword,
                        const struct option *option, struct err *err)
{
    if (!keyword)
        return unknown_keyword(option, err);
    int rc = check_value(keyword, option, err);
    if (!rc)
        rc = keyword->parse(builder, option, err);
    if (!rc)
        builder->rule->option_count++;
    return rc;
}

static int apply_one(struct rule_builder *builder, const struct keyword *keyword, const struct option *option,
                     struct err *err)
{
    bool selected = builder->buffer_selected;
    enum buffer_id buffer = builder->buffer;
    int rc = apply_option(builder, keyword, option, err);
    if (!rc && selected && builder->buffer != buffer)
        return err_set(err, -EINVAL, "nothing has looked into %s, which stands before it",
                       buffer_name(buffer));
    return rc;
}

static int apply_options(struct rule_builder *builder, const struct rule_text *text,
                         struct rule_refusal *refusal, struct err *err)
{
    struct rule *rule = builder->rule;
    if (keep_options(rule, text))
        return -ENOMEM;
    for (uint32_t i = 0; i < text->option_count; i++) {
        const struct option *option = &text->options[i];
        const struct keyword *keyword = keyword_find(option->name);
        /* An unknown keyword is the mistake; its value, if any, is where the others went wrong. */
        err_at(err, NULL, 1, keyword ? option->column : rule_text_column(text, option->name.p));
        builder->option = i < NO_OPTION ? (uint16_t)i : NO_OPTION;
        int rc = apply_one(builder, keyword, option, err);
        if (rc) {
            refusal->keyword = option->name;
            return rc;
        }
    }
    return 0;
}

/* A rule may be for another engine: then nothing else of it need make sense. -ECANCELED if so. */
static int check_requires(const struct rule_text *text, struct rule_refusal *refusal, struct err *err)
{
    for (uint32_t i = 0; i < text->option_count; i++) {
        const struct option *option = &text->options[i];
        if (!text_equal(option->name, "requires") || !option->value.p || option->value.p[0] == '"')
            continue;
        int rc = requires_check(option->value, err);
        if (!rc)
            continue;
        err_at(err, NULL, 1, option->column);
        refusal->keyword = option->name;
        return rc > 0 ? -ECANCELED : rc;
    }
    return 0;
}

static struct rule *new_rule(void)
{
    struct rule *rule = calloc(1, sizeof *rule);
    if (!rule)
        return NULL;
    rule->gid = 1;
    rule->line = 1;
    rule->priority = 3;
    rule->apps = UINT64_MAX;
    rule->hints.payload_max = UINT32_MAX;
    rule->hints.ip_protocol = -1;
    return rule;
}

static int build(struct rule_builder *builder, const struct rule_text *text, struct set_cache *cache,
                 struct rule_refusal *refusal, struct err *err)
{
    int rc = rule_header_parse(text, builder->context, cache, &builder->rule->header, err);
    if (!rc)
        rc = apply_options(builder, text, refusal, err);
    builder->option = NO_OPTION;
    if (!rc) {
        err_at(err, NULL, 1, rule_text_column(text, text->fields[FIELD_ACTION].p));
        rc = rule_finish(builder, err);
    }
    return rc;
}

int rule_parse_cached(struct slice text, const struct rule_context *context, struct set_cache *cache,
                      struct rule **rule, struct rule_refusal *refusal, struct err *err)
{
    struct rule_refusal unused_refusal;
    struct err unused_err = {0};
    if (!refusal)
        refusal = &unused_refusal;
    if (!err)
        err = &unused_err;
    struct rule_text lexed;
    struct rule_builder builder = {.context = context, .buffer = BUFFER_PAYLOAD};
    *refusal = (struct rule_refusal){.err = err, .line = text};
    *rule = NULL;
    int rc = rule_text_lex(text, &lexed, err);
    if (!rc)
        rc = check_requires(&lexed, refusal, err);
    if (!rc && !(builder.rule = new_rule()))
        rc = -ENOMEM;
    if (!rc)
        rc = build(&builder, &lexed, cache, refusal, err);
    if (rc == -ENOMEM)
        err_set(err, rc, "out of memory");
    refusal->code = rc;
    refusal->sid = rule_text_sid(&lexed);
    struct rule *built = builder.rule;
    builder_fini(&builder);
    rule_text_fini(&lexed);
    if (rc)
        rule_free(built);
    else
        *rule = built;
    return rc;
}

int rule_parse(struct slice text, const struct rule_context *context, struct rule **rule,
               struct rule_refusal *refusal, struct err *err)
{
    return rule_parse_cached(text, context, NULL, rule, refusal, err);
}
