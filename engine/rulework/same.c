#include "rulework/same.h"

#include <string.h>

#include "rule/content.h"
#include "rule/rule.h"
#include "rule/state_op.h"
#include "rule/transform.h"

static bool text_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool option_same(const struct rule_option *a, const struct rule_option *b)
{
    return text_same(a->name, b->name) && text_same(a->value, b->value);
}

static bool content_same(const struct content *a, const struct content *b)
{
    return a->length == b->length && a->flags == b->flags && a->depth == b->depth && a->offset == b->offset &&
           a->distance == b->distance && a->within == b->within && a->chop_offset == b->chop_offset &&
           a->chop_length == b->chop_length && memcmp(a->bytes, b->bytes, a->length) == 0 &&
           !a->replacement == !b->replacement &&
           (!a->replacement || memcmp(a->replacement, b->replacement, a->length) == 0);
}

static bool step_same(const struct rule *a, const struct step *x, const struct rule *b, const struct step *y)
{
    if (x->ops != y->ops || x->retried != y->retried)
        return false;
    const struct content *content = step_content(x);
    if (x->option >= a->option_count || y->option >= b->option_count)
        return x->option == y->option;
    return content ? content_same(content, step_content(y))
                   : option_same(&a->options[x->option], &b->options[y->option]);
}

static bool chain_same(const struct rule *a, const struct chain *x, const struct rule *b,
                       const struct chain *y)
{
    if (x->buffer != y->buffer || x->transform_count != y->transform_count ||
        x->step_count != y->step_count || x->fast_pattern != y->fast_pattern || x->sides != y->sides ||
        x->absent != y->absent || x->or_else != y->or_else || x->lone != y->lone)
        return false;
    for (uint32_t i = 0; i < x->transform_count; i++)
        if (x->transforms[i].ops != y->transforms[i].ops)
            return false;
    for (uint32_t i = 0; i < x->step_count; i++)
        if (!step_same(a, &x->steps[i], b, &y->steps[i]))
            return false;
    return true;
}

static bool addresses_same(const struct address_set *a, const struct address_set *b)
{
    if (a == b)
        return true;
    if (a->any != b->any || a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!address_equal(&a->ranges[i].from, &b->ranges[i].from) ||
            !address_equal(&a->ranges[i].to, &b->ranges[i].to))
            return false;
    return true;
}

static bool ports_same(const struct port_set *a, const struct port_set *b)
{
    if (a == b)
        return true;
    if (a->any != b->any || a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->ranges[i].from != b->ranges[i].from || a->ranges[i].to != b->ranges[i].to)
            return false;
    return true;
}

static bool header_same(const struct rule_header *a, const struct rule_header *b)
{
    return a->action == b->action && a->reject == b->reject && a->scope == b->scope &&
           a->protocol == b->protocol && a->hook == b->hook && a->app == b->app &&
           a->direction == b->direction && addresses_same(a->source, b->source) &&
           addresses_same(a->destination, b->destination) && ports_same(a->source_ports, b->source_ports) &&
           ports_same(a->destination_ports, b->destination_ports);
}

static bool state_same(const struct rule *a, const struct rule *b)
{
    for (uint32_t i = 0; i < a->state_count; i++) {
        const struct state_op *x = &a->state[i], *y = &b->state[i];
        if (x->store != y->store || x->verb != y->verb || x->track != y->track ||
            x->expire_s != y->expire_s || x->name_count != y->name_count || x->value != y->value ||
            !slice_equal(slice_of(x->pattern, x->pattern_length), slice_of(y->pattern, y->pattern_length)))
            return false;
        for (uint32_t j = 0; j < x->name_count; j++)
            if (!text_same(x->names[j].text, y->names[j].text))
                return false;
    }
    for (uint32_t i = 0; i < a->threshold_count; i++) {
        const struct threshold *x = &a->thresholds[i], *y = &b->thresholds[i];
        if (x->kind != y->kind || x->track != y->track || x->count != y->count || x->seconds != y->seconds)
            return false;
    }
    return true;
}

static bool says_same(const struct rule *a, const struct rule *b)
{
    if (a->gid != b->gid || a->sid != b->sid || a->rev != b->rev || a->priority != b->priority ||
        a->reference_count != b->reference_count || a->metadata_count != b->metadata_count ||
        !text_same(a->message, b->message) || !text_same(a->class_name, b->class_name))
        return false;
    for (uint32_t i = 0; i < a->reference_count; i++)
        if (!text_same(a->references[i], b->references[i]))
            return false;
    for (uint32_t i = 0; i < a->metadata_count; i++)
        if (!option_same(&a->metadata[i], &b->metadata[i]))
            return false;
    return true;
}

/* A position that an older modifier has moved into another buffer leaves a trace that nobody asks for. */
static uint32_t flags_of(const struct rule *rule)
{
    return rule->flags & RULE_TRANSACTION ? rule->flags & ~(uint32_t)RULE_NEEDS_PACKET : rule->flags;
}

bool rule_same(const struct rule *a, const struct rule *b)
{
    if (!says_same(a, b) || !header_same(&a->header, &b->header) || flags_of(a) != flags_of(b) ||
        a->apps != b->apps || a->sides != b->sides || a->chain_count != b->chain_count ||
        a->test_count != b->test_count || a->state_count != b->state_count ||
        a->threshold_count != b->threshold_count || !state_same(a, b))
        return false;
    for (uint32_t i = 0; i < a->test_count; i++)
        if (a->tests[i].ops != b->tests[i].ops)
            return false;
    for (uint32_t i = 0; i < a->chain_count; i++)
        if (!chain_same(a, &a->chains[i], b, &b->chains[i]))
            return false;
    return true;
}
