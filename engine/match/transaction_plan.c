#include "match/compiled.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "match/payload_literal.h"
#include "rule/transform.h"

static bool space_fits(const struct buffer_space *space, enum direction direction, const struct chain *chain)
{
    return space->buffer == chain->buffer && space->direction == direction &&
           space->like->transform_count == chain->transform_count &&
           transforms_same(space->like->transforms, chain->transforms, chain->transform_count);
}

/* An answer's body and the file in it are the same bytes, but for other protocols' files. */
static bool is_twin(const struct buffer_space *space)
{
    return space->direction == TO_CLIENT && !space->like->transform_count &&
           (space->buffer == BUFFER_FILE_DATA || space->buffer == BUFFER_HTTP_RESPONSE_BODY);
}

static uint32_t add_space(struct ruleset *ruleset, struct buffer_space space)
{
    uint32_t index = ruleset->space_count++;
    space.twin = is_twin(&space);
    space.literals_in = index;
    for (uint32_t i = index; i-- > 0 && space.twin;)
        if (ruleset->spaces[i].twin)
            space.literals_in = i;
    ruleset->spaces[index] = space;
    return index;
}

/* The index of the space that a chain's literal belongs to, made when there is none; or -ENOMEM. */
static int64_t space_of(struct ruleset *ruleset, enum direction direction, const struct chain *chain)
{
    for (uint32_t i = 0; i < ruleset->space_count; i++)
        if (space_fits(&ruleset->spaces[i], direction, chain))
            return i;
    if (grow_array(&ruleset->spaces, ruleset->space_count, &ruleset->space_capacity))
        return -ENOMEM;
    return add_space(ruleset, (struct buffer_space){
                                  .buffer = chain->buffer,
                                  .direction = direction,
                                  .whole = buffer_is_whole(chain->buffer),
                                  .like = chain,
                              });
}

static int add_literal(struct ruleset *ruleset, uint32_t space, uint32_t rule)
{
    struct buffer_space *owner = &ruleset->spaces[ruleset->spaces[space].literals_in];
    return group_add_literal(ruleset, &owner->database, rule, false);
}

static int plan_space(struct transaction_plan *plan, uint32_t space)
{
    for (uint32_t i = 0; i < plan->space_count; i++)
        if (plan->spaces[i] == space)
            return 0;
    if (grow_array(&plan->spaces, plan->space_count, &plan->space_capacity))
        return -ENOMEM;
    plan->spaces[plan->space_count++] = space;
    return 0;
}

static int plan_unkeyed(struct transaction_plan *plan, uint32_t rule)
{
    if (grow_array(&plan->unkeyed, plan->unkeyed_count, &plan->unkeyed_capacity))
        return -ENOMEM;
    plan->unkeyed[plan->unkeyed_count++] = rule;
    return 0;
}

/* The rule in the plans of all its protocols, for one direction. */
static int plan_rule(struct ruleset *ruleset, uint32_t index, enum direction direction)
{
    const struct compiled_rule *compiled = &ruleset->rules[index];
    const struct chain *chain = compiled->fast.chain;
    bool keyed = chain && !ruleset->no_prefilter && chain_sides(chain) & 1u << direction;
    int64_t space = 0;
    if (keyed) {
        space = space_of(ruleset, direction, chain);
        if (space < 0 || add_literal(ruleset, (uint32_t)space, index))
            return -ENOMEM;
    }
    for (unsigned app = APP_FAILED + 1; app < APP_PROTO_COUNT; app++) {
        if (!(compiled->rule->apps >> app & 1) || !app_parser_built((enum app_proto)app))
            continue;
        struct transaction_plan *plan = &ruleset->plans[app][direction];
        plan->stages |= compiled->rule->header.stage.compare || compiled->rule->stage.compare;
        if (keyed && chain->buffer == BUFFER_PAYLOAD)
            plan->payload = 1 + (uint32_t)space;
        else if (keyed ? plan_space(plan, (uint32_t)space) : plan_unkeyed(plan, index))
            return -ENOMEM;
        if (plan->space_count > ruleset->plan_spaces_most)
            ruleset->plan_spaces_most = plan->space_count;
    }
    return 0;
}

int transaction_plans_build(struct ruleset *ruleset)
{
    for (uint32_t i = 0; i < ruleset->count; i++) {
        if (!(ruleset->rules[i].flags & COMPILED_TRANSACTION))
            continue;
        for (int d = 0; d < DIRECTIONS; d++)
            if (ruleset->rules[i].rule->sides & 1u << d && plan_rule(ruleset, i, (enum direction)d))
                return -ENOMEM;
    }
    return 0;
}

void transaction_plans_free(struct ruleset *ruleset)
{
    for (int app = 0; app < APP_PROTO_COUNT; app++)
        for (int d = 0; d < DIRECTIONS; d++) {
            free(ruleset->plans[app][d].spaces);
            free(ruleset->plans[app][d].unkeyed);
        }
    free(ruleset->spaces);
}
