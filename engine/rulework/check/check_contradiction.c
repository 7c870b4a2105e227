/* Contents of one buffer that cannot hold together. */
#include "rule/content.h"
#include "rule/rule.h"
#include "rulework/check/check_rule.h"

enum {
    POSITIONS = CONTENT_DEPTH | CONTENT_OFFSET | CONTENT_DISTANCE | CONTENT_WITHIN | CONTENT_STARTSWITH |
                CONTENT_ENDSWITH
};

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* Whether the bytes are the same wherever both have some, `b` beginning `shift` bytes after `a`. */
static bool agree(const struct content *a, const struct content *b, int64_t shift)
{
    for (int64_t i = 0; i < b->length; i++)
        if (i + shift >= 0 && i + shift < a->length && lower(a->bytes[i + shift]) != lower(b->bytes[i]))
            return false;
    return true;
}

static bool has_letters(const struct content *content)
{
    for (uint32_t i = 0; i < content->length; i++)
        if (lower(content->bytes[i]) >= 'a' && lower(content->bytes[i]) <= 'z')
            return true;
    return false;
}

/* Whether the negated content is there for sure wherever the other is, `shift` bytes after its beginning. */
static bool always_there(const struct content *there, const struct content *negated, int64_t shift)
{
    if (shift < 0 || shift + negated->length > there->length || !agree(there, negated, shift))
        return false;
    if (negated->flags & CONTENT_NOCASE || !has_letters(negated))
        return true;
    return !(there->flags & CONTENT_NOCASE) &&
           memcmp(there->bytes + shift, negated->bytes, negated->length) == 0;
}

/* A content that can lie at one place only. */
static bool place_of(const struct content *content, int64_t *at)
{
    uint32_t variable = CONTENT_DEPTH_VARIABLE | CONTENT_OFFSET_VARIABLE;
    if (!(content->flags & CONTENT_DEPTH) || content->flags & variable)
        return false;
    *at = content->flags & CONTENT_OFFSET ? content->offset : 0;
    return content->depth == *at + content->length;
}

/* Why the two cannot both hold; NULL when they can, as far as can be told. */
static const char *conflict(const struct content *a, const struct content *b)
{
    int64_t x, y;
    bool both = !((a->flags | b->flags) & CONTENT_NEGATED);
    if (both && place_of(a, &x) && place_of(b, &y) && !agree(a, b, y - x))
        return "want different bytes at the same place";
    if (both && a->flags & b->flags & CONTENT_ENDSWITH && !agree(a, b, (int64_t)a->length - b->length))
        return "want different bytes at the end";
    const struct content *negated = a->flags & CONTENT_NEGATED ? a : b, *there = negated == a ? b : a;
    if (both || there->flags & CONTENT_NEGATED)
        return NULL;
    bool at_end = negated->flags & CONTENT_ENDSWITH; /* then its place alone does not make it match */
    if (!at_end && place_of(there, &x) && place_of(negated, &y) && always_there(there, negated, y - x))
        return "want and forbid the same bytes at the same place";
    if (negated->flags & POSITIONS)
        return NULL;
    for (int64_t shift = 0; shift + negated->length <= there->length; shift++)
        if (always_there(there, negated, shift))
            return "want and forbid the same bytes";
    return NULL;
}

static void check_chain(struct checking *c, const struct chain *chain)
{
    for (uint32_t i = 1; i < chain->step_count; i++) {
        const struct content *later = step_content(&chain->steps[i]);
        for (uint32_t j = 0; later && j < i; j++) {
            const struct content *earlier = step_content(&chain->steps[j]);
            const char *why = earlier ? conflict(earlier, later) : NULL;
            if (!why)
                continue;
            struct slice first = check_step_part(c, &chain->steps[j]);
            check_report(c, FINDING_NEVER_MATCHES, check_step_part(c, &chain->steps[i]),
                         "never matches: this and %.*s %s", (int)(first.n < 80 ? first.n : 80),
                         (const char *)first.p, why);
            return;
        }
    }
}

void check_contradictions(struct checking *c)
{
    for (uint32_t i = 0; i < c->rule->chain_count; i++)
        if (!c->rule->chains[i].lone && !c->rule->chains[i].or_else)
            check_chain(c, &c->rule->chains[i]);
}
