/* Older forms, and the newer ones that mean the same. */
#include <stdio.h>

#include "base/buffer_id.h"
#include "rulework/check/check_rule.h"
#include "rulework/keyword_reference.h"

enum { BUFFER_TEXT = 64 };

/* The name of the buffer of which this is the other spelling. */
static const char *newer_spelling(struct slice name)
{
    for (int id = 0; id < BUFFER_COUNT; id++) {
        const struct buffer_info *info = buffer_info((enum buffer_id)id);
        if (info->alias && text_equal(name, info->alias))
            return info->name;
    }
    return NULL;
}

static bool is_look(const struct option *option)
{
    return text_equal(option->name, "content") || text_equal(option->name, "uricontent");
}

/* The buffer that the content is looked for in by an older modifier, before the next content; NULL: none. */
static const char *older_buffer(const struct checking *c, uint32_t content, uint32_t *modifier)
{
    if (text_equal(c->text.options[content].name, "uricontent")) {
        *modifier = content;
        return "http.uri";
    }
    for (uint32_t i = content + 1; i < c->text.option_count && !is_look(&c->text.options[i]); i++) {
        const char *buffer = keyword_newer(c->text.options[i].name);
        if (buffer && !c->text.options[i].value.p) {
            *modifier = i;
            return buffer;
        }
    }
    return NULL;
}

static void put_before(struct checking *c, struct finding *finding, const struct option *option,
                       const char *buffer)
{
    char text[BUFFER_TEXT];
    snprintf(text, sizeof text, "%s; ", buffer);
    check_fix(c, finding, slice_of(option->name.p, 0), text);
}

/* Names the buffer before each content, and takes the modifiers away. Kept only if it is the same rule. */
static void modernise(struct checking *c, struct finding *finding)
{
    const char *selected = "pkt_data";
    for (uint32_t i = 0; i < c->text.option_count; i++) {
        const struct option *option = &c->text.options[i];
        uint32_t modifier = 0;
        if (!is_look(option))
            continue;
        const char *buffer = older_buffer(c, i, &modifier), *wanted = buffer ? buffer : "pkt_data";
        if (strcmp(wanted, selected) != 0)
            put_before(c, finding, option, wanted);
        selected = wanted;
        if (buffer && modifier == i)
            check_fix(c, finding, option->name, "content");
        else if (buffer)
            check_fix(c, finding, option_taken_out(c, &c->text.options[modifier]), "");
    }
    check_fix_done(c, finding, true);
}

static void spelling(struct checking *c, const struct option *option, const char *newer)
{
    struct finding *finding =
        check_report(c, FINDING_DEPRECATED_FORM, option->name, "%.*s is the older name of %s",
                     (int)option->name.n, (const char *)option->name.p, newer);
    check_fix(c, finding, option->name, newer);
    check_fix_done(c, finding, true);
}

static void without_effect(struct checking *c, const struct option *option)
{
    struct finding *finding =
        check_report(c, FINDING_DEPRECATED_FORM, option->name, "rawbytes has no effect");
    check_fix(c, finding, option_taken_out(c, option), "");
    check_fix_done(c, finding, false);
}

void check_forms(struct checking *c)
{
    bool modern = true; /* the fix of the first older form is that of all */
    for (uint32_t i = 0; i < c->text.option_count; i++) {
        const struct option *option = &c->text.options[i];
        const char *spelled = newer_spelling(option->name), *buffer = keyword_newer(option->name);
        if (spelled) {
            spelling(c, option, spelled);
        } else if (text_equal(option->name, "rawbytes")) {
            without_effect(c, option);
        } else if (buffer) {
            struct finding *finding =
                check_report(c, FINDING_DEPRECATED_FORM, option->name, "%.*s is an older form",
                             (int)option->name.n, (const char *)option->name.p);
            check_hint(c, finding, "%s; before the content says the same", buffer);
            if (modern)
                modernise(c, finding);
            modern = false;
        }
    }
}
