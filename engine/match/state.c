/*
 * What a state_op asks of the stores, and does to them.
 */
#include "match/state.h"

#include <errno.h>

#include "match/store.h"

/* The value that a flowint is compared with, or changed by: a variable without a value counts as 0. */
static uint32_t operand(const struct state_op *op, const struct flow_memory *flow)
{
    if (!op->value_is_variable)
        return op->value;
    const uint32_t *value = flow_memory_counter(flow, op->variable.key);
    return value ? *value : 0;
}

static bool counter_holds(const struct state_op *op, const struct flow_memory *flow)
{
    const uint32_t *value = flow_memory_counter(flow, op->names[0].key);
    if (op->verb == VERB_ISSET || op->verb == VERB_ISNOTSET)
        return (value != NULL) == (op->verb == VERB_ISSET);
    if (!value)
        return false;
    uint32_t a = *value, b = operand(op, flow);
    switch (op->verb) {
    case VERB_LESS:
        return a < b;
    case VERB_LESS_EQUAL:
        return a <= b;
    case VERB_EQUAL:
        return a == b;
    case VERB_NOT_EQUAL:
        return a != b;
    case VERB_GREATER_EQUAL:
        return a >= b;
    case VERB_GREATER:
        return a > b;
    default:
        return false;
    }
}

/* isset,a|b: one of them is set; isnotset,a|b: one of them is not. */
static bool bits_hold(const struct state_op *op, const struct flow_memory *flow)
{
    for (uint32_t i = 0; i < op->name_count; i++) {
        bool set = flow && flow_memory_has_bit(flow, op->names[i].key);
        if (set == (op->verb == VERB_ISSET))
            return true;
    }
    return false;
}

bool state_holds(const struct state_op *op, struct flow_memory *flow, struct shared_state *shared,
                 const struct view *view)
{
    switch (op->store) {
    case STORE_FLOWBIT:
        return bits_hold(op, flow);
    case STORE_FLOWINT:
        return flow ? counter_holds(op, flow) : op->verb == VERB_ISNOTSET;
    case STORE_FLOWVAR:
    case STORE_PKTVAR:
        return flow && flow_variables_have(&flow->variables, op->names[0].key, op->store == STORE_PKTVAR,
                                           slice_of(op->pattern, op->pattern_length), view->packet);
    case STORE_XBIT:
    case STORE_HOSTBIT:
        return shared_state_has_bit(shared, op, view) == (op->verb == VERB_ISSET);
    }
    return false;
}

static int bit_change(const struct state_op *op, struct flow_memory *flow)
{
    uint64_t key = op->names[0].key;
    bool set = op->verb == VERB_SET || (op->verb == VERB_TOGGLE && !flow_memory_has_bit(flow, key));
    if (set)
        return flow_memory_set_bit(flow, key);
    flow_memory_unset_bit(flow, key);
    return 0;
}

/* Arithmetic wraps at 32 bits. What is subtracted from a flowint without a value leaves it without one. */
static int counter_change(const struct state_op *op, struct flow_memory *flow)
{
    uint64_t key = op->names[0].key;
    const uint32_t *value = flow_memory_counter(flow, key);
    uint32_t by = operand(op, flow);
    if (op->verb == VERB_SUBTRACT)
        return value ? flow_memory_set_counter(flow, key, *value - by) : 0;
    if (op->verb == VERB_ADD && value)
        by += *value;
    return flow_memory_set_counter(flow, key, by);
}

void state_change(const struct state_op *op, struct flow_memory *flow, struct shared_state *shared,
                  const struct view *view)
{
    int r = 0;
    if (state_verb_is_test(op->verb))
        return;
    if (state_op_shared(op))
        shared_state_change_bit(shared, op, view);
    else if (flow)
        r = op->store == STORE_FLOWBIT ? bit_change(op, flow) : counter_change(op, flow);
    if (r)
        shared_state_count_refused(shared);
}
