/*
 * content, its modifiers, and pkt_data. What is refused, and what is let through, follows what Suricata 8.0.8
 * says of the same options (tests/unit/test_content.c has the list).
 */
#include "rule/content.h"

#include <errno.h>
#include <stdlib.h>

#include "rule/keyword.h"
#include "rule/keyword/content_bytes.h"
#include "rule/keyword/content_modifier.h"

enum {
    RELATIVE = CONTENT_DISTANCE | CONTENT_WITHIN,
    ABSOLUTE = CONTENT_DEPTH | CONTENT_OFFSET,
    DISTANCE_MOST = 1 << 20, /* bytes, either way; of within too */
};

static int no_memory(struct err *err)
{
    return err_set(err, -ENOMEM, "out of memory");
}

struct content *content_new(struct slice bytes, bool negated, bool lower)
{
    struct content *content = calloc(1, sizeof *content);
    uint8_t *copy = malloc(bytes.n + 1);
    if (!content || !copy) {
        free(content);
        free(copy);
        return NULL;
    }
    memcpy(copy, bytes.p, bytes.n);
    for (size_t i = 0; lower && i < bytes.n; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] |= 0x20;
    content->bytes = copy;
    content->length = (uint32_t)bytes.n;
    content->flags = negated ? CONTENT_NEGATED : 0;
    return content;
}

/* A content that no result of the transforms before it can have in it. */
static int check_transforms(const struct rule_builder *b, struct slice bytes, struct err *err)
{
    const struct transform *list = b->pending;
    uint32_t count = b->pending_count;
    if (!count && b->last_chain) {
        list = b->last_chain->transforms;
        count = b->last_chain->transform_count;
    }
    for (uint32_t i = 0; i < count; i++)
        if (list[i].ops->leaves && !list[i].ops->leaves(bytes))
            return err_set(err, -EINVAL, "can never match: %s leaves nothing of that kind",
                           list[i].ops->keyword);
    return 0;
}

int content_parse(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice text = option->value;
    bool negated = text_negated(&text);
    if (!text_unquote(&text))
        return err_set(err, -EINVAL, "expected the content in double quotes: content:\"...\"");
    struct buf bytes = {0};
    int rc = content_bytes_parse(option, text, &bytes, err);
    if (!rc)
        rc = check_transforms(b, buf_slice(&bytes), err);
    if (rc) {
        buf_fini(&bytes);
        return rc;
    }
    struct content *content = calloc(1, sizeof *content);
    if (!content) {
        buf_fini(&bytes);
        return no_memory(err);
    }
    content->bytes = bytes.p;
    content->length = (uint32_t)bytes.n;
    content->flags = negated ? CONTENT_NEGATED : 0;
    if (b->last_chain && b->last_chain->buffer != b->buffer) /* http_uri and its like led there */
        b->last_chain = NULL;
    rc = builder_step(b, &content_ops, content);
    if (rc)
        return no_memory(err);
    b->last_content = &b->last_chain->steps[b->last_chain->step_count - 1];
    return 0;
}

static bool content_last(const struct chain *chain, uint32_t *index)
{
    for (uint32_t i = chain->step_count; i-- > 0;)
        if (chain->steps[i].ops == &content_ops) {
            *index = i;
            return true;
        }
    return false;
}

/* The chain of the last content of the rule, whatever it looks into: none is selected. */
static struct chain *chain_of_last_content(struct rule *rule)
{
    struct chain *found = NULL;
    uint32_t index, option = 0;
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        struct chain *chain = &rule->chains[i];
        if (!content_last(chain, &index) || (found && chain->steps[index].option < option))
            continue;
        found = chain;
        option = chain->steps[index].option;
    }
    return found;
}

struct content *content_modified(struct rule_builder *b, const struct option *option, uint32_t *index,
                                 struct err *err)
{
    struct chain *chain = b->buffer == BUFFER_PAYLOAD ? chain_of_last_content(b->rule)
                          : b->buffer_selected        ? NULL
                                                      : builder_chain(b);
    uint32_t at;
    if (!chain || !content_last(chain, &at)) {
        err_set(err, -EINVAL, "%.*s modifies a content: expected one before it", (int)option->name.n,
                (const char *)option->name.p);
        return NULL;
    }
    b->last_chain = chain;
    if (index)
        *index = at;
    return chain->steps[at].data;
}

