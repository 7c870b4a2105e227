/* How long a buffer must be for one option, and may be for another. */
#include "rule/content.h"
#include "rule/keyword/size.h"
#include "rule/rule.h"
#include "rulework/check/check_rule.h"

enum { NO_LIMIT = INT32_MAX };

struct bound { /* in bytes, and the option that makes it */
    int64_t bytes;
    int64_t option; /* -1: none */
};

struct bounds {
    struct bound least, most;
    bool after; /* counted from the last match, not from the buffer's start */
};

static void at_least(struct bounds *b, int64_t bytes, int64_t option)
{
    if (bytes > b->least.bytes)
        b->least = (struct bound){bytes, option};
}

static void at_most(struct bounds *b, int64_t bytes, int64_t option)
{
    if (bytes < b->most.bytes)
        b->most = (struct bound){bytes, option};
}

static void by_condition(struct bounds *b, const struct uint_condition *size, int64_t option)
{
    uint64_t least, most;
    uint_condition_span(size, &least, &most);
    at_least(b, least < NO_LIMIT ? (int64_t)least : NO_LIMIT, option);
    at_most(b, most < NO_LIMIT ? (int64_t)most : NO_LIMIT, option);
}

/* Where the last positive match ends, at the least and at the most, and what may follow it at the most. */
struct span {
    int64_t least, most;
    struct bound left;
};

static int64_t fixed(const struct content *content, uint32_t flag, uint32_t variable, int64_t value)
{
    return content->flags & flag && !(content->flags & variable) ? value : 0;
}

static void by_content(struct bounds *b, const struct content *content, int64_t option, struct span *end)
{
    int64_t n = content->length,
            follows = fixed(content, CONTENT_DISTANCE, CONTENT_DISTANCE_VARIABLE, content->distance) + n;
    bool relative = content->flags & (CONTENT_DISTANCE | CONTENT_WITHIN);
    if (relative && follows > end->left.bytes) {
        *b = (struct bounds){.least = {follows, option}, .most = end->left, .after = true};
        return;
    }
    end->left = (struct bound){NO_LIMIT, -1};
    if (relative) {
        int64_t distance = follows - n;
        bool open = !(content->flags & CONTENT_WITHIN) || end->most >= NO_LIMIT ||
                    content->flags & (CONTENT_WITHIN_VARIABLE | CONTENT_DISTANCE_VARIABLE);
        end->least = (end->least + distance > 0 ? end->least + distance : 0) + n;
        end->most = open ? NO_LIMIT : end->most + content->within + (distance > 0 ? distance : 0);
    } else {
        end->least = fixed(content, CONTENT_OFFSET, CONTENT_OFFSET_VARIABLE, content->offset) + n;
        end->most = fixed(content, CONTENT_DEPTH, CONTENT_DEPTH_VARIABLE, content->depth);
        end->most = end->most ? end->most : NO_LIMIT;
    }
    at_least(b, end->least, option);
    if (content->flags & CONTENT_ENDSWITH)
        at_most(b, end->most, option);
}

static void by_isdataat(struct bounds *b, const struct isdataat *want, int64_t option, struct span *end)
{
    if (want->count_is_variable)
        return;
    if (!want->negated)
        at_least(b, want->relative ? end->least + want->count : (int64_t)want->count + 1, option);
    else if (!want->relative)
        at_most(b, want->count, option);
    else {
        end->left = (struct bound){want->count - 1, option};
        if (end->most < NO_LIMIT)
            at_most(b, end->most + want->count - 1, option);
    }
}

static void by_chain(struct bounds *b, const struct chain *chain)
{
    struct span end = {0, 0, {NO_LIMIT, -1}};
    for (uint32_t i = 0; i < chain->step_count && !b->after; i++) {
        const struct step *step = &chain->steps[i];
        const struct content *content = step_content(step);
        const struct uint_condition *size = step_size(step, "bsize");
        const struct isdataat *data = step_isdataat(step);
        if (content && !(content->flags & CONTENT_NEGATED))
            by_content(b, content, step->option, &end);
        else if (size)
            by_condition(b, size, step->option);
        else if (data)
            by_isdataat(b, data, step->option, &end);
        else if (!content)
            end = (struct span){
                0, NO_LIMIT, {NO_LIMIT, -1}}; /* pcre and its like may move the place anywhere */
    }
}

/* What keywords beside the chain say of the length of its buffer. */
static void by_others(struct checking *c, struct bounds *b, const struct chain *chain)
{
    const struct rule *rule = c->rule;
    const struct option *dsize = option_named(c, 0, "dsize");
    if (chain->buffer == BUFFER_PAYLOAD && dsize) {
        at_least(b, rule->hints.payload_min, dsize - c->text.options);
        at_most(b, rule->hints.payload_max < NO_LIMIT ? rule->hints.payload_max : NO_LIMIT,
                dsize - c->text.options);
    }
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        const struct chain *lone = &rule->chains[i];
        const struct uint_condition *size =
            lone->lone && lone->buffer == chain->buffer ? step_size(&lone->steps[0], "urilen") : NULL;
        if (size)
            by_condition(b, size, lone->steps[0].option);
    }
}

static void report(struct checking *c, const struct bounds *b, const struct chain *chain)
{
    const struct option *most = &c->text.options[b->most.option], *least = &c->text.options[b->least.option];
    const char *buffer = chain->buffer == BUFFER_PAYLOAD ? "the payload" : buffer_name(chain->buffer);
    const struct option *later = b->most.option > b->least.option ? most : least;
    struct slice allows = option_whole(most), needs = option_whole(least);
    check_report(c, FINDING_NEVER_MATCHES, option_whole(later),
                 "never matches: %.*s allows %lld bytes %s %s, %.*s needs %lld",
                 (int)(allows.n < 60 ? allows.n : 60), (const char *)allows.p, (long long)b->most.bytes,
                 b->after ? "after the last match in" : "of", buffer, (int)(needs.n < 60 ? needs.n : 60),
                 (const char *)needs.p, (long long)b->least.bytes);
}

static bool is_option(const struct checking *c, int64_t index)
{
    return index >= 0 && index < (int64_t)c->text.option_count;
}

void check_lengths(struct checking *c)
{
    for (uint32_t i = 0; i < c->rule->chain_count; i++) {
        const struct chain *chain = &c->rule->chains[i];
        struct bounds bounds = {.least = {0, -1}, .most = {NO_LIMIT, -1}};
        if (chain->lone || chain->or_else)
            continue;
        by_chain(&bounds, chain);
        if (!chain->transform_count && !bounds.after)
            by_others(c, &bounds, chain);
        bool both = is_option(c, bounds.least.option) && is_option(c, bounds.most.option);
        if (both && bounds.least.bytes > bounds.most.bytes)
            report(c, &bounds, chain);
    }
}
