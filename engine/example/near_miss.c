#include "example/near_miss.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "example/example.h"
#include "example/judge.h"
#include "example/scene.h"
#include "rule/rule.h"
#include "rule/rule_list.h"
#include "run/settings/settings.h"

static bool is_named(const struct rule_option *option, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(option->name, names[i]) == 0)
            return true;
    return false;
}

/* Options that ask something by themselves, and can be asked the other way round. */
static bool can_be_turned(const struct rule_option *option)
{
    static const char *const names[] = {"content",  "pcre",      "bsize", "dsize", "urilen",
                                        "isdataat", "byte_test", "itype", "icode", "ttl"};
    return option->value && is_named(option, names, sizeof names / sizeof *names);
}

/* What a turned content may not have. */
static bool is_dropped(const struct rule_option *option)
{
    static const char *const names[] = {"fast_pattern", "threshold", "detection_filter", "prefilter"};
    return is_named(option, names, sizeof names / sizeof *names);
}

static int put_turned_number(struct buf *out, const char *value)
{
    static const struct {
        const char *from, *to;
    } pairs[] = {{"<=", ">"}, {">=", "<"}, {"<", ">="}, {">", "<="}, {"!", ""}, {"=", "!"}};
    const char *range = strstr(value, "<>");
    if (range) /* its ends are not in it */
        return buf_printf(out, ">=%s", range + 2);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strncmp(value, pairs[i].from, strlen(pairs[i].from)) == 0)
            return buf_printf(out, "%s%s", pairs[i].to, value + strlen(pairs[i].from));
    return buf_printf(out, "!%s", value);
}

/* byte_test:bytes,[!]operator,...: the operator turned. */
static int put_turned_test(struct buf *out, const char *value)
{
    const char *comma = strchr(value, ',');
    if (!comma)
        return -EINVAL;
    const char *rest = comma + 1 + strspn(comma + 1, " ");
    bool negated = *rest == '!';
    return buf_printf(out, "%.*s,%s%s", (int)(comma - value), value, negated ? "" : "!", rest + negated);
}

static int put_turned(struct buf *out, const struct rule_option *option)
{
    const char *value = option->value;
    int rc = buf_printf(out, " %s:", option->name);
    if (rc)
        return rc;
    bool prefix = strcasecmp(option->name, "content") == 0 || strcasecmp(option->name, "pcre") == 0 ||
                  strcasecmp(option->name, "isdataat") == 0;
    if (strcasecmp(option->name, "byte_test") == 0)
        rc = put_turned_test(out, value);
    else if (!prefix)
        rc = put_turned_number(out, value);
    else
        rc = buf_printf(out, "%s%s", value[0] == '!' ? "" : "!", value + (value[0] == '!'));
    return rc ? rc : buf_append(out, slice_str(";"));
}

/* The rule with that option turned. 0, -EINVAL, -ENOMEM. */
static int turned_text(const struct rule *rule, uint32_t turned, struct buf *out)
{
    struct rule head = *rule; /* for its left half */
    head.option_count = 0;
    int rc = rule_print(&head, out);
    if (rc)
        return rc;
    out->n--; /* its closing bracket */
    rc = buf_append(out, slice_str(" ("));
    for (uint32_t i = 0; i < rule->option_count && !rc; i++) {
        const struct rule_option *option = &rule->options[i];
        if (i == turned)
            rc = put_turned(out, option);
        else if (!is_dropped(option))
            rc = option->value ? buf_printf(out, " %s:%s;", option->name, option->value)
                               : buf_printf(out, " %s;", option->name);
    }
    return rc ? rc : buf_append(out, slice_of(")", 2));
}

static int keep(struct example *out, const struct rule_option *option, struct craft_frames *frames,
                struct err *err)
{
    struct near_miss *miss = &out->misses[out->miss_count];
    if (asprintf(&miss->option, "%s%s%s", option->name, option->value ? ":" : "",
                 option->value ? option->value : "") < 0)
        return err_set(err, -ENOMEM, "out of memory");
    miss->frames = *frames;
    *frames = (struct craft_frames){0};
    out->miss_count++;
    return 0;
}

