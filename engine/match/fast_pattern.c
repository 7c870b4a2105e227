#include "match/fast_pattern.h"
#include "rule/content.h"
#include "rule/rule.h"
#include "rule/state_op.h"
#include "rule/transform.h"

#include <ctype.h>

/* What one byte says: those that are frequent in text and in binary protocols say little. */
static unsigned byte_weight(uint8_t byte, bool nocase)
{
    if (byte == 0x00)
        return 2;
    if (byte == ' ' || byte == 0xff || byte == '\r' || byte == '\n')
        return 3;
    if (islower(byte))
        return nocase ? 5 : 6;
    if (isupper(byte))
        return nocase ? 5 : 7;
    if (isdigit(byte))
        return 6;
    if (byte == '.' || byte == '/' || byte == '-' || byte == '=' || byte == ':' || byte == 0x01)
        return 6;
    return 9;
}

unsigned fast_pattern_strength(struct slice literal, bool nocase)
{
    unsigned strength = 0;
    bool seen[256] = {false};
    for (size_t i = 0; i < literal.n; i++) {
        unsigned weight = byte_weight(literal.p[i], nocase);
        strength += seen[literal.p[i]] ? weight / 2 : weight;
        seen[literal.p[i]] = true;
    }
    return strength;
}

/* How rare a byte is in pages and scripts: in steps of half a bit. */
static unsigned byte_rarity(uint8_t byte)
{
    static const char frequent[] = " etaoinsrldcpumhgfbv\n\"./=-<>0:1y;w2,xk_3(t)j4{}q5z";
    static const uint8_t steps[] = {0, 1, 2, 3, 5, 7, 9, 12, 17, 24, 34, 48};
    uint8_t lower = byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
    const char *at = lower ? strchr(frequent, lower) : frequent;
    size_t rank = at ? (size_t)(at - frequent) : sizeof frequent;
    unsigned rarity = 0;
    while (rarity < sizeof steps && steps[rarity] <= rank)
        rarity++;
    return rarity;
}

static unsigned rarity_of(struct slice bytes)
{
    unsigned rarity = 0;
    for (size_t i = 0; i < bytes.n; i++)
        rarity += byte_rarity(bytes.p[i]);
    return rarity;
}

/* Hyperscan tells literals apart by their last bytes first, eight at most. */
static struct slice with_rare_end(struct slice literal)
{
    enum { LAST = 8 };
    size_t best = literal.n;
    unsigned most = 0;
    for (size_t end = literal.n; end >= FAST_PATTERN_END; end--) {
        unsigned rarity = rarity_of(slice_of(literal.p + end - LAST, LAST));
        if (rarity > most) {
            most = rarity;
            best = end;
        }
    }
    return slice_first(literal, best);
}

/*
 * Hyperscan sorts literals into eight groups by their lengths, and the few short ones of each length have one
 * of their own: of fewer lengths they leave more groups to the long ones, and the fewer are in a group the
 * less often it has to look closely.
 */
static struct slice with_even_length(struct slice literal)
{
    struct slice first = slice_first(literal, literal.n - 1), last = slice_from(literal, 1);
    return rarity_of(first) > rarity_of(last) ? first : last;
}

struct slice fast_pattern_in_body(struct slice literal)
{
    if (literal.n == 5 || literal.n == 7)
        return with_even_length(literal);
    return with_rare_end(literal);
}

/* The strongest part of at most FAST_PATTERN_MOST bytes. */
static struct slice strongest_part(struct slice bytes, bool nocase)
{
    if (bytes.n <= FAST_PATTERN_MOST)
        return bytes;
    struct slice best = slice_first(bytes, FAST_PATTERN_MOST);
    unsigned most = fast_pattern_strength(best, nocase);
    for (size_t at = 1; at + FAST_PATTERN_MOST <= bytes.n; at++) {
        struct slice part = slice_of(bytes.p + at, FAST_PATTERN_MOST);
        unsigned strength = fast_pattern_strength(part, nocase);
        if (strength > most) {
            most = strength;
            best = part;
        }
    }
    return best;
}

/* A literal that ends in zeros would be looked at closely at each place of a run of them. */
static struct slice with_few_zeros(struct slice literal)
{
    enum { FEW = 1, LEAST = 3 };
    size_t end = literal.n;
    while (end && !literal.p[end - 1])
        end--;
    size_t most = end + FEW > LEAST ? end + FEW : LEAST;
    return end && literal.n > most ? slice_first(literal, most) : literal;
}

static struct slice literal_of(const struct content *content)
{
    struct slice bytes = slice_of(content->bytes, content->length);
    if (content->flags & CONTENT_FAST_PATTERN_CHOP)
        bytes = slice_first(slice_from(bytes, content->chop_offset), content->chop_length);
    return with_few_zeros(strongest_part(bytes, content->flags & CONTENT_NOCASE));
}

