/*
 * What may be written behind a keyword's colon: classes, systems, marks, events, the rule's own variables;
 * and the words that the keyword's reference has for its arguments ("set|unset,NAME": what is in lower case).
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/app_event.h"
#include "base/app_proto.h"
#include "base/buf.h"
#include "lsp/completion.h"
#include "lsp/marks.h"
#include "rule/builder.h"
#include "rule/classes.h"
#include "rulework/check/across.h"
#include "rulework/keyword_reference.h"

static const char *const packet_events[] = {
#define PACKET_EVENT(id, name) name,
#include "packet/packet_event_list.h"
#undef PACKET_EVENT
};

static const char *const app_events[] = {
#define APP_EVENT(id, name) name,
#include "base/app_event_list.h"
#undef APP_EVENT
};

/* What stands behind the last of the separators. */
static struct slice last_piece(struct slice token, const char *separators, unsigned *index)
{
    return rule_spot_piece(token, token.n, separators, index);
}

static void classes(struct completion *c)
{
    const struct classes *all = c->lsp->project.context->classes;
    for (uint32_t i = 0; i < all->class_count; i++)
        completion_add(c, &(struct candidate){.label = all->classes[i].name,
                                              .detail = all->classes[i].text,
                                              .kind = COMPLETE_ENUM});
}

static void systems(struct completion *c)
{
    const struct classes *all = c->lsp->project.context->classes;
    struct buf text = {0};
    if (c->typing.token.n && memchr(c->typing.token.p, ',', c->typing.token.n))
        return;
    for (uint32_t i = 0; i < all->system_count; i++) {
        buf_clear(&text);
        if (!buf_printf(&text, "%s,", all->systems[i].name) && !buf_append_byte(&text, 0))
            completion_add(c, &(struct candidate){.label = all->systems[i].name,
                                                  .detail = all->systems[i].prefix,
                                                  .text = (const char *)text.p,
                                                  .kind = COMPLETE_ENUM});
    }
    buf_fini(&text);
}

static void add_mark(void *ctx, const char *name, uint32_t reads, uint32_t sets)
{
    struct completion *c = ctx;
    char detail[80];
    snprintf(detail, sizeof detail, "set %u times, asked for %u times", sets, reads);
    completion_add(c, &(struct candidate){.label = name, .detail = detail, .kind = COMPLETE_VARIABLE});
}

static void count_mark(void *ctx, const struct traits *traits, const struct trait_mark *mark)
{
    (void)traits;
    (void)mark;
    ++*(uint32_t *)ctx;
}

/* A mark of the rule that is typed, which the index does not have. */
static void add_own(struct completion *c, enum state_store store, const struct option *option)
{
    enum state_store here;
    struct slice name;
    uint32_t known = 0;
    if (!option->value.n || !mark_at(option->name, option->value, option->value.n, &here, &name) ||
        here != store)
        return;
    across_each_mark(c->lsp->project.checker.across, store, name, count_mark, &known);
    char *text = known ? NULL : text_dup(name);
    if (text)
        completion_add(
            c, &(struct candidate){.label = text, .detail = "of this rule", .kind = COMPLETE_VARIABLE});
    free(text);
}

/* The second field names a mark. */
static bool marks(struct completion *c)
{
    enum state_store store;
    unsigned index;
    last_piece(c->typing.token, ",", &index);
    if (!mark_store(c->typing.name, &store) || index != 1)
        return false;
    completion_narrow(c, last_piece(c->typing.token, ",|", &index).n);
    across_each_name(c->lsp->project.checker.across, store, add_mark, c);
    for (uint32_t i = 0; i < c->typing.before.option_count; i++)
        add_own(c, store, &c->typing.before.options[i]);
    return true;
}

/* Those of the stream begin with "stream.". */
static void events_of_packets(struct completion *c, bool stream)
{
    static const char prefix[] = "stream.";
    for (size_t i = 0; i < sizeof packet_events / sizeof *packet_events; i++) {
        bool is = strncmp(packet_events[i], prefix, sizeof prefix - 1) == 0;
        if (is == stream)
            completion_add(c, &(struct candidate){.label = packet_events[i] + (is ? sizeof prefix - 1 : 0),
                                                  .kind = COMPLETE_EVENT});
    }
}

/* Those of the rule's protocol first. */
static void events_of_apps(struct completion *c)
{
    struct slice protocol = c->typing.before.fields[FIELD_PROTOCOL];
    for (size_t i = 0; i < sizeof app_events / sizeof *app_events; i++) {
        size_t n = strcspn(app_events[i], ".");
        bool own = protocol.n >= n && memcmp(protocol.p, app_events[i], n) == 0;
        completion_add(
            c, &(struct candidate){.label = app_events[i], .kind = COMPLETE_EVENT, .order = own ? 'a' : 'm'});
    }
}

