#include "rule/builder.h"

#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/grow.h"
#include "rule/state_op.h"

int builder_test(struct rule_builder *b, const struct test_ops *ops, void *data)
{
    struct rule *r = b->rule;
    if (grow_array(&r->tests, r->test_count, &r->test_capacity)) {
        (ops->free ? ops->free : free)(data);
        return -ENOMEM;
    }
    r->tests[r->test_count++] = (struct test){.ops = ops, .data = data, .option = b->option};
    return 0;
}

static void free_names(struct state_op *op)
{
    for (uint32_t i = 0; i < op->name_count; i++)
        free(op->names[i].text);
    free(op->names);
    free(op->variable.text);
    free(op->pattern);
}

int builder_state(struct rule_builder *b, const struct state_op *op)
{
    struct rule *r = b->rule;
    if (grow_array(&r->state, r->state_count, &r->state_capacity)) {
        struct state_op taken = *op;
        free_names(&taken);
        return -ENOMEM;
    }
    r->state[r->state_count] = *op;
    r->state[r->state_count++].option = b->option;
    if (state_op_shared(op))
        r->flags |= RULE_SHARED_STATE;
    return 0;
}

int builder_threshold(struct rule_builder *b, const struct threshold *threshold)
{
    struct rule *r = b->rule;
    if (grow_array(&r->thresholds, r->threshold_count, &r->threshold_capacity))
        return -ENOMEM;
    r->thresholds[r->threshold_count++] = *threshold;
    if (threshold->track != TRACK_FLOW)
        r->flags |= RULE_SHARED_STATE;
    return 0;
}

static void free_transforms(struct transform *transforms, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        (transforms[i].ops->free ? transforms[i].ops->free : free)(transforms[i].data);
    free(transforms);
}

int builder_select(struct rule_builder *b, enum buffer_id buffer)
{
    if (b->pending_count && b->buffer_selected)
        return -EINVAL;
    free_transforms(b->pending, b->pending_count);
    b->pending = NULL;
    b->pending_count = b->pending_capacity = 0;
    b->buffer = buffer;
    b->sides = 0;
    b->anew = buffer_info(buffer)->kind == BUFFER_MANY;
    b->buffer_selected = buffer != BUFFER_PAYLOAD;
    b->stream_frame = false;
    b->last_content = NULL;
    b->last_chain = NULL;
    return 0;
}

int builder_transform(struct rule_builder *b, const struct transform_ops *ops, void *data)
{
    if (grow_array(&b->pending, b->pending_count, &b->pending_capacity)) {
        (ops->free ? ops->free : free)(data);
        return -ENOMEM;
    }
    b->pending[b->pending_count++] = (struct transform){.ops = ops, .data = data};
    return 0;
}

enum { ANY_SIDES = UINT8_MAX };

/* Of a buffer of many instances there may be several: the last one. */
static struct chain *plain_chain(struct rule *r, enum buffer_id buffer, uint8_t sides)
{
    for (uint32_t i = r->chain_count; i-- > 0;) {
        struct chain *chain = &r->chains[i];
        if (chain->buffer == buffer && (sides == ANY_SIDES || chain->sides == sides) &&
            !chain->transform_count && !chain->lone)
            return chain;
    }
    return NULL;
}

struct chain *builder_chain(struct rule_builder *b)
{
    if (b->last_chain || b->pending_count || b->anew)
        return b->last_chain;
    struct rule *r = b->rule;
    return plain_chain(r, b->buffer, b->sides);
}

static struct chain *new_chain(struct rule_builder *b)
{
    struct rule *r = b->rule;
    if (grow_array(&r->chains, r->chain_count, &r->chain_capacity))
        return NULL;
    struct chain *chain = &r->chains[r->chain_count++];
    b->anew = false;
    *chain = (struct chain){
        .buffer = b->buffer,
        .sides = b->sides,
        .transforms = b->pending,
        .transform_count = b->pending_count,
        .transform_capacity = b->pending_capacity,
        .fast_pattern = -1,
    };
    b->pending = NULL;
    b->pending_count = b->pending_capacity = 0;
    return chain;
}

int builder_step(struct rule_builder *b, const struct step_ops *ops, void *data)
{
    struct chain *chain = builder_chain(b);
    if (!chain)
        chain = new_chain(b);
    if (!chain || grow_array(&chain->steps, chain->step_count, &chain->step_capacity)) {
        (ops->free ? ops->free : free)(data);
        return -ENOMEM;
    }
    chain->steps[chain->step_count++] = (struct step){.ops = ops, .data = data, .option = b->option};
    b->last_chain = chain;
    b->buffer_selected = false;
    b->last_content = NULL;
    return 0;
}

int builder_enter(struct rule_builder *b, enum buffer_id buffer)
{
    struct rule *r = b->rule;
    struct chain *chain = plain_chain(r, buffer, ANY_SIDES);
    if (!chain) {
        if (grow_array(&r->chains, r->chain_count, &r->chain_capacity))
            return -ENOMEM;
        chain = &r->chains[r->chain_count++];
        *chain = (struct chain){.buffer = buffer, .fast_pattern = -1};
    }
    b->last_chain = chain;
    b->last_content = NULL;
    return 0;
}

void builder_leave(struct rule_builder *b)
{
    if (b->buffer == BUFFER_PAYLOAD && b->last_chain && b->last_chain->buffer != BUFFER_PAYLOAD)
        b->last_chain = NULL;
}