struct content *content_of_payload(struct rule_builder *b, const struct option *option, uint32_t *index,
                                   struct err *err)
{
    for (uint32_t i = 0; i < b->rule->chain_count; i++) {
        struct chain *chain = &b->rule->chains[i];
        if (chain->buffer != BUFFER_PAYLOAD || chain->lone || !content_last(chain, index))
            continue;
        b->last_chain = chain;
        return chain->steps[*index].data;
    }
    err_set(err, -EINVAL, "%.*s is about a content of the payload: expected one before it",
            (int)option->name.n, (const char *)option->name.p);
    return NULL;
}

static int twice(const struct option *option, struct err *err)
{
    return err_set(err, -EINVAL, "this content already has %.*s", (int)option->name.n,
                   (const char *)option->name.p);
}

/* Refuses what cannot stand beside a position (absolute or relative) of this content. */
static int check_position(const struct content *content, uint32_t other, struct err *err)
{
    if (content->flags & other)
        return err_set(err, -EINVAL,
                       "a content counts from the last match (distance, within) or from the start of the "
                       "buffer (depth, offset, startswith), not both");
    if (content->flags & CONTENT_FAST_PATTERN_ONLY)
        return err_set(err, -EINVAL, "a content with fast_pattern:only cannot be bound to a position");
    if (content->flags & CONTENT_FAST_PATTERN && content->flags & CONTENT_NEGATED)
        return err_set(err, -EINVAL,
                       "a negated content that is the fast pattern cannot be bound to a position");
    return 0;
}

/* A number, or the name of a variable that byte_extract or byte_math has made. */
static int parse_limit(struct rule_builder *b, const struct option *option, int64_t least, int64_t most,
                       int32_t *value, bool *is_variable, struct err *err)
{
    struct slice text = option->value;
    bool negative = text.n && text.p[0] == '-';
    uint64_t number;
    *is_variable = false;
    if (text_uint(negative ? slice_from(text, 1) : text_skip_plus(text), UINT32_MAX, &number)) {
        int64_t n = negative ? -(int64_t)number : (int64_t)number;
        if (n < least || n > most)
            return err_set(err, -EINVAL, "expected a number from %lld to %lld", (long long)least,
                           (long long)most);
        *value = (int32_t)n;
        return 0;
    }
    int variable = builder_variable(b, text);
    if (variable < 0)
        return err_set(err, -EINVAL,
                       "expected a number, or a name that byte_extract or byte_math has set before");
    builder_chain(b)->variables = true;
    *is_variable = true;
    *value = variable;
    return 0;
}

static int too_short(struct err *err, const struct option *option, const struct content *content)
{
    return err_set(err, -EINVAL, "%.*s is smaller than the content (%u bytes): it could never match",
                   (int)option->name.n, (const char *)option->name.p, content->length);
}

/* A position on the packet's payload makes the rule look at packets, beside the stream. */
static void needs_packet(struct rule_builder *b)
{
    if (builder_chain(b)->buffer == BUFFER_PAYLOAD && !builder_chain(b)->transform_count)
        b->rule->flags |= RULE_NEEDS_PACKET;
}

static int parse_depth(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct content *content = content_modified(b, option, NULL, err);
    if (!content)
        return -EINVAL;
    if (content->flags & CONTENT_DEPTH)
        return content->flags & CONTENT_STARTSWITH
                   ? err_set(err, -EINVAL, "startswith sets the depth already")
                   : twice(option, err);
    int rc = check_position(content, RELATIVE, err);
    bool variable;
    if (!rc)
        rc = parse_limit(b, option, 0, UINT16_MAX, &content->depth, &variable, err);
    if (rc)
        return rc;
    if (!variable && (uint32_t)content->depth < content->length)
        return too_short(err, option, content);
    if (!variable && content->flags & CONTENT_OFFSET && !(content->flags & CONTENT_OFFSET_VARIABLE))
        content->depth += content->offset;
    content->flags |= CONTENT_DEPTH | (variable ? CONTENT_DEPTH_VARIABLE : 0);
    needs_packet(b);
    return 0;
}

static int parse_offset(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct content *content = content_modified(b, option, NULL, err);
    if (!content)
        return -EINVAL;
    if (content->flags & CONTENT_OFFSET)
        return twice(option, err);
    if (content->flags & CONTENT_STARTSWITH)
        return err_set(err, -EINVAL, "offset cannot be combined with startswith");
    int rc = check_position(content, RELATIVE, err);
    bool variable;
    if (!rc)
        rc = parse_limit(b, option, 0, UINT16_MAX, &content->offset, &variable, err);
    if (rc)
        return rc;
    if (!variable && content->flags & CONTENT_DEPTH && !(content->flags & CONTENT_DEPTH_VARIABLE))
        content->depth += content->offset;
    content->flags |= CONTENT_OFFSET | (variable ? CONTENT_OFFSET_VARIABLE : 0);
    needs_packet(b);
    return 0;
}

