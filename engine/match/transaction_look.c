#include "match/transaction_look.h"

#include "match/strain.h"

/* A rule with => has buffers of both directions: those of the other one are looked at with its packets. */
static bool of_other_side(const struct chain *chain, enum direction direction)
{
    return buffer_is_app(chain->buffer) && !(chain_sides(chain) & 1u << direction);
}

static bool looks_at_stream(const struct chain *chain)
{
    return chain->buffer == BUFFER_PAYLOAD;
}

/* Behind the transaction's end there is no chunk of its own. */
static enum chain_result look_at(struct matcher *m, const struct chain *chain, const struct view *view,
                                 struct tx_look *look)
{
    if (of_other_side(chain, view->direction))
        return CHAIN_LATER;
    enum chain_result result = chain_look(m->eval, chain);
    if (result == CHAIN_LATER && looks_at_stream(chain)) {
        look->wants_payload |= !look->over;
        return look->over ? CHAIN_NO : CHAIN_LATER;
    }
    return result;
}

/* Of the stream this chunk counts, and no earlier one: it is looked at when all buffers have matched. */
static enum chain_result look_stream(struct matcher *m, const struct rule *rule, const struct view *view,
                                     struct tx_look *look)
{
    enum chain_result all = CHAIN_YES;
    for (uint32_t i = 0; i < rule->chain_count && all == CHAIN_YES; i++)
        if (looks_at_stream(&rule->chains[i]))
            all = look_at(m, &rule->chains[i], view, look);
    return all;
}

/*
 * As in Suricata. A rule about a body takes the stream for another buffer, and so does one that is named by
 * the stream where messages have stages.
 */
static bool stream_is_last(const struct compiled_rule *compiled, const struct tx_look *look)
{
    if (compiled->flags & (COMPILED_LOOK_BACK | COMPILED_TOGETHER))
        return false;
    return !(look->stream_remembered && compiled->flags & COMPILED_STREAM_FIRST);
}

enum chain_result tx_look_chains(struct matcher *m, const struct compiled_rule *compiled,
                                 const struct view *view, struct tx_look *look)
{
    const struct rule *rule = compiled->rule;
    enum chain_result all = CHAIN_YES;
    bool together = compiled->flags & COMPILED_TOGETHER, last = stream_is_last(compiled, look);
    strain_begin(m, view);
    for (uint32_t i = 0; i < rule->chain_count && all != CHAIN_NO; i++) {
        const struct chain *chain = &rule->chains[i];
        if (look->matched >> i & 1 && !(together && !of_other_side(chain, view->direction)))
            continue;
        if (last && looks_at_stream(chain))
            continue;
        enum chain_result result = look_at(m, chain, view, look);
        if (result == CHAIN_YES)
            look->matched |= UINT64_C(1) << i;
        else
            all = result;
        if (result == CHAIN_LATER)
            tx_missing_note(&look->missing, m->eval, rule, i);
    }
    if (last && all == CHAIN_YES)
        all = look_stream(m, rule, view, look);
    strain_end(m, view);
    return all;
}
