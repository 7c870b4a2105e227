#include "match/payload_literal.h"

#include <errno.h>

#include "match/compiled.h"
#include "match/placed.h"
#include "rule/keyword/size.h"
#include "rule/rule.h"

/* Bodies are mostly text, in which the end of a literal decides how often Hyperscan has to look closely. */
static struct literal literal_of(const struct ruleset *ruleset, uint32_t rule)
{
    const struct fast_pattern *fast = &ruleset->rules[rule].fast;
    struct slice bytes =
        buffer_is_body(fast->chain->buffer) ? fast_pattern_in_body(fast->literal) : fast->literal;
    return (struct literal){
        .bytes = bytes.p,
        .length = (uint32_t)bytes.n,
        .rule = rule,
        .nocase = fast->nocase,
    };
}

int group_add_literal(struct ruleset *ruleset, struct database **database, uint32_t rule, bool streaming)
{
    struct literal literal = literal_of(ruleset, rule);
    if (!*database) {
        *database = database_new(streaming);
        if (!*database)
            return -ENOMEM;
        (*database)->id = ruleset->database_count++;
    }
    return database_add(*database, &literal);
}

struct places { /* at which a literal may lie: few, or none that is known */
    uint32_t first, count;
};

/*
 * Short literals that may lie at a few places would be found all over the payload. For a stream places are
 * those of each chunk: a rule that counts them is matched in one chunk alone (COMPILED_LOOK_BACK).
 */
static struct places places_of(const struct compiled_rule *compiled)
{
    enum { SHORT = 3, FEW = 10, FEW_OF_LONG = 3 };
    const struct fast_pattern *fast = &compiled->fast;
    size_t n = fast->literal.n;
    if (compiled->flags & COMPILED_LOOK_BACK)
        return (struct places){0};
    if (fast->place <= PLACE_LAST)
        return (struct places){.first = fast->place, .count = 1};
    if (fast->reach < n || fast->reach >= n + (n > SHORT ? FEW_OF_LONG : FEW))
        return (struct places){0};
    return (struct places){.count = fast->reach - (uint32_t)n + 1};
}

/* Hyperscan looks closely at many places for a literal that says little: runs of zeros, above all. */
static bool is_weak(const struct fast_pattern *fast)
{
    enum { STRENGTH_LEAST = 16 };
    return fast_pattern_strength(fast->literal, fast->nocase) < STRENGTH_LEAST;
}

int payload_literal_vote(const struct ruleset *ruleset, struct group *group, uint32_t rule,
                         enum literal_ways ways)
{
    const struct compiled_rule *compiled = &ruleset->rules[rule];
    struct places places = places_of(compiled);
    if (!places.count)
        return ways == LITERALS_OF_PACKETS ? scan_condition_vote(&group->condition, &group->placed, compiled)
                                           : 0;
    uint32_t votes = is_weak(&compiled->fast) ? 2 : 1;
    for (uint32_t i = 0; i < places.count; i++)
        if (placed_vote(&group->placed, places.first + i, (uint32_t)compiled->fast.literal.n, votes))
            return -ENOMEM;
    return 0;
}

static uint16_t limited(uint64_t n)
{
    return (uint16_t)(n < UINT16_MAX ? n : UINT16_MAX);
}

/* Bytes that a packet's payload has at least. */
static uint64_t payload_least(const struct rule *rule)
{
    uint64_t least = rule->hints.payload_min;
    for (uint32_t c = 0; c < rule->chain_count; c++) {
        const struct chain *chain = &rule->chains[c];
        if (chain->buffer != BUFFER_PAYLOAD || chain->transform_count || chain->absent)
            continue;
        for (uint32_t s = 0; s < chain->step_count; s++)
            if (step_least(&chain->steps[s]) > least)
                least = step_least(&chain->steps[s]);
    }
    return least;
}

/* What is asked of a packet beside the literal, as far as a span tells: sizes are those of packets. */
static struct placed_limits limits_of(const struct rule *rule, const struct port_set *ports,
                                      enum literal_ways ways)
{
    struct placed_limits limits = {.port_to = UINT16_MAX, .size_to = UINT16_MAX};
    if (ports)
        port_set_span(ports, &limits.port_from, &limits.port_to);
    if (ways != LITERALS_OF_STREAM) {
        limits.size_from = limited(payload_least(rule));
        limits.size_to = limited(rule->hints.payload_max);
    }
    return limits;
}

/* 1 when it was done, 0 or -ENOMEM. */
static int add_placed(const struct ruleset *ruleset, struct group *group, uint32_t rule,
                      const struct placed_limits *limits)
{
    struct places places = places_of(&ruleset->rules[rule]);
    struct literal literal = literal_of(ruleset, rule);
    for (uint32_t i = 0; i < places.count; i++) {
        int result = placed_add(group->placed, &literal, places.first + i, limits);
        if (result)
            return result == -ENOSPC ? 0 : result;
    }
    return places.count > 0;
}

int payload_literal_add(struct ruleset *ruleset, struct group *group, uint32_t rule, enum literal_ways ways,
                        const struct scan_ports *ports)
{
    const struct compiled_rule *compiled = &ruleset->rules[rule];
    const struct rule_hints *hints = &compiled->rule->hints;
    struct placed_limits limits = limits_of(compiled->rule, ports->of[SCAN_SERVER], ways);
    int done = add_placed(ruleset, group, rule, &limits);
    if (done)
        return done < 0 ? done : 0;
    if (ways == LITERALS_OF_STREAM && is_weak(&compiled->fast) && scan_ports_few(ports->of[SCAN_SERVER]))
        return 1;
    if (ways == LITERALS_OF_STREAM)
        return group_add_literal(ruleset, &group->database, rule, true);
    int left = ways == LITERALS_OF_PACKETS
                   ? scan_condition_add(&group->condition, group->placed, compiled, ports, &limits)
                   : 0;
    if (left)
        return left < 0 ? left : group_add_literal(ruleset, &group->conditional, rule, false);
    if (hints->payload_max <= SMALL_PAYLOAD)
        return group_add_literal(ruleset, &group->small, rule, false);
    return group_add_literal(ruleset, &group->database, rule, false);
}

/* Small payloads are looked through for all literals at once. */
int payload_literals_ready(struct ruleset *ruleset, struct group *group)
{
    const struct database *database = group->database;
    for (uint32_t i = 0; group->small && database && i < database->literal_count; i++) {
        uint32_t rule = database->literals[i].rule;
        if (ruleset->rules[rule].rule->hints.payload_min <= SMALL_PAYLOAD &&
            group_add_literal(ruleset, &group->small, rule, false))
            return -ENOMEM;
    }
    return group->placed ? placed_ready(group->placed) : 0;
}