void builder_sides(struct rule_builder *b, enum buffer_id buffer, uint8_t sides)
{
    struct chain *chain = plain_chain(b->rule, buffer, ANY_SIDES);
    if (chain)
        chain->sides = sides;
}

/* Takes a step out; an emptied chain goes too. */
static void remove_step(struct rule *r, uint32_t at, uint32_t index)
{
    struct chain *chain = &r->chains[at];
    memmove(&chain->steps[index], &chain->steps[index + 1],
            (chain->step_count - index - 1) * sizeof *chain->steps);
    chain->step_count--;
    if (chain->fast_pattern == (int)index)
        chain->fast_pattern = -1;
    else if (chain->fast_pattern > (int)index)
        chain->fast_pattern--;
    if (chain->step_count)
        return;
    free(chain->steps);
    memmove(chain, chain + 1, (r->chain_count - at - 1) * sizeof *chain);
    r->chain_count--;
}

int builder_move_content(struct rule_builder *b, uint32_t index, enum buffer_id buffer)
{
    struct rule *r = b->rule;
    struct chain *from = builder_chain(b);
    uint32_t at = (uint32_t)(from - r->chains);
    struct step step = from->steps[index];
    bool fast = from->fast_pattern == (int)index;
    if (builder_enter(b, buffer))
        return -ENOMEM;
    struct chain *to = b->last_chain;
    if (grow_array(&to->steps, to->step_count, &to->step_capacity))
        return -ENOMEM;
    to->steps[to->step_count++] = step;
    if (fast)
        to->fast_pattern = (int)to->step_count - 1;
    uint32_t to_at = (uint32_t)(to - r->chains), count = r->chain_count;
    remove_step(r, at, index);
    b->last_chain = &r->chains[r->chain_count < count && to_at > at ? to_at - 1 : to_at];
    return 0;
}

int builder_lone_step(struct rule_builder *b, enum buffer_id buffer, const struct step_ops *ops, void *data)
{
    struct rule *r = b->rule;
    struct step *steps = malloc(sizeof *steps);
    size_t at = b->last_chain ? (size_t)(b->last_chain - r->chains) : 0;
    if (!steps || grow_array(&r->chains, r->chain_count, &r->chain_capacity)) {
        free(steps);
        (ops->free ? ops->free : free)(data);
        return -ENOMEM;
    }
    steps[0] = (struct step){.ops = ops, .data = data, .option = b->option};
    r->chains[r->chain_count++] = (struct chain){.buffer = buffer,
                                                 .steps = steps,
                                                 .step_count = 1,
                                                 .step_capacity = 1,
                                                 .fast_pattern = -1,
                                                 .lone = true};
    if (b->last_chain) /* the array may have moved */
        b->last_chain = &r->chains[at];
    b->last_content = NULL;
    return 0;
}

int builder_variable(const struct rule_builder *b, struct slice name)
{
    for (uint32_t i = 0; i < b->rule->variable_count; i++)
        if (slice_equal(name, slice_str(b->variable_names[i])))
            return (int)i;
    return -1;
}

int builder_new_variable(struct rule_builder *b, struct slice name)
{
    if (builder_variable(b, name) >= 0)
        return -EEXIST;
    if (b->rule->variable_count == RULE_VARIABLES)
        return -ENOSPC;
    char *copy = strndup((const char *)name.p, name.n);
    if (!copy)
        return -ENOMEM;
    b->variable_names[b->rule->variable_count] = copy;
    return (int)b->rule->variable_count++;
}

void chain_mark_retried(struct chain *chain, uint32_t before)
{
    for (uint32_t i = before; i-- > 0;)
        if (chain->steps[i].ops->many) {
            chain->steps[i].retried = true;
            return;
        }
}

void builder_fini(struct rule_builder *b)
{
    free_transforms(b->pending, b->pending_count);
    for (uint32_t i = 0; b->rule && i < b->rule->variable_count; i++)
        free(b->variable_names[i]);
    memset(b, 0, sizeof *b);
}

static void free_chain(struct chain *chain)
{
    free_transforms(chain->transforms, chain->transform_count);
    for (uint32_t i = 0; i < chain->step_count; i++)
        (chain->steps[i].ops->free ? chain->steps[i].ops->free : free)(chain->steps[i].data);
    free(chain->steps);
}

static void free_metadata(struct rule_option *pairs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        free(pairs[i].name);
        free(pairs[i].value);
    }
    free(pairs);
}

void rule_free(struct rule *rule)
{
    if (!rule)
        return;
    for (uint32_t i = 0; i < rule->test_count; i++)
        (rule->tests[i].ops->free ? rule->tests[i].ops->free : free)(rule->tests[i].data);
    for (uint32_t i = 0; i < rule->chain_count; i++)
        free_chain(&rule->chains[i]);
    for (uint32_t i = 0; i < rule->state_count; i++)
        free_names(&rule->state[i]);
    for (uint32_t i = 0; i < rule->threshold_count; i++)
        address_set_unref(rule->thresholds[i].hosts);
    for (uint32_t i = 0; i < rule->reference_count; i++)
        free(rule->references[i]);
    address_set_unref(rule->header.source);
    address_set_unref(rule->header.destination);
    port_set_unref(rule->header.source_ports);
    port_set_unref(rule->header.destination_ports);
    free_metadata(rule->metadata, rule->metadata_count);
    free(rule->options);
    free(rule->tests);
    free(rule->chains);
    free(rule->state);
    free(rule->thresholds);
    free(rule->references);
    free(rule->message);
    free(rule->class_name);
    free(rule->class_text);
    free(rule);
}
