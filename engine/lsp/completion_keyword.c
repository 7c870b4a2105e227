/*
 * Which keywords may come next. What their reference says decides: the protocols and directions of a buffer,
 * "the content before it" of those that need one, "transform:" of those that stand right behind a buffer.
 */
#include "base/app_proto.h"
#include "base/buf.h"
#include "base/buffer_id.h"
#include "lsp/completion.h"
#include "rule/keyword.h"
#include "rulework/keyword_reference.h"

struct state {     /* of the rule, as far as it is written */
    uint64_t apps; /* that its protocol names; 0: it is none of the application layer */
    bool tcp, udp; /* that it is over, when it says so */
    uint8_t sides; /* that its flow looks at */
    bool content;  /* one stands before */
    bool buffer;   /* what stands right before is a sticky buffer, or a transform behind one */
    const struct keyword_reference *last;
};

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool is_sticky(const struct keyword_reference *r)
{
    return begins(r->summary, "sticky buffer");
}

static bool is_transform(const struct keyword_reference *r)
{
    return begins(r->summary, "transform:");
}

static bool needs_content(const struct keyword_reference *r)
{
    return strstr(r->summary, "the content before it") != NULL;
}

static void read_protocol(struct state *state, struct slice name)
{
    enum app_proto app = app_proto_by_name(name);
    state->tcp = name.n >= 3 && memcmp(name.p, "tcp", 3) == 0;
    state->udp = text_equal(name, "udp");
    state->apps = app == APP_UNKNOWN ? 0 : app_proto_named(app);
}

static void read_flow(struct state *state, struct slice value)
{
    struct slice word;
    while (value.n && text_field(&value, ',', &word)) {
        if (text_equal(word, "to_server") || text_equal(word, "from_client"))
            state->sides = BUFFER_TO_SERVER;
        if (text_equal(word, "to_client") || text_equal(word, "from_server"))
            state->sides = BUFFER_TO_CLIENT;
    }
}

static struct state read_state(const struct completion *c)
{
    const struct rule_text *text = &c->typing.before;
    struct state state = {.sides = BUFFER_TO_SERVER | BUFFER_TO_CLIENT};
    read_protocol(&state, text->fields[FIELD_PROTOCOL]);
    for (uint32_t i = 0; i < text->option_count; i++) {
        const struct option *option = &text->options[i];
        const struct keyword_reference *r = project_keyword(&c->lsp->project, option->name);
        if (text_equal(option->name, "flow"))
            read_flow(&state, option->value);
        state.content |= text_equal(option->name, "content") || text_equal(option->name, "uricontent");
        state.buffer = r && (is_sticky(r) || (state.buffer && is_transform(r)));
        state.last = r;
    }
    return state;
}

/* Whether some protocol of the buffer may be that of the rule. */
static bool has_protocol(const struct state *state, uint64_t protocols)
{
    if (state->apps)
        return (protocols & state->apps) != 0;
    if (!state->tcp && !state->udp)
        return true;
    for (unsigned app = APP_FAILED + 1; app < APP_PROTO_COUNT; app++)
        if (protocols >> app & 1 && ((state->tcp && app_proto_over_tcp((enum app_proto)app)) ||
                                     (state->udp && app_proto_over_udp((enum app_proto)app))))
            return true;
    return false;
}

static bool stands_already(const struct rule_text *text, const struct keyword_reference *r)
{
    static const char *const once[] = {"sid", "rev", "gid", "msg", "classtype", "priority", "target", "flow"};
    bool one = false;
    for (size_t i = 0; i < sizeof once / sizeof *once; i++)
        one |= strcmp(r->name, once[i]) == 0;
    for (uint32_t i = 0; one && i < text->option_count; i++)
        if (text_equal(text->options[i].name, r->name))
            return true;
    return false;
}

static bool fits(const struct state *state, const struct rule_text *text, const struct keyword_reference *r)
{
    if (r->buffer && r->buffer->protocols &&
        (!has_protocol(state, r->buffer->protocols) || !(r->buffer->sides & state->sides)))
        return false;
    if (needs_content(r) && !state->content)
        return false;
    if (is_transform(r) && !state->buffer)
        return false;
    return !stands_already(text, r);
}

/* What stands right before decides what is meant most likely. */
static char order_of(const struct state *state, const struct keyword_reference *r)
{
    if (begins(r->summary, "older form"))
        return 'x';
    bool after_content =
        state->last && (strcmp(state->last->name, "content") == 0 || needs_content(state->last));
    if (needs_content(r))
        return after_content ? 'a' : 'p';
    if (strcmp(r->name, "msg") == 0 || strcmp(r->name, "flow") == 0)
        return 'b';
    if (state->buffer)
        return strcmp(r->name, "content") == 0 ? 'a' : is_transform(r) ? 'b' : 'm';
    return r->buffer && r->buffer->protocols && state->apps ? 'c' : 'm';
}

static void add(struct completion *c, const struct state *state, const struct keyword_reference *r)
{
    const struct keyword *keyword = keyword_find(slice_str(r->name));
    bool ended = c->next == ':' || c->next == ';';
    bool none = is_sticky(r) || (keyword && keyword->value == VALUE_NONE);
    bool open = !none && (!keyword || keyword->value == VALUE_OPTIONAL);
    const char *end = ended || open ? "" : none ? ";" : ":";
    struct buf text = {0};
    bool old = begins(r->summary, "older form");
    if (!buf_printf(&text, "%s%s", r->name, end) && !buf_append_byte(&text, 0))
        completion_add(c, &(struct candidate){.label = r->name,
                                              .detail = r->summary,
                                              .text = (const char *)text.p,
                                              .kind = is_sticky(r)      ? COMPLETE_FIELD
                                                      : is_transform(r) ? COMPLETE_FUNCTION
                                                                        : COMPLETE_KEYWORD,
                                              .order = order_of(state, r),
                                              .deprecated = old});
    buf_fini(&text);
}

void complete_keyword(struct completion *c)
{
    struct state state = read_state(c);
    const struct project *p = &c->lsp->project;
    for (size_t i = 0; i < p->keyword_count; i++)
        if (fits(&state, &c->typing.before, &p->keywords[i]))
            add(c, &state, &p->keywords[i]);
}