/* What distance and within have in common: the match before must be tried further on if this one fails. */
static int parse_relative(struct rule_builder *b, const struct option *option, uint32_t flag, int64_t least,
                          int32_t *value, bool *variable, struct err *err)
{
    uint32_t index = 0;
    struct content *content = content_modified(b, option, &index, err);
    if (!content)
        return -EINVAL;
    if (content->flags & flag)
        return twice(option, err);
    int rc = check_position(content, ABSOLUTE, err);
    if (!rc)
        rc = parse_limit(b, option, least, DISTANCE_MOST, value, variable, err);
    if (rc)
        return rc;
    struct chain *chain = builder_chain(b);
    const struct content *before = index ? step_content(&chain->steps[index - 1]) : NULL;
    if (before && before->flags & CONTENT_FAST_PATTERN_ONLY)
        return err_set(err, -EINVAL, "cannot count from a content with fast_pattern:only");
    chain_mark_retried(chain, index);
    content->flags |= flag;
    return 0;
}

static int parse_distance(struct rule_builder *b, const struct option *option, struct err *err)
{
    int32_t value = 0;
    bool variable = false;
    int rc = parse_relative(b, option, CONTENT_DISTANCE, -DISTANCE_MOST, &value, &variable, err);
    if (rc)
        return rc;
    struct content *content = content_modified(b, option, NULL, err);
    content->distance = value;
    content->flags |= variable ? CONTENT_DISTANCE_VARIABLE : 0;
    return 0;
}

static int parse_within(struct rule_builder *b, const struct option *option, struct err *err)
{
    int32_t value = 0;
    bool variable = false;
    int rc = parse_relative(b, option, CONTENT_WITHIN, -DISTANCE_MOST, &value, &variable, err);
    if (rc)
        return rc;
    struct content *content = content_modified(b, option, NULL, err);
    if (!variable && value < (int32_t)content->length)
        return too_short(err, option, content);
    content->within = value;
    content->flags |= variable ? CONTENT_WITHIN_VARIABLE : 0;
    return 0;
}

static int parse_startswith(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct content *content = content_modified(b, option, NULL, err);
    if (!content)
        return -EINVAL;
    if (content->flags & CONTENT_STARTSWITH)
        return twice(option, err);
    if (content->flags & ABSOLUTE)
        return err_set(err, -EINVAL, "startswith cannot be combined with depth or offset");
    int rc = check_position(content, RELATIVE, err);
    if (rc)
        return rc;
    content->depth = (int32_t)content->length;
    content->flags |= CONTENT_STARTSWITH | CONTENT_DEPTH;
    needs_packet(b);
    return 0;
}

static int parse_endswith(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct content *content = content_modified(b, option, NULL, err);
    if (!content)
        return -EINVAL;
    content->flags |= CONTENT_ENDSWITH;
    return 0;
}

static int parse_nocase(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct content *content = content_modified(b, option, NULL, err);
    if (!content)
        return -EINVAL;
    if (content->flags & CONTENT_NOCASE)
        return twice(option, err);
    for (uint32_t i = 0; i < content->length; i++)
        if (content->bytes[i] >= 'A' && content->bytes[i] <= 'Z')
            content->bytes[i] |= 0x20;
    content->flags |= CONTENT_NOCASE;
    return 0;
}

static int parse_rawbytes(struct rule_builder *b, const struct option *option, struct err *err)
{
    uint32_t index;
    if (b->buffer != BUFFER_PAYLOAD)
        return err_set(err, -EINVAL, "rawbytes is about the payload, not about %s", buffer_name(b->buffer));
    struct content *content = content_of_payload(b, option, &index, err);
    if (!content)
        return -EINVAL;
    if (content->flags & CONTENT_RAWBYTES)
        return twice(option, err);
    content->flags |= CONTENT_RAWBYTES;
    return 0;
}

/* Of several the first one stays; as in Suricata only the payload's allows no other beside it. */
static bool has_fast_pattern(const struct rule *rule, bool *of_payload)
{
    bool has = false;
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        has |= rule->chains[i].fast_pattern >= 0;
        *of_payload |= rule->chains[i].fast_pattern >= 0 && rule->chains[i].buffer == BUFFER_PAYLOAD;
    }
    return has;
}

