/* What the prefilter would look for: the answer is the matcher's own. */
#include "match/fast_pattern.h"
#include "rule/content.h"
#include "rule/rule.h"
#include "rulework/check/check_rule.h"
#include "rulework/cost.h"

static bool is(const struct step *step, const char *keyword)
{
    return strcmp(step->ops->keyword, keyword) == 0;
}

/* Buffers of bytes, not a number and no condition on a length: what a literal could be looked for in. */
static bool of_bytes(const struct chain *chain)
{
    unsigned kind = buffer_info(chain->buffer)->kind;
    return !chain->lone && !chain->absent &&
           (kind == BUFFER_RAW || kind == BUFFER_BYTES || kind == BUFFER_MANY);
}

static bool has_content(const struct chain *chain)
{
    for (uint32_t i = 0; i < chain->step_count; i++) {
        const struct content *content = step_content(&chain->steps[i]);
        if (content && !(content->flags & CONTENT_NEGATED) && content->length >= FAST_PATTERN_LEAST)
            return true;
    }
    return false;
}

/* The first regular expression in a buffer where no content is looked for. */
static const struct step *lonely_pcre(const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        const struct chain *chain = &rule->chains[i];
        for (uint32_t j = 0; j < chain->step_count && !has_content(chain); j++)
            if (is(&chain->steps[j], "pcre"))
                return &chain->steps[j];
    }
    return NULL;
}

static const struct step *first_look(const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->chain_count; i++)
        if (of_bytes(&rule->chains[i]) && rule->chains[i].step_count)
            return &rule->chains[i].steps[0];
    return NULL;
}

static const char *buffer_text(const struct chain *chain)
{
    return chain->buffer == BUFFER_PAYLOAD ? "the payload" : buffer_name(chain->buffer);
}

static bool payload_has_content(const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->chain_count; i++)
        if (rule->chains[i].buffer == BUFFER_PAYLOAD && has_content(&rule->chains[i]))
            return true;
    return false;
}

static void none(struct checking *c)
{
    const struct step *pcre = lonely_pcre(c->rule), *first = first_look(c->rule);
    struct finding *finding = NULL;
    if (pcre)
        finding =
            check_report(c, FINDING_PCRE_ALONE, check_step_part(c, pcre),
                         "the regular expression is tried on everything that the header lets through: no "
                         "content of the rule can be looked for first");
    else if (first)
        finding =
            check_report(c, FINDING_NO_FAST_PATTERN, check_step_part(c, first),
                         "the prefilter has no content to look for: the rule is evaluated on everything "
                         "that its header lets through");
    if (c->rule->flags & RULE_TRANSACTION && payload_has_content(c->rule))
        check_hint(
            c, finding,
            "in a rule about a protocol's messages a content of the raw payload is not looked for first; "
            "one in a buffer would be");
    else
        check_hint(c, finding, "a content of at least %d bytes that is not negated would be looked for first",
                   FAST_PATTERN_LEAST);
}

/* The content whose bytes the literal is a part of. */
static const struct step *step_of(const struct fast_pattern *fast)
{
    for (uint32_t i = 0; i < fast->chain->step_count; i++) {
        const struct content *content = step_content(&fast->chain->steps[i]);
        if (content && fast->literal.p >= content->bytes &&
            fast->literal.p < content->bytes + content->length)
            return &fast->chain->steps[i];
    }
    return NULL;
}

static void weak(struct checking *c, const struct fast_pattern *fast)
{
    const struct step *step = step_of(fast), *pcre = lonely_pcre(c->rule);
    if (!step)
        return;
    bool chosen = step_content(step)->flags & CONTENT_FAST_PATTERN;
    struct finding *finding = check_report(
        c, FINDING_WEAK_FAST_PATTERN, check_step_part(c, step),
        "%s these %zu bytes in %s, which are found in much harmless traffic",
        chosen ? "fast_pattern makes the prefilter look for" : "the best that the prefilter can look for is",
        fast->literal.n, buffer_text(fast->chain));
    check_hint(c, finding, "a longer or rarer content would spare evaluating the rule");
    if (!pcre)
        return;
    finding =
        check_report(c, FINDING_PCRE_ALONE, check_step_part(c, pcre),
                     "no content stands beside the regular expression, and what the prefilter looks for "
                     "elsewhere is weak");
    check_hint(c, finding, "a content in the same buffer that every match has would be looked for first");
}

void check_pattern(struct checking *c)
{
    struct fast_pattern fast = fast_pattern_choose(c->rule);
    if (!fast.chain)
        none(c);
    else if (cost_pattern_weak(&fast, c->rule))
        weak(c, &fast);
}