static bool asks_state(const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->state_count; i++)
        if (state_verb_is_test(rule->state[i].verb))
            return true;
    return rule->test_count || rule->flags & (RULE_NOT_ESTABLISHED | RULE_APP_NEWS | RULE_SHARED_SETS);
}

/*
 * Whether a rule about transactions may be named by a literal of the raw stream, and left alone until that
 * comes: what else it asks must be there then as well, if it ever was.
 */
static bool payload_can_name(const struct rule *rule)
{
    if (asks_state(rule) || rule->header.direction == DIRECTION_TRANSACTION || rule->header.stage.compare ||
        rule->stage.compare || rule->variable_count || rule->files.store)
        return false;
    for (uint32_t c = 0; c < rule->chain_count; c++)
        if (rule->chains[c].buffer != BUFFER_PAYLOAD && buffer_is_fleeting(rule->chains[c].buffer))
            return false;
    return true;
}

/*
 * A buffer that the prefilter scans: of a rule about transactions one of the application layer, transformed
 * if need be (but not in ways of one rule's own), or the payload; else as it is.
 */
static bool scannable(const struct rule *rule, const struct chain *chain)
{
    if (rule->flags & RULE_TRANSACTION && chain->buffer == BUFFER_PAYLOAD)
        return !chain->transform_count && payload_can_name(rule);
    if (rule->flags & RULE_TRANSACTION)
        return buffer_is_app(chain->buffer) &&
               transforms_same(chain->transforms, chain->transforms, chain->transform_count);
    return chain->transform_count == 0 && chain->buffer != BUFFER_BASE64_DATA;
}

/* A literal that must lie at one place says more than one that may lie anywhere. */
static unsigned position_bonus(const struct content *content)
{
    if (content->flags & (CONTENT_DEPTH_VARIABLE | CONTENT_OFFSET_VARIABLE))
        return 0;
    bool fixed = content->flags & CONTENT_DEPTH && content->depth >= 0 &&
                 (uint32_t)content->depth <= content->length + 4;
    return fixed ? 2 : 0;
}

/* How far from the start of its buffer the content may end: a depth counts from an offset, maybe one read. */
static uint32_t reach_of(const struct content *content)
{
    enum { VARIABLES = CONTENT_DEPTH_VARIABLE | CONTENT_OFFSET_VARIABLE };
    bool bounded = content->flags & CONTENT_DEPTH && !(content->flags & VARIABLES);
    return bounded && content->depth >= 0 ? (uint32_t)content->depth : UINT32_MAX;
}

uint16_t content_place(const struct content *content)
{
    enum {
        ELSEWHERE = CONTENT_DISTANCE | CONTENT_WITHIN | CONTENT_DEPTH_VARIABLE | CONTENT_OFFSET_VARIABLE,
    };
    if (!(content->flags & CONTENT_DEPTH) || content->flags & ELSEWHERE || content->depth < 0)
        return PLACE_ANY;
    int64_t offset = content->flags & CONTENT_OFFSET ? content->offset : 0;
    if (offset < 0 || offset >= PLACE_ANY || content->depth != offset + content->length)
        return PLACE_ANY;
    return (uint16_t)offset;
}

static uint16_t literal_place(const struct content *content, struct slice literal)
{
    size_t place = content_place(content);
    if (place != PLACE_ANY)
        place += (size_t)(literal.p - content->bytes);
    return place < PLACE_ANY ? (uint16_t)place : PLACE_ANY;
}

struct fast_pattern fast_pattern_choose(const struct rule *rule)
{
    struct fast_pattern best = {0};
    unsigned most = 0;
    for (uint32_t c = 0; c < rule->chain_count; c++) {
        const struct chain *chain = &rule->chains[c];
        if (!scannable(rule, chain))
            continue;
        for (uint32_t s = 0; s < chain->step_count; s++) {
            const struct content *content = step_content(&chain->steps[s]);
            if (!content || content->flags & CONTENT_NEGATED)
                continue;
            struct slice literal = literal_of(content);
            bool raw = rule->flags & RULE_TRANSACTION && chain->buffer == BUFFER_PAYLOAD;
            if (literal.n < (raw ? FAST_PATTERN_RAW_LEAST : FAST_PATTERN_LEAST))
                continue;
            bool nocase = content->flags & CONTENT_NOCASE;
            struct fast_pattern this = {
                .chain = chain,
                .literal = literal,
                .nocase = nocase,
                .place = literal_place(content, literal),
                .reach = reach_of(content),
            };
            if (content->flags & CONTENT_FAST_PATTERN || (int64_t)s == chain->fast_pattern)
                return this;
            unsigned strength = fast_pattern_strength(literal, nocase) + position_bonus(content);
            if (raw) /* there are more bytes of it */
                strength /= 2;
            if (strength > most) {
                most = strength;
                best = this;
            }
        }
    }
    return best;
}