/* The value of fast_pattern: nothing, "only", or "offset,length". */
static int parse_fast_pattern_value(struct slice value, struct content *content, struct err *err)
{
    if (!value.n)
        return 0;
    if (text_equal(value, "only")) {
        if (content->flags & (CONTENT_NEGATED | RELATIVE | ABSOLUTE))
            return err_set(
                err, -EINVAL,
                "fast_pattern:only is for a content that is neither negated nor bound to a position");
        content->flags |= CONTENT_FAST_PATTERN_ONLY;
        return 0;
    }
    struct slice first, second, rest = value;
    uint64_t offset, length;
    if (!text_field(&rest, ',', &first) || !text_field(&rest, ',', &second) || rest.p ||
        !text_uint(first, UINT16_MAX, &offset) || !text_uint(second, UINT16_MAX, &length) || !length)
        return err_set(err, -EINVAL,
                       "expected fast_pattern, fast_pattern:only or fast_pattern:offset,length");
    if (offset + length > content->length)
        return err_set(err, -EINVAL, "fast_pattern's offset and length reach past the content (%u bytes)",
                       content->length);
    content->chop_offset = (uint16_t)offset;
    content->chop_length = (uint16_t)length;
    content->flags |= CONTENT_FAST_PATTERN_CHOP;
    return 0;
}

static int parse_fast_pattern(struct rule_builder *b, const struct option *option, struct err *err)
{
    uint32_t index = 0;
    struct content *content = content_modified(b, option, &index, err);
    if (!content)
        return -EINVAL;
    bool again = content->flags & CONTENT_FAST_PATTERN, of_payload = false;
    if (again && !option->value.n)
        return twice(option, err);
    bool other = !again && has_fast_pattern(b->rule, &of_payload);
    if (builder_chain(b)->buffer == BUFFER_BASE64_DATA)
        return err_set(err, -EINVAL,
                       "a content of base64_data cannot be the fast pattern: it is decoded later");
    if (of_payload)
        return err_set(err, -EINVAL, "only one content of a rule can be the fast pattern");
    if (content->flags & CONTENT_NEGATED && content->flags & (RELATIVE | ABSOLUTE))
        return err_set(err, -EINVAL,
                       "a negated content that is bound to a position cannot be the fast pattern");
    int rc = parse_fast_pattern_value(option->value, content, err);
    if (rc || other)
        return rc;
    content->flags |= CONTENT_FAST_PATTERN;
    builder_chain(b)->fast_pattern = (int)index;
    return 0;
}

/* As in Suricata one that replaces nothing (a negated content, another length, no content at all) is let be.
 */
static int parse_replace(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice text = option->value;
    if (!text_unquote(&text))
        return err_set(err, -EINVAL, "expected the replacement in double quotes: replace:\"...\"");
    struct buf bytes = {0};
    struct err none = {0};
    struct content *content = content_modified(b, option, NULL, &none);
    int rc = content_bytes_parse(option, text, &bytes, err);
    if (rc || !content || content->flags & CONTENT_NEGATED || bytes.n != content->length ||
        builder_chain(b)->buffer != BUFFER_PAYLOAD) {
        buf_fini(&bytes);
        return rc;
    }
    free(content->replacement);
    content->replacement = bytes.p;
    content->flags |= CONTENT_REPLACE;
    return 0;
}

static int parse_pkt_data(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option;
    if (builder_select(b, BUFFER_PAYLOAD))
        return err_set(err, -EINVAL,
                       "the transforms before pkt_data have nothing that looks at their result");
    return 0;
}

const struct keyword keywords_content[] = {
    {"content", NULL, VALUE_REQUIRED, content_parse},
    {"nocase", NULL, VALUE_NONE, parse_nocase},
    {"depth", NULL, VALUE_REQUIRED, parse_depth},
    {"offset", NULL, VALUE_REQUIRED, parse_offset},
    {"distance", NULL, VALUE_REQUIRED, parse_distance},
    {"within", NULL, VALUE_REQUIRED, parse_within},
    {"startswith", NULL, VALUE_NONE, parse_startswith},
    {"endswith", NULL, VALUE_NONE, parse_endswith},
    {"rawbytes", NULL, VALUE_NONE, parse_rawbytes},
    {"fast_pattern", NULL, VALUE_OPTIONAL, parse_fast_pattern},
    {"replace", NULL, VALUE_REQUIRED, parse_replace},
    {"pkt_data", NULL, VALUE_NONE, parse_pkt_data},
    {NULL, NULL, VALUE_NONE, NULL},
};