/* 1: the frames are a near miss; 0: they are not. */
static int judged(const struct judge *judge, const struct scene_request *request, const struct scene *scene,
                  const struct rule *turned, const struct craft_frames *frames, struct err *err)
{
    int rc = judge_fires(judge, turned, scene, frames, err);
    if (rc != 1)
        return rc;
    rc = judge_fires(judge, request->rule, scene, frames, err); /* in the place of the turned one */
    return rc < 0 ? rc : !rc;
}

static int try_turned(const struct judge *judge, const struct scene_request *request, uint32_t at,
                      const char *text, struct example *out, struct err *err)
{
    struct rule_context context = {.variables = judge->settings->variables, .log = judge->log};
    struct rule *turned = NULL;
    struct rule_refusal refusal;
    struct scene scene = {0};
    struct craft_frames frames = {0};
    if (rule_parse(slice_str(text), &context, &turned, &refusal, err))
        return -EINVAL;
    struct scene_request other = *request;
    other.rule = turned;
    int rc = scene_make(&other, &scene, err);
    if (!rc)
        rc = scene_frames(&scene, &frames, err);
    if (!rc)
        rc = judged(judge, request, &scene, turned, &frames, err);
    if (rc == 1)
        rc = keep(out, &request->rule->options[at], &frames, err);
    else if (rc == 0)
        rc = -EINVAL;
    craft_frames_fini(&frames);
    scene_fini(&scene);
    rule_free(turned);
    return rc;
}

static int try_option(const struct judge *judge, const struct scene_request *request, uint32_t at,
                      struct example *out, struct err *err)
{
    struct buf text = {0};
    const struct rule_option *option = &request->rule->options[at];
    int rc = turned_text(request->rule, at, &text);
    if (!rc)
        rc = try_turned(judge, request, at, (const char *)text.p, out, err);
    buf_fini(&text);
    if (rc != -EINVAL && rc != -E2BIG)
        return rc;
    if (out->unbroken_count < NEAR_MISSES_MOST &&
        asprintf(&out->unbroken[out->unbroken_count], "%s:%s", option->name, option->value) >= 0)
        out->unbroken_count++;
    return 0;
}

static const struct rule_option *option_of(const struct rule *rule, const char *name, const char *alias)
{
    for (uint32_t i = 0; i < rule->option_count; i++)
        if (strcasecmp(rule->options[i].name, name) == 0 ||
            (alias && strcasecmp(rule->options[i].name, alias) == 0))
            return &rule->options[i];
    return NULL;
}

/* The same scene with less of what goes before the match: no setter, or once less often. */
static int try_less(const struct judge *judge, const struct scene_request *less,
                    const struct rule_option *option, struct example *out, struct err *err)
{
    struct scene scene = {0};
    struct craft_frames frames = {0};
    int rc = scene_make(less, &scene, err);
    if (!rc && scene.repeats)
        rc = scene_frames(&scene, &frames, err);
    if (!rc && scene.repeats)
        rc = judge_fires(judge, less->rule, &scene, &frames, err);
    if (!rc && scene.repeats)
        rc = keep(out, option, &frames, err);
    craft_frames_fini(&frames);
    scene_fini(&scene);
    return rc < 0 && rc != -EINVAL && rc != -E2BIG ? rc : 0;
}

int near_misses(const struct judge *judge, const struct scene_request *request, struct example *out,
                struct err *err)
{
    const struct rule *rule = request->rule;
    int rc = 0;
    for (uint32_t i = 0; i < rule->option_count && !rc && out->miss_count < NEAR_MISSES_MOST; i++)
        if (can_be_turned(&rule->options[i]))
            rc = try_option(judge, request, i, out, err);
    struct scene_request less = *request;
    const struct rule_option *option = option_of(rule, "flowbits", "xbits");
    less.no_setter = true;
    if (!rc && option && out->setter_count && out->miss_count < NEAR_MISSES_MOST)
        rc = try_less(judge, &less, option, out, err);
    less = *request;
    less.repeats_more = -1;
    option = option_of(rule, "threshold", "detection_filter");
    if (!rc && option && rule->threshold_count && out->miss_count < NEAR_MISSES_MOST)
        rc = try_less(judge, &less, option, out, err);
    return rc;
}