static void protocols(struct completion *c)
{
    unsigned index;
    completion_narrow(c, last_piece(c->typing.token, "!|,", &index).n);
    for (unsigned app = APP_FAILED + 1; app < APP_PROTO_COUNT; app++)
        completion_add(
            c, &(struct candidate){.label = app_proto_name((enum app_proto)app), .kind = COMPLETE_ENUM});
}

/* The variables that the rule has made so far: the third argument of byte_extract, "result NAME" of
 * byte_math. */
static void add_variable(struct completion *c, const struct option *option)
{
    struct slice rest = option->value, field = {0};
    bool extract = text_equal(option->name, "byte_extract");
    if (!extract && !text_equal(option->name, "byte_math"))
        return;
    for (unsigned i = 0; rest.n && text_field(&rest, ',', &field); i++) {
        bool result = field.n > 7 && memcmp(field.p, "result ", 7) == 0;
        struct slice name = extract && i == 2    ? field
                            : !extract && result ? text_trim(slice_from(field, 7))
                                                 : slice_of(NULL, 0);
        char *text = name.n ? text_dup(name) : NULL;
        if (text)
            completion_add(
                c, &(struct candidate){.label = text, .detail = "of this rule", .kind = COMPLETE_VARIABLE});
        free(text);
    }
}

/* A word that is meant as it stands, and not for something else ("NAME", "N", ">N", "a variable"). */
static bool is_literal(struct slice word)
{
    if (text_equal(word, "nothing") || text_equal(word, "number") ||
        (word.n > 2 && memcmp(word.p, "a ", 2) == 0))
        return false;
    for (size_t i = 0; i < word.n; i++)
        if (!islower(word.p[i]) && !isdigit(word.p[i]) && !strchr("_-. +*/<>&=", word.p[i]))
            return false;
    return word.n > 0 && (isalnum(word.p[0]) || word.n <= 2);
}

/* "type limit|threshold": the words behind the first keep what stands before its last blank. */
static void add_words(struct completion *c, struct slice field)
{
    struct slice word, before = {0};
    for (unsigned i = 0; field.n && text_field(&field, '|', &word); i++) {
        const uint8_t *blank = i || !word.n ? NULL : memrchr(word.p, ' ', word.n);
        if (blank)
            before = slice_first(word, (size_t)(blank - word.p) + 1);
        struct buf text = {0};
        if (is_literal(word) && !buf_append(&text, i ? before : slice_of(NULL, 0)) &&
            !buf_append(&text, word) && !buf_append_byte(&text, 0))
            completion_add(c, &(struct candidate){.label = (const char *)text.p, .kind = COMPLETE_VALUE});
        buf_fini(&text);
    }
}

/* The arguments of the reference without the brackets around what may be left out. */
static int plain_arguments(const char *arguments, struct buf *out)
{
    int rc = 0;
    for (const char *p = arguments; !rc && *p; p++)
        if (!strchr("[]!", *p))
            rc = buf_append_byte(out, (uint8_t)*p);
    return rc;
}

/* One of the forms that the reference has: the words of the argument that is typed; and of those behind it,
 * since what may be left out may come in any order. */
static void add_form(struct completion *c, struct slice form, unsigned index, bool any_order)
{
    struct slice field;
    for (unsigned at = 0; form.n && text_field(&form, ',', &field); at++)
        if (any_order || at == index || (index && at > index))
            add_words(c, field);
}

static void arguments(struct completion *c, const struct keyword_reference *r)
{
    static const char or [] = " or ";
    struct buf text = {0};
    unsigned index;
    struct slice typed = last_piece(c->typing.token, ",", &index);
    completion_narrow(c, typed.n);
    if (plain_arguments(r->arguments, &text))
        return;
    bool any_order = strstr(r->arguments, ", ") != NULL;
    struct slice rest = buf_slice(&text);
    while (rest.n) {
        const uint8_t *end = memmem(rest.p, rest.n, or, sizeof or -1);
        size_t n = end ? (size_t)(end - rest.p) : rest.n;
        add_form(c, slice_first(rest, n), index, any_order);
        rest = end ? slice_from(rest, n + sizeof or -1) : slice_of(NULL, 0);
    }
    buf_fini(&text);
    for (uint32_t i = 0; strstr(r->arguments, "variable") && i < c->typing.before.option_count; i++)
        add_variable(c, &c->typing.before.options[i]);
}

void complete_value(struct completion *c)
{
    struct slice name = c->typing.name;
    const struct keyword_reference *r = project_keyword(&c->lsp->project, name);
    if (text_equal(name, "classtype"))
        classes(c);
    else if (text_equal(name, "reference"))
        systems(c);
    else if (text_equal(name, "app-layer-event"))
        events_of_apps(c);
    else if (text_equal(name, "decode-event") || text_equal(name, "stream-event"))
        events_of_packets(c, text_equal(name, "stream-event"));
    else if (text_equal(name, "app-layer-protocol"))
        protocols(c);
    else if (r && !marks(c))
        arguments(c, r);
}
